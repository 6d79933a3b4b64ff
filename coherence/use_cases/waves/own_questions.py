"""Choose modules, and write the firm's own questions, while a survey is a draft."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coherence.accounts.access import NotVisible
from coherence.errors import CoherenceError
from coherence.store import Database, Organisation, Wave, WaveQuestion, WaveQuestionKind
from coherence.use_cases.audit_log import record
from coherence.use_cases.extra_questions import extra_questions
from coherence.use_cases.question_wordings import (
    BadQuestion,
    Wording,
    checked_wordings,
    own_question,
    unworded,
    wordings,
    write,
)
from coherence.use_cases.waves.staff_waves import Staff, staff_draft, staff_wave
from survey_forms.extra_questions import MOST_OWN, ExtraKind, ExtraQuestion
from survey_forms.questionnaire import default_questionnaire


class UnknownModule(CoherenceError):
    """The questionnaire has no such module."""


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """An own question as it is being written.

    asked: in the organisation's first language. missing: languages in which it has no words yet.
    """

    asked: ExtraQuestion
    wordings: Mapping[str, Wording]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Extras:
    """What a survey asks outside the scores.

    slug: its name in addresses, for the preview. languages: of the organisation, the first one first.
    """

    slug: str
    languages: tuple[str, ...]
    modules: frozenset[str]
    own: tuple[WrittenQuestion, ...]


@dataclass(frozen=True, slots=True)
class OwnCount:
    """How many own questions a survey has. missing: languages in which at least one has no words."""

    questions: int
    missing: tuple[str, ...]


def extras(database: Database, wave_id: int, staff: Staff) -> Extras:
    """The chosen modules and the own questions in their order.

    Raises:
        NotVisible: there is no such wave for this person.
    """
    with database.read() as session:
        wave = staff_wave(session, wave_id, staff)
        languages = _languages(session, wave)
        modules = session.scalars(
            select(WaveQuestion.code).where(
                WaveQuestion.wave_id == wave_id, WaveQuestion.kind == WaveQuestionKind.MODULE
            )
        )
        own = tuple(
            WrittenQuestion(
                own_question(row, languages[0]), wordings(row, languages), unworded(row, languages)
            )
            for row in _own(session, wave_id)
        )
        return Extras(wave.slug, languages, frozenset(modules), own)


def own_count(session: Session, wave: Wave) -> OwnCount:
    """How many own questions a survey has, and what is missing in them."""
    languages, rows = _languages(session, wave), _own(session, wave.id)
    missing = {language for row in rows for language in unworded(row, languages)}
    return OwnCount(len(rows), tuple(language for language in languages if language in missing))


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
    given: Mapping[str, Wording],
    now: datetime,
) -> str:
    """Put an own question behind the others; gives its code.

    given: its words by language, needed in the organisation's first one; of a choice with 2 to 8 different
    options, as many in every language.

    Raises:
        NotVisible, WrongState: no such draft.
        BadQuestion: nothing is stored.
    """
    with database.write() as session:
        wave = staff_draft(session, wave_id, staff)
        checked = checked_wordings(kind, given, _languages(session, wave))
        asked = _own(session, wave_id)
        if len(asked) >= MOST_OWN:
            raise BadQuestion(f"A survey has room for {MOST_OWN} own questions. Remove one first.")
        taken = {row.code for row in asked}
        code = next(one for number in range(1, MOST_OWN + 1) if (one := f"Q{number:02}") not in taken)
        added = WaveQuestion(
            wave_id=wave_id, code=code, position=1 + max((row.position for row in asked), default=0)
        )
        write(added, kind, checked)
        session.add(added)
        record(session, "wave.question.add", wave, now=now, by=staff.user_id, code=code)
    return code


def change_question(
    database: Database,
    wave_id: int,
    staff: Staff,
    *,
    code: str,
    kind: ExtraKind,
    given: Mapping[str, Wording],
    now: datetime,
) -> None:
    """Give an own question other words; it keeps its place. Errors as `add_question`, NotVisible if gone."""
    with database.write() as session:
        wave = staff_draft(session, wave_id, staff)
        row = next((one for one in _own(session, wave_id) if one.code == code), None)
        if row is None:
            raise NotVisible(f"there is no question {code} in this survey")
        write(row, kind, checked_wordings(kind, given, _languages(session, wave)))
        record(session, "wave.question.change", wave, now=now, by=staff.user_id, code=code)


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
        record(session, "wave.question.remove", wave, now=now, by=staff.user_id, code=code)


def move_question(
    database: Database, wave_id: int, staff: Staff, *, code: str, to: Literal["up", "down"]
) -> None:
    """Change places with the own question before or after; at the end it stays. Errors as `staff_draft`."""
    with database.write() as session:
        staff_draft(session, wave_id, staff)
        asked = _own(session, wave_id)
        codes = [row.code for row in asked]
        if code not in codes:
            return
        here = codes.index(code)
        there = here - 1 if to == "up" else here + 1
        if 0 <= there < len(asked):
            one, other = asked[here], asked[there]
            one.position, other.position = other.position, one.position


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
                wordings=row.wordings,
            )
        )


def _own(session: Session, wave_id: int) -> Sequence[WaveQuestion]:
    return session.scalars(
        select(WaveQuestion)
        .where(WaveQuestion.wave_id == wave_id, WaveQuestion.kind != WaveQuestionKind.MODULE)
        .order_by(WaveQuestion.position, WaveQuestion.code)
    ).all()


def _languages(session: Session, wave: Wave) -> tuple[str, ...]:
    return tuple(session.get_one(Organisation, wave.organisation_id).languages)
