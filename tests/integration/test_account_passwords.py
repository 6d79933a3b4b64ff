from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fixtures_accounts import (
    BASE_URL,
    NOW,
    PASSWORD,
    SECRET,
    AUser,
    a_firm,
    a_user,
    a_whole_session,
    token_of,
)
from sqlalchemy import select

from coherence.accounts import links, sessions
from coherence.accounts.access import Stage
from coherence.accounts.limits import TooManyTries
from coherence.accounts.passwords import Weakness, WeakPassword, hash_new_password, is_correct, weakness
from coherence.store import AccountLink, AuditEntry, Database, LinkPurpose, Role, SignIn, User
from coherence.use_cases.accounts.choose_password import (
    WrongPassword,
    change_password,
    choose_password_by_link,
    is_password_link,
)
from coherence.use_cases.accounts.forgotten_password import ask_for_password_link
from coherence.use_cases.accounts.sign_in import SignInRefused, sign_in
from coherence.use_cases.accounts.sign_in_by_link import LinkUnusable, make_sign_in_link, sign_in_by_link
from coherence.use_cases.accounts.signed_in_user import recognise

NEW = "seven paper lanterns outside"


@pytest.fixture
def hr(database: Database) -> AUser:
    a_firm(database)
    return a_user(database)


def _link(
    database: Database, user: AUser, purpose: LinkPurpose = LinkPurpose.PASSWORD_RESET, hours: float = 1
) -> str:
    with database.write() as session:
        link = links.issue(
            session, user.id, purpose, base_url=BASE_URL, now=NOW, lasts=timedelta(hours=hours)
        )
    return token_of(link)


def _choose(database: Database, token: str, password: str = NEW, minutes: float = 0) -> int:
    now = NOW + timedelta(minutes=minutes)
    return choose_password_by_link(database, token, password, secret=SECRET, now=now)


def _may_sign_in(database: Database, user: AUser, password: str) -> bool:
    try:
        sign_in(database, user.email, password, secret=SECRET, replacing=None, now=NOW)
    except SignInRefused:
        return False
    return True


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("elevenchars", Weakness.TOO_SHORT),
        ("twelve chars", None),
        ("blue kettle on the hill", None),
        ("x" * 201, Weakness.TOO_LONG),
        ("żółw niesie łódź", None),
        ("PassWord123456", Weakness.TOO_COMMON),
        ("qwertyuiop123456", Weakness.TOO_COMMON),
        ("letmeinletmein", Weakness.TOO_COMMON),
        ("aaaaaaaaaaaa", Weakness.TOO_COMMON),
        ("121212121212", Weakness.TOO_COMMON),
        ("Coherence2026!", Weakness.TOO_COMMON),
        ("my jane.doe password", Weakness.HOLDS_THE_ADDRESS),
        ("greetings acme.example", Weakness.HOLDS_THE_ADDRESS),
    ],
)
def test_which_passwords_are_accepted(password: str, expected: Weakness | None) -> None:
    assert weakness(password, "jane.doe@acme.example") is expected


def test_a_short_name_in_the_address_does_not_forbid_ordinary_words() -> None:
    assert weakness("annual planning of hats", "ann@acme.example") is None


def test_passwords_are_kept_as_argon2id_with_a_salt() -> None:
    first, second = (hash_new_password(NEW, "hr@acme.example") for _ in range(2))
    assert first.startswith("$argon2id$")
    assert first != second
    assert is_correct(first, NEW)
    assert not is_correct(first, NEW + " ")
    assert not is_correct(None, NEW)
    assert not is_correct("not a hash", NEW)


def test_the_same_letters_from_another_keyboard_are_the_same_password() -> None:
    composed, decomposed = "caf\u00e9 au lait encore", "cafe\u0301 au lait encore"
    assert is_correct(hash_new_password(composed, "hr@acme.example"), decomposed)


def test_a_link_lets_its_owner_choose_a_password_once(database: Database, hr: AUser) -> None:
    token = _link(database, hr)
    assert is_password_link(database, token, now=NOW)
    assert _choose(database, token) == hr.id
    assert _may_sign_in(database, hr, NEW)
    assert not _may_sign_in(database, hr, PASSWORD)
    assert not is_password_link(database, token, now=NOW)
    with pytest.raises(LinkUnusable):
        _choose(database, token, "another one of my own")
    assert _may_sign_in(database, hr, NEW)


def test_a_link_expires(database: Database, hr: AUser) -> None:
    token = _link(database, hr, hours=1)
    assert is_password_link(database, token, now=NOW + timedelta(minutes=59))
    with pytest.raises(LinkUnusable):
        _choose(database, token, minutes=60)
    assert _may_sign_in(database, hr, PASSWORD)


@pytest.mark.parametrize("token", ["", "unknown", "x" * 5000, "\u2603"])
def test_an_unknown_link_does_nothing(database: Database, hr: AUser, token: str) -> None:
    with pytest.raises(LinkUnusable):
        _choose(database, token)


def test_links_of_one_purpose_are_worth_nothing_for_the_other(database: Database, hr: AUser) -> None:
    for_sign_in = _link(database, hr, LinkPurpose.SIGN_IN)
    for_password = _link(database, hr)
    with pytest.raises(LinkUnusable):
        _choose(database, for_sign_in)
    with pytest.raises(LinkUnusable):
        sign_in_by_link(database, for_password, replacing=None, now=NOW)
    assert _choose(database, for_password) == hr.id


