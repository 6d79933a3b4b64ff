"""The measurement method: numpy in, frozen results out. Knows no web, no database, no files."""
