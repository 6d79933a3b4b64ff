from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from fixtures_accounts import NOW, PASSWORD, SECRET, AUser, a_firm, a_user, a_whole_session
from sqlalchemy import select, update

from coherence.accounts.access import Stage
from coherence.accounts.limits import TooManyTries
from coherence.accounts.totp import accept_code, enrolment_address, matching_step
from coherence.store import AuditEntry, Database, Role, User
from coherence.use_cases.accounts.enrol_authenticator import AlreadyEnrolled, enrol_authenticator, offer
from coherence.use_cases.accounts.show_code import WrongCode, show_code
from coherence.use_cases.accounts.sign_in import sign_in
from coherence.use_cases.accounts.signed_in_user import NotSignedIn, recognise

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The key of RFC 6238, appendix B."""


@pytest.fixture
def hr(database: Database) -> AUser:
    a_firm(database)
    return a_user(database)


def _half(database: Database, user: AUser, minutes: float = 0) -> str:
    now = NOW + timedelta(minutes=minutes)
    return sign_in(database, user.email, PASSWORD, secret=SECRET, replacing=None, now=now).session_id


def _wrong(user: AUser) -> str:
    near = {user.code(NOW + timedelta(seconds=30 * steps)) for steps in (-1, 0, 1)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)


def test_codes_are_those_of_the_standard() -> None:
    # RFC 6238, appendix B: the last six digits of the code at 1111111109 s are 081804.
    moment = NOW.fromtimestamp(1111111109, NOW.tzinfo)
    assert matching_step(RFC_SECRET, "081804", moment) == 1111111109 // 30
    assert matching_step(RFC_SECRET, "081 804", moment) == 1111111109 // 30


@pytest.mark.parametrize(("seconds", "fits"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_off(seconds: int, fits: bool) -> None:
    code = pyotp.TOTP(RFC_SECRET).at(NOW)
    assert (matching_step(RFC_SECRET, code, NOW + timedelta(seconds=seconds)) is not None) is fits


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "-12345", "1" * 100_000])
def test_what_is_no_code_is_wrong(typed: str) -> None:
    assert matching_step(RFC_SECRET, typed, NOW) is None


def test_the_address_for_the_app_names_product_account_and_key() -> None:
    address = enrolment_address(RFC_SECRET, "hr@acme.example")
    parsed = pyotp.parse_uri(address)
    assert (parsed.issuer, parsed.name, parsed.secret) == ("Coherence", "hr@acme.example", RFC_SECRET)


def test_the_code_makes_a_half_session_whole_under_a_new_id(database: Database, hr: AUser) -> None:
    half = _half(database, hr)
    whole = show_code(database, half, hr.code(NOW), now=NOW)
    assert whole != half
    assert recognise(database, half, NOW) is None
    user = recognise(database, whole, NOW)
    assert user is not None
    assert user.stage is Stage.SIGNED_IN


def test_a_wrong_code_leaves_the_session_half_and_is_written_down(database: Database, hr: AUser) -> None:
    half = _half(database, hr)
    with pytest.raises(WrongCode):
        show_code(database, half, _wrong(hr), now=NOW)
    user = recognise(database, half, NOW)
    assert user is not None
    assert user.stage is Stage.CODE_DUE
    with database.read() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert (last.action, last.actor_id, last.details) == ("account.wrong-code", hr.id, {})


def test_an_older_code_than_the_last_is_worth_nothing(database: Database, hr: AUser) -> None:
    newer = NOW + timedelta(seconds=30)
    show_code(database, _half(database, hr), hr.code(newer), now=NOW)
    half = _half(database, hr)
    for used_up in (hr.code(NOW), hr.code(newer)):
        with pytest.raises(WrongCode):
            show_code(database, half, used_up, now=newer)
    show_code(database, half, hr.code(NOW + timedelta(seconds=60)), now=newer)


def test_of_equal_codes_sent_at_once_one_is_accepted(database: Database, hr: AUser) -> None:
    at_once = 4
    ready = threading.Barrier(at_once)

    def accept(_: int) -> bool:
        ready.wait(timeout=30)
        with database.write() as session:
            user = session.get(User, hr.id)
            assert user
            return accept_code(session, user, hr.code(NOW), NOW)

    with ThreadPoolExecutor(at_once) as pool:
        assert Counter(pool.map(accept, range(at_once))) == {True: 1, False: at_once - 1}


def test_after_five_wrong_codes_the_session_ends_and_new_ones_do_not_help(
    database: Database, hr: AUser
) -> None:
    half = _half(database, hr)
    for _ in range(5):
        with pytest.raises(WrongCode):
            show_code(database, half, _wrong(hr), now=NOW)
    with pytest.raises(TooManyTries):
        show_code(database, half, hr.code(NOW), now=NOW)
    assert recognise(database, half, NOW) is None
    with pytest.raises(TooManyTries):
        show_code(database, _half(database, hr), hr.code(NOW), now=NOW)
    later = NOW + timedelta(minutes=15)
    assert show_code(database, _half(database, hr, minutes=15), hr.code(later), now=later)


def test_a_code_is_only_taken_where_one_is_due(database: Database, hr: AUser) -> None:
    whole = a_whole_session(database, hr)
    later = NOW + timedelta(minutes=1)
    for session_id in (whole, "unknown", ""):
        with pytest.raises(NotSignedIn):
            show_code(database, session_id, hr.code(later), now=later)


def test_each_session_that_enrols_is_offered_a_key_of_its_own(database: Database) -> None:
    a_firm(database)
    user = a_user(database, enrolled=False)
    first, second = (offer(_half(database, user), user.email).secret for _ in range(2))
    assert first != second
    assert len(first) == 32, "160 bits in base32"


def test_enrolling_ends_all_sessions_but_a_new_whole_one(database: Database) -> None:
    a_firm(database)
    user = a_user(database, enrolled=False)
    other, mine = _half(database, user), _half(database, user)
    code = pyotp.TOTP(offer(mine, user.email).secret).at(NOW)
    whole = enrol_authenticator(database, mine, code, now=NOW)
    assert recognise(database, mine, NOW) is None
    assert recognise(database, other, NOW) is None
    found = recognise(database, whole, NOW)
    assert found is not None
    assert (found.stage, found.has_authenticator) == (Stage.SIGNED_IN, True)


def test_the_code_of_enrolment_is_used_up(database: Database) -> None:
    a_firm(database)
    user = a_user(database, enrolled=False)
    half = _half(database, user)
    code = pyotp.TOTP(offer(half, user.email).secret).at(NOW)
    enrol_authenticator(database, half, code, now=NOW)
    with pytest.raises(WrongCode):
        show_code(database, _half(database, user), code, now=NOW)


def test_a_code_of_another_sessions_key_enrols_nothing(database: Database) -> None:
    a_firm(database)
    user = a_user(database, enrolled=False)
    mine, other = _half(database, user), _half(database, user)
    code = pyotp.TOTP(offer(other, user.email).secret).at(NOW)
    with pytest.raises(WrongCode):
        enrol_authenticator(database, mine, code, now=NOW)
    with database.read() as session:
        assert session.scalars(select(User.totp_secret)).one() is None


def test_whoever_has_only_the_password_cannot_replace_the_authenticator(
    database: Database, hr: AUser
) -> None:
    half = _half(database, hr)
    code = pyotp.TOTP(offer(half, hr.email).secret).at(NOW)
    with pytest.raises(NotSignedIn):
        enrol_authenticator(database, half, code, now=NOW)
    whole = a_whole_session(database, hr)
    with pytest.raises(AlreadyEnrolled):
        enrol_authenticator(database, whole, pyotp.TOTP(offer(whole, hr.email).secret).at(NOW), now=NOW)


def test_a_reader_may_enrol_and_then_owes_the_code(database: Database) -> None:
    a_firm(database)
    reader = a_user(database, "reader@acme.example", Role.READER)
    session_id = a_whole_session(database, reader)
    code = pyotp.TOTP(offer(session_id, reader.email).secret).at(NOW)
    enrol_authenticator(database, session_id, code, now=NOW)
    started = sign_in(database, reader.email, PASSWORD, secret=SECRET, replacing=None, now=NOW)
    assert started.stage is Stage.CODE_DUE


def test_nobody_enrols_in_a_closed_account(database: Database) -> None:
    a_firm(database)
    user = a_user(database, enrolled=False)
    half = _half(database, user)
    with database.write() as session:
        session.execute(update(User).values(active=False))
    with pytest.raises(NotSignedIn):
        enrol_authenticator(database, half, pyotp.TOTP(offer(half, user.email).secret).at(NOW), now=NOW)
