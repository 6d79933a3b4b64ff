"""Answers for researchers as plain data: one row a person, one attribute, nothing else about anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Attribute = Literal["level", "department"]
"""What is told of each person beside the answers; never both."""


@dataclass(frozen=True, slots=True)
class AnswersTable:
    """Answers that have passed the rules of disclosure (docs/confidentiality.md, 5).

    organisation, wave, sector: as published. values: names of the groups of the attribute. group: the
    position of each person's group in them. columns: for each item and question one code a person: items
    1 to 5 or DONT_KNOW; X1 and X3 0 to 10; X2 the place of the option from 0 on; None where there is no
    answer or it may not be told. left_out: items and questions that may not be told of anybody.
    """

    organisation: str
    wave: str
    sector: str
    attribute: Attribute
    values: tuple[str, ...]
    group: tuple[int, ...]
    columns: Mapping[str, tuple[int | None, ...]]
    left_out: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.group)
