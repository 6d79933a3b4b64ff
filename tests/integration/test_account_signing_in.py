from __future__ import annotations

from datetime import timedelta

import pytest
from fixtures_accounts import NOW, PASSWORD, SECRET, AUser, a_firm, a_user, a_whole_session
from sqlalchemy import select, update

from coherence.accounts import limits
from coherence.accounts.access import Stage
from coherence.accounts.limits import TooManyTries
from coherence.store import AuditEntry, Database, RateLimit, Role, SignIn, User
from coherence.use_cases.accounts.add_user import add_user
from coherence.use_cases.accounts.sign_in import SignInRefused, Started, sign_in
from coherence.use_cases.accounts.sign_out import sign_out
from coherence.use_cases.accounts.signed_in_user import recognise

READER = "reader@acme.example"


def _sign_in(
    database: Database,
    address: str = READER,
    password: str = PASSWORD,
    *,
    minutes: float = 0,
    replacing: str | None = None,
) -> Started:
    now = NOW + timedelta(minutes=minutes)
    return sign_in(database, address, password, secret=SECRET, replacing=replacing, now=now)


@pytest.fixture
def reader(database: Database) -> AUser:
    a_firm(database)
    return a_user(database, READER, Role.READER)


def test_a_reader_is_signed_in_by_the_password(database: Database, reader: AUser) -> None:
    started = _sign_in(database)
    assert started.stage is Stage.SIGNED_IN
    user = recognise(database, started.session_id, NOW)
    assert user is not None
    assert (user.user_id, user.stage) == (reader.id, Stage.SIGNED_IN)


def test_the_address_may_be_typed_in_capitals_and_with_spaces(database: Database, reader: AUser) -> None:
    assert _sign_in(database, f" {READER.upper()} ").stage is Stage.SIGNED_IN


@pytest.mark.parametrize("role", [Role.HR, Role.CONSULTANT])
def test_staff_with_an_authenticator_owe_the_code(database: Database, role: Role) -> None:
    a_firm(database)
    user = a_user(database, role=role)
    assert _sign_in(database, user.email).stage is Stage.CODE_DUE


@pytest.mark.parametrize("role", [Role.HR, Role.CONSULTANT])
def test_staff_without_an_authenticator_must_enrol_one(database: Database, role: Role) -> None:
    a_firm(database)
    user = a_user(database, role=role, enrolled=False)
    assert _sign_in(database, user.email).stage is Stage.ENROLMENT_DUE


def test_wrong_unknown_closed_and_unfinished_accounts_are_refused_alike(
    database: Database, reader: AUser
) -> None:
    closed = a_user(database, "closed@acme.example", Role.READER)
    add_user(
        database,
        "unfinished@acme.example",
        role=Role.READER,
        organisation="Acme",
        base_url="https://survey.example",
        now=NOW,
    )
    with database.write() as session:
        session.execute(update(User).where(User.id == closed.id).values(active=False))
    said = set()
    for address, password in [
        (READER, "another password altogether"),
        ("nobody@acme.example", PASSWORD),
        (closed.email, PASSWORD),
        ("unfinished@acme.example", ""),
        ("unfinished@acme.example", PASSWORD),
        (READER, "x" * 100_000),
    ]:
        with pytest.raises(SignInRefused) as refused:
            _sign_in(database, address, password)
        said.add(str(refused.value))
    assert len(said) == 1
    with database.read() as session:
        assert session.scalars(select(SignIn)).all() == []


@pytest.mark.parametrize("address", [READER, "nobody@acme.example"])
def test_after_ten_tries_nothing_helps_until_the_next_quarter_of_an_hour(
    database: Database, reader: AUser, address: str
) -> None:
    for _ in range(10):
        with pytest.raises(SignInRefused):
            _sign_in(database, address, "wrong")
    with pytest.raises(TooManyTries):
        _sign_in(database, address)
    other = a_user(database, "other@acme.example", Role.READER)
    assert _sign_in(database, other.email).stage is Stage.SIGNED_IN
    if address == READER:
        assert _sign_in(database, minutes=15).stage is Stage.SIGNED_IN


def test_a_success_clears_the_count(database: Database, reader: AUser) -> None:
    for _ in range(3):
        for _ in range(6):
            with pytest.raises(SignInRefused):
                _sign_in(database, password="wrong")
        assert _sign_in(database).stage is Stage.SIGNED_IN


