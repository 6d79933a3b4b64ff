"""What a member of staff does with an account; one file for one thing."""
