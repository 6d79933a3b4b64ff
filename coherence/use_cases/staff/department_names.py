"""What a department, or an organisation, can be called."""

from __future__ import annotations

from enum import StrEnum

from coherence.errors import CoherenceError
from coherence.use_cases.staff.roster_list import LONGEST_DEPARTMENT, has_hidden
from coherence.use_cases.staff.sheets import cleaned


class BadName(StrEnum):
    """What is wrong with a name; pages have the words."""

    EMPTY = "empty"
    TOO_LONG = "too long"
    SLASH = "slash"
    HIDDEN = "hidden"


class BadDepartmentName(CoherenceError):
    """A department cannot be called like this."""

    def __init__(self, wrong: BadName) -> None:
        super().__init__(f"a department cannot be called like this: {wrong.value}")
        self.wrong = wrong


def checked_name(typed: str) -> str:
    """The name without needless spaces. "/" parts the names of a path, so no name holds one.

    Raises:
        BadDepartmentName: empty, too long, with "/" or with characters that no page can show.
    """
    name = cleaned(typed)
    if not name:
        raise BadDepartmentName(BadName.EMPTY)
    if len(name) > LONGEST_DEPARTMENT:
        raise BadDepartmentName(BadName.TOO_LONG)
    if "/" in name:
        raise BadDepartmentName(BadName.SLASH)
    if has_hidden(name):
        raise BadDepartmentName(BadName.HIDDEN)
    return name
