"""Reading one file of a questionnaire: UTF-8, JSON, and exactly the keys that belong there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Final, NamedTuple, TypeVar

from pydantic import AfterValidator, ConfigDict, TypeAdapter, ValidationError

T = TypeVar("T")

STRICT: Final = ConfigDict(strict=True, extra="forbid")
"""How every part of a questionnaire file is read: no key too many, no value of another kind."""

PLACEHOLDER: Final = re.compile(
    r"[{}\[\]]|<\w[^>]*>|%\(|%s|_{2,}|\?{2,}|^=$|\b(?:TO[D]O|TBD|FIX[M]E|X{3})\b|lorem ipsum", re.I
)
"""What translators and templates leave behind in an unfinished text."""

REASONS: Final = {
    "missing": "is missing",
    "unexpected_keyword_argument": "is not a key that belongs here",
    "string_type": "must be a text in quotation marks",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list in square brackets",
    "dict_type": "must be a group in curly brackets",
    "dataclass_type": "must be a group in curly brackets",
}
"""Plain words for the kinds of error that pydantic names."""


class CatalogueError(ValueError):
    """A file of a questionnaire cannot be used.

    file: its name. key: where in it, as a path ("items.D1a.M"), empty for the whole file.
    reason: what is wrong there.
    """

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(": ".join(part for part in (file, key, reason) if part))
        self.file = file
        self.key = key
        self.reason = reason


class Fault(NamedTuple):
    """One thing that is wrong in a file: the path of the key, and the reason."""

    key: str
    reason: str


def finished_text(text: str) -> str:
    """The text itself, if it can be shown to people.

    Raises:
        ValueError: it is blank, has blanks around it, or holds a placeholder.
    """
    if not text.strip():
        raise ValueError("the text is empty")
    if text != text.strip():
        raise ValueError("the text begins or ends with a blank")
    if found := PLACEHOLDER.search(text):
        raise ValueError(f"the text still holds a placeholder: {found[0]}")
    return text


Text = Annotated[str, AfterValidator(finished_text)]
"""A text for people."""


def read(folder: Traversable, file: str, shape: TypeAdapter[T]) -> T:
    """The content of one file, as the shape that it must have.

    Raises:
        CatalogueError: no such file, not UTF-8, not JSON, a key twice, or another shape.
    """
    try:
        text = (folder / file).read_bytes().decode("utf-8-sig")
    except OSError:
        raise CatalogueError(file, "", "the file is missing or cannot be read") from None
    except UnicodeDecodeError as error:
        raise CatalogueError(
            file, "", f"not UTF-8 from byte {error.start + 1} on; save it as UTF-8"
        ) from None

    def once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        for key in keys:
            if keys.count(key) > 1:
                raise CatalogueError(file, key, "stands twice in one group")
        return dict(pairs)

    try:
        raw = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise CatalogueError(file, "", f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    try:
        return shape.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise CatalogueError(file, key_path(raw, first["loc"]), _reason(first)) from None


def key_path(raw: object, location: Sequence[int | str]) -> str:
    """A place in a file in words: an element of a list is called by its id, or by its place from 1 on.

    >>> key_path({"items": [{"id": "D1a", "key": 2}]}, ("items", 0, "key"))
    'items.D1a.key'
    """
    names: list[str] = []
    for step in location:
        match raw, step:
            case Mapping(), str():
                raw = raw.get(step)
                names.append(step)
            case list(), int() if step < len(raw):
                raw = raw[step]
                names.append(str(raw["id"]) if isinstance(raw, Mapping) and "id" in raw else str(step + 1))
            case _:
                names.append(str(step + 1) if isinstance(step, int) else step)
    return ".".join(names)


def _reason(error: Any) -> str:
    """Plain words for an error as pydantic describes it."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if "expected" in context:
        return f"must be {context['expected']}"
    return REASONS.get(kind) or str(error["msg"])
