"""A number that cannot be estimated is a value that says why."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class NotEstimable:
    """Stands where a result would stand, with the reason in words that a person can act on.

    >>> NotEstimable("all answers to B1a are equal")
    NotEstimable(reason='all answers to B1a are equal')
    """

    reason: str


def plain(value: Any) -> Any:
    """A result as plain data for JSON: dataclasses become dicts, arrays lists, numpy numbers Python's.

    A NotEstimable becomes {"not_estimable": reason}; so does a number that is not finite, since
    JSON has no word for it.

    >>> plain({"alpha": NotEstimable("only one item"), "n": np.int64(3)})
    {'alpha': {'not_estimable': 'only one item'}, 'n': 3}
    """
    if isinstance(value, NotEstimable):
        return {"not_estimable": value.reason}
    if isinstance(value, float | np.floating):
        number = float(value)
        return number if math.isfinite(number) else {"not_estimable": "the number is not finite"}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [plain(item) for item in value]
    return value
