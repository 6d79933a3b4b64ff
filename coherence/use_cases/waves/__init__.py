"""Preparing, watching, closing and publishing a survey."""
