"""Trouble at Send: no thank-you without a commit, nothing typed is lost, all can be sent again."""

from __future__ import annotations

import html
import re
import resource
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from fixtures_service import HIDDEN, Browser, OpenSurvey, an_open_survey, now, running_server
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from coherence import create_app
from coherence.store import Database
from coherence.web import services
from coherence.web.services import Services
from scoring.vocabulary import ITEMS

TYPED = {item: str(1 + place % 5) for place, item in enumerate(ITEMS)} | {
    "X1": "7",
    "X4": "The tills are slow.\nNobody mends them – why?",
    "X5": "Zwei mehr am Samstag & <b>Ruhe</b>",
}


@contextmanager
def _prepared(survey: OpenSurvey, *statements: str, query: str = "") -> Iterator[Database]:
    """The database of the survey through connections that first run these statements."""
    path = survey.database.engine.url.database
    other = Database.connect(f"sqlite:///file:{path}?uri=true{query}")

    def prepare(connection: Any, _record: Any) -> None:
        for statement in statements:
            connection.execute(statement)

    event.listen(other.engine, "connect", prepare)
    try:
        yield other
    finally:
        other.dispose()


def _read_only(survey: OpenSurvey) -> AbstractContextManager[Database]:
    return _prepared(survey, query="&mode=ro")


def _full(survey: OpenSurvey) -> AbstractContextManager[Database]:
    with survey.database.read() as session:
        pages = session.scalars(text("PRAGMA page_count")).one()
    return _prepared(survey, f"PRAGMA max_page_count={pages}")


@contextmanager
def _locked(survey: OpenSurvey) -> Iterator[Database]:
    with survey.database.write() as session, _prepared(survey, "PRAGMA busy_timeout=50") as waiting:
        session.execute(text("SELECT 1"))  # only now the lock is taken
        yield waiting


@contextmanager
def _damaged(survey: OpenSurvey) -> Iterator[Database]:
    with survey.database.write() as session:
        session.execute(text("ALTER TABLE ballot RENAME TO ballot_away"))
    with _prepared(survey) as database:
        yield database
    with survey.database.write() as session:
        session.execute(text("ALTER TABLE ballot_away RENAME TO ballot"))


@contextmanager
def _gone(survey: OpenSurvey) -> Iterator[Database]:
    database = Database.connect("postgresql+psycopg://postgres@/coherence?host=/nowhere")
    yield database
    database.dispose()


TROUBLES = [_read_only, _full, _locked, _damaged, _gone]


@pytest.fixture
def survey(tmp_path: Path) -> Iterator[OpenSurvey]:
    made = an_open_survey(tmp_path / "instance", 6)
    yield made
    made.database.dispose()


@pytest.fixture
def app(survey: OpenSurvey) -> Flask:
    app = create_app({"SECRET_KEY": "test", "SERVICES": _services(survey, survey.database)})
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def _services(survey: OpenSurvey, database: Database) -> Services:
    return Services(database, survey.secret, survey.instance / "keys", now)


def _fields(page: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in HIDDEN.findall(page)}


def _about_to_send(client: FlaskClient, link: str) -> dict[str, str]:
    assert client.get(link).status_code == 303
    page = client.get("/answer/page/0").text
    review = client.post("/answer/review", data=_fields(page) | TYPED)
    assert review.status_code == 200
    return _fields(review.text)


