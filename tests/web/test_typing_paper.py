"""HR types paper sheets: each is sealed once, or the page says why not and keeps what was typed."""

from __future__ import annotations

import html
import io
import logging
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from fixtures_accounts import (
    NOW,
    SECRET,
    AService,
    Browser,
    a_firm,
    a_service,
    a_session_of,
)
from pypdf import PdfReader
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from coherence.accounts import sessions
from coherence.ballots.admission import WRONG_CODES, issue_code
from coherence.ballots.ballot import Ballot
from coherence.ballots.keys import read_private
from coherence.ballots.opening import open_wave
from coherence.ballots.seal import BallotBox
from coherence.store import (
    Database,
    Department,
    FormLength,
    Invitation,
    Person,
    RateLimit,
    Role,
    SealedBallot,
    User,
    Wave,
    WaveQuestion,
    WaveQuestionKind,
)
from coherence.use_cases.close_wave import close_wave
from coherence.use_cases.paper import paper_sheet
from scoring.answers import DONT_KNOW, SKIPPED
from scoring.vocabulary import ITEMS, SHORT_ITEMS, Level
from survey_forms.answers import Answers

HERE = "/staff/surveys/1/paper"
TYPE = f"{HERE}/type?level=F&language=en"
TEAMS = (("North", Level.F, 8), ("North", Level.S, 6), ("Claims", Level.M, 6))
ROW = re.compile(
    r'<div class="row [^>]* id="(\w+)"[^>]*>\s*<span class="n">(\d+)</span>'
    r'<\w+ class="asks"[^>]*>(?:<span class="hide">\d+ </span>)?([^<]+)<'
)
MARKED = {item: "4" for item in SHORT_ITEMS} | {"X1": "10", "X2": "speed", "X3": "0", "Q01": "2", "Q02": "1"}
OWN = (
    ("Q01", WaveQuestionKind.AGREEMENT, "The canteen is good.", []),
    ("Q02", WaveQuestionKind.CHOICE, "Which shift do you work?", ["early", "late"]),
)
COMMENT = "Ask <b>Anna</b> & the tills."
WHOLE = MARKED | {"X4": COMMENT}


@dataclass(frozen=True)
class Made:
    """A database file that every test gets a copy of, whoever is signed in there, and codes by level."""

    file: Path
    sessions: Mapping[str, str]
    codes: Mapping[Level, list[str]]


