"""Surveys as a list, and one survey as a list of steps with what is still missing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coherence.accounts.access import STAFF
from coherence.ballots.board import BoardCase, board_of
from coherence.store import (
    Database,
    Headcount,
    Membership,
    MessageText,
    Organisation,
    Outcome,
    Person,
    Role,
    SheetFact,
    Timetable,
    Wave,
    WavePreparation,
    WaveState,
)
from coherence.use_cases.timetables import zone_of
from coherence.use_cases.waves.label_preview import preview_of
from coherence.use_cases.waves.own_questions import OwnCount, own_count
from coherence.use_cases.waves.review_comments import ReviewStatus, review_status
from coherence.use_cases.waves.staff_waves import Staff, staff_wave
from scoring.vocabulary import Form


class StepName(StrEnum):
    """The steps of a survey, in the order in which they are taken."""

    QUESTIONNAIRE = "questionnaire"
    PEOPLE = "people"
    GROUPS = "groups"
    DATES = "dates"
    MESSAGES = "messages"
    BOARD = "board"
    TEST = "test"
    OPEN = "open"
    WATCH = "watch"
    CLOSE = "close"
    COMMENTS = "comments"
    FACTS = "facts"
    OUTCOMES = "outcomes"
    PUBLISH = "publish"
    READERS = "readers"


BEFORE: Final = tuple(StepName)[: tuple(StepName).index(StepName.OPEN)]
"""What is done before a survey opens."""

NEEDED_TO_OPEN: Final = (StepName.QUESTIONNAIRE, StepName.PEOPLE, StepName.GROUPS, StepName.DATES)


class Standing(StrEnum):
    """How a step stands."""

    DONE = "done"
    NOW = "now"
    NEEDED = "needed"
    OPTIONAL = "optional"
    LEFT_OUT = "left out"
    LATER = "later"


class GroupsCheck(StrEnum):
    """Whether somebody has looked at the groups as they are now."""

    NEVER = "never"
    CHANGED = "changed"
    CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class Figures:
    """What the words of the steps are made of.

    people: on the roster of a draft, invited afterwards. groups, joined: as in LabelPreview; 0 once open.
    """

    own: OwnCount
    people: int
    without_address: int
    groups: int
    joined: int
    groups_check: GroupsCheck
    has_timetable: bool
    own_texts: int
    board: BoardCase
    tested_at: datetime | None
    comments: ReviewStatus
    facts: int
    outcomes: int
    readers: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A survey with its steps.

    zone: the clock that its times are told on. quiet_hours: from and until; None before any date is set.
    """

    wave_id: int
    name: str
    organisation_id: int
    organisation: str
    state: WaveState
    form: Form
    sector: str
    k: int
    opens_at: datetime | None
    closes_at: datetime | None
    opened_at: datetime | None
    closed_at: datetime | None
    published_at: datetime | None
    zone: ZoneInfo
    quiet_hours: tuple[int, int] | None
    follows: int | None
    figures: Figures
    standings: dict[StepName, Standing]

    @property
    def next_step(self) -> StepName | None:
        """What is to be done now; None where nothing is."""
        return next((step for step, standing in self.standings.items() if standing is Standing.NOW), None)

    @property
    def missing(self) -> tuple[StepName, ...]:
        """What is needed before a draft can open."""
        return tuple(step for step in NEEDED_TO_OPEN if self.standings[step] is not Standing.DONE)


def surveys(database: Database, staff: Staff) -> list[Overview]:
    """All surveys that the person prepares and runs, by organisation, the newest first."""
    with database.read() as session:
        waves = session.scalars(
            select(Wave)
            .join(Organisation, Organisation.id == Wave.organisation_id)
            .where(Wave.organisation_id.in_(staff.rights.organisations(STAFF)))
            .order_by(Organisation.name, Wave.id.desc())
        )
        return [overview_of(session, wave) for wave in waves]


def staff_organisations(database: Database, staff: Staff) -> list[tuple[int, str]]:
    """Number and name of the organisations in which the person may make a survey."""
    with database.read() as session:
        rows = session.execute(
            select(Organisation.id, Organisation.name)
            .where(Organisation.id.in_(staff.rights.organisations(STAFF)))
            .order_by(Organisation.name)
        )
        return [(number, name) for number, name in rows]


def survey(database: Database, wave_id: int, staff: Staff) -> Overview:
    """One survey.

    Raises:
        NotVisible: there is no such wave for this person.
    """
    with database.read() as session:
        return overview_of(session, staff_wave(session, wave_id, staff))