def _typed_in(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name != "csrf_token"}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_at_send_thanks_nobody_and_loses_nothing_typed(
    survey: OpenSurvey,
    app: Flask,
    trouble: Callable[[OpenSurvey], AbstractContextManager[Database]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = app.test_client()
    form = _about_to_send(client, survey.link(survey.invitations[0]))
    with trouble(survey) as broken:
        services.provide(app, _services(survey, broken))
        answer = client.post("/answer/send", data=form)
        assert client.get("/answer/thanks").status_code == 403
    assert answer.status_code == 503
    assert "Your answers could not be stored" in answer.text
    assert "sealed in the box" not in re.sub(r"After sending they lie sealed in the box", "", answer.text)
    assert _typed_in(_fields(answer.text)) == _typed_in(form)
    assert 'data-draft="' in answer.text, "the draft on the person's own device stays"
    assert (survey.ballots(), survey.used()) == (0, set())
    assert "answers could not be stored" in caplog.text, "whoever runs the service learns of it"

    services.provide(app, _services(survey, survey.database))
    assert client.post("/answer/send", data=_fields(answer.text)).location == "/answer/thanks"
    assert (survey.ballots(), survey.used()) == (1, {survey.invitations[0]})
    for invitation in survey.invitations[1:]:
        other = app.test_client()
        other.post("/answer/send", data=_about_to_send(other, survey.link(invitation)))
    assert Counter(survey.close()) == {TYPED["X4"]: 6, TYPED["X5"]: 6}


def test_a_disk_that_is_full_refuses_until_there_is_room_again(survey: OpenSurvey) -> None:
    """The limit is set on the running server: its writes fail as on a full disk."""
    with running_server(survey.instance) as server:
        people = [Browser(server.port) for _ in survey.invitations]
        forms = [
            one.walk(survey.link(invitation), TYPED)
            for one, invitation in zip(people, survey.invitations, strict=True)
        ]
        assert server.process
        process = server.process.pid
        log = Path(f"{survey.database.engine.url.database}-wal")
        room = log.stat().st_size + 40_000
        before = resource.prlimit(process, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
        answers = [one.open("/answer/send", form) for one, form in zip(people, forms, strict=True)]
        resource.prlimit(process, resource.RLIMIT_FSIZE, before)
        thanked = [answer.status == 303 for answer in answers]
        assert not all(thanked)
        assert survey.ballots() == len(survey.used()) == sum(thanked)
        for one, answer, form in zip(people, answers, forms, strict=True):
            if answer.status != 303:
                assert answer.status == 503
                assert _typed_in(answer.hidden) == _typed_in(form)
                assert one.send(answer.hidden)
        assert survey.ballots() == len(survey.invitations)


def test_nobody_is_thanked_who_has_not_sent(app: Flask, survey: OpenSurvey) -> None:
    client = app.test_client()
    assert client.get("/answer/thanks").status_code == 403
    client.get(survey.link(survey.invitations[0]))
    for address in ("/answer/thanks", "/answer/thanks?again=1&kiosk=1&draft=x"):
        answer = client.get(address)
        assert answer.status_code == 403
        assert "sealed in the box" not in answer.text


def test_going_back_and_sending_once_more_says_received_and_counts_once(
    app: Flask, survey: OpenSurvey
) -> None:
    client = app.test_client()
    form = _about_to_send(client, survey.link(survey.invitations[0]))
    assert client.post("/answer/send", data=form).location == "/answer/thanks"
    again = client.post("/answer/send", data=form, follow_redirects=True)
    assert again.status_code == 200
    assert "received already" in again.text
    assert survey.ballots() == 1


HARD_TO_STORE = {
    "a zero byte": "a\0b",
    "control characters": "\x01\x02\x7f\x85bell\x07",
    "a lone surrogate": "\ud83d",
    "a thousand characters of three bytes": "€" * 1000,
    "five hundred of four bytes": "😀" * 500,
    "separators of lines": "a\u2028b\u2029c\r\nd\re",
    "the other way round": "\u202eabc",
    "markup": "</textarea><script>alert(1)</script>",
}


@pytest.mark.parametrize("comment", HARD_TO_STORE.values(), ids=HARD_TO_STORE.keys())
def test_whatever_is_typed_is_received(app: Flask, survey: OpenSurvey, comment: str) -> None:
    client = app.test_client()
    client.get(survey.link(survey.invitations[0]))
    form = _fields(client.get("/answer/page/0").text) | {"X4": comment, "X5": comment}
    encoded = {name: value.encode("utf-8", "surrogatepass") for name, value in form.items()}
    review = client.post("/answer/review", data=encoded)
    assert review.status_code == 200
    assert client.post("/answer/send", data=_fields(review.text)).location == "/answer/thanks"
    assert survey.ballots() == 1