@pytest.fixture(scope="module")
def made(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """An open survey in the short form with two own questions, for 20 people of three levels."""
    folder = tmp_path_factory.mktemp("made")
    shutil.copy(migrated_sqlite, folder / "coherence.sqlite")
    database = Database.connect(f"sqlite:///{folder / 'coherence.sqlite'}")
    for firm in ("Acme", "Other"):
        a_firm(database, firm)
    with database.write() as session:
        departments = session.scalars(select(Department).where(Department.organisation_id == 1))
        ids = {one.name: one.id for one in departments}
        for name, level, people in TEAMS:
            for number in range(people):
                who = Person(organisation_id=1, department_id=ids[name], level=level, language="en")
                who.reference = f"{name}-{level}-{number}"
                session.add(who)
        wave = Wave(organisation_id=1, name="Autumn", questionnaire="service", questionnaire_version="1")
        wave.form, wave.sector = FormLength.SHORT, ""
        session.add(wave)
        session.flush()
        session.add_all(
            WaveQuestion(wave_id=1, code=code, kind=kind, position=place, text=words, options=options)
            for place, (code, kind, words, options) in enumerate(OWN)
        )
    open_wave(database, 1, key_folder=folder / "keys", now=NOW)
    codes: dict[Level, list[str]] = {}
    with database.write() as session:
        for one in session.scalars(select(Invitation).order_by(Invitation.id)):
            codes.setdefault(one.level, []).append(issue_code(session, SECRET, one.id))
    held = {
        "hr": a_session_of(database, Role.HR, "Acme"),
        "reader": a_session_of(database, Role.READER, "Acme"),
        "stranger": a_session_of(database, Role.CONSULTANT, "Other"),
    }
    database.dispose()
    return Made(folder / "coherence.sqlite", held, codes)


@pytest.fixture(scope="module")
def shared(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AService]:
    """The application, made once: its templates are compiled once."""
    folder = tmp_path_factory.mktemp("service")
    shutil.copytree(made.file.parent / "keys", folder / "keys")
    shutil.copy(made.file, folder / "coherence.sqlite")
    database = Database.connect(f"sqlite:///{folder / 'coherence.sqlite'}")
    yield a_service(database, folder)
    database.dispose()


@pytest.fixture
def service(made: Made, shared: AService) -> AService:
    """The application as it was made."""
    folder = shared.outbox.parent
    shared.database.dispose()
    for rest in folder.glob("*.sqlite*"):
        rest.unlink()
    shutil.copy(made.file, folder / "coherence.sqlite")
    shutil.copytree(made.file.parent / "keys", folder / "keys", dirs_exist_ok=True)
    shared.clock.now = NOW
    return shared


@pytest.fixture
def hr(made: Made, service: AService) -> Browser:
    return browser_of("hr", made, service)


def browser_of(who: str, made: Made, service: AService) -> Browser:
    browser = service.browser()
    browser.hold(made.sessions[who])
    return browser


def token(hr: Browser, path: str = TYPE) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', hr.get(path).text)
    assert found
    return found[1]


def press(hr: Browser, path: str = TYPE, **fields: str) -> TestResponse:
    return hr.post(path, csrf_token=token(hr, path), **fields)


def typed(page: str) -> dict[str, str]:
    """What a page of typing holds: the marks, the words and the code; rows that are left out are absent."""
    marks = re.findall(r'<input type="radio" name="(\w+)" value="(\w+)"[^>]* checked', page)
    words = re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n?([^<]*)</textarea>', page)
    code = re.findall(r'name="(code)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in (*marks, *words, *code) if value}


def ballots(service: AService) -> int:
    with service.database.read() as session:
        return session.scalars(select(func.count()).select_from(SealedBallot)).one()


def in_the_box(service: AService) -> tuple[Answers, Ballot]:
    """The one ballot that lies there, opened with the key of the survey."""
    with service.database.read() as session:
        wave = session.get_one(Wave, 1)
        private = read_private(service.outbox.parent / "keys", wave.key_name, wave.public_key)
        sealed = session.scalars(select(SealedBallot.ciphertext)).one()
        ballot = BallotBox(private, 1, wave.key_name).open(sealed)
    return Answers.from_json(ballot.answers.encode()), ballot


def test_the_page_shows_what_is_printed_under_the_same_numbers(service: AService, hr: Browser) -> None:
    sheet = paper_sheet(service.database, 1, level=Level.F, language="en")
    shown = ROW.findall(html.unescape(hr.get(TYPE).text))
    plain = {name: (int(number), words) for name, number, words in shown}
    assert {name: number for name, (number, _) in plain.items()} == dict(sheet.numbers)
    assert list(plain)[-2:] == ["Q01", "Q02"]
    answer = hr.get(f"{HERE}/sheet.pdf?level=F&language=en")
    assert answer.mimetype == "application/pdf"
    printed = "".join("".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.data)).pages).split())
    for number, words in plain.values():
        assert "".join(f"{number}{words}".split()) in printed


