"""What an attacker tries with forged addresses, forms and ids; every one of these must fail."""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest
from fixtures_accounts import (
    BASE_URL,
    HOME,
    NOW,
    PASSWORD,
    AService,
    AUser,
    Browser,
    a_firm,
    a_service,
    a_user,
    a_whole_session,
    add_guarded_pages,
    hidden_fields,
    token_of,
)
from flask import Flask
from sqlalchemy import select

from coherence.store import AccountLink, AuditEntry, Database, Role, SignIn, User
from coherence.use_cases.accounts.sign_in_by_link import make_sign_in_link
from coherence.use_cases.accounts.signed_in_user import recognise
from coherence.web.redirects import local_path

NEW = "seven paper lanterns outside"
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
    add_guarded_pages(made.app)
    return made


@pytest.fixture
def hr(sqlite_database: Database, firm: int) -> AUser:
    return a_user(sqlite_database, "hr@acme.example")


@pytest.fixture
def reader(sqlite_database: Database, firm: int) -> AUser:
    return a_user(sqlite_database, "reader@acme.example", Role.READER, department="Sales")


def _without_tokens(page: str, *typed: str) -> str:
    page = re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", page)
    for one in typed:
        page = page.replace(one, "ADDRESS")
    return page


# Redirects


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_target_outside_this_site_is_followed(service: AService, reader: AUser, target: str) -> None:
    assert local_path(target) is None
    browser = service.browser()
    fields = hidden_fields(browser.get("/sign-in").text)
    fields["next"] = target
    answer = browser.post("/sign-in", **fields, email=reader.email, password=PASSWORD)
    assert answer.location == HOME


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_steps_after_the_password_follow_none_either(service: AService, hr: AUser, target: str) -> None:
    browser = service.browser()
    browser.send("/sign-in", email=hr.email, password=PASSWORD)
    fields = hidden_fields(browser.client.get("/sign-in/code", query_string={"next": target}).text)
    assert not fields.get("next")
    answer = browser.post("/sign-in/code", **{**fields, "next": target}, code=hr.code(NOW))
    assert answer.location == HOME


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
