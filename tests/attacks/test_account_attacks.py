"""What an attacker tries on accounts through the pages; every one of these must fail."""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest
from fixtures_accounts import (
    BASE_URL,
    NOW,
    PASSWORD,
    AService,
    AUser,
    Browser,
    a_firm,
    a_service,
    a_user,
    a_whole_session,
    hidden_fields,
    token_of,
)
from flask import Flask
from sqlalchemy import select

from coherence.store import AccountLink, AuditEntry, Database, Role, SignIn, User
from coherence.use_cases.accounts.sign_in_by_link import make_sign_in_link
from coherence.use_cases.accounts.signed_in_user import recognise
from coherence.web.redirects import local_path
from coherence.web.signing_in import present_user, signed_in

NEW = "seven paper lanterns outside"
PLANTED = "an-id-that-the-attacker-knows-0123456789abc"

ELSEWHERE = [
    "https://evil.example/",
    "http://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "account",
    "@evil.example",
    "//evil.example\\@localhost/",
    "//[evil",
    "https:evil.example",
    "",
]


@pytest.fixture
def firm(sqlite_database: Database) -> int:
    return a_firm(sqlite_database)


@pytest.fixture
def foreign_firm(sqlite_database: Database) -> int:
    return a_firm(sqlite_database, "Bolt")


@pytest.fixture
def service(sqlite_database: Database, firm: int, tmp_path: Path) -> AService:
    made = a_service(sqlite_database, tmp_path)
    _add_staff_routes(made.app)
    return made


@pytest.fixture
def hr(sqlite_database: Database, firm: int) -> AUser:
    return a_user(sqlite_database, "hr@acme.example")


@pytest.fixture
def reader(sqlite_database: Database, firm: int) -> AUser:
    return a_user(sqlite_database, "reader@acme.example", Role.READER, department="Sales")


def _add_staff_routes(app: Flask) -> None:
    """Pages as other parts of the application guard theirs."""

    @app.route("/staff/<int:organisation_id>", methods=["GET", "POST"], endpoint="staff_page")
    @signed_in(Role.CONSULTANT, Role.HR)
    def staff_page(organisation_id: int) -> str:
        return f"for staff of {organisation_id}: {present_user().email}"

    @app.get("/staff", endpoint="staff_home")
    @signed_in(Role.CONSULTANT, Role.HR)
    def staff_home() -> str:
        return "for staff"

    @app.get("/read/<int:organisation_id>", endpoint="reader_page")
    @signed_in(*Role)
    def reader_page(organisation_id: int) -> str:
        return "for everybody of the organisation"


def _path(link: str) -> str:
    return link.removeprefix(BASE_URL)


def _without_tokens(page: str, *typed: str) -> str:
    page = re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", page)
    for one in typed:
        page = page.replace(one, "ADDRESS")
    return page


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
    assert service.browser().send("/sign-in", email=reader.email, password=NEW).location == "/account"


def test_a_password_link_expires_after_an_hour(service: AService, reader: AUser) -> None:
    browser = service.browser()
    browser.send("/password/forgotten", email=reader.email)
    path = service.mailed_path()
    fields = hidden_fields(browser.get(path).text)
    service.clock.forward(hours=1)
    assert browser.post(path, **fields, new=NEW, again=NEW).status_code == 404
    assert service.browser().send("/sign-in", email=reader.email, password=PASSWORD).location == "/account"


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
    assert service.browser().sign_in(hr, service.clock.now).location == "/account"
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


# Redirects


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_target_outside_this_site_is_followed(service: AService, reader: AUser, target: str) -> None:
    assert local_path(target) is None
    browser = service.browser()
    fields = hidden_fields(browser.get("/sign-in").text)
    fields["next"] = target
    answer = browser.post("/sign-in", **fields, email=reader.email, password=PASSWORD)
    assert answer.location == "/account"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_steps_after_the_password_follow_none_either(service: AService, hr: AUser, target: str) -> None:
    browser = service.browser()
    browser.send("/sign-in", email=hr.email, password=PASSWORD)
    fields = hidden_fields(browser.client.get("/sign-in/code", query_string={"next": target}).text)
    assert not fields.get("next")
    answer = browser.post("/sign-in/code", **{**fields, "next": target}, code=hr.code(NOW))
    assert answer.location == "/account"


