"""A person answers: the door is found, the answers are sealed and stored once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from coherence.ballots.admission import (
    Admission,
    Refusal,
    admit_by_code,
    admit_by_link,
    shown_group,
)
from coherence.ballots.submit import Submission, submit
from coherence.errors import CoherenceError
from coherence.store import Database, Organisation, Wave, WaveState
from scoring.vocabulary import Form, Level
from survey_forms.answers import Answers
from survey_forms.questionnaire import default_questionnaire

SPOKEN: Final = "en"
"""The language of somebody of whom the roster tells none, or one that the questionnaire does not have."""


class UnknownDoor(CoherenceError):
    """A link or code that belongs to no invitation, or not any more."""


class TooManyTries(CoherenceError):
    """So many wrong codes were typed in this wave that a pause is needed."""


class AlreadyAnswered(CoherenceError):
    """The invitation was used: its answers lie in the box."""


class SurveyClosed(CoherenceError):
    """The wave takes no more answers."""


@dataclass(frozen=True, slots=True)
class Invited:
    """What a person's pages need to know.

    level: of the wordings, as the roster has it. group: name of the department the answers count in,
    and levels: everybody who counts there too (support may count with the front line). extra_of,
    board_column: as in Admission.
    """

    invitation_id: int
    level: Level
    form: Form
    sector: str
    language: str
    group: str
    levels: frozenset[Level]
    group_size: int
    k: int
    escrow_holder: str | None
    extra_of: str
    board_column: bool


@dataclass(frozen=True, slots=True)
class OpenSurvey:
    """A wave that takes answers, and the name of its organisation."""

    wave_id: int
    organisation: str


def enter_by_link(database: Database, secret: bytes, token: str) -> Invited:
    """Come in through a personal link.

    Raises:
        UnknownDoor, AlreadyAnswered, SurveyClosed: each has its own page.
    """
    with database.reading_rows() as connection:
        found = admit_by_link(connection, secret, token)
        if found is None:
            raise UnknownDoor("this link belongs to no invitation")
        return _invited(connection, found)


def enter_by_code(database: Database, secret: bytes, wave_id: int, typed: str, now: datetime) -> Invited:
    """Come in through the code of a printed slip. A wrong one is counted against the wave.

    Raises:
        UnknownDoor, TooManyTries, AlreadyAnswered, SurveyClosed: each has its own page.
    """
    with database.write() as session:
        found = admit_by_code(session, secret, wave_id, typed, now)
    if found is Refusal.TOO_MANY_TRIES:
        raise TooManyTries("too many wrong codes were typed; wait ten minutes")
    if not isinstance(found, Admission):
        raise UnknownDoor("this code belongs to no invitation of this survey")
    with database.reading_rows() as connection:
        return _invited(connection, found)


def send_answers(database: Database, invitation_id: int, answers: Answers, *, language: str) -> Submission:
    """Seal and store; returns only after the commit.

    Raises:
        UnknownDoor: the invitation is gone.
        NotReceived: the database did not confirm; sending again is safe.
    """
    done = submit(
        database,
        invitation_id,
        language=language,
        answers=replace(answers, x4="", x5="").to_json().decode(),
        comments={"X4": answers.x4, "X5": answers.x5},
    )
    if done is Submission.UNKNOWN:
        raise UnknownDoor("this invitation is not valid any more")
    return done


def open_survey(database: Database, slug: str) -> OpenSurvey:
    """The open survey at an address.

    Raises:
        UnknownDoor: there is none of this name. SurveyClosed: it takes no more answers.
    """
    with database.read() as session:
        found = session.execute(
            select(Wave.id, Organisation.name, Wave.state)
            .join(Organisation, Organisation.id == Wave.organisation_id)
            .where(Wave.slug == slug, Wave.state != WaveState.DRAFT)
        ).first()
    if found is None:
        raise UnknownDoor("there is no survey of this name")
    if found.state is not WaveState.OPEN:
        raise SurveyClosed("this survey is closed")
    return OpenSurvey(found.id, found.name)


def _invited(connection: Connection, found: Admission) -> Invited:
    if found.state is not WaveState.OPEN:
        raise SurveyClosed("this survey is closed")
    if found.used:
        raise AlreadyAnswered("these answers were received")
    group = shown_group(connection, found.wave_id, found.label)
    language = found.language or SPOKEN
    return Invited(
        invitation_id=found.invitation_id,
        level=found.level,
        form=found.form,
        sector=found.sector,
        language=language if language in default_questionnaire().languages else SPOKEN,
        group=group.path[-1],
        levels=group.levels,
        group_size=group.invited,
        k=found.k,
        escrow_holder=found.escrow_holder,
        extra_of=found.extra_of,
        board_column=found.board_column,
    )
