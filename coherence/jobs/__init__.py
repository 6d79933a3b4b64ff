"""Background work: a table that says what is to be done, and workers that do it.

The table is the truth. Huey (`coherence.jobs.wake`) only wakes workers and keeps the minute; whatever it
loses or repeats, the table settles.
"""
