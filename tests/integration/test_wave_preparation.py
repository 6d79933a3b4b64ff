"""A survey is prepared step by step, and nothing can be changed any more once it is open."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from fixtures_waves import a_draft
from sqlalchemy import select

from coherence.accounts.access import Grant, NotVisible, Rights
from coherence.ballots.errors import WrongState
from coherence.store import (
    AuditEntry,
    Database,
    Department,
    Organisation,
    Person,
    Role,
    User,
    Wave,
    WaveState,
)
from coherence.use_cases.launch_wave import WaveExists
from coherence.use_cases.timetables import set_timetable
from coherence.use_cases.waves.board_consent import NoSuchMember, board_case, record_consent
from coherence.use_cases.waves.draft import BadName, UnknownSector, choose_questionnaire, create_wave
from coherence.use_cases.waves.draft import choose_threshold as raise_threshold
from coherence.use_cases.waves.label_preview import GroupsChanged, approve_groups, label_preview
from coherence.use_cases.waves.open_survey import NotReady, open_survey
from coherence.use_cases.waves.overview import GroupsCheck, Standing, StepName, survey, surveys
from coherence.use_cases.waves.roster_changes import roster_changes
from coherence.use_cases.waves.staff_waves import Staff
from scoring.disclosure import Reason, ThresholdTooLow
from scoring.vocabulary import Level

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HR = Staff(7, Rights((Grant(1, Role.HR),)))
STRANGER = Staff(8, Rights((Grant(2, Role.HR),)))
SMALL_TEAMS = {
    ("North", Level.F): 3,
    ("South", Level.F): 12,
    ("South", Level.S): 2,
    ("", Level.M): 6,
    ("", Level.T): 4,
}


@pytest.fixture
def draft(sqlite_database: Database) -> int:
    """A wave of the first organisation, whose North and board are small."""
    with sqlite_database.write() as session:
        session.add(User(id=HR.user_id, email="hr@firm.example", name="Helen", created_at=NOW))
    return a_draft(sqlite_database, SMALL_TEAMS)


def prepare(database: Database, wave_id: int) -> None:
    choose_questionnaire(database, wave_id, HR, form="short", sector="RET", now=NOW)
    fingerprint = label_preview(database, wave_id, HR).fingerprint
    approve_groups(database, wave_id, HR, fingerprint=fingerprint, now=NOW)
    set_timetable(database, wave_id, time_zone="Europe/Vilnius", opens=None, closes=None, now=NOW)


def test_a_draft_names_what_is_missing_and_opens_only_when_nothing_is(
    sqlite_database: Database, draft: int, tmp_path: Path
) -> None:
    found = survey(sqlite_database, draft, HR)
    assert found.missing == (StepName.QUESTIONNAIRE, StepName.GROUPS, StepName.DATES)
    assert found.next_step is StepName.QUESTIONNAIRE
    with pytest.raises(NotReady, match="questionnaire, groups, dates"):
        open_survey(sqlite_database, draft, HR, key_folder=tmp_path / "keys", invite=False, now=NOW)
    prepare(sqlite_database, draft)
    assert survey(sqlite_database, draft, HR).next_step is StepName.OPEN
    open_survey(sqlite_database, draft, HR, key_folder=tmp_path / "keys", invite=False, now=NOW)
    opened = survey(sqlite_database, draft, HR)
    assert (opened.state, opened.next_step) == (WaveState.OPEN, StepName.WATCH)
    assert opened.figures.people == 27
    with sqlite_database.read() as session:
        done = session.scalars(select(AuditEntry.action).where(AuditEntry.actor_id == HR.user_id)).all()
    assert done == ["wave.questionnaire", "wave.groups", "wave.open"]


def test_what_was_settled_at_the_opening_stays(sqlite_database: Database, draft: int, tmp_path: Path) -> None:
    prepare(sqlite_database, draft)
    open_survey(sqlite_database, draft, HR, key_folder=tmp_path / "keys", invite=False, now=NOW)
    with pytest.raises(WrongState, match="settled when it opened"):
        choose_questionnaire(sqlite_database, draft, HR, form="full", sector="", now=NOW)
    with pytest.raises(WrongState, match="settled when it opened"):
        raise_threshold(sqlite_database, draft, HR, k=8, now=NOW)
    with pytest.raises(WrongState, match="settled when it opened"):
        label_preview(sqlite_database, draft, HR)
    with pytest.raises(WrongState):
        record_consent(sqlite_database, draft, HR, agreed=[], now=NOW)


def test_the_preview_says_which_teams_are_reported_together_and_why(
    sqlite_database: Database, draft: int
) -> None:
    preview = label_preview(sqlite_database, draft, HR)
    groups = {("/".join(group.unit), group.level): group for group in preview.groups}
    assert set(groups) == {("Firm", Level.F), ("Firm", Level.M)}
    leadership, staff = groups["Firm", Level.M], groups["Firm", Level.F]
    assert (leadership.invited, leadership.levels) == (10, frozenset({Level.M, Level.T}))
    assert [one.reason for one in leadership.joinings] == [Reason.TOP_JOINS_MANAGERS]
    assert staff.invited == 17
    assert [(one.reason, one.people) for one in staff.joinings] == [
        (Reason.SUPPORT_JOINS_FRONT_LINE, 2),
        (Reason.MOVED_UP, 3),
        (Reason.FILLS_THE_ROOT, 14),
    ]
    assert (preview.people, preview.moved, preview.smallest) == (27, 21, 10)


def test_a_larger_smallest_group_joins_more_teams_and_must_be_looked_at_again(
    sqlite_database: Database, draft: int
) -> None:
    seen = label_preview(sqlite_database, draft, HR)
    approve_groups(sqlite_database, draft, HR, fingerprint=seen.fingerprint, now=NOW)
    assert label_preview(sqlite_database, draft, HR).checked
    raise_threshold(sqlite_database, draft, HR, k=12, now=NOW)
    assert [group.invited for group in label_preview(sqlite_database, draft, HR).groups] == [13, 14]
    assert survey(sqlite_database, draft, HR).figures.groups_check is GroupsCheck.CHANGED
    with pytest.raises(ThresholdTooLow):
        raise_threshold(sqlite_database, draft, HR, k=4, now=NOW)


def test_groups_that_nobody_looked_at_are_not_found_good(sqlite_database: Database, draft: int) -> None:
    seen = label_preview(sqlite_database, draft, HR)
    with sqlite_database.write() as session:
        person = session.scalars(select(Person).where(Person.level == Level.S)).first()
        assert person
        session.delete(person)
    with pytest.raises(GroupsChanged, match="changed meanwhile"):
        approve_groups(sqlite_database, draft, HR, fingerprint=seen.fingerprint, now=NOW)
    assert survey(sqlite_database, draft, HR).figures.groups_check is GroupsCheck.NEVER


def test_a_board_of_four_stands_apart_only_if_every_member_agrees(
    sqlite_database: Database, draft: int
) -> None:
    case = board_case(sqlite_database, draft, HR)
    members = [member.person_id for member in case.members]
    assert (case.askable, case.complete, len(members)) == (True, False, 4)
    assert survey(sqlite_database, draft, HR).standings[StepName.BOARD] is Standing.OPTIONAL
    assert record_consent(sqlite_database, draft, HR, agreed=members, now=NOW).complete
    assert survey(sqlite_database, draft, HR).standings[StepName.BOARD] is Standing.DONE
    assert not record_consent(sqlite_database, draft, HR, agreed=members[1:], now=NOW).complete
    with pytest.raises(NoSuchMember):
        record_consent(sqlite_database, draft, HR, agreed=[members[0], 99_999], now=NOW)
    assert board_case(sqlite_database, draft, HR).agreed == 3


def test_a_second_survey_takes_over_the_first_and_shows_what_has_changed(
    sqlite_database: Database, draft: int, tmp_path: Path
) -> None:
    prepare(sqlite_database, draft)
    open_survey(sqlite_database, draft, HR, key_folder=tmp_path / "keys", invite=False, now=NOW)
    with sqlite_database.write() as session:
        firm = session.scalars(select(Organisation)).one()
        root = session.scalars(select(Department).where(Department.parent_id.is_(None))).one()
        east = Department(organisation_id=firm.id, parent_id=root.id, name="East")
        session.add(east)
        session.flush()
        north = session.scalars(
            select(Person)
            .join(Department, Department.id == Person.department_id)
            .where(Department.name == "North")
        ).all()
        for person in north:
            person.department_id = east.id
        session.delete(session.scalars(select(Person).where(Person.level == Level.S)).first())
    second = create_wave(sqlite_database, 1, HR, name=" Spring  2027", copy_of=draft, now=NOW)
    found = survey(sqlite_database, second, HR)
    assert (found.name, found.form, found.sector, found.zone.key) == (
        "Spring 2027",
        "short",
        "RET",
        "Europe/Vilnius",
    )
    assert found.missing == (StepName.GROUPS,)
    changes = roster_changes(sqlite_database, second, HR)
    assert changes
    assert (changes.earlier, changes.comparable) == ("Autumn", True)
    assert (changes.people_before, changes.people_now) == (27, 26)
    assert (changes.new, changes.gone) == ((("Firm", "East"),), (("Firm", "North"),))
    assert [(one.unit, one.level, one.before, one.now) for one in changes.changes] == [
        (("Firm", "South"), Level.S, 2, 1)
    ]
    assert roster_changes(sqlite_database, draft, HR) is None


def test_names_are_needed_and_stand_once_in_an_organisation(sqlite_database: Database, draft: int) -> None:
    with pytest.raises(WaveExists, match="Autumn"):
        create_wave(sqlite_database, 1, HR, name="Autumn", now=NOW)
    with pytest.raises(BadName):
        create_wave(sqlite_database, 1, HR, name="  ", now=NOW)
    with pytest.raises(UnknownSector, match="ZOO"):
        choose_questionnaire(sqlite_database, draft, HR, form="full", sector="ZOO", now=NOW)


def test_surveys_of_other_organisations_do_not_exist(sqlite_database: Database, draft: int) -> None:
    other = a_draft(sqlite_database, name="Elsewhere")
    assert [one.wave_id for one in surveys(sqlite_database, HR)] == [draft]
    assert [one.wave_id for one in surveys(sqlite_database, STRANGER)] == [other]
    for forbidden in (
        lambda: survey(sqlite_database, draft, STRANGER),
        lambda: label_preview(sqlite_database, draft, STRANGER),
        lambda: board_case(sqlite_database, draft, STRANGER),
        lambda: raise_threshold(sqlite_database, draft, STRANGER, k=6, now=NOW),
        lambda: create_wave(sqlite_database, 1, STRANGER, name="Mine", now=NOW),
        lambda: create_wave(sqlite_database, 2, STRANGER, name="Mine", copy_of=draft, now=NOW),
    ):
        with pytest.raises(NotVisible):
            forbidden()
    reader = Staff(9, Rights((Grant(1, Role.READER, 1),)))
    assert surveys(sqlite_database, reader) == []
    both = Staff(9, Rights((Grant(1, Role.CONSULTANT), Grant(2, Role.CONSULTANT))))
    with pytest.raises(NotVisible):
        create_wave(sqlite_database, 2, both, name="Mine", copy_of=draft, now=NOW)
    with sqlite_database.read() as session:
        assert session.scalar(select(Wave.k).where(Wave.id == draft)) == 5
