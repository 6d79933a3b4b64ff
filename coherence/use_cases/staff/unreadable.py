"""Why an uploaded file cannot be read as a list."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from coherence.errors import CoherenceError

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 100
LONGEST_CELL: Final = 1000


class Why(StrEnum):
    """What is the matter with a file; pages and command line have the words."""

    EMPTY = "empty"
    TOO_LARGE = "too large"
    PDF = "pdf"
    LOCKED_OR_OLD = "locked or old"
    OTHER_FILE = "other file"
    NOT_UTF_8 = "not utf-8"
    BROKEN = "broken"
    TOO_MUCH_INSIDE = "too much inside"
    TOO_SPREAD_OUT = "too spread out"
    TOO_MANY_ROWS = "too many rows"
    TOO_MANY_COLUMNS = "too many columns"
    CELL_TOO_LONG = "cell too long"
    MERGED = "merged"
    NO_HEADER = "no header"
    ONE_COLUMN = "one column"
    SAME_COLUMN = "same column"
    NO_ROWS = "no rows"


class UnreadableFile(CoherenceError):
    """The file as a whole cannot be used; nothing is stored. detail: where, such as a column's name."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"the file cannot be read: {why.value}{f' ({detail})' if detail else ''}")
        self.why, self.detail = why, detail
