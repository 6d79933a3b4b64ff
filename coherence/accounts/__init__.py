"""Staff accounts: passwords, authenticators, sessions, one-use links, and who may do what where.

Knows the database and no Flask. Nothing here commits; the use cases do.
"""
