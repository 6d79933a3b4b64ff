"""Lists of people: in five languages, once and again, with an open survey, and people who leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from fixtures_accounts import NOW, SECRET, a_firm
from fixtures_waves import AWave
from sqlalchemy import func, select

from coherence.accounts.access import Grant, NotVisible, Rights
from coherence.ballots.admission import issue_link
from coherence.store import (
    AuditEntry,
    Database,
    Department,
    Headcount,
    Invitation,
    InvitationToken,
    Organisation,
    PendingImport,
    Person,
    Role,
    SealedBallot,
    User,
)
from coherence.use_cases.launch_wave import launch_wave
from coherence.use_cases.staff.import_roster import (
    NothingGood,
    PlanChanged,
    RosterPlan,
    TakenRoster,
    correct_columns,
    drop_roster,
    roster_plan,
    take_roster,
    upload_roster,
)
from coherence.use_cases.staff.late_joiners import CannotJoin, invite_late_joiners, late_joiners
from coherence.use_cases.staff.pending_lists import KEPT, NothingPending
from coherence.use_cases.staff.roster_people import erase_from_roster, roster_page
from coherence.use_cases.waves.staff_waves import Staff
from scoring.vocabulary import Level

HEAD = "department,level,email,name\n"


@dataclass(frozen=True)
class Office:
    """An organisation and its HR."""

    database: Database
    firm: int
    staff: Staff

    def upload(self, text: str) -> RosterPlan:
        upload_roster(self.database, self.firm, self.staff, file="list.csv", content=text.encode(), now=NOW)
        return self.plan()

    def plan(self) -> RosterPlan:
        return roster_plan(self.database, self.firm, self.staff, now=NOW)

    def take(self, plan: RosterPlan, *, leavers_go: bool = False) -> TakenRoster:
        return take_roster(
            self.database,
            self.firm,
            self.staff,
            fingerprint=plan.fingerprint,
            leavers_go=leavers_go,
            now=NOW,
        )

    def people(self) -> dict[str, tuple[str, Level]]:
        with self.database.read() as session:
            rows = session.execute(
                select(Person.email, Person.name, Department.name, Person.level)
                .join(Department, Department.id == Person.department_id)
                .where(Person.organisation_id == self.firm)
            )
            return {email or name or "": (department, level) for email, name, department, level in rows}

    def number(self, email: str) -> int:
        with self.database.read() as session:
            return session.scalars(select(Person.id).where(Person.email == email)).one()


@pytest.fixture
def office(database: Database) -> Office:
    return an_office(database)


@pytest.fixture
def small_office(sqlite_database: Database) -> Office:
    return an_office(sqlite_database)


def an_office(database: Database) -> Office:
    firm = a_firm(database)
    with database.write() as session:
        user = User(email="hr@acme.example", name="HR", created_at=NOW)
        session.add(user)
        session.flush()
        return Office(database, firm, Staff(user.id, Rights((Grant(firm, Role.HR),))))


def rows(department: str, people: int, level: str = "F", first: int = 0) -> str:
    place = department.replace("/", "-").lower()
    numbers = range(first, first + people)
    return "".join(f"{department},{level},{place}{n}@acme.example,\n" for n in numbers)


@pytest.mark.parametrize(
    "text",
    [
        "Department;Level;E-mail;Full name;Language\nSales/North;Managers;a@acme.example;Ann;English\n",
        "Dział;Szczebel;Adres e-mail;Nazwisko;Język\nSales / North;Kierownik;A@acme.example;Ann;angielski\n",
        "Padalinys;Lygis;El. paštas;Vardas, pavardė;Kalba\nsales/north;vadovas;a@acme.example;Ann;EN\n",
        "Подразделение;Уровень;Электронная почта;ФИО;Язык\nAcme/Sales/North;М;a@acme.example;Ann;\n",
        "Підрозділ;Рівень;Електронна пошта;ПІБ;Мова\nSales/North;керівник;a@acme.example;Ann;англійська\n",
    ],
    ids=["English", "Polish", "Lithuanian", "Russian", "Ukrainian"],
)
def test_columns_and_levels_are_known_in_five_languages(small_office: Office, text: str) -> None:
    plan = small_office.upload(text)
    assert (plan.missing, plan.faults) == ((), ())
    found = plan.comparison.joined[0]
    assert (found.path, found.level) == (("Acme", "Sales", "North"), Level.M)
    assert (found.email, found.name, found.language) == ("a@acme.example", "Ann", "en")


def test_a_column_that_is_not_known_is_matched_by_hand(small_office: Office) -> None:
    plan = small_office.upload("Wo,Stufe,email\nSales,F,a@acme.example\n")
    assert plan.missing == ("department", "level")
    assert plan.good_rows == 0
    with pytest.raises(NothingGood):
        small_office.take(plan)
    correct_columns(
        small_office.database,
        small_office.firm,
        small_office.staff,
        {"department": 0, "level": 1, "email": 2, "name": 99},
        add_departments=False,
        now=NOW,
    )
    assert small_office.plan().good_rows == 1


def test_the_good_rows_are_taken_and_the_list_is_forgotten(office: Office) -> None:
    plan = office.upload(HEAD + rows("Sales", 3) + "Sales,boss,x@acme.example,\n,T,,The Head\n")
    assert (plan.good_rows, plan.bad_rows) == (4, 1)
    assert office.people() == {}
    assert office.take(plan) == TakenRoster(joined=4, moved=0, changed=0, left=0)
    assert office.people()["The Head"] == ("Acme", Level.T)
    with pytest.raises(NothingPending):
        office.plan()
    with office.database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "roster.import")).one()
        assert session.scalar(select(func.count(PendingImport.id))) == 0
    assert entry.actor_id == office.staff.user_id
    assert entry.details["refused"] == 1
    assert "@" not in str(entry.details)


def test_a_second_list_shows_what_would_change_and_then_changes_it(office: Office) -> None:
    office.take(office.upload(HEAD + rows("Sales", 4) + "Claims,F,,Ann Lee\n"))
    second = HEAD + "Claims,F,sales0@acme.example,\nSales,F,sales1@acme.example,Bob\n"
    second += rows("Sales", 1, first=2) + "Claims,F,,ann lee\n" + rows("Claims", 1)
    plan = office.upload(second)
    found = plan.comparison
    assert [one.email for one in found.joined] == ["claims0@acme.example"]
    assert [pair.after.email for pair in found.moved] == ["sales0@acme.example"]
    assert [pair.after.name for pair in found.changed] == ["Bob", "ann lee"]
    assert [one.email for one in found.left] == ["sales3@acme.example"]
    assert found.unchanged == 1
    assert office.people()["sales0@acme.example"] == ("Sales", Level.F)
    assert office.take(plan, leavers_go=True) == TakenRoster(joined=1, moved=1, changed=2, left=1)
    assert office.people()["sales0@acme.example"] == ("Claims", Level.F)
    assert "sales3@acme.example" not in office.people()


def test_who_is_not_in_the_list_stays_unless_it_is_said_to_be_complete(small_office: Office) -> None:
    small_office.take(small_office.upload(HEAD + rows("Sales", 2)))
    small_office.take(small_office.upload(HEAD + rows("Claims", 1)))
    assert len(small_office.people()) == 3


def test_how_many_addresses_a_list_has_changed_is_written_down(small_office: Office) -> None:
    for address in ("a@acme.example", "b@acme.example"):
        row = f"Sales,F,{address},1\n"
        small_office.take(small_office.upload(f"department,level,email,number\n{row}"))
    with small_office.database.read() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "roster.import"))
        assert [one.details["addresses"] for one in entries.all()[-2:]] == [0, 1]


def test_who_stands_in_a_bad_row_has_not_left(small_office: Office) -> None:
    small_office.take(small_office.upload(HEAD + rows("Sales", 2)))
    plan = small_office.upload(HEAD + rows("Sales", 1) + "Sales,boss,SALES1@acme.example,\n")
    assert plan.comparison.left == ()


def test_a_row_that_would_join_two_people_is_refused(small_office: Office) -> None:
    head = "department,level,email,number\n"
    small_office.take(small_office.upload(head + "Sales,F,a@acme.example,1\nSales,F,b@acme.example,2\n"))
    plan = small_office.upload(head + "Sales,F,a@acme.example,2\nSales,F,b@acme.example,1\n")
    assert (plan.good_rows, plan.bad_rows) == (0, 2)


def test_new_departments_come_with_the_list_where_wished(office: Office) -> None:
    text = HEAD + "Stores/Riga,F,a@acme.example,\nstores/riga,F,b@acme.example,\n"
    assert office.upload(text).good_rows == 0
    matching = {"department": 0, "level": 1, "email": 2}
    correct_columns(office.database, office.firm, office.staff, matching, add_departments=True, now=NOW)
    plan = office.plan()
    assert plan.good_rows == 2
    office.take(plan)
    assert {department for department, _ in office.people().values()} == {"Riga"}


def test_a_list_is_confirmed_as_it_was_shown_or_not_at_all(small_office: Office) -> None:
    plan = small_office.upload(HEAD + rows("Sales", 2))
    small_office.upload(HEAD + rows("Sales", 3))
    with pytest.raises(PlanChanged):
        small_office.take(plan)
    assert small_office.people() == {}


def test_a_list_waits_two_hours_for_the_person_who_uploaded_it(small_office: Office) -> None:
    small_office.upload(HEAD + rows("Sales", 1))
    own = small_office
    other = Staff(own.staff.user_id + 1, own.staff.rights)
    with pytest.raises(NothingPending):
        roster_plan(own.database, own.firm, other, now=NOW)
    with pytest.raises(NothingPending):
        roster_plan(own.database, own.firm, own.staff, now=NOW + KEPT)
    drop_roster(own.database, own.firm, own.staff)
    with pytest.raises(NothingPending):
        own.plan()


def test_a_foreign_roster_does_not_exist(small_office: Office) -> None:
    own, stranger = small_office, Staff(small_office.staff.user_id, Rights((Grant(99, Role.HR),)))
    with pytest.raises(NotVisible):
        upload_roster(own.database, own.firm, stranger, file="x", content=b"a,b\n1,2\n", now=NOW)
    with pytest.raises(NotVisible):
        roster_page(own.database, own.firm, stranger)


def test_people_are_found_by_parts_of_name_address_and_department(small_office: Office) -> None:
    small_office.take(small_office.upload(HEAD + rows("Sales", 60) + "Claims,F,,Žaneta Иванова\n"))
    own = small_office

    def found(search: str) -> int:
        return roster_page(own.database, own.firm, own.staff, search=search).found

    assert (found("žaneta"), found("иванова claims"), found("SALES7@"), found("100%")) == (1, 1, 1, 0)
    page = roster_page(own.database, own.firm, own.staff, page=99)
    assert (page.page, page.pages, len(page.shown)) == (2, 2, 11)


def _open(office: Office, folder: Path, roster: str) -> AWave:
    office.take(office.upload(HEAD + roster))
    opened = launch_wave(
        office.database, organisation="Acme", name="Autumn", key_folder=folder / "keys", now=NOW
    )
    return AWave(office.database, opened.wave_id, folder / "keys")


def test_late_joiners_are_invited_where_every_label_stays(office: Office, tmp_path: Path) -> None:
    wave = _open(office, tmp_path, rows("Sales", 8) + rows("Claims", 6) + rows("", 6, "M"))
    office.take(office.upload(HEAD + rows("Sales", 2, first=50) + rows("Claims", 1, "M", first=50)))
    waiting = late_joiners(office.database, office.firm, office.staff)[0]
    assert [(one.path[-1], one.level, one.people, one.cannot) for one in waiting.groups] == [
        ("Claims", Level.M, 1, None),
        ("Sales", Level.F, 2, None),
    ]
    assert invite_late_joiners(office.database, office.firm, office.staff, wave.wave_id, now=NOW) == 3
    assert late_joiners(office.database, office.firm, office.staff) == []
    assert invite_late_joiners(office.database, office.firm, office.staff, wave.wave_id, now=NOW) == 0
    with office.database.read() as session:
        invited = session.scalar(select(func.sum(Headcount.invited)))
    assert invited == len(wave.invitations) == 23
    for invitation in wave.invitations:
        wave.answer(invitation)
    assert wave.close().ballots == 23


def test_late_joiners_stay_outside_where_others_were_told_of_another_group(
    small_office: Office, tmp_path: Path
) -> None:
    wave = _open(small_office, tmp_path, rows("Sales", 8) + rows("Claims", 4))
    small_office.take(small_office.upload(HEAD + rows("Claims", 1, first=50) + rows("Sales", 1, first=50)))
    with small_office.database.write() as session:
        parent = session.scalars(select(Department.id).where(Department.name == "Sales")).one()
        made = Department(organisation_id=small_office.firm, parent_id=parent, name="Brand new")
        session.add(made)
        session.flush()
        session.add(
            Person(
                organisation_id=small_office.firm,
                department_id=made.id,
                level=Level.F,
                language="en",
                name="N",
            )
        )
    own = small_office
    waiting = late_joiners(own.database, own.firm, own.staff)[0]
    assert {one.path[-1]: one.cannot for one in waiting.groups} == {
        "Claims": CannotJoin.LABEL_CHANGES,
        "Sales": None,
        "Brand new": CannotJoin.NEW_DEPARTMENT,
    }
    assert invite_late_joiners(own.database, own.firm, own.staff, wave.wave_id, now=NOW) == 1
    with own.database.read() as session:
        heads = session.scalars(select(Headcount).order_by(Headcount.unit)).all()
    assert sum(head.invited for head in heads) == 13


def test_erasing_a_person_takes_the_invitation_but_never_a_ballot(office: Office, tmp_path: Path) -> None:
    wave = _open(office, tmp_path, rows("Sales", 8))
    answered, silent = wave.invitations[:2]
    wave.answer(answered)
    with office.database.read() as session:
        by_invitation = {one.id: one.person_id for one in session.scalars(select(Invitation))}
    for invitation in (answered, silent):
        person = by_invitation[invitation]
        assert person is not None
        erase_from_roster(office.database, office.firm, office.staff, person, now=NOW)
    with office.database.read() as session:
        assert session.scalar(select(func.count()).select_from(SealedBallot)) == 1
        assert session.get(Invitation, silent) is None
        kept = session.get_one(Invitation, answered)
        assert (kept.used, kept.person_id) == (True, None)
    for invitation in wave.invitations[1:]:
        wave.answer(invitation)
    assert wave.close().ballots == 7


def test_people_who_left_go_from_an_open_survey_like_erased_ones(office: Office, tmp_path: Path) -> None:
    wave = _open(office, tmp_path, rows("Sales", 8))
    wave.answer(wave.invitations[7])
    plan = office.upload(HEAD + rows("Sales", 6))
    assert plan.open_wave == "Autumn"
    assert office.take(plan, leavers_go=True).left == 2
    assert len(wave.invitations) == 7
    for invitation in wave.invitations[:6]:
        wave.answer(invitation)
    assert wave.close().ballots == 7


def test_another_address_in_a_list_ends_the_links_to_the_old_one(office: Office, tmp_path: Path) -> None:
    head = "department,level,number,email\n"
    listed = "".join(f"Sales,F,{n},p{n}@acme.example\n" for n in range(8))
    office.take(office.upload(head + listed))
    launch_wave(office.database, organisation="Acme", name="Autumn", key_folder=tmp_path / "keys", now=NOW)
    moved, stays = office.number("p3@acme.example"), office.number("p4@acme.example")
    with office.database.write() as session:
        for invitation in session.scalars(select(Invitation)):
            invitation.mailed_round = 1
            issue_link(session, SECRET, invitation.id)
    assert office.take(office.upload(head + listed.replace("p3@", "new@"))).changed == 1
    with office.database.read() as session:
        tokens = session.scalars(select(InvitationToken.invitation_id)).all()
        left = {
            invitation.person_id: (invitation.mailed_round, tokens.count(invitation.id))
            for invitation in session.scalars(select(Invitation))
        }
    assert left[moved] == (0, 0)
    assert left[stays] == (1, 1)


def test_an_organisation_that_has_only_itself_takes_departments_from_its_first_list(
    small_office: Office,
) -> None:
    own = small_office
    with own.database.write() as session:
        firm = Organisation(name="Beta", sector="", languages=["en"], created_at=NOW - timedelta(days=1))
        session.add(firm)
        session.flush()
        session.add(Department(organisation_id=firm.id, parent_id=None, name="Beta"))
        beta = Office(own.database, firm.id, Staff(own.staff.user_id, Rights((Grant(firm.id, Role.HR),))))
    plan = beta.upload(HEAD + rows("Shops/Riga", 2))
    assert plan.new_departments == (("Beta", "Shops", "Riga"),)
    beta.take(plan)
    assert len(beta.people()) == 2
