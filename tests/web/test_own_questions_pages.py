"""A firm's own questions and modules, from the page of HR through everybody's answers to the report."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from fixtures_accounts import NOW, SECRET, AService, Browser, a_firm, a_service, a_user, a_whole_session
from flask.testing import FlaskClient
from sqlalchemy import select

from coherence.ballots.admission import issue_code, issue_link
from coherence.ballots.opening import open_wave
from coherence.store import Database, Department, Invitation, Organisation, Person, Response, Wave
from coherence.use_cases.close_wave import close_wave
from coherence.use_cases.extra_questions import extra_questions
from coherence.use_cases.publish_wave import publish_wave
from scoring.released_questions import OwnQuestion
from scoring.vocabulary import Level
from survey_forms.answers import Answers

HERE = "/staff/surveys/1/questionnaire"
HOSTILE = "<b>Bold</b> & “quoted” \ue000?"
"""With a character that stands for a hole in a kept page."""


@pytest.fixture
def service(sqlite_database: Database, tmp_path: Path) -> AService:
    """A firm of 24 people with one draft of the short form."""
    firm = a_firm(sqlite_database)
    with sqlite_database.write() as session:
        departments = session.scalars(select(Department).where(Department.name.in_(["North", "Claims"])))
        for department in departments.all():
            session.add_all(
                Person(organisation_id=firm, department_id=department.id, level=Level.F, language="en",
                       email=f"{department.name}{number}@acme.example".lower())
                for number in range(12)
            )  # fmt: skip
    return a_service(sqlite_database, tmp_path)


@pytest.fixture
def hr(service: AService) -> Browser:
    user = a_user(service.database)
    browser = service.browser()
    browser.hold(a_whole_session(service.database, user))
    assert browser.send("/staff/surveys/new/1", name="Autumn").status_code == 302
    return browser


def add(hr: Browser, text: str, kind: str = "agreement", options: str = "", **others: str) -> int:
    fields = {"text_en": text, "options_en": options, "kind": kind, **others}
    return hr.send(f"{HERE}/questions/new", **fields).status_code


def press(hr: Browser, path: str) -> None:
    assert hr.press(HERE, f"{HERE}/questions/{path}").status_code == 303


def listed(hr: Browser) -> list[str]:
    part = hr.get(HERE).text.partition('id="own"')[2]
    return [
        html.unescape(text)
        for text in re.findall(r'<li class="stack-s"><p lang="\w+"><a[^>]*>(.*?)</a></p>', part)
    ]


def settle(service: AService, hr: Browser) -> None:
    assert hr.send(HERE, form="short", sector="RET", modules="motivation").status_code == 302
    assert add(hr, HOSTILE) == 303
    with service.database.write() as session:
        session.get_one(Organisation, 1).languages = ["en", "lt"]
    shift = {"text_lt": "Kuri pamaina?", "options_lt": "rytinė\nvakarinė\nnaktinė"}
    assert add(hr, "Which shift do you work?", "choice", "early\nlate\n\nnight", **shift) == 303


def opened(service: AService, hr: Browser) -> str:
    """Settled and open; gives the name of the survey in addresses."""
    settle(service, hr)
    open_wave(service.database, 1, key_folder=service.outbox.parent / "keys", now=NOW)
    with service.database.read() as session:
        return session.get_one(Wave, 1).slug


def link(service: AService, number: int) -> str:
    with service.database.write() as session:
        ids = session.scalars(select(Invitation.id).order_by(Invitation.id)).all()
        return f"/i/{issue_link(session, SECRET, ids[number])}"


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


@pytest.fixture
def employee(service: AService) -> FlaskClient:
    return service.app.test_client()


def test_questions_are_added_changed_moved_and_removed_one_at_a_time(service: AService, hr: Browser) -> None:
    settle(service, hr)
    first = "<b>Bold</b> & “quoted” ?"
    assert listed(hr) == [first, "Which shift do you work?"]
    assert "2 own questions" in hr.get("/staff/surveys/1/").text
    press(hr, "Q02/up")
    press(hr, "Q02/up")
    assert listed(hr) == ["Which shift do you work?", first]
    press(hr, "Q02/down")
    press(hr, "Q02/down")
    assert listed(hr) == [first, "Which shift do you work?"]
    changed = hr.send(f"{HERE}/questions/Q02", text_en="Which one?", options_en="one\nother", kind="choice")
    assert changed.status_code == 303
    assert listed(hr) == [first, "Which one?"]
    assert "one / other" in hr.get(HERE).text
    press(hr, "Q02/remove")
    assert add(hr, "New") == 303
    assert listed(hr) == [first, "New"]
    assert 'value="motivation" checked' in hr.get(HERE).text


def test_what_cannot_be_asked_is_said_and_what_was_typed_stays(hr: Browser) -> None:
    assert add(hr, "Which one of these?", "choice", "only") == 400
    assert hr.page is not None
    assert add(hr, " \ue000 ") == 400
    assert add(hr, "x" * 301) == 400
    assert add(hr, "Which?", "choice", "same\nsame") == 400
    assert add(hr, "Which?", "choice", "\n".join(map(str, range(9)))) == 400
    assert listed(hr) == []
    for number in range(12):
        assert add(hr, f"Question {number}") == 303
    assert add(hr, "One too many") == 400
    assert len(listed(hr)) == 12


def test_each_language_has_its_own_words_or_those_of_the_first(service: AService, hr: Browser) -> None:
    with service.database.write() as session:
        session.get_one(Organisation, 1).languages = ["lt", "en", "pl"]
    assert add(hr, "Which shift?", "choice", "early\nlate") == 400
    shift = {"text_lt": "Kuri pamaina?", "options_lt": "rytinė\nvakarinė"}
    assert add(hr, "Which shift?", "choice", "early\nlate\nnight", **shift) == 400
    assert hr.page is not None
    assert "English: There must be as many answers in every language: 2" in html.unescape(hr.page.text)
    assert add(hr, "", "choice", "early\nlate", **shift) == 400
    assert add(hr, "Which shift?", "choice", "early\nlate", **shift) == 303
    assert add(hr, "", text_lt="Ar laiko pakanka?") == 303
    assert listed(hr) == ["Kuri pamaina?", "Ar laiko pakanka?"]
    page = hr.get(HERE).text
    assert re.findall(r"missing: (\w+)", page) == ["polski", "English", "polski"]
    assert "2 own questions. Not all are written in: English, polski." in hr.get("/staff/surveys/1/").text
    kept = hr.get(f"{HERE}/questions/Q01").text
    assert re.search(r'name="text_en"[^>]*>\s*Which shift\?</textarea>', kept)

    address = re.search(r'href="(/questionnaire/welcome\?[^"]*survey=[^"]+)"', page)
    assert address
    preview = hr.get(html.unescape(address[1]).replace("welcome", "page/4"))
    assert "<legend>Which shift?</legend>" in preview.text
    assert '<legend lang="lt">Ar laiko pakanka?</legend>' in preview.text
    assert preview.text.count("has no words in this language yet") == 1
    with service.database.read() as session:
        asked = {language: extra_questions(session, 1, language) for language in ("lt", "en", "pl")}
    assert [one.text for one in asked["lt"]] == ["Kuri pamaina?", "Ar laiko pakanka?"]
    assert [one.text for one in asked["en"]] == ["Which shift?", "Ar laiko pakanka?"]
    assert asked["en"][0].options == ("early", "late")
    assert [(one.text, one.language) for one in asked["pl"]] == [
        ("Kuri pamaina?", "lt"), ("Ar laiko pakanka?", "lt")
    ]  # fmt: skip


def test_the_preview_shows_them_to_staff_of_the_survey_only(service: AService, hr: Browser) -> None:
    settle(service, hr)
    address = re.search(r'href="(/questionnaire/welcome\?[^"]*survey=[^"]+)"', hr.get(HERE).text)
    assert address
    last = html.unescape(address[1]).replace("welcome", "page/2")
    page = hr.get(last).text
    assert "Questions of your own organisation" in page
    assert "&lt;b&gt;Bold" in page
    assert service.browser().get(last).status_code == 404
    stranger = service.browser()
    a_firm(service.database, "Other")
    stranger.hold(
        a_whole_session(service.database, a_user(service.database, "b@o.example", organisation="Other"))
    )
    assert stranger.get(last).status_code == 404


def test_they_have_a_page_of_their_own_and_reach_the_report(
    service: AService, hr: Browser, employee: FlaskClient
) -> None:
    opened(service, hr)
    assert hr.get(f"{HERE}/questions/new").location == f"{HERE}#own"
    token = hr.press("/staff/organisations/1/people/new", f"{HERE}/questions/Q01/up")
    assert token.status_code == 409
    assert "Add a question" not in hr.get(HERE).text
    employee.get(link(service, 0))
    first = employee.get("/answer/page/1").text
    assert "Page 1 of 2" in first
    assert "Questions of your own" not in first
    given = {name: "4" for name in re.findall(r'name="([A-Z]\d[abc])" value="4"', first)}
    page = employee.post("/answer/page/2", data=hidden(first) | given).text
    assert "They do not count in its scores" in page
    assert re.findall(r'<fieldset class="item" id="(\w+)"', page) == [
        "V1", "V2", "V3", "V4", "V5", "V6", "Q01", "Q02"
    ]  # fmt: skip
    review = employee.post("/answer/review", data=hidden(page) | {"V1": "5", "Q01": "dk", "Q02": "2"}).text
    assert {"V1": "5", "Q01": "dk", "Q02": "2"}.items() <= hidden(review).items()
    back = employee.post("/answer/page/2", data=hidden(review)).text
    assert 'name="Q02" value="2" checked' in back
    assert employee.post("/answer/send", data=hidden(review)).status_code == 303

    for number in range(1, 24):
        employee.get(link(service, number))
        welcome = hidden(employee.get("/answer/page/0").text)
        sent = {item: str(1 + (number + place) % 5) for place, item in enumerate(given)}
        data = welcome | sent | {"V1": str(1 + number % 5), "Q02": str(number % 3)}
        assert employee.post("/answer/send", data=data).status_code == 303
    with service.database.write() as session:
        session.get_one(Organisation, 1).languages = ["lt", "en"]
    close_wave(service.database, 1, key_folder=service.outbox.parent / "keys", clock=lambda: NOW)
    with service.database.read() as session:
        kept = [Answers.from_json(one.encode()).extra for one in session.scalars(select(Response.answers))]
    assert {"Q01": -1, "Q02": 2, "V1": 5} in kept
    ledger = publish_wave(service.database, 1, now=NOW)
    assert list(ledger.own_questions) == ["V1", "V2", "V3", "V4", "V5", "V6", "Q01", "Q02"]
    assert ledger.own_questions["Q02"] == OwnQuestion(
        "choice", "Kuri pamaina?", ("rytinė", "vakarinė", "naktinė")
    ), "in the first language of the organisation"
    whole = ledger.cell(ledger.root, "staff")
    assert whole is not None
    assert set(whole.own_questions) == {"V1", "Q02"}
    assert whole.own_questions["Q02"].shares == (30, 35, 35)


def test_a_wrong_answer_leads_back_to_their_page_and_the_long_page_has_them_too(
    service: AService, hr: Browser, employee: FlaskClient
) -> None:
    opened(service, hr)
    employee.get(link(service, 0))
    long = employee.get("/answer/page/0").text
    assert "How far do you agree?" in long
    assert long.count('name="Q02"') == 3
    assert 'name="X5"' in long
    for wrong in ({"Q02": "3"}, {"V1": "6"}, {"Q01": "0"}):
        answer = employee.post("/answer/send", data=hidden(long) | wrong)
        assert answer.status_code == 400
        assert "Page 2 of 2" in answer.text


def test_a_kiosk_asks_them_and_a_copy_takes_them_over(
    service: AService, hr: Browser, employee: FlaskClient
) -> None:
    slug = opened(service, hr)
    with service.database.write() as session:
        code = issue_code(session, SECRET, session.scalars(select(Invitation.id)).first() or 0)
    token = hidden(employee.get(f"/kiosk/{slug}").text)
    employee.post(f"/kiosk/{slug}", data=token | {"code": code})
    assert "Page 1 of 2" in employee.get("/answer/page/1").text
    copied = hr.send("/staff/surveys/new/1", name="Spring", copy_of="1")
    page = hr.get(f"{copied.location}questionnaire").text
    assert "Which shift do you work?" in page
    assert re.findall(r"missing: (\w+)", page) == ["lietuvių"], "the second one alone is in both languages"
