"""What a report says in every company alike: its sentences in the program, and those of the questionnaire."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import coherence.reports
from coherence.reports.chapters.board import point_of
from survey_forms.questionnaire import ENGLISH, default_questionnaire

_SOURCES = Path(coherence.reports.__file__).parent
_PLACEHOLDER = re.compile(r"\{\w*\}")


def without_fixed_words(said: str) -> str:
    """The text without those pieces of fixed sentences that hold a digit.

    What stands in the place of a number in such a sentence is kept.
    """
    said = re.sub(r"\s+", " ", said)
    held = [piece for piece in _fixed() if piece in said]
    if not held:
        return said
    return re.sub("|".join(rf"(?<![\w.+−]){re.escape(piece)}(?!\w)" for piece in held), " ", said)


@lru_cache(maxsize=1)
def _fixed() -> tuple[str, ...]:
    """The pieces that hold a digit, the longest first."""
    pieces = {piece.strip() for text in _texts() for piece in _PLACEHOLDER.split(text)}
    return tuple(sorted((piece for piece in pieces if re.search(r"\d", piece)), key=len, reverse=True))


def _texts() -> Iterator[str]:
    for path in _SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("_", "ngettext")
            ):
                for one in node.args:
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        yield one.value
    questionnaire = default_questionnaire()
    texts = questionnaire.texts(ENGLISH)
    for advice in questionnaire.advice(ENGLISH).values():
        yield from (*point_of(advice.text), advice.who, advice.first_step, advice.evidence, advice.horizon)
    for pattern in questionnaire.patterns.values():
        yield from (pattern.finding, pattern.meaning, pattern.talk_about, pattern.check)
    yield from texts.facts.values()
    yield from (question.text for question in texts.questions.values())