def test_a_weak_choice_does_not_use_the_link_up(database: Database, hr: AUser) -> None:
    token = _link(database, hr)
    with pytest.raises(WeakPassword) as weak:
        _choose(database, token, "short")
    assert weak.value.weakness is Weakness.TOO_SHORT
    assert _choose(database, token) == hr.id


def test_a_new_password_ends_sessions_and_links_of_that_account_alone(database: Database, hr: AUser) -> None:
    other = a_user(database, "other@acme.example", Role.READER)
    mine, theirs = a_whole_session(database, hr), a_whole_session(database, other)
    token, spare, foreign = _link(database, hr), _link(database, hr), _link(database, other)
    _choose(database, token)
    assert recognise(database, mine, NOW) is None
    assert recognise(database, theirs, NOW) is not None
    with pytest.raises(LinkUnusable):
        _choose(database, spare)
    assert is_password_link(database, foreign, now=NOW)


def test_a_link_used_many_times_at_once_works_once(database: Database, hr: AUser) -> None:
    token = _link(database, hr, LinkPurpose.SIGN_IN)
    at_once = 4
    ready = threading.Barrier(at_once)

    def use(_: int) -> bool:
        ready.wait(timeout=30)
        try:
            sign_in_by_link(database, token, replacing=None, now=NOW)
        except LinkUnusable:
            return False
        return True

    with ThreadPoolExecutor(at_once) as pool:
        assert Counter(pool.map(use, range(at_once))) == {True: 1, False: at_once - 1}


def test_only_digests_of_links_are_stored(database: Database, hr: AUser) -> None:
    token = _link(database, hr)
    with database.read() as session:
        digest = session.scalars(select(AccountLink.digest)).one()
    assert len(digest) == 32
    assert token.encode() not in digest


def test_a_sign_in_link_stands_for_both_factors_and_works_once(database: Database, hr: AUser) -> None:
    token = token_of(make_sign_in_link(database, hr.email, base_url=BASE_URL, now=NOW))
    user = recognise(database, sign_in_by_link(database, token, replacing=None, now=NOW), NOW)
    assert user is not None
    assert (user.user_id, user.stage) == (hr.id, Stage.SIGNED_IN)
    with pytest.raises(LinkUnusable):
        sign_in_by_link(database, token, replacing=None, now=NOW)


def test_changing_the_password_leaves_one_session_under_a_new_id(database: Database, hr: AUser) -> None:
    mine = a_whole_session(database, hr)
    other = a_whole_session(database, hr, NOW + timedelta(minutes=1))
    now = NOW + timedelta(minutes=2)
    renewed = change_password(database, mine, PASSWORD, NEW, now=now)
    assert recognise(database, mine, now) is None
    assert recognise(database, other, now) is None
    user = recognise(database, renewed, now)
    assert user is not None
    assert user.stage is Stage.SIGNED_IN
    assert _may_sign_in(database, hr, NEW)


def test_changing_needs_the_present_password_and_tries_are_limited(database: Database, hr: AUser) -> None:
    mine = a_whole_session(database, hr)
    for _ in range(10):
        with pytest.raises(WrongPassword):
            change_password(database, mine, "wrong", NEW, now=NOW)
    with pytest.raises(TooManyTries):
        change_password(database, mine, PASSWORD, NEW, now=NOW)
    assert _may_sign_in(database, hr, PASSWORD)


def test_a_password_change_is_written_down_without_the_password(database: Database, hr: AUser) -> None:
    _choose(database, _link(database, hr))
    with database.read() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        stored = session.get(User, hr.id)
    assert last is not None
    assert (last.action, last.actor_id, last.details) == ("account.password", hr.id, {"means": "link"})
    assert stored is not None
    assert NEW not in (stored.password_hash or "")


def test_a_link_is_mailed_to_known_addresses_three_times_an_hour(database: Database, hr: AUser) -> None:
    def ask(address: str, minutes: float = 0) -> int | None:
        return ask_for_password_link(database, address, secret=SECRET, now=NOW + timedelta(minutes=minutes))

    assert ask("nobody@acme.example") is None
    assert [ask(hr.email), ask(hr.email.upper()), ask(hr.email), ask(hr.email)] == [hr.id] * 3 + [None]
    assert ask(hr.email, minutes=60) == hr.id


def test_a_sign_in_under_way_does_not_outlive_a_password_change(database: Database, hr: AUser) -> None:
    refused = threading.Event()

    def sign_in_with_the_old_password() -> None:
        try:
            sign_in(database, hr.email, PASSWORD, secret=SECRET, replacing=None, now=NOW)
        except SignInRefused:
            refused.set()

    under_way = threading.Thread(target=sign_in_with_the_old_password)
    with database.write() as session:
        user = session.get(User, hr.id)
        assert user is not None
        user.password_hash = hash_new_password(NEW, hr.email)
        session.flush()
        sessions.end_all(session, hr.id)
        under_way.start()
        under_way.join(timeout=0.5)
    under_way.join()
    assert refused.is_set()
    with database.read() as session:
        assert session.scalars(select(SignIn)).all() == []