def test_all_accounts_together_have_a_limit_too(database: Database, reader: AUser) -> None:
    limit = limits.ALL_PASSWORDS
    with database.write() as session:
        session.add(
            RateLimit(
                scope=limit.scope,
                subject=limits.EVERYBODY,
                window_start=limit.window_start(NOW),
                tries=limit.tries,
            )
        )
    with pytest.raises(TooManyTries):
        _sign_in(database)
    assert _sign_in(database, minutes=5).stage is Stage.SIGNED_IN


def test_counts_of_tries_hold_no_address(database: Database, reader: AUser) -> None:
    with pytest.raises(SignInRefused):
        _sign_in(database, password="wrong")
    with database.read() as session:
        subjects = list(session.scalars(select(RateLimit.subject)))
    assert any(one.startswith("address:") for one in subjects)
    assert not any("acme" in one or "reader" in one for one in subjects)


def test_the_session_that_the_browser_came_with_ends(database: Database, reader: AUser) -> None:
    first = _sign_in(database).session_id
    second = _sign_in(database, replacing=first).session_id
    assert recognise(database, first, NOW) is None
    assert recognise(database, second, NOW) is not None


def test_only_digests_of_session_ids_are_stored(database: Database, reader: AUser) -> None:
    session_id = _sign_in(database).session_id
    assert len(session_id) >= 43, "256 bits in base64"
    with database.read() as session:
        assert session_id.encode() not in [row.digest for row in session.scalars(select(SignIn))]


def test_half_an_hour_without_a_request_ends_a_session(database: Database, reader: AUser) -> None:
    session_id = _sign_in(database).session_id
    for minutes in (29, 58, 80):
        assert recognise(database, session_id, NOW + timedelta(minutes=minutes)) is not None
    assert recognise(database, session_id, NOW + timedelta(minutes=110)) is None


def test_twelve_hours_end_a_session_however_busy(database: Database, reader: AUser) -> None:
    session_id = _sign_in(database).session_id
    for minutes in range(20, 12 * 60, 20):
        assert recognise(database, session_id, NOW + timedelta(minutes=minutes)) is not None
    assert recognise(database, session_id, NOW + timedelta(hours=12)) is None


def test_between_password_and_code_ten_minutes_may_pass(database: Database) -> None:
    a_firm(database)
    session_id = _sign_in(database, a_user(database).email).session_id
    assert recognise(database, session_id, NOW + timedelta(minutes=9)) is not None
    assert recognise(database, session_id, NOW + timedelta(minutes=10)) is None


def test_signing_out_ends_one_session_and_no_other(database: Database, reader: AUser) -> None:
    first, second = _sign_in(database).session_id, _sign_in(database).session_id
    sign_out(database, first)
    sign_out(database, first)
    assert recognise(database, first, NOW) is None
    assert recognise(database, second, NOW) is not None


def test_a_deactivated_account_is_out_at_once(database: Database, reader: AUser) -> None:
    session_id = _sign_in(database).session_id
    with database.write() as session:
        session.execute(update(User).where(User.id == reader.id).values(active=False))
    assert recognise(database, session_id, NOW) is None


def test_a_sign_in_is_written_down_once_and_a_failed_one_not(database: Database) -> None:
    a_firm(database)
    user = a_user(database)
    with database.read() as session:
        before = len(session.scalars(select(AuditEntry)).all())
    with pytest.raises(SignInRefused):
        _sign_in(database, user.email, "wrong")
    a_whole_session(database, user)
    with database.read() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()[before:]
    assert [(one.action, one.actor_id, one.subject) for one in entries] == [
        ("account.sign-in", user.id, f"user:{user.id}")
    ]


def test_what_has_run_out_is_forgotten_at_the_next_sign_in(database: Database, reader: AUser) -> None:
    _sign_in(database)
    with pytest.raises(SignInRefused):
        _sign_in(database, "nobody@acme.example")
    _sign_in(database, minutes=3 * 24 * 60)
    with database.read() as session:
        assert len(session.scalars(select(SignIn)).all()) == 1
        starts = session.scalars(select(RateLimit.window_start)).all()
    assert all(start > NOW + timedelta(days=1) for start in starts)
