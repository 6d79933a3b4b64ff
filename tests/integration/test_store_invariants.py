from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from fixtures_waves import NOW, AWave
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coherence.store import (
    AccountLink,
    AuditEntry,
    Base,
    Database,
    Department,
    Headcount,
    Invitation,
    Job,
    JobStatus,
    LinkPurpose,
    Membership,
    Organisation,
    Person,
    Publication,
    ReleasedRow,
    Role,
    SealedBallot,
    SignIn,
    TreeHasNoRoot,
    User,
    Wave,
    WaveState,
    stored_tree,
)
from scoring.vocabulary import Level


@contextmanager
def refused(database: Database) -> Iterator[Session]:
    """What is written in this block is refused by the database itself."""
    with pytest.raises(IntegrityError), database.write() as session:  # noqa: PT012, a commit may fail too
        yield session
        session.flush()


def _keep(database: Database, *rows: Base) -> None:
    with database.write() as session:
        session.add_all(rows)


def _firm(database: Database, name: str = "Bank") -> int:
    firm = Organisation(name=name, sector="retail", languages=["en"], created_at=NOW)
    _keep(database, firm)
    return firm.id


def _department(database: Database, firm: int, parent: int | None, name: str) -> int:
    department = Department(organisation_id=firm, parent_id=parent, name=name)
    _keep(database, department)
    return department.id


def _user(database: Database) -> int:
    user = User(email="a@example.org", name="Ada", created_at=NOW)
    _keep(database, user)
    return user.id


def test_a_tree_is_read_as_paths_with_the_departments_they_stand_for(database: Database) -> None:
    firm = _firm(database)
    root = _department(database, firm, None, "Bank")
    sales = _department(database, firm, root, "Sales")
    north = _department(database, firm, sales, "North")
    claims = _department(database, firm, root, "Claims")
    with database.read() as session:
        stored = stored_tree(session, firm)
    assert stored.tree.paths == (
        ("Bank",), ("Bank", "Claims"), ("Bank", "Sales"), ("Bank", "Sales", "North")
    )  # fmt: skip
    assert stored.department_ids == (root, claims, sales, north)
    assert stored.position[north] == 3


def test_a_firm_without_departments_has_no_tree(database: Database) -> None:
    firm = _firm(database)
    with pytest.raises(TreeHasNoRoot, match="import its structure"), database.read() as session:
        stored_tree(session, firm)


def test_siblings_have_different_names(database: Database) -> None:
    firm = _firm(database)
    root = _department(database, firm, None, "Bank")
    _department(database, firm, root, "Sales")
    with refused(database) as session:
        session.add(Department(organisation_id=firm, parent_id=root, name="Sales"))


def test_a_firm_has_one_root(database: Database) -> None:
    firm = _firm(database)
    _department(database, firm, None, "Bank")
    with refused(database) as session:
        session.add(Department(organisation_id=firm, parent_id=None, name="Other"))


def test_a_department_does_not_hang_under_another_firm(database: Database) -> None:
    root = _department(database, _firm(database), None, "Bank")
    other = _firm(database, "Shop")
    with refused(database) as session:
        session.add(Department(organisation_id=other, parent_id=root, name="Sales"))


def test_a_person_works_in_a_department_of_the_own_firm(database: Database) -> None:
    root = _department(database, _firm(database), None, "Bank")
    other = _firm(database, "Shop")
    with refused(database) as session:
        session.add(
            Person(organisation_id=other, department_id=root, level=Level.F, language="en", reference="1")
        )


def test_k_is_never_below_five(database: Database) -> None:
    firm = _firm(database)
    with refused(database) as session:
        session.add(
            Wave(
                organisation_id=firm, name="A", questionnaire="service", questionnaire_version="1",
                sector="retail", k=4,
            )
        )  # fmt: skip


def test_k_is_frozen_once_the_wave_is_open(wave: AWave) -> None:
    with refused(wave.database) as session:
        session.execute(update(Wave).values(k=6))


def test_the_key_of_an_open_wave_cannot_be_exchanged(wave: AWave) -> None:
    with refused(wave.database) as session:
        session.execute(update(Wave).values(public_key=bytes(1216)))


@pytest.mark.parametrize("state", [WaveState.OPEN, WaveState.CLOSING])
def test_a_closed_wave_never_reopens(wave: AWave, state: WaveState) -> None:
    wave.close()
    with refused(wave.database) as session:
        session.execute(update(Wave).values(state=state, closed_at=None))


def test_every_state_can_be_reached_in_order(wave: AWave) -> None:
    wave.close()
    with wave.database.write() as session:
        session.execute(update(Wave).values(state=WaveState.PUBLISHED, published_at=NOW))
    with wave.database.read() as session:
        assert session.get_one(Wave, wave.wave_id).state is WaveState.PUBLISHED


