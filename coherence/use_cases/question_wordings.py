"""The words of a firm's own question: in which languages it has them, and what is asked where it has none."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from coherence.errors import CoherenceError
from coherence.store import WaveQuestion, WaveQuestionKind
from survey_forms.extra_questions import (
    FEWEST_OPTIONS,
    LONGEST_OPTION,
    LONGEST_TEXT,
    MOST_OPTIONS,
    ExtraKind,
    ExtraQuestion,
)

Part = Literal["text", "options"]


class BadQuestion(CoherenceError):
    """An own question that cannot be asked; the message says what to change.

    language, part: where it stands; empty where the whole question is meant.
    """

    def __init__(self, message: str, language: str = "", part: Part = "text") -> None:
        super().__init__(message)
        self.language = language
        self.part: Part = part


@dataclass(frozen=True, slots=True)
class Wording:
    """A question in one language. options: what one chooses from; an agreement has none."""

    text: str
    options: tuple[str, ...] = ()


def wordings(row: WaveQuestion, languages: Sequence[str]) -> dict[str, Wording]:
    """A stored question by language, in the order of the organisation's languages.

    A question from before it had wordings is in the first language.
    """
    if not row.wordings:
        return {languages[0]: Wording(row.text, tuple(row.options))}
    return {
        language: Wording(found["text"], tuple(found["options"]))
        for language in languages
        if (found := row.wordings.get(language))
    }


def unworded(row: WaveQuestion, languages: Sequence[str]) -> tuple[str, ...]:
    """The organisation's languages in which a stored question has no words."""
    present = wordings(row, languages)
    return tuple(language for language in languages if language not in present)


def own_question(row: WaveQuestion, language: str) -> ExtraQuestion:
    """A stored question as it is asked in one language: in its words, else in those of the first one."""
    kind: ExtraKind = "choice" if row.kind is WaveQuestionKind.CHOICE else "agreement"
    known = row.wordings or {}
    found = known.get(language)
    if found is not None:
        return ExtraQuestion(row.code, kind, found["text"], tuple(found["options"]))
    return ExtraQuestion(row.code, kind, row.text, tuple(row.options), language=next(iter(known), ""))


def write(row: WaveQuestion, kind: ExtraKind, given: Mapping[str, Wording]) -> None:
    """Store a question; given: checked, the first language first."""
    first = next(iter(given.values()))
    stored: dict[str, dict[str, Any]] = {
        language: asdict(one) | {"options": list(one.options)} for language, one in given.items()
    }
    row.kind, row.text, row.options = WaveQuestionKind(kind), first.text, list(first.options)
    row.wordings = stored


def checked_wordings(
    kind: ExtraKind, given: Mapping[str, Wording], languages: Sequence[str]
) -> dict[str, Wording]:
    """What was typed, cleaned; languages that were left empty are left out.

    languages: of the organisation; the first one is needed.

    Raises:
        BadQuestion: which language, and what to change.
    """
    found: dict[str, Wording] = {}
    for language in languages:
        typed = given.get(language, Wording(""))
        text = _cleaned(typed.text)
        options = [option for one in typed.options if (option := _cleaned(one))] if kind == "choice" else []
        if language != languages[0] and not text and not options:
            continue
        if not text or len(text) > LONGEST_TEXT:
            raise BadQuestion(f"A question needs a text of 1 to {LONGEST_TEXT} characters.", language)
        if kind == "choice":
            _check_options(options, language)
            first = next(iter(found.values()), None)
            if first is not None and len(options) != len(first.options):
                raise BadQuestion(
                    f"There must be as many answers in every language: {len(first.options)}.",
                    language,
                    "options",
                )
        found[language] = Wording(text, tuple(options))
    return found


def _check_options(options: Sequence[str], language: str) -> None:
    wrong = ""
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        wrong = f"A choice needs {FEWEST_OPTIONS} to {MOST_OPTIONS} answers, one a line."
    elif len(set(options)) < len(options):
        wrong = "Two answers are the same. Change or remove one of them."
    elif any(len(option) > LONGEST_OPTION for option in options):
        wrong = f"An answer to choose can have at most {LONGEST_OPTION} characters."
    if wrong:
        raise BadQuestion(wrong, language, "options")


def _cleaned(text: str) -> str:
    """One line without control, private and unassigned characters, which no font or file format has."""
    kept = (one if unicodedata.category(one) not in {"Cc", "Co", "Cn", "Cs"} else " " for one in text)
    return " ".join("".join(kept).split())