# Which addresses have an account


def test_signing_in_says_the_same_for_known_and_unknown_addresses(service: AService, reader: AUser) -> None:
    unknown = "nobody@acme.example"
    known, other = service.browser(), service.browser()
    for _ in range(12):
        answers = [
            one.send("/sign-in", email=address, password="wrong")
            for one, address in ((known, reader.email), (other, unknown))
        ]
        first, second = (_without_tokens(one.text, reader.email, unknown) for one in answers)
        assert first == second
        assert answers[0].status_code == answers[1].status_code
        assert set(answers[0].headers.keys()) == set(answers[1].headers.keys())


def test_asking_for_a_password_says_the_same_for_known_and_unknown_addresses(
    service: AService, reader: AUser
) -> None:
    for _ in range(5):
        pages = [
            service.browser().send("/password/forgotten", email=address)
            for address in (reader.email, "nobody@acme.example")
        ]
        assert pages[0].status_code == pages[1].status_code == 200
        assert _without_tokens(pages[0].text) == _without_tokens(pages[1].text)
    assert {message["To"] for message in service.messages()} == {reader.email}
    assert len(service.messages()) == 3, "and no mailbox is flooded"


# Forged forms


def _state(service: AService) -> str:
    """Everything about accounts in the database that a form could change, times of idleness apart."""
    with service.database.read() as session:
        return repr(
            [
                sorted(
                    (u.id, u.password_hash, u.totp_secret, u.totp_step) for u in session.scalars(select(User))
                ),
                sorted((s.digest, s.user_id, s.second_factor) for s in session.scalars(select(SignIn))),
                sorted((one.digest, one.used) for one in session.scalars(select(AccountLink))),
                len(session.scalars(select(AuditEntry)).all()),
            ]
        )


def _posting_paths(app: Flask, token: str) -> list[str]:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("account.")]
    posting = [rule.rule.replace("<token>", token) for rule in rules if "POST" in (rule.methods or ())]
    assert len(posting) >= 9
    return posting


@pytest.mark.parametrize("forged", [None, "", "made-up", "another browser's"])
def test_no_form_without_a_token_of_its_own_browser_does_anything(
    service: AService, reader: AUser, forged: str | None
) -> None:
    victim = service.browser()
    victim.sign_in(reader)
    link = token_of(make_sign_in_link(service.database, reader.email, base_url=BASE_URL, now=NOW))
    if forged == "another browser's":
        forged = hidden_fields(service.browser().get("/sign-in").text)["csrf_token"]
    before = _state(service)
    fields = {"email": reader.email, "password": PASSWORD, "code": "123456", "present": PASSWORD}
    fields |= {"new": NEW, "again": NEW}
    if forged is not None:
        fields["csrf_token"] = forged
    for path in _posting_paths(service.app, link):
        assert victim.post(path, **fields).status_code == 400, path
    assert _state(service) == before
    assert service.messages() == []


def test_nothing_changes_by_a_mere_look(service: AService, hr: AUser) -> None:
    browser = service.browser()
    browser.sign_in(hr, NOW)
    link = token_of(make_sign_in_link(service.database, hr.email, base_url=BASE_URL, now=NOW))
    before = _state(service)
    for rule in service.app.url_map.iter_rules():
        if rule.endpoint.startswith("account.") and "GET" in (rule.methods or ()):
            browser.get(rule.rule.replace("<token>", link))
            service.browser().get(rule.rule.replace("<token>", link))
    assert _state(service) == before


# Who may see what


def test_a_signed_out_browser_is_sent_to_the_sign_in(service: AService, firm: int) -> None:
    browser = service.browser()
    for path in ("/staff", f"/staff/{firm}", "/staff/999", f"/read/{firm}", "/account"):
        assert browser.get(path).location == f"/sign-in?next={path}"
    token = hidden_fields(browser.get("/sign-in").text)["csrf_token"]
    assert browser.post(f"/staff/{firm}", csrf_token=token).location == "/sign-in"


