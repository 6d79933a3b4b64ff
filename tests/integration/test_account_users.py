from __future__ import annotations

import json
from datetime import timedelta

import pytest
from fixtures_accounts import BASE_URL, NOW, PASSWORD, SECRET, a_firm, a_user, a_whole_session, token_of
from sqlalchemy import select

from coherence.accounts.access import Grant, Stage
from coherence.accounts.addresses import BadAddress
from coherence.store import AuditEntry, Database, Membership, Role, User
from coherence.use_cases.accounts.add_user import (
    AddedUser,
    NoSuchDepartment,
    RoleHasNoDepartment,
    add_user,
)
from coherence.use_cases.accounts.choose_password import choose_password_by_link, is_password_link
from coherence.use_cases.accounts.own_account import HeldRole, held_roles
from coherence.use_cases.accounts.remove_user import HasNoRole, remove_user
from coherence.use_cases.accounts.reset_user import reset_user
from coherence.use_cases.accounts.sign_in import SignInRefused, sign_in
from coherence.use_cases.accounts.signed_in_user import recognise
from coherence.use_cases.accounts.users_by_address import NoSuchUser
from coherence.use_cases.organisations import NoSuchOrganisation, department_ids


def _add(
    database: Database,
    address: str = "ann@acme.example",
    role: Role = Role.HR,
    organisation: str = "Acme",
    department: str | None = None,
    name: str = "",
) -> AddedUser:
    return add_user(
        database,
        address,
        role=role,
        organisation=organisation,
        department=department,
        name=name,
        base_url=BASE_URL,
        now=NOW,
    )


@pytest.fixture
def firm(database: Database) -> int:
    return a_firm(database)


def test_a_new_person_gets_an_account_and_a_link_to_choose_a_password(database: Database, firm: int) -> None:
    added = _add(database, " Ann@Acme.Example ", name="Ann Meyer")
    assert added.new_account
    assert added.changed
    token = token_of(added.password_link)
    assert added.password_link == f"{BASE_URL}/password/new/{token}"
    assert is_password_link(database, token, now=NOW + timedelta(days=6))
    assert not is_password_link(database, token, now=NOW + timedelta(days=7))
    with database.read() as session:
        user = session.scalars(select(User)).one()
    assert (user.email, user.name, user.password_hash) == ("ann@acme.example", "Ann Meyer", None)


def test_the_same_role_again_changes_nothing_but_gives_a_new_link(database: Database, firm: int) -> None:
    first, second = _add(database), _add(database)
    assert (second.user_id, second.new_account, second.changed) == (first.user_id, False, False)
    assert second.password_link not in (None, first.password_link)


def test_a_person_with_a_password_needs_no_link(database: Database, firm: int) -> None:
    user = a_user(database, "ann@acme.example")
    a_firm(database, "Bolt")
    assert _add(database, user.email, organisation="Bolt").password_link is None


def test_a_consultant_may_have_several_organisations(database: Database, firm: int) -> None:
    a_firm(database, "Bolt")
    added = _add(database, role=Role.CONSULTANT)
    _add(database, role=Role.CONSULTANT, organisation="Bolt")
    assert held_roles(database, added.user_id) == (
        HeldRole("Acme", Role.CONSULTANT, None),
        HeldRole("Bolt", Role.CONSULTANT, None),
    )


def test_a_reader_may_have_several_subtrees_and_without_one_reads_everything(
    database: Database, firm: int
) -> None:
    added = _add(database, role=Role.READER, department="Sales / North")
    _add(database, role=Role.READER, department="Acme/Claims")
    whole = _add(database, "board@acme.example", Role.READER)
    assert [one.department for one in held_roles(database, added.user_id)] == ["Claims", "North"]
    assert [one.department for one in held_roles(database, whole.user_id)] == ["Acme"]


def test_another_role_replaces_the_first_and_ends_the_sessions(database: Database, firm: int) -> None:
    reader = a_user(database, "ann@acme.example", Role.READER, department="Sales")
    session_id = a_whole_session(database, reader)
    assert _add(database, role=Role.HR).changed
    assert recognise(database, session_id, NOW) is None
    assert held_roles(database, reader.id) == (HeldRole("Acme", Role.HR, None),)
    started = sign_in(database, reader.email, PASSWORD, secret=SECRET, replacing=None, now=NOW)
    assert started.stage is Stage.ENROLMENT_DUE


