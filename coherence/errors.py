"""Errors of the application that a person can do something about."""

from __future__ import annotations


class CoherenceError(Exception):
    """What is wrong, where, and how to mend it: the message is meant for people."""


class InstanceUnusable(CoherenceError):
    """The folder for the server's state can be neither made nor written."""


class ResultsMissing(CoherenceError):
    """No results folder was given, or it is not there."""


class ResultsUnreadable(CoherenceError):
    """The results folder holds no scores, or scores that cannot be read."""
