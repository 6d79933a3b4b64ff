"""HR prepares, opens, watches, closes and publishes a survey in the browser, without JavaScript."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from fixtures_accounts import (
    BASE_URL,
    NOW,
    SECRET,
    AService,
    Browser,
    a_firm,
    a_service,
    a_session_of,
)
from sqlalchemy import select
from werkzeug.test import TestResponse

from coherence.accounts import sessions
from coherence.ballots.submit import submit
from coherence.mail.folder import FolderOutbox
from coherence.store import (
    AuditEntry,
    Comment,
    Database,
    Department,
    Invitation,
    Job,
    JobStatus,
    Person,
    Role,
    User,
    Wave,
    WaveState,
)
from coherence.use_cases.background import Workplace
from scoring.vocabulary import ITEMS, Level
from survey_forms.answers import Answers

AT = "/staff/surveys"
TEAMS = (("North", Level.F, 12), ("Claims", Level.F, 11), ("Sales", Level.M, 5), ("Acme", Level.T, 2))
HOSTILE = "<img src=x onerror=alert(1)>"


@dataclass(frozen=True)
class Made:
    """A database file that every test gets a copy of, and whoever is signed in there."""

    file: Path
    sessions: Mapping[str, str]


@pytest.fixture(scope="module")
def made(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Two firms; the first has 30 people in three departments, eight of them without e-mail."""
    file = tmp_path_factory.mktemp("made") / "coherence.sqlite"
    shutil.copy(migrated_sqlite, file)
    database = Database.connect(f"sqlite:///{file}")
    for firm in ("Acme", "Other"):
        a_firm(database, firm)
    with database.write() as session:
        departments = session.scalars(select(Department).where(Department.organisation_id == 1))
        ids = {one.name: one.id for one in departments}
        for name, level, people in TEAMS:
            session.add_all(
                Person(
                    organisation_id=1,
                    department_id=ids[name],
                    level=level,
                    language="en",
                    email=f"{name}{number}@acme.example".lower() if number > 1 else None,
                    name=f"{name} {number}",
                )
                for number in range(people)
            )
    sessions = {
        "hr": a_session_of(database, Role.HR, "Acme"),
        "reader": a_session_of(database, Role.READER, "Acme"),
        "stranger": a_session_of(database, Role.CONSULTANT, "Other"),
    }
    database.dispose()
    return Made(file, sessions)


@pytest.fixture(scope="module")
def shared(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AService]:
    """The application, made once: its templates are compiled once."""
    folder = tmp_path_factory.mktemp("service")
    shutil.copy(made.file, folder / "coherence.sqlite")
    database = Database.connect(f"sqlite:///{folder / 'coherence.sqlite'}")
    yield a_service(database, folder)
    database.dispose()


@pytest.fixture
def service(made: Made, shared: AService) -> AService:
    """The application as it was made: the same database, no messages, the first moment."""
    shared.database.dispose()
    for rest in shared.outbox.parent.glob("*.sqlite*"):
        rest.unlink()
    shutil.copy(made.file, shared.outbox.parent / "coherence.sqlite")
    shutil.rmtree(shared.outbox, ignore_errors=True)
    shared.clock.now = NOW
    return shared


def browser_of(who: str, made: Made, service: AService) -> Browser:
    browser = service.browser()
    browser.hold(made.sessions[who])
    return browser


@pytest.fixture
def hr(made: Made, service: AService) -> Browser:
    """HR of the first firm, signed in."""
    return browser_of("hr", made, service)


def work(service: AService) -> None:
    """What a worker does, until nothing is left."""
    place = Workplace(
        service.database,
        SECRET,
        service.outbox.parent / "keys",
        FolderOutbox(service.outbox, "no-reply@survey.example"),
        BASE_URL,
        service.clock,
    )
    while True:
        with service.database.read() as session:
            waiting = session.scalars(select(Job.id).where(Job.status == JobStatus.QUEUED)).all()
        if not waiting:
            return
        for job in waiting:
            place.perform(job)


def prepare(hr: Browser, name: str = "Autumn") -> None:
    assert hr.send(f"{AT}/new/1", name=name).location == f"{AT}/1/"
    hr.send(f"{AT}/1/questionnaire", form="full", sector="RET")
    approve(hr)
    dates = {"time_zone": "Europe/Vilnius", "quiet_from": "0", "quiet_until": "0"}
    assert hr.send(f"{AT}/1/dates", closes="2026-11-20T18:00", **dates).location == f"{AT}/1/"


def approve(hr: Browser, wave: int = 1) -> None:
    page = hr.get(f"{AT}/{wave}/groups").text
    seen = re.search(r'name="fingerprint" value="(\w+)"', page)
    assert seen
    assert press(hr, f"{AT}/{wave}/groups/approve", fingerprint=seen[1]).status_code == 302


def press(browser: Browser, path: str, **fields: str) -> TestResponse:
    """Send a form of the page that is open."""
    assert browser.page
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.page.text)
    assert token
    return browser.post(path, csrf_token=token[1], **fields)


