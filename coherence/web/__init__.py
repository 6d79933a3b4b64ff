"""The pages: a view reads a request, asks one use case and renders; it decides nothing."""
