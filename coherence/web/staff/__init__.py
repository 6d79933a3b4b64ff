"""The pages of HR and consultants."""