def test_a_role_that_did_not_change_leaves_sessions_alone(database: Database, firm: int) -> None:
    user = a_user(database, "ann@acme.example")
    session_id = a_whole_session(database, user)
    _add(database, role=Role.HR)
    assert recognise(database, session_id, NOW) is not None


@pytest.mark.parametrize(
    "address", ["", "ann", "ann@", "@acme.example", "a b@acme.example", "a@b@c", "a@acme.example\nBcc: x@y.z"]
)
def test_what_is_no_address_is_refused(database: Database, firm: int, address: str) -> None:
    with pytest.raises(BadAddress):
        _add(database, address)


def test_mistakes_are_named_and_nothing_is_stored(database: Database, firm: int) -> None:
    with pytest.raises(NoSuchOrganisation, match="Acme"):
        _add(database, organisation="Acne")
    with pytest.raises(NoSuchDepartment, match="Sales/North"):
        _add(database, role=Role.READER, department="Sales/South")
    with pytest.raises(RoleHasNoDepartment):
        _add(database, role=Role.HR, department="Sales")
    with database.read() as session:
        assert session.scalars(select(User)).all() == []
        assert session.scalars(select(Membership)).all() == []


def test_rights_name_organisation_role_and_department(database: Database, firm: int) -> None:
    reader = a_user(database, "ann@acme.example", Role.READER, department="Sales")
    user = recognise(database, a_whole_session(database, reader), NOW)
    with database.read() as session:
        sales = department_ids(session, firm)[("Acme", "Sales")]
    assert user is not None
    assert user.rights.grants == (Grant(firm, Role.READER, sales),)


def test_the_last_role_closes_the_account_and_a_new_one_opens_it_again(database: Database, firm: int) -> None:
    a_firm(database, "Bolt")
    user = a_user(database, "ann@acme.example")
    _add(database, organisation="Bolt")
    session_id = a_whole_session(database, user)
    assert remove_user(database, user.email, organisation="Acme", now=NOW) is False
    assert recognise(database, session_id, NOW) is None
    assert [one.organisation for one in held_roles(database, user.id)] == ["Bolt"]
    with pytest.raises(HasNoRole):
        remove_user(database, user.email, organisation="Acme", now=NOW)
    assert remove_user(database, user.email, organisation="Bolt", now=NOW) is True
    with pytest.raises(SignInRefused):
        sign_in(database, user.email, PASSWORD, secret=SECRET, replacing=None, now=NOW)
    _add(database)
    assert sign_in(database, user.email, PASSWORD, secret=SECRET, replacing=None, now=NOW)


def test_a_reset_takes_both_factors_and_all_sessions_and_gives_a_link(database: Database, firm: int) -> None:
    user = a_user(database, "ann@acme.example")
    session_id = a_whole_session(database, user)
    link = reset_user(database, "ANN@acme.example", base_url=BASE_URL, now=NOW)
    assert recognise(database, session_id, NOW) is None
    with pytest.raises(SignInRefused):
        sign_in(database, user.email, PASSWORD, secret=SECRET, replacing=None, now=NOW)
    choose_password_by_link(database, token_of(link), "a wholly other phrase", secret=SECRET, now=NOW)
    started = sign_in(database, user.email, "a wholly other phrase", secret=SECRET, replacing=None, now=NOW)
    assert started.stage is Stage.ENROLMENT_DUE


def test_an_unknown_person_cannot_be_reset_or_removed(database: Database, firm: int) -> None:
    with pytest.raises(NoSuchUser, match=r"nobody@acme\.example"):
        reset_user(database, "nobody@acme.example", base_url=BASE_URL, now=NOW)
    with pytest.raises(NoSuchUser):
        remove_user(database, "nobody@acme.example", organisation="Acme", now=NOW)


def test_role_changes_are_written_down_without_addresses_and_secrets(database: Database, firm: int) -> None:
    added = _add(database, role=Role.READER, department="Sales")
    _add(database)
    link = reset_user(database, "ann@acme.example", base_url=BASE_URL, now=NOW)
    remove_user(database, "ann@acme.example", organisation="Acme", now=NOW)
    with database.read() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [one.action for one in entries] == [
        "account.role",
        "account.role",
        "account.reset",
        "account.role-taken",
    ]
    assert {one.subject for one in entries} == {f"user:{added.user_id}"}
    assert [one.organisation_id for one in entries] == [firm, firm, None, firm]
    assert entries[1].details["role"] == "hr"
    written = json.dumps([[one.action, one.subject, one.details] for one in entries])
    assert "acme.example" not in written
    assert token_of(link) not in written