def test_a_whole_sheet_is_sealed_and_leaves_no_trace(
    service: AService, hr: Browser, made: Made, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code = made.codes[Level.F][0]
    answer = press(hr, code=code.lower(), **WHOLE)
    assert (answer.status_code, answer.location) == (303, TYPE)
    cookies = " ".join(answer.headers.getlist("Set-Cookie"))
    page = hr.get(TYPE).text
    assert "That sheet is sealed. The next one." in page
    assert typed(page) == {}
    assert "That sheet is sealed" not in hr.get(TYPE).text
    for trace in (code, code.replace("-", ""), "Anna"):
        assert not any(trace.lower() in place.lower() for place in (page, answer.text, cookies, caplog.text))
    assert ballots(service) == 1
    answers, ballot = in_the_box(service)
    assert [answers.items[ITEMS.index(item)] for item in SHORT_ITEMS] == [4] * len(SHORT_ITEMS)
    assert (answers.x1, answers.x2, answers.x3, answers.extra) == (10, 1, 0, {"Q01": 2, "Q02": 1})
    assert (ballot.comments["X4"], ballot.language) == (COMMENT, "en")


def test_a_sheet_with_gaps_counts_once_somebody_has_looked_at_them(
    service: AService, hr: Browser, made: Made
) -> None:
    first, second = SHORT_ITEMS[:2]
    gappy = WHOLE | {first: "", second: "dk", "code": made.codes[Level.F][0]}
    number = paper_sheet(service.database, 1, level=Level.F, language="en").numbers[first]
    asked = press(hr, **gappy)
    assert asked.status_code == 400
    assert "One row is left out" in asked.text
    assert f'name="left_out" value="{number}"' in asked.text
    assert typed(asked.text) == {name: value for name, value in gappy.items() if value}
    other = press(hr, **gappy, left_out=str(number + 1))
    assert "One row is left out" in other.text, "the gaps that were looked at were others"
    assert ballots(service) == 0
    assert press(hr, **gappy, left_out=str(number)).status_code == 303
    answers, _ = in_the_box(service)
    assert answers.items[ITEMS.index(first)] == SKIPPED
    assert answers.items[ITEMS.index(second)] == DONT_KNOW


@pytest.mark.parametrize(
    ("code", "words"),
    [("", "Type the code that stands on the strip"), ("0000-0000-0000", "We do not know this code")],
)
def test_a_code_that_lets_nobody_in_loses_nothing(
    service: AService, hr: Browser, code: str, words: str
) -> None:
    answer = press(hr, **WHOLE, code=code)
    assert answer.status_code == 400
    assert words in answer.text
    assert typed(answer.text) == WHOLE | ({"code": code} if code else {})
    assert ballots(service) == 0


def test_a_sheet_of_another_level_is_not_sealed_but_can_be_taken_over(
    service: AService, hr: Browser, made: Made
) -> None:
    sheet = WHOLE | {"code": made.codes[Level.M][0]}
    refused = press(hr, **sheet)
    assert refused.status_code == 400
    assert "another level (Managers)" in refused.text
    assert typed(refused.text) == sheet
    moved_to = re.search(r'formaction="([^"]+)"', refused.text)
    assert moved_to
    right = html.unescape(moved_to[1])
    moved = hr.post(right, csrf_token=token(hr), moved="yes", **sheet)
    assert (moved.status_code, typed(moved.text)) == (200, sheet)
    assert ballots(service) == 0
    assert press(hr, right, **sheet).status_code == 303


def test_between_support_and_the_front_line_nothing_is_taken_over_in_the_full_form(
    service: AService, hr: Browser, made: Made
) -> None:
    with service.database.write() as session:
        session.execute(text("UPDATE wave SET form = 'full'"))
    every = {item: "3" for item in ITEMS} | MARKED | {"code": made.codes[Level.S][0]}
    refused = press(hr, **every)
    assert "Its statements have other numbers" in refused.text
    assert "formaction" not in refused.text
    assert typed(refused.text) == every


def test_a_code_that_was_used_says_so_and_counts_once(service: AService, hr: Browser, made: Made) -> None:
    sheet = WHOLE | {"code": made.codes[Level.F][0]}
    assert press(hr, **sheet).status_code == 303
    again = press(hr, **sheet)
    assert again.status_code == 409
    assert "This code was used before" in again.text
    assert typed(again.text) == sheet
    assert ballots(service) == 1


def test_many_wrong_codes_need_a_pause(service: AService, hr: Browser, made: Made) -> None:
    sheet = WHOLE | {"code": made.codes[Level.F][0]}
    with service.database.write() as session:
        session.add(
            RateLimit(
                scope=WRONG_CODES.scope,
                subject="wave:1",
                window_start=WRONG_CODES.window_start(NOW),
                tries=WRONG_CODES.tries,
            )
        )
    refused = press(hr, **sheet)
    assert refused.status_code == 429
    assert "seal the sheet in ten minutes" in refused.text
    assert typed(refused.text) == sheet
    service.clock.forward(minutes=11)
    assert press(hr, **sheet).status_code == 303


def test_a_survey_that_has_closed_says_that_the_sheet_was_not_counted(
    service: AService, hr: Browser, made: Made
) -> None:
    sheet, held = WHOLE | {"code": made.codes[Level.F][0]}, token(hr)
    close_wave(service.database, 1, key_folder=service.outbox.parent / "keys", clock=lambda: NOW)
    refused = hr.post(TYPE, csrf_token=held, **sheet)
    assert refused.status_code == 410
    assert "The survey is closed" in refused.text
    assert typed(refused.text) == sheet
    assert hr.get(TYPE).location == f"{HERE}/"
    assert "takes no more answers" in hr.get(f"{HERE}/").text
    assert "paper/type" not in hr.get(f"{HERE}/").text


def test_a_database_that_does_not_confirm_thanks_nobody_and_loses_nothing(
    service: AService, hr: Browser, made: Made, caplog: pytest.LogCaptureFixture
) -> None:
    sheet = WHOLE | {"code": made.codes[Level.F][0]}
    with service.database.write() as session:
        session.execute(
            text("CREATE TRIGGER full BEFORE INSERT ON ballot BEGIN SELECT RAISE(ABORT, 'disk full'); END")
        )
    refused = press(hr, **sheet)
    assert refused.status_code == 503
    assert "The sheet could not be stored" in refused.text
    assert typed(refused.text) == sheet
    assert "disk full" in caplog.text, "whoever runs the service learns of it"
    with service.database.write() as session:
        session.execute(text("DROP TRIGGER full"))
    assert press(hr, **sheet).status_code == 303
    assert ballots(service) == 1


def test_answers_that_were_not_offered_are_pointed_at(service: AService, hr: Browser, made: Made) -> None:
    sheet = WHOLE | {"code": made.codes[Level.F][0]}
    refused = press(hr, **(sheet | {"X1": "11", "X5": "x" * 1001}))
    assert refused.status_code == 400
    assert 'href="#X1"' in refused.text
    assert 'href="#X5"' in refused.text
    assert typed(refused.text) == {name: value for name, value in sheet.items() if name != "X1"} | {
        "X5": "x" * 1001
    }
    assert ballots(service) == 0


def test_after_signing_in_anew_the_sheet_is_still_there(service: AService, hr: Browser, made: Made) -> None:
    sheet, old = WHOLE | {"code": made.codes[Level.F][0]}, token(hr)
    anew = service.browser()
    with service.database.write() as session:
        user = session.scalars(select(User.id).where(User.email == "hr@acme.example")).one()
        anew.hold(sessions.start(session, user, second_factor=True, half=False, now=NOW))
    shown = anew.post(TYPE, csrf_token=old, **sheet)
    assert shown.status_code == 400
    assert typed(shown.text) == sheet
    assert ballots(service) == 0
    assert press(anew, **typed(shown.text)).status_code == 303


@pytest.mark.parametrize("who", ["reader", "stranger"])
def test_nobody_else_reaches_the_pages(service: AService, made: Made, hr: Browser, who: str) -> None:
    other = browser_of(who, made, service)
    for path in (f"{HERE}/", TYPE, f"{HERE}/sheet.pdf?level=F&language=en"):
        assert other.get(path).status_code == 404, path
    sheet = WHOLE | {"code": made.codes[Level.F][0]}
    assert other.post(TYPE, csrf_token="forged", **sheet).status_code == 404
    assert other.post(TYPE, csrf_token=token(other, "/account"), **sheet).status_code == 404
    assert ballots(service) == 0


def test_an_address_without_a_sheet_leads_to_the_choice(hr: Browser) -> None:
    for path in (
        "type",
        "type?level=X&language=en",
        "type?level=F&language=xx",
        "sheet.pdf?level=&language=en",
    ):
        assert hr.get(f"{HERE}/{path}").location == f"{HERE}/"


def test_the_pages_lead_to_each_other_and_keep_nothing(service: AService, hr: Browser) -> None:
    for path in ("/staff/surveys/1/", "/staff/surveys/1/live"):
        assert f'href="{HERE}/"' in hr.get(path).text
    choice = html.unescape(hr.get(f"{HERE}/").text)
    assert all(f'href="{HERE}/type?level={level}&language=en"' in choice for level in "TMFS")
    answer = hr.get(TYPE)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert 'autocomplete="off"' in answer.text