def test_an_open_wave_has_a_key(wave: AWave) -> None:
    firm = _firm(wave.database)
    with refused(wave.database) as session:
        session.add(
            Wave(
                organisation_id=firm, name="B", questionnaire="service", questionnaire_version="1",
                sector="retail", state=WaveState.OPEN, opened_at=NOW,
            )
        )  # fmt: skip


def test_a_person_is_invited_once_a_wave(wave: AWave) -> None:
    with refused(wave.database) as session:
        first = session.get_one(Invitation, wave.invitations[0])
        session.add(
            Invitation(wave_id=wave.wave_id, person_id=first.person_id, unit=first.unit, level=first.level)
        )


def test_erasing_a_person_leaves_the_head_count_and_the_invitation_without_a_name(wave: AWave) -> None:
    with wave.database.write() as session:
        invitation = session.get_one(Invitation, wave.invitations[0])
        invited = list(session.scalars(select(Headcount.invited)))
        session.execute(delete(Person).where(Person.id == invitation.person_id))
    with wave.database.read() as session:
        assert session.get_one(Invitation, wave.invitations[0]).person_id is None
        assert list(session.scalars(select(Headcount.invited))) == invited


def test_a_ballot_of_another_length_is_refused(wave: AWave) -> None:
    with refused(wave.database) as session:
        session.add(SealedBallot(wave_id=wave.wave_id, ciphertext=b"short"))


@pytest.mark.parametrize("change", ["update", "delete"])
@pytest.mark.parametrize("table", [AuditEntry, Publication, ReleasedRow])
def test_what_was_logged_or_published_is_never_changed(wave: AWave, table: type[Base], change: str) -> None:
    _keep(
        wave.database,
        AuditEntry(at=NOW, action="wave closed", subject=f"wave:{wave.wave_id}", details={"ballots": 9}),
        Publication(wave_id=wave.wave_id, document="{}", sha256="0" * 64, published_at=NOW),
    )
    _keep(
        wave.database,
        ReleasedRow(
            wave_id=wave.wave_id, position=0, unit=["Firm"], level="all", members=["Firm:F"], document="{}"
        ),
    )
    column = {"audit_entry": "subject", "publication": "document", "released_row": "document"}
    with refused(wave.database) as session:
        session.execute(
            delete(table)
            if change == "delete"
            else update(table).values({column[table.__tablename__]: "something else"})
        )


def test_a_reader_needs_a_subtree_and_staff_has_none(database: Database) -> None:
    firm, user = _firm(database), _user(database)
    root = _department(database, firm, None, "Bank")
    with refused(database) as session:
        session.add(Membership(user_id=user, organisation_id=firm, role=Role.READER))
    with refused(database) as session:
        session.add(Membership(user_id=user, organisation_id=firm, role=Role.HR, department_id=root))


def test_a_user_has_one_staff_role_in_a_firm(database: Database) -> None:
    firm, user = _firm(database), _user(database)
    _keep(database, Membership(user_id=user, organisation_id=firm, role=Role.HR))
    with refused(database) as session:
        session.add(Membership(user_id=user, organisation_id=firm, role=Role.CONSULTANT))


def test_a_readers_subtree_lies_in_the_firm_of_the_membership(database: Database) -> None:
    user, other = _user(database), _firm(database, "Shop")
    root = _department(database, _firm(database), None, "Bank")
    with refused(database) as session:
        session.add(Membership(user_id=user, organisation_id=other, role=Role.READER, department_id=root))


def test_removing_a_user_ends_sessions_links_and_roles(database: Database) -> None:
    firm, user = _firm(database), _user(database)
    soon = NOW + timedelta(hours=1)
    _keep(
        database,
        Membership(user_id=user, organisation_id=firm, role=Role.HR),
        SignIn(digest=bytes(32), user_id=user, started_at=NOW, idle_until=soon, ends_at=soon),
        AccountLink(digest=bytes(32), user_id=user, purpose=LinkPurpose.SIGN_IN, expires_at=soon),
    )
    with database.write() as session:
        session.execute(delete(User))
    with database.read() as session:
        for table in (Membership, SignIn, AccountLink):
            assert session.scalars(select(table)).all() == []


def test_a_session_is_never_idle_beyond_its_end(database: Database) -> None:
    user = _user(database)
    with refused(database) as session:
        session.add(
            SignIn(
                digest=bytes(32), user_id=user, started_at=NOW,
                idle_until=NOW + timedelta(hours=2), ends_at=NOW + timedelta(hours=1),
            )
        )  # fmt: skip


def test_a_running_job_has_a_lease(database: Database) -> None:
    with refused(database) as session:
        session.add(
            Job(kind="mail", subject="wave:1", status=JobStatus.RUNNING, created_at=NOW, run_after=NOW)
        )