def overview_of(session: Session, wave: Wave) -> Overview:
    """A survey with its steps."""
    prepared = session.get(WavePreparation, wave.id)
    table = session.get(Timetable, wave.id)
    figures = _figures(session, wave, prepared)
    return Overview(
        wave_id=wave.id,
        name=wave.name,
        organisation_id=wave.organisation_id,
        organisation=session.get_one(Organisation, wave.organisation_id).name,
        state=wave.state,
        form=wave.form.value,
        sector=wave.sector,
        k=wave.k,
        opens_at=wave.opens_at,
        closes_at=wave.closes_at,
        opened_at=wave.opened_at,
        closed_at=wave.closed_at,
        published_at=wave.published_at,
        zone=zone_of(session, wave.id),
        quiet_hours=(table.quiet_from, table.quiet_until) if table else None,
        follows=prepared.follows if prepared else None,
        figures=figures,
        standings=standings(wave.state, bool(prepared and prepared.questionnaire_chosen), wave.k, figures),
    )


def standings(state: WaveState, chosen: bool, k: int, figures: Figures) -> dict[StepName, Standing]:
    """How each step stands; exactly one is NOW, unless the survey is published.

    chosen: whether somebody has chosen the questionnaire.
    """
    done = {
        StepName.QUESTIONNAIRE: chosen,
        StepName.PEOPLE: figures.people >= k,
        StepName.GROUPS: figures.groups_check is GroupsCheck.CHECKED,
        StepName.DATES: figures.has_timetable,
        StepName.MESSAGES: figures.own_texts > 0,
        StepName.BOARD: figures.board.complete or not figures.board.askable,
        StepName.TEST: figures.tested_at is not None,
        StepName.OPEN: False,
        StepName.COMMENTS: state is not WaveState.DRAFT and figures.comments.waiting == 0,
        StepName.FACTS: figures.facts > 0,
        StepName.OUTCOMES: figures.outcomes > 0,
        StepName.READERS: figures.readers > 0,
    }
    order = tuple(StepName)
    if state is WaveState.DRAFT:
        now = next((step for step in NEEDED_TO_OPEN if not done[step]), StepName.OPEN)
        return {step: _draft_standing(step, done.get(step, False), now) for step in order}
    now = {
        WaveState.OPEN: StepName.WATCH,
        WaveState.CLOSING: StepName.CLOSE,
        WaveState.CLOSED: StepName.PUBLISH if done[StepName.COMMENTS] else StepName.COMMENTS,
    }.get(state, StepName.READERS)
    found: dict[StepName, Standing] = {}
    for step in order:
        if step in (StepName.FACTS, StepName.OUTCOMES):
            waived = Standing.LEFT_OUT if state is WaveState.PUBLISHED else Standing.OPTIONAL
            found[step] = Standing.DONE if done[step] else waived
        elif step is StepName.TEST and not done[step]:
            found[step] = Standing.LEFT_OUT
        elif step is now and state is not WaveState.PUBLISHED:
            found[step] = Standing.NOW
        elif step is StepName.READERS:
            found[step] = Standing.DONE if done[step] else Standing.OPTIONAL
        else:
            found[step] = Standing.DONE if order.index(step) < order.index(now) else Standing.LATER
    return found


def _draft_standing(step: StepName, is_done: bool, now: StepName) -> Standing:
    if is_done:
        return Standing.DONE
    if step is now:
        return Standing.NOW
    if step in NEEDED_TO_OPEN or step is StepName.OPEN:
        return Standing.NEEDED
    return Standing.OPTIONAL if step in BEFORE else Standing.LATER


def _figures(session: Session, wave: Wave, prepared: WavePreparation | None) -> Figures:
    firm, draft = wave.organisation_id, wave.state is WaveState.DRAFT
    on_roster = Counter(
        {
            bool(address): people
            for address, people in session.execute(
                select(Person.email.is_not(None), func.count())
                .where(Person.organisation_id == firm)
                .group_by(Person.email.is_not(None))
            )
        }
    )
    preview = preview_of(session, wave) if draft else None
    check = GroupsCheck.CHECKED
    if preview is not None and not preview.checked:
        check = GroupsCheck.CHANGED if prepared and prepared.groups_checked else GroupsCheck.NEVER
    invited = select(func.sum(Headcount.invited)).where(Headcount.wave_id == wave.id)
    return Figures(
        own=own_count(session, wave),
        people=on_roster.total() if draft else session.scalar(invited) or 0,
        without_address=on_roster[False],
        groups=len(preview.groups) if preview else 0,
        joined=preview.joined if preview else 0,
        groups_check=check,
        has_timetable=session.get(Timetable, wave.id) is not None,
        own_texts=_count(session, MessageText, MessageText.wave_id == wave.id),
        board=board_of(session, wave) if draft else BoardCase((), wave.k),
        tested_at=prepared.tested_at if prepared else None,
        comments=review_status(session, wave.id),
        facts=_count(session, SheetFact, SheetFact.wave_id == wave.id),
        outcomes=_count(session, Outcome, Outcome.organisation_id == firm),
        readers=_count(
            session, Membership, Membership.organisation_id == firm, Membership.role == Role.READER
        ),
    )


def _count(session: Session, table: type[object], *conditions: object) -> int:
    return session.scalars(select(func.count()).select_from(table).where(*conditions)).one()  # type: ignore[arg-type]
