"""One file for one thing that a person does. Knows no Flask; owns the transaction."""
