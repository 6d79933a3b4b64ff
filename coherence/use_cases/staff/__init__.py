"""What HR and consultants do."""
