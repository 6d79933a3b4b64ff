"""Pages of an account, as a person without JavaScript goes through them."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from pathlib import Path

import pyotp
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
    hidden_fields,
)

from coherence.store import Database, Role
from coherence.use_cases.accounts.add_user import add_user
from coherence.use_cases.accounts.sign_in_by_link import make_sign_in_link

NEW = "seven paper lanterns outside"


@pytest.fixture
def firm(sqlite_database: Database) -> int:
    return a_firm(sqlite_database)


@pytest.fixture
def service(sqlite_database: Database, firm: int, tmp_path: Path) -> AService:
    return a_service(sqlite_database, tmp_path)


@pytest.fixture
def hr(sqlite_database: Database, firm: int) -> AUser:
    return a_user(sqlite_database, "hr@acme.example")


@pytest.fixture
def reader(sqlite_database: Database, firm: int) -> AUser:
    return a_user(sqlite_database, "reader@acme.example", Role.READER, department="Sales")


def _path(link: str | None) -> str:
    assert link
    return link.removeprefix(BASE_URL)


def _key_on(page: str) -> str:
    shown = re.search(r'<p class="key"><code>(.*?)</code>', page, re.DOTALL)
    assert shown
    return "".join(re.findall(r"[A-Z2-7]{2,4}", re.sub(r"<[^>]*>", " ", shown[1])))


def _alert(page: str) -> str:
    found = re.search(r'role="alert">(.*?)</section>', page, re.DOTALL)
    assert found, "no error is shown"
    return html.unescape(found[1])


def test_a_new_member_of_staff_comes_from_the_invitation_to_the_own_account(service: AService) -> None:
    added = add_user(
        service.database,
        "ann@acme.example",
        role=Role.CONSULTANT,
        organisation="Acme",
        name="Ann Meyer",
        base_url=BASE_URL,
        now=NOW,
    )
    browser = service.browser()
    answer = browser.send(_path(added.password_link), new=NEW, again=NEW)
    assert answer.location == "/sign-in"
    assert "Your new password is stored" in browser.get("/sign-in").text
    answer = browser.send("/sign-in", email="ann@acme.example", password=NEW)
    assert answer.location == "/account/authenticator"
    page = browser.get("/account/authenticator").text
    assert "<svg" in page
    code = pyotp.TOTP(_key_on(page)).at(NOW)
    answer = browser.post("/account/authenticator", **hidden_fields(page), code=code)
    assert answer.location == HOME
    page = browser.get("/account").text
    assert "Ann Meyer" in page
    assert "consultant of Acme" in page
    assert "It is on" in page


def test_the_key_and_the_picture_stay_when_the_page_is_loaded_again(service: AService, firm: int) -> None:
    user = a_user(service.database, "ann@acme.example", enrolled=False)
    browser = service.browser()
    browser.sign_in(user)
    first, again = (browser.get("/account/authenticator").text for _ in range(2))
    after_an_error = browser.send("/account/authenticator", code="123").text
    assert _key_on(first) == _key_on(again) == _key_on(after_an_error)
    assert "does not fit" in _alert(after_an_error)


def test_after_signing_in_the_page_that_was_asked_for_opens(
    service: AService, hr: AUser, reader: AUser
) -> None:
    for user in (hr, reader):
        browser = service.browser()
        asked = browser.get("/account/password")
        assert asked.location == "/sign-in?next=/account/password"
        answer = browser.sign_in(user, NOW, back="/account/password")
        assert answer.location == "/account/password"
        assert browser.get("/account/password").status_code == 200


def test_a_reader_sees_where_the_view_begins(service: AService, reader: AUser) -> None:
    browser = service.browser()
    browser.sign_in(reader)
    page = html.unescape(browser.get("/account").text)
    assert "reader of Acme, from “Sales” downwards" in page
    assert "It is off" in page


def test_a_reader_may_turn_the_authenticator_on(service: AService, reader: AUser) -> None:
    browser = service.browser()
    browser.sign_in(reader)
    page = browser.get("/account/authenticator").text
    browser.post("/account/authenticator", **hidden_fields(page), code=pyotp.TOTP(_key_on(page)).at(NOW))
    assert "It is on" in browser.get("/account").text
    assert browser.get("/account/authenticator").location == "/account"


def test_a_wrong_password_is_said_and_never_shown_again(service: AService, reader: AUser) -> None:
    browser = service.browser()
    answer = browser.send("/sign-in", email=reader.email, password="a guess that is wrong")
    assert answer.status_code == 400
    assert "is not right" in _alert(answer.text)
    assert "<title>Error: Sign in" in answer.text
    assert reader.email in answer.text
    assert "a guess that is wrong" not in answer.text


def test_empty_fields_are_named_and_linked(service: AService) -> None:
    answer = service.browser().send("/sign-in", email="", password="")
    assert answer.status_code == 400
    assert 'href="#email"' in _alert(answer.text)
    assert 'aria-describedby="email-fault"' in answer.text


def test_too_many_tries_are_answered_with_when_to_come_back(service: AService, reader: AUser) -> None:
    browser = service.browser()
    for _ in range(10):
        browser.send("/sign-in", email=reader.email, password="wrong")
    assert "quarter of an hour" in _alert(
        browser.send("/sign-in", email=reader.email, password=PASSWORD).text
    )
    service.clock.forward(minutes=15)
    assert browser.sign_in(reader).location == HOME


def test_a_wrong_code_is_said_and_after_too_many_the_sign_in_begins_anew(
    service: AService, hr: AUser
) -> None:
    browser = service.browser()
    browser.send("/sign-in", email=hr.email, password=PASSWORD)
    for _ in range(5):
        assert "used before" in _alert(browser.send("/sign-in/code", code="12").text)
    assert browser.send("/sign-in/code", code="12").location == "/sign-in"
    assert "too many wrong codes" in browser.get("/sign-in").text
    assert browser.get("/account").location == "/sign-in?next=/account"


def test_the_code_page_is_only_there_between_password_and_code(service: AService, hr: AUser) -> None:
    browser = service.browser()
    assert browser.get("/sign-in/code").location == "/sign-in"
    browser.sign_in(hr, NOW)
    assert browser.get("/sign-in/code").location == HOME
    assert browser.get("/sign-in").location == HOME


def test_a_forgotten_password_is_replaced_through_the_mailed_link(service: AService, reader: AUser) -> None:
    browser = service.browser()
    assert "Look into your mail" in browser.send("/password/forgotten", email=reader.email).text
    [message] = service.messages()
    assert message["To"] == reader.email
    path = service.mailed_path()
    assert browser.send(path, new=NEW, again=NEW).location == "/sign-in"
    assert browser.send("/sign-in", email=reader.email, password=NEW).location == HOME
    assert "was changed" in service.messages()[-1]["Subject"]
    assert browser.get(service.mailed_path()).status_code == 200, "the message says where to go"


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [
        ("short", "short", "too short"),
        ("password123456", "password123456", "easy to guess"),
        ("reader likes long walks", "reader likes long walks", "e-mail address"),
        (NEW, NEW + "x", "differ"),
        ("", "", "Type a new password"),
        ("x" * 201, "x" * 201, "too long"),
    ],
)
def test_a_password_that_will_not_do_is_explained_and_the_link_stays_good(
    service: AService, reader: AUser, new: str, again: str, said: str
) -> None:
    browser = service.browser()
    browser.send("/password/forgotten", email=reader.email)
    path = service.mailed_path()
    answer = browser.send(path, new=new, again=again)
    assert answer.status_code == 400
    assert said in _alert(answer.text)
    assert browser.send(path, new=NEW, again=NEW).location == "/sign-in"


def test_a_mail_that_cannot_leave_is_logged_without_the_address_and_the_page_is_the_same(
    service: AService, reader: AUser, caplog: pytest.LogCaptureFixture
) -> None:
    service.outbox.parent.mkdir(exist_ok=True)
    service.outbox.write_text("in the way")
    answer = service.browser().send("/password/forgotten", email=reader.email)
    assert answer.status_code == 200
    assert "Look into your mail" in answer.text
    assert "a message was not sent" in caplog.text
    assert reader.email not in caplog.text


def test_the_password_is_changed_with_the_present_one(service: AService, hr: AUser) -> None:
    browser = service.browser()
    browser.sign_in(hr, NOW)
    wrong = browser.send("/account/password", present="wrong", new=NEW, again=NEW)
    assert "not your present password" in _alert(wrong.text)
    weak = browser.send("/account/password", present=PASSWORD, new="short", again="short")
    assert "too short" in _alert(weak.text)
    assert browser.send("/account/password", present=PASSWORD, new=NEW, again=NEW).location == "/account"
    assert "Your password is changed" in browser.get("/account").text
    answer = service.browser().send("/sign-in", email=hr.email, password=NEW)
    assert answer.location == "/sign-in/code"


def test_signing_out_ends_the_session_and_takes_the_cookie(service: AService, reader: AUser) -> None:
    browser = service.browser()
    browser.sign_in(reader)
    held = browser.cookie()
    assert browser.press("/account", "/sign-out").location == "/sign-in"
    assert browser.cookie() is None
    assert "You are signed out" in browser.get("/sign-in").text
    assert held
    browser.hold(held)
    assert browser.get("/account").location == "/sign-in?next=/account"


def test_signing_out_everywhere_ends_the_other_browsers_too(service: AService, reader: AUser) -> None:
    here, there = service.browser(), service.browser()
    for one in (here, there):
        one.sign_in(reader)
    assert here.press("/account", "/account/sign-out-everywhere").location == "/sign-in"
    assert there.get("/account").location == "/sign-in?next=/account"


def test_a_sign_in_link_is_not_used_up_by_looking_at_it(service: AService, hr: AUser) -> None:
    path = _path(make_sign_in_link(service.database, hr.email, base_url=BASE_URL, now=NOW))
    assert [service.browser().get(path).status_code for _ in range(3)] == [200, 200, 200]
    browser = service.browser()
    assert browser.send(path).location == HOME
    assert "HR of Acme" in browser.get("/account").text
    assert browser.get(path).status_code == 404


def test_a_person_without_a_password_is_shown_how_to_get_one(service: AService) -> None:
    add_user(
        service.database,
        "ann@acme.example",
        role=Role.READER,
        organisation="Acme",
        base_url=BASE_URL,
        now=NOW,
    )
    path = _path(make_sign_in_link(service.database, "ann@acme.example", base_url=BASE_URL, now=NOW))
    browser = service.browser()
    browser.send(path)
    assert "/password/forgotten" in browser.get("/account").text


def test_half_an_hour_without_a_click_leads_to_the_sign_in_and_back(service: AService, reader: AUser) -> None:
    browser = service.browser()
    browser.sign_in(reader)
    service.clock.forward(minutes=29)
    assert browser.get("/account").status_code == 200
    service.clock.forward(minutes=31)
    assert browser.get("/account").location == "/sign-in?next=/account"


def _every_page(service: AService, hr: AUser, reader: AUser) -> dict[str, str]:
    """All pages of an account, those with errors too."""
    database = service.database
    fresh = a_user(database, "fresh@acme.example", enrolled=False)
    out, half, enrolling, whole = (service.browser() for _ in range(4))
    half.send("/sign-in", email=hr.email, password=PASSWORD)
    enrolling.sign_in(fresh)
    whole.sign_in(reader)
    link = _path(make_sign_in_link(database, hr.email, base_url=BASE_URL, now=NOW))
    out.send("/password/forgotten", email=reader.email)
    reset = service.mailed_path()

    def texts(browser: Browser, *paths: str) -> dict[str, str]:
        return {path: browser.get(path).text for path in paths}

    return {
        **texts(out, "/sign-in", "/password/forgotten", reset, link, "/password/new/unknown"),
        **texts(half, "/sign-in/code"),
        **texts(enrolling, "/account/authenticator"),
        **texts(whole, "/account", "/account/password"),
        "sent": out.send("/password/forgotten", email=reader.email).text,
        "sign-in fault": out.send("/sign-in", email="", password="x").text,
        "forgotten fault": out.send("/password/forgotten", email="").text,
        "new fault": out.send(reset, new="short", again="long").text,
        "code fault": half.send("/sign-in/code", code="").text,
        "enrol fault": enrolling.send("/account/authenticator", code="1").text,
        "change fault": whole.send("/account/password", present="", new="", again="x").text,
    }


def test_every_page_has_a_title_one_heading_labels_and_nothing_that_the_policy_refuses(
    service: AService, hr: AUser, reader: AUser
) -> None:
    for name, page in _every_page(service, hr, reader).items():
        assert re.search(r"<title>[^<\s][^<]* – Coherence</title>", page), name
        assert page.count("<h1") == 1, name
        assert ("fault" in name) == ("<title>Error: " in page) == ('role="alert"' in page), name
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", page), name
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), name
        for field in re.findall(r'<input(?![^>]*type="hidden")[^>]*\sid="([^"]+)"', page):
            assert f'<label for="{field}">' in page, (name, field)
        for described in re.findall(r'aria-describedby="([^"]+)"', page):
            assert set(described.split()) <= set(ids), (name, described)


def test_a_session_moves_on_with_every_page_but_not_beyond_twelve_hours(
    service: AService, reader: AUser
) -> None:
    browser = service.browser()
    browser.sign_in(reader)
    end = NOW + timedelta(hours=12)
    while service.clock.now + timedelta(minutes=25) < end:
        service.clock.forward(minutes=25)
        assert browser.get("/account").status_code == 200
    service.clock.now = end
    assert browser.get("/account").location == "/sign-in?next=/account"
