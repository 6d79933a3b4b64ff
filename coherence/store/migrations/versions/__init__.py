"""One file a schema change. A table that is rebuilt on SQLite loses its triggers: make them again."""