def open_survey(service: AService, hr: Browser) -> None:
    prepare(hr)
    assert hr.send(f"{AT}/1/open", invite="yes").location == f"{AT}/1/"
    work(service)


def everybody_answers(database: Database, comment: str) -> None:
    with database.read() as session:
        ids = session.scalars(select(Invitation.id)).all()
    for place, one in enumerate(ids):
        answers = Answers(tuple(1 + (place + item) % 5 for item in range(len(ITEMS))))
        comments = {"X4": comment} if place < 12 else {}
        submit(database, one, language="en", answers=answers.to_json().decode(), comments=comments)


def test_the_first_page_says_what_to_do(hr: Browser) -> None:
    page = hr.get(f"{AT}/").text
    assert "There is no survey yet" in page
    assert f'href="{AT}/new/1"' in page


def test_a_new_survey_names_every_step_with_what_is_missing(hr: Browser) -> None:
    assert hr.send(f"{AT}/new/1", name=f"Autumn {HOSTILE}").status_code == 302
    page = hr.get(f"{AT}/1/").text
    assert page.count("<h1") == 1
    assert HOSTILE not in page
    assert "Still missing: questionnaire, groups, dates." in page
    assert "30 people on the list; 8 of them without e-mail get a printed slip." in page
    assert 'aria-current="step"' in page
    assert "0 of 2 members" not in page
    missing = hr.get(f"{AT}/1/open").text
    assert "Still missing" in missing
    assert "Open the survey</button>" not in missing


def test_the_groups_are_explained_in_plain_words(hr: Browser) -> None:
    hr.send(f"{AT}/new/1", name="Autumn")
    page = hr.get(f"{AT}/1/groups").text
    assert "These 2 teams are reported together: Acme, board (2); Claims, front line (11)." in page
    assert "Acme, board (2): fewer than 5 people, so they are counted with the front line." in page
    assert "At least 5 people" in hr.send(f"{AT}/1/groups", k="4").text
    assert hr.send(f"{AT}/1/groups", k="12").status_code == 302
    assert "Claims, front line (11): fewer than 12 people" in hr.get(f"{AT}/1/groups").text


def test_the_message_texts_are_checked_and_tried_on_oneself(service: AService, hr: Browser) -> None:
    hr.send(f"{AT}/new/1", name="Autumn")
    here = f"{AT}/1/messages?kind=invitation&language=en"
    hr.get(here)
    refused = press(hr, here, subject="Hello", body="Dear {nme}, {link}")
    assert refused.status_code == 400
    assert "did you mean {name}?" in refused.text
    press(hr, here, subject="Your view of {organisation}", body="Dear {name}, {link}")
    assert "Your view of Acme" in hr.get(here).text
    press(hr, f"{AT}/1/messages/test?kind=invitation&language=en")
    message = service.messages()[-1]
    assert (message["To"], message["Subject"]) == ("hr@acme.example", "[Test] Your view of Acme")
    assert "Sent 2 November 2026, 09:00." in hr.get(f"{AT}/1/").text


def test_dates_that_cannot_be_meant_are_refused_with_a_proposal(hr: Browser) -> None:
    hr.send(f"{AT}/new/1", name="Autumn")
    dates = {"time_zone": "Europe/Vilnius", "quiet_from": "20", "quiet_until": "7"}
    early = hr.send(f"{AT}/1/dates", opens="2026-11-10T08:00", closes="2026-11-09T08:00", **dates)
    assert early.status_code == 400
    assert "The closing must come after the opening" in early.text
    assert "no time zone" in hr.send(f"{AT}/1/dates", **{**dates, "time_zone": "Vilnius"}).text


def test_from_an_empty_list_to_published_results_and_a_second_survey(service: AService, hr: Browser) -> None:
    open_survey(service, hr)
    assert len(service.messages()) == 22
    live = hr.get(f"{AT}/1/live").text
    assert "under half" in live
    assert "30 people invited" in live
    everybody_answers(service.database, "Ask Anna Kowalska in claims.")
    assert hr.get(f"{AT}/1/live").text.count("half or more") == 0, "counted once a day only"
    service.clock.forward(days=1, minutes=1)
    hr.hold(a_new_session(service, "hr@acme.example"))
    assert hr.get(f"{AT}/1/live").text.count("half or more") >= 2
    assert hr.send(f"{AT}/1/close", typed="Spring").status_code == 400
    assert hr.send(f"{AT}/1/close", typed="autumn").status_code == 302
    work(service)
    assert "Review comments" in hr.get(f"{AT}/1/").text
    for _ in range(11):
        decide(hr, "release", strike="1")
    decide(hr, "withhold")
    assert "All comments are reviewed: 11 released, 1 kept back." in hr.get(f"{AT}/1/comments").text
    plan = hr.get(f"{AT}/1/publish").text
    assert "11 comments in one block" in plan
    assert "Sales / North, front line" in plan
    hr.send(f"{AT}/1/publish")
    work(service)
    assert "published" in hr.get(f"{AT}/1/").text
    assert hr.get("/published/1/").status_code == 200
    comments = hr.get("/published/1/comments").text
    assert comments.count("Ask […] Kowalska in claims.") == 11
    assert hr.send(f"{AT}/new/1", name="Next autumn", copy_of="1").location == f"{AT}/2/"
    second = hr.get(f"{AT}/2/").text
    assert "30 people then, 30 now." in second
    assert "Still missing: groups." in second


