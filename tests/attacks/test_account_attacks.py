"""What an attacker tries on accounts through the pages; every one of these must fail."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fixtures_accounts import (
    BASE_URL,
    HOME,
    NOW,
    PASSWORD,
    AService,
    AUser,
    a_firm,
    a_service,
    a_user,
    a_whole_session,
    add_guarded_pages,
    hidden_fields,
    token_of,
)
from sqlalchemy import select

from coherence.store import Database, Role, User
from coherence.use_cases.accounts.sign_in_by_link import make_sign_in_link
from coherence.use_cases.accounts.signed_in_user import recognise

NEW = "seven paper lanterns outside"
PLANTED = "an-id-that-the-attacker-knows-0123456789abc"


@pytest.fixture
def firm(sqlite_database: Database) -> int:
    return a_firm(sqlite_database)


@pytest.fixture
def service(sqlite_database: Database, firm: int, tmp_path: Path) -> AService:
    made = a_service(sqlite_database, tmp_path)
    add_guarded_pages(made.app)
    return made


@pytest.fixture
def hr(sqlite_database: Database, firm: int) -> AUser:
    return a_user(sqlite_database, "hr@acme.example")


@pytest.fixture
def reader(sqlite_database: Database, firm: int) -> AUser:
    return a_user(sqlite_database, "reader@acme.example", Role.READER, department="Sales")


# Sessions


def test_a_planted_session_id_is_never_adopted(service: AService, reader: AUser) -> None:
    victim = service.browser()
    victim.hold(PLANTED)
    victim.sign_in(reader)
    assert victim.cookie() not in (None, PLANTED)
    attacker = service.browser()
    attacker.hold(PLANTED)
    assert attacker.get("/account").location == "/sign-in?next=/account"


def test_a_session_that_the_attacker_began_does_not_become_the_victims(
    service: AService, hr: AUser, reader: AUser
) -> None:
    attacker = service.browser()
    attacker.sign_in(reader)
    planted = attacker.cookie()
    assert planted
    victim = service.browser()
    victim.hold(planted)
    token = hidden_fields(victim.get("/account").text)["csrf_token"]
    answer = victim.post("/sign-in", csrf_token=token, email=hr.email, password=PASSWORD)
    victim.send(answer.location or "", code=hr.code(NOW))
    assert hr.email in victim.get("/account").text
    assert victim.cookie() != planted
    assert attacker.get("/account").location == "/sign-in?next=/account"


def test_the_id_changes_at_every_step_and_the_one_before_is_dead(service: AService, hr: AUser) -> None:
    browser = service.browser()
    browser.send("/sign-in", email=hr.email, password=PASSWORD)
    ids = [browser.cookie()]
    for path, fields in (
        ("/sign-in/code", {"code": hr.code(NOW)}),
        ("/account/password", {"present": PASSWORD, "new": NEW, "again": NEW}),
    ):
        browser.send(path, **fields)
        assert recognise(service.database, ids[-1] or "", NOW) is None
        ids.append(browser.cookie())
    assert len(set(ids)) == 3
    assert recognise(service.database, ids[-1] or "", NOW) is not None


def test_a_form_token_from_before_the_sign_in_is_worth_nothing_after_it(
    service: AService, reader: AUser
) -> None:
    browser = service.browser()
    before = hidden_fields(browser.get("/sign-in").text)["csrf_token"]
    browser.sign_in(reader)
    assert browser.post("/account/sign-out-everywhere", csrf_token=before).status_code == 400
    assert browser.get("/account").status_code == 200


def test_a_new_password_ends_every_session_that_a_thief_may_hold(service: AService, hr: AUser) -> None:
    stolen = a_whole_session(service.database, hr)
    service.clock.forward(minutes=1)
    thief, owner = service.browser(), service.browser()
    thief.hold(stolen)
    assert thief.get("/account").status_code == 200
    owner.sign_in(hr, service.clock.now)
    owner.send("/account/password", present=PASSWORD, new=NEW, again=NEW)
    assert thief.get("/account").location == "/sign-in?next=/account"
    assert owner.get("/account").status_code == 200


def test_a_password_reset_ends_every_session_and_still_asks_for_the_code(
    service: AService, hr: AUser
) -> None:
    stolen = a_whole_session(service.database, hr)
    service.clock.forward(minutes=1)
    owner = service.browser()
    owner.send("/password/forgotten", email=hr.email)
    owner.send(service.mailed_path(), new=NEW, again=NEW)
    assert owner.cookie() is None
    assert owner.send("/sign-in", email=hr.email, password=NEW).location == "/sign-in/code"
    assert recognise(service.database, stolen, service.clock.now) is None


def test_the_cookie_is_bound_to_the_host_on_https(service: AService, reader: AUser) -> None:
    browser = service.browser(https=True)
    answer = browser.sign_in(reader)
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if "session=" in one]
    parts = cookie.split("; ")
    assert re.fullmatch(r"__Host-session=[\w-]{43}", parts[0])
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} == set(parts[1:]), "and no Domain"


def test_the_cookie_on_http_is_kept_from_scripts_and_other_sites(service: AService, reader: AUser) -> None:
    answer = service.browser().sign_in(reader)
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("session=")]
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} == set(cookie.split("; ")[1:])


def test_on_https_a_cookie_that_http_may_have_set_counts_for_nothing(
    service: AService, reader: AUser
) -> None:
    browser = service.browser(https=True)
    browser.hold(a_whole_session(service.database, reader))
    assert browser.get("/account").location == "/sign-in?next=/account"


# Second factor


def test_a_code_that_was_seen_cannot_be_used_again(service: AService, hr: AUser) -> None:
    seen = hr.code(NOW)
    service.browser().sign_in(hr, NOW)
    thief = service.browser()
    thief.send("/sign-in", email=hr.email, password=PASSWORD)
    answer = thief.send("/sign-in/code", code=seen)
    assert answer.status_code == 400
    assert thief.get("/account").location == "/sign-in/code?next=/account"


@pytest.mark.parametrize(
    "path", ["/account", "/account/password", "/staff", "/staff/1", "/account/authenticator"]
)
def test_the_password_alone_opens_no_page_of_staff(service: AService, hr: AUser, path: str) -> None:
    thief = service.browser()
    thief.send("/sign-in", email=hr.email, password=PASSWORD)
    assert thief.get(path).location == f"/sign-in/code?next={path}"


def test_staff_who_have_not_enrolled_reach_nothing_but_the_enrolment(service: AService, firm: int) -> None:
    fresh = a_user(service.database, "fresh@acme.example", enrolled=False)
    browser = service.browser()
    browser.sign_in(fresh)
    for path in ("/account", "/staff", f"/staff/{firm}"):
        assert browser.get(path).location == f"/account/authenticator?next={path}"


def test_the_authenticator_cannot_be_replaced_with_the_password_alone(service: AService, hr: AUser) -> None:
    thief = service.browser()
    thief.send("/sign-in", email=hr.email, password=PASSWORD)
    token = hidden_fields(thief.get("/sign-in/code").text)["csrf_token"]
    thief.post("/account/authenticator", csrf_token=token, code="000000")
    with service.database.read() as session:
        stored = session.get(User, hr.id)
    assert stored is not None
    assert stored.totp_secret == hr.totp_secret


# One-use links


def test_a_password_link_works_once(service: AService, reader: AUser) -> None:
    browser = service.browser()
    browser.send("/password/forgotten", email=reader.email)
    path = service.mailed_path()
    fields = hidden_fields(browser.get(path).text)
    assert browser.post(path, **fields, new=NEW, again=NEW).status_code == 302
    thief = service.browser()
    assert thief.get(path).status_code == 404
    token = hidden_fields(thief.get("/sign-in").text)["csrf_token"]
    assert (
        thief.post(
            path, csrf_token=token, new="a thief's own password", again="a thief's own password"
        ).status_code
        == 404
    )
    assert service.browser().send("/sign-in", email=reader.email, password=NEW).location == HOME


def test_a_password_link_expires_after_an_hour(service: AService, reader: AUser) -> None:
    browser = service.browser()
    browser.send("/password/forgotten", email=reader.email)
    path = service.mailed_path()
    fields = hidden_fields(browser.get(path).text)
    service.clock.forward(hours=1)
    assert browser.post(path, **fields, new=NEW, again=NEW).status_code == 404
    assert service.browser().send("/sign-in", email=reader.email, password=PASSWORD).location == HOME


def test_a_password_link_changes_the_account_that_it_was_made_for_and_no_other(
    service: AService, hr: AUser, reader: AUser
) -> None:
    browser = service.browser()
    browser.sign_in(hr, NOW)
    browser.send("/password/forgotten", email=reader.email)
    path = service.mailed_path()
    fields = hidden_fields(browser.get(path).text)
    answer = browser.post(path, **fields, new=NEW, again=NEW, email=hr.email, user_id=str(hr.id))
    assert answer.status_code == 302
    with service.database.read() as session:
        digests = dict(session.execute(select(User.email, User.password_hash)).all())
    service.clock.forward(minutes=1)
    assert service.browser().send("/sign-in", email=hr.email, password=NEW).status_code == 400
    assert service.browser().sign_in(hr, service.clock.now).location == HOME
    assert len(digests) == 2


def test_links_are_not_interchangeable(service: AService, hr: AUser) -> None:
    browser = service.browser()
    browser.send("/password/forgotten", email=hr.email)
    for_password = token_of(service.mailed_path())
    for_sign_in = token_of(make_sign_in_link(service.database, hr.email, base_url=BASE_URL, now=NOW))
    assert browser.get(f"/sign-in/link/{for_password}").status_code == 404
    assert browser.get(f"/password/new/{for_sign_in}").status_code == 404


def test_the_mailed_link_does_not_follow_a_forged_host(service: AService, reader: AUser) -> None:
    browser = service.browser()
    fields = hidden_fields(browser.get("/password/forgotten").text)
    browser.client.post(
        "/password/forgotten",
        data={**fields, "email": reader.email},
        headers={"X-Forwarded-Host": "evil.example", "Host": "localhost"},
        buffered=True,
    )
    [text] = service.mails()
    assert "evil.example" not in text
    assert f"{BASE_URL}/password/new/" in text
