"""Text that no spreadsheet takes for a formula."""

from __future__ import annotations

from typing import Final

BEGINNINGS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
"""What a formula, or a command to another program, begins with; also in full width."""


def reads_as_formula(text: str) -> bool:
    """Whether a spreadsheet might compute this text instead of showing it.

    >>> reads_as_formula("=1+1"), reads_as_formula("  @SUM(A1)"), reads_as_formula("Sales")
    (True, True, False)
    """
    return text.startswith(BEGINNINGS) or text.lstrip().startswith(BEGINNINGS)


def guarded(text: str) -> str:
    """The text for a file that knows no types: an apostrophe stands before what reads as a formula.

    >>> guarded("=cmd|' /C calc'!A0"), guarded("Sales")
    ("'=cmd|' /C calc'!A0", 'Sales')
    """
    return f"'{text}" if reads_as_formula(text) else text