def decide(hr: Browser, decision: str, **fields: str) -> None:
    page = hr.get(f"{AT}/1/comments").text
    seen = re.search(r'name="seen" value="(\w+)"', page)
    action = re.search(rf'action="({AT}/1/comments/\w+)"', page)
    assert seen
    assert action
    press(hr, action[1], seen=seen[1], decision=decision, **fields)


def a_new_session(service: AService, address: str) -> str:
    """A session of a user who signed in just now."""
    with service.database.write() as session:
        user = session.scalars(select(User).where(User.email == address)).one()
        return sessions.start(session, user.id, second_factor=True, half=False, now=service.clock.now)


def test_facts_and_outcomes_are_kept_beside_the_answers(hr: Browser) -> None:
    prepare(hr)
    hr.get(f"{AT}/1/facts")
    press(hr, f"{AT}/1/facts", **{"M01": "yes", "M01-note": "Order 7 of 2025", "M02": "partly"})
    page = hr.get(f"{AT}/1/facts").text
    assert "Order 7 of 2025" in page
    assert "2 of 21 facts" in hr.get(f"{AT}/1/").text
    assert hr.send(
        f"{AT}/1/outcomes", department="0", kind="mystery_shopping", period="2026-Q3", value="81,5"
    ).location
    assert "81.5" in hr.get(f"{AT}/1/outcomes").text
    wrong = hr.send(
        f"{AT}/1/outcomes", department="0", kind="mystery_shopping", period="2026-Q5", value="180"
    )
    assert wrong.status_code == 400
    hr.get(f"{AT}/1/outcomes")
    press(hr, f"{AT}/1/outcomes/remove", part="Acme", period="2026-Q3", kind="mystery_shopping")
    assert "There are none yet" in hr.get(f"{AT}/1/outcomes").text


def test_what_was_settled_cannot_be_changed_by_going_back(service: AService, hr: Browser) -> None:
    open_survey(service, hr)
    assert "settled when it opened" in hr.get(f"{AT}/1/groups").text
    assert "cannot be changed any more" in hr.get(f"{AT}/1/questionnaire").text
    assert hr.get(f"{AT}/1/open").location == f"{AT}/1/"
    assert hr.get(f"{AT}/1/comments").status_code == 409
    assert hr.get(f"{AT}/1/publish").status_code == 409


def pages(service: AService) -> Iterator[tuple[str, str]]:
    """Every address of the survey pages with survey 1 of firm 1 in it, and how it is asked for."""
    numbers = {"wave_id": "1", "organisation_id": "1", "user_id": "1", "key": "00", "code": "Q01"}
    for rule in service.app.url_map.iter_rules():
        if rule.endpoint.startswith("waves.") and rule.arguments:
            path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: numbers[found[1]], rule.rule)
            for method in {"GET", "POST"} & (rule.methods or set()):
                yield method, path


def test_surveys_of_others_do_not_exist(made: Made, service: AService, hr: Browser) -> None:
    prepare(hr)
    stranger = browser_of("stranger", made, service)
    asked = list(pages(service))
    assert len(asked) > 30
    for method, path in asked:
        stranger.get("/account")
        answer = stranger.get(path) if method == "GET" else press(stranger, path)
        assert answer.status_code == 404, (method, path)
    with service.database.read() as session:
        assert session.scalars(select(Wave.state)).all() == [WaveState.DRAFT]
    assert "Autumn" not in stranger.get(f"{AT}/").text


def test_readers_and_whoever_is_not_signed_in_do_not_reach_the_pages(
    made: Made, service: AService, hr: Browser
) -> None:
    prepare(hr)
    reader = browser_of("reader", made, service)
    for _, path in pages(service):
        assert reader.get(path).status_code in (404, 405), path
        assert service.browser().get(path).status_code in (302, 405), path
    assert reader.get(f"{AT}/").status_code == 404


def test_nothing_is_done_without_the_token_of_the_form(service: AService, hr: Browser) -> None:
    prepare(hr)
    for method, path in pages(service):
        if method == "POST":
            assert hr.post(path, name="x").status_code == 400, path
    with service.database.read() as session:
        assert session.scalars(select(Wave.state)).all() == [WaveState.DRAFT]
        assert session.scalars(select(Comment.key)).all() == []


def test_everything_that_staff_do_is_written_down(service: AService, hr: Browser) -> None:
    open_survey(service, hr)
    hr.get(f"{AT}/1/live")
    press(hr, f"{AT}/1/remind")
    with service.database.read() as session:
        done = session.execute(
            select(AuditEntry.action, AuditEntry.actor_id).where(AuditEntry.subject == "wave:1")
        ).all()
    expected = "create questionnaire groups timetable open invitation reminder"
    assert [action for action, _ in done] == [f"wave.{word}" for word in expected.split()]
    assert {actor for _, actor in done} == {1}