def test_a_reader_finds_no_page_of_staff(service: AService, reader: AUser, firm: int) -> None:
    browser = service.browser()
    browser.sign_in(reader)
    for path in ("/staff", f"/staff/{firm}", "/staff/999"):
        assert browser.get(path).status_code == 404
    assert browser.get(f"/read/{firm}").status_code == 200


@pytest.mark.parametrize("role", list(Role))
def test_a_foreign_organisation_looks_like_one_that_does_not_exist(
    service: AService, firm: int, foreign_firm: int, role: Role
) -> None:
    user = a_user(service.database, f"{role}@acme.example", role)
    browser = service.browser()
    browser.sign_in(user, NOW)
    for place in ("staff", "read"):
        foreign, missing = (browser.get(f"/{place}/{number}") for number in (foreign_firm, 999_999))
        assert foreign.status_code == missing.status_code == 404
        assert foreign.text == missing.text == browser.get("/no-such-page").text
        assert (browser.get(f"/{place}/{firm}").status_code == 200) is (
            place == "read" or role is not Role.READER
        )


def test_a_right_that_was_taken_away_is_gone_at_the_next_request(
    service: AService, hr: AUser, firm: int, foreign_firm: int
) -> None:
    from coherence.use_cases.accounts.remove_user import remove_user

    browser = service.browser()
    browser.sign_in(hr, NOW)
    assert browser.get(f"/staff/{firm}").status_code == 200
    remove_user(service.database, hr.email, organisation="Acme", now=NOW)
    assert browser.get(f"/staff/{firm}").location == f"/sign-in?next=/staff/{firm}"


# What is left behind


def test_no_secret_is_logged_or_audited(
    service: AService, hr: AUser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser: Browser = service.browser()
    browser.send("/sign-in", email=hr.email, password="a wrong password of mine")
    browser.send("/sign-in", email=hr.email, password=PASSWORD)
    half = browser.cookie() or ""
    browser.send("/sign-in/code", code="000000")
    browser.send("/sign-in/code", code=hr.code(NOW))
    whole = browser.cookie() or ""
    browser.send("/account/password", present=PASSWORD, new=NEW, again=NEW)
    browser.send("/password/forgotten", email=hr.email)
    link = token_of(service.mailed_path())
    browser.send(f"/password/new/{link}", new=PASSWORD, again=PASSWORD)
    with service.database.read() as session:
        audited = json.dumps(
            [[one.action, one.subject, one.details] for one in session.scalars(select(AuditEntry))]
        )
    secrets = [PASSWORD, NEW, "a wrong password of mine", half, whole, link, hr.code(NOW), hr.email]
    secrets.append(hr.totp_secret or "")
    assert all(len(one) >= 6 for one in secrets)
    for secret in secrets:
        assert secret not in caplog.text
        assert secret not in audited


def test_a_server_error_tells_no_secret_to_the_page_or_the_log(
    service: AService, reader: AUser, caplog: pytest.LogCaptureFixture
) -> None:
    service.app.testing = False
    service.app.config["PROPAGATE_EXCEPTIONS"] = False
    browser = service.browser()
    fields = hidden_fields(browser.get("/sign-in").text)
    with service.database.write() as session:
        session.connection().exec_driver_sql("DROP TABLE rate_limit")
    answer = browser.post("/sign-in", **fields, email=reader.email, password=PASSWORD)
    assert answer.status_code == 500
    assert "rate_limit" in caplog.text, "the error itself is logged"
    assert "rate_limit" not in answer.text
    for secret in (reader.email, PASSWORD):
        assert secret not in answer.text
        assert secret not in caplog.text


def test_the_database_holds_no_session_id_no_link_and_no_password(
    service: AService, hr: AUser, tmp_path: Path
) -> None:
    session_id = a_whole_session(service.database, hr)
    link = token_of(make_sign_in_link(service.database, hr.email, base_url=BASE_URL, now=NOW))
    assert recognise(service.database, session_id, NOW + timedelta(minutes=5)) is not None
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("coherence.sqlite*"))
    assert hr.email.encode() in stored, "the right files are looked at"
    for secret in (session_id, link, PASSWORD):
        assert secret.encode() not in stored
