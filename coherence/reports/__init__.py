"""From the released cells of a wave to what people read: document, PDF, files. Knows no web, no database."""
