"""Choose modules, and write the firm's own questions, while a survey is a draft."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coherence.accounts.access import NotVisible
from coherence.errors import CoherenceError
from coherence.store import Database, Wave, WaveQuestion, WaveQuestionKind
from coherence.use_cases.extra_questions import extra_questions, own_question
from coherence.use_cases.waves.staff_waves import Staff, record, staff_draft, staff_wave
from survey_forms.extra_questions import (
    FEWEST_OPTIONS,
    LONGEST_OPTION,
    LONGEST_TEXT,
    MOST_OPTIONS,
    MOST_OWN,
    ExtraKind,
    ExtraQuestion,
)
from survey_forms.questionnaire import default_questionnaire


class BadQuestion(CoherenceError):
    """An own question that cannot be asked; the message says what to change."""


class UnknownModule(CoherenceError):
    """The questionnaire has no such module."""


@dataclass(frozen=True, slots=True)
class Extras:
    """What a survey asks outside the scores. slug: its name in addresses, for the preview."""

    slug: str
    modules: frozenset[str]
    own: tuple[ExtraQuestion, ...]


def extras(database: Database, wave_id: int, staff: Staff) -> Extras:
    """The chosen modules and the own questions in their order.

    Raises:
        NotVisible: there is no such wave for this person.
    """
    with database.read() as session:
        wave = staff_wave(session, wave_id, staff)
        modules = session.scalars(
            select(WaveQuestion.code).where(
                WaveQuestion.wave_id == wave_id, WaveQuestion.kind == WaveQuestionKind.MODULE
            )
        )
        own = tuple(own_question(row) for row in _own(session, wave_id))
        return Extras(wave.slug, frozenset(modules), own)


def previewed_questions(
    database: Database, slug: str, staff: Staff, language: str
) -> tuple[ExtraQuestion, ...]:
    """What a survey asks outside the scores, whether it has opened or not, for its staff.

    Raises:
        NotVisible: there is no such wave for this person.
    """
    with database.read() as session:
        wave_id = session.scalar(select(Wave.id).where(Wave.slug == slug))
        if wave_id is None:
            raise NotVisible("there is no wave of this name")
        return extra_questions(session, staff_wave(session, wave_id, staff).id, language)


def set_modules(session: Session, wave_id: int, modules: Collection[str]) -> None:
    """Ask these modules and no others.

    Raises:
        UnknownModule: nothing is stored.
    """
    known = [module.id for module in default_questionnaire().modules]
    for module in modules:
        if module not in known:
            raise UnknownModule(f"there is no module “{module}”; there are: {', '.join(known)}")
    session.execute(
        delete(WaveQuestion).where(
            WaveQuestion.wave_id == wave_id, WaveQuestion.kind == WaveQuestionKind.MODULE
        )
    )
    session.add_all(
        WaveQuestion(wave_id=wave_id, code=module, kind=WaveQuestionKind.MODULE) for module in sorted(modules)
    )
    session.flush()


def add_question(
    database: Database,
    wave_id: int,
    staff: Staff,
    *,
    kind: ExtraKind,
    text: str,
    options: Sequence[str] = (),
    now: datetime,
) -> str:
    """Put an own question behind the others; gives its code.

    options: of a choice, 2 to 8 different ones; an agreement has none.

    Raises:
        NotVisible, WrongState: no such draft.
        BadQuestion: nothing is stored.
    """
    words = _cleaned(text)
    if not words or len(words) > LONGEST_TEXT:
        raise BadQuestion(f"A question needs a text of 1 to {LONGEST_TEXT} characters.")
    offered = _options(options) if kind == "choice" else []
    with database.write() as session:
        wave = staff_draft(session, wave_id, staff)
        asked = _own(session, wave_id)
        if len(asked) >= MOST_OWN:
            raise BadQuestion(f"A survey has room for {MOST_OWN} own questions. Remove one first.")
        taken = {row.code for row in asked}
        code = next(one for number in range(1, MOST_OWN + 1) if (one := f"Q{number:02}") not in taken)
        session.add(
            WaveQuestion(
                wave_id=wave_id,
                code=code,
                position=1 + max((row.position for row in asked), default=0),
                kind=WaveQuestionKind(kind),
                text=words,
                options=offered,
            )
        )
        record(session, "wave.question.add", wave, staff, now, {"code": code})
    return code


def remove_question(database: Database, wave_id: int, staff: Staff, *, code: str, now: datetime) -> None:
    """Take an own question out; one that is gone already stays so. Errors as `staff_draft`."""
    with database.write() as session:
        wave = staff_draft(session, wave_id, staff)
        session.execute(
            delete(WaveQuestion).where(
                WaveQuestion.wave_id == wave_id,
                WaveQuestion.code == code,
                WaveQuestion.kind != WaveQuestionKind.MODULE,
            )
        )
        record(session, "wave.question.remove", wave, staff, now, {"code": code})


def move_question_up(database: Database, wave_id: int, staff: Staff, *, code: str) -> None:
    """Change places with the own question before it; the first one stays. Errors as `staff_draft`."""
    with database.write() as session:
        staff_draft(session, wave_id, staff)
        asked = _own(session, wave_id)
        for before, one in pairwise(asked):
            if one.code == code:
                before.position, one.position = one.position, before.position


def copy_questions(session: Session, source: int, target: int) -> None:
    """Take over what another survey of the organisation asks outside the scores."""
    for row in session.scalars(select(WaveQuestion).where(WaveQuestion.wave_id == source)):
        session.add(
            WaveQuestion(
                wave_id=target,
                code=row.code,
                position=row.position,
                kind=row.kind,
                text=row.text,
                options=row.options,
            )
        )


def _own(session: Session, wave_id: int) -> Sequence[WaveQuestion]:
    return session.scalars(
        select(WaveQuestion)
        .where(WaveQuestion.wave_id == wave_id, WaveQuestion.kind != WaveQuestionKind.MODULE)
        .order_by(WaveQuestion.position, WaveQuestion.code)
    ).all()


def _options(given: Sequence[str]) -> list[str]:
    options = [option for one in given if (option := _cleaned(one))]
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        raise BadQuestion(f"A choice needs {FEWEST_OPTIONS} to {MOST_OPTIONS} answers, one a line.")
    if len(set(options)) < len(options):
        raise BadQuestion("Two answers are the same. Change or remove one of them.")
    if any(len(option) > LONGEST_OPTION for option in options):
        raise BadQuestion(f"An answer to choose can have at most {LONGEST_OPTION} characters.")
    return options


def _cleaned(text: str) -> str:
    """One line without control, private and unassigned characters, which no font or file format has."""
    kept = (one if unicodedata.category(one) not in {"Cc", "Co", "Cn", "Cs"} else " " for one in text)
    return " ".join("".join(kept).split())
