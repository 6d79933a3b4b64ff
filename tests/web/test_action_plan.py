"""From published results to actions, and the page that tells employees of them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from fixtures_accounts import hidden_fields
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from coherence import create_app
from coherence.ballots.submit import submit
from coherence.store import AuditEntry, Database, Invitation, PlannedAction, Role, upgrade
from coherence.use_cases.accounts.add_user import add_user
from coherence.use_cases.accounts.sign_in_by_link import make_sign_in_link
from coherence.use_cases.close_wave import close_wave
from coherence.use_cases.launch_wave import launch_wave
from coherence.use_cases.organisations import import_organisation
from coherence.use_cases.publish_wave import publish_wave
from coherence.use_cases.rosters import import_roster
from coherence.web.services import Services
from scoring.vocabulary import ITEMS, KEYS, Leg, leg_of
from survey_forms.answers import Answers

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
BASE_URL = "http://localhost"
LEGS = {Leg.D: 1.2, Leg.R: -1.0, Leg.B: -0.2}
"""What people answer on average: much is declared, little is given."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file: a firm with two departments and published results, and another firm with one."""
    folder = tmp_path_factory.mktemp("published")
    database = Database.connect(f"sqlite:///{folder / 'coherence.sqlite'}")
    upgrade(database)
    for firm, departments in (("Acme", ("Sales", "Claims")), ("Other", ("Only",))):
        (folder / "tree.csv").write_text("department\n" + "\n".join(departments))
        rows = [f"{name},F,{firm}{name}{i}" for name in departments for i in range(14)]
        (folder / "people.csv").write_text("department,level,reference\n" + "\n".join(rows))
        import_organisation(database, folder / "tree.csv", name=firm, now=NOW)
        import_roster(database, folder / "people.csv", organisation=firm, now=NOW)
        wave = launch_wave(database, organisation=firm, name="Autumn", key_folder=folder / "keys", now=NOW)
        _answer_all(database, wave.wave_id)
        close_wave(database, wave.wave_id, key_folder=folder / "keys", clock=lambda: NOW)
        publish_wave(database, wave.wave_id, now=NOW)
    database.dispose()
    return folder / "coherence.sqlite"


@pytest.fixture
def database(published: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy of it for one test."""
    made = Database.connect(f"sqlite:///{shutil.copy(published, tmp_path)}")
    yield made
    made.dispose()


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Flask:
    """The application on that database."""
    services = Services(database, b"s" * 32, tmp_path / "keys", lambda: NOW)
    return create_app({"SECRET_KEY": "test", "SERVICES": services})


def _answer_all(database: Database, wave_id: int) -> None:
    rng = np.random.default_rng(wave_id)
    with database.read() as session:
        ids = session.scalars(select(Invitation.id).where(Invitation.wave_id == wave_id)).all()
    means = np.array([3 + key * LEGS[leg_of(item)] for item, key in zip(ITEMS, KEYS, strict=True)])
    for one in ids:
        raw = np.rint(means + rng.normal(0, 0.8, len(ITEMS))).clip(1, 5).astype(int)
        answers = Answers(tuple(int(x) for x in raw))
        submit(database, one, language="en", answers=answers.to_json().decode(), comments={})


def browser(app: Flask, database: Database, role: Role, firm: str, part: str | None = None) -> FlaskClient:
    """A browser in which somebody with that role is signed in."""
    email = f"{role.value}-{part or 'all'}-{firm}@example.org".lower()
    add_user(database, email, role=role, organisation=firm, department=part, base_url=BASE_URL, now=NOW)
    link = make_sign_in_link(database, email, base_url=BASE_URL, now=NOW).removeprefix(BASE_URL)
    client = app.test_client()
    client.post(link, data=hidden_fields(client.get(link).get_data(as_text=True)))
    return client


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def plan(client: FlaskClient, address: str, **typed: str) -> int:
    """Fill in the form behind an address and send it; the status of the answer."""
    form = page(client, address)
    given = re.findall(r'<input[^>]*?name="(title|owner|due_on)"[^>]*?value="([^"]*)"', form)
    chosen = re.search(r'<option selected value="(\d+)"', form) or re.search(r'<option value="(\d+)"', form)
    assert chosen
    given += re.findall(r'<textarea[^>]*?name="(first_step|evidence)"[^>]*>\s*(.*?)</textarea>', form)
    fields = {"department": chosen[1], **dict(given), **hidden_fields(form), **typed}
    return client.post(address, data=fields).status_code


def test_a_recommendation_becomes_an_action_with_owner_step_and_day(app: Flask, database: Database) -> None:
    client = browser(app, database, Role.HR, "Acme")
    overview = page(client, "/actions/")
    suggestion = re.search(r'href="(/actions/1/new\?[^"]*code=[A-Z]\d+)"', overview)
    assert suggestion
    address = suggestion[1].replace("&amp;", "&")
    assert plan(client, address) == 302
    with database.read() as session:
        action = session.scalars(select(PlannedAction)).one()
        assert action.origin
        assert action.owner
        assert action.first_step
        assert str(action.due_on) == "2027-01-31"
        assert session.scalars(select(AuditEntry.action).where(AuditEntry.action == "action.plan")).all()
    assert address.replace("&", "&amp;") not in page(client, "/actions/1")


def test_an_action_without_an_owner_is_refused_and_nothing_typed_is_lost(
    app: Flask, database: Database
) -> None:
    client = browser(app, database, Role.HR, "Acme")
    form = hidden_fields(page(client, "/actions/1/new"))
    answer = client.post(
        "/actions/1/new",
        data={**form, "title": "Answer within a day", "department": "1", "due_on": "2027-01-10"},
    )
    assert answer.status_code == 400
    assert "Name one person or post" in answer.get_data(as_text=True)
    assert "Answer within a day" in answer.get_data(as_text=True)
    with database.read() as session:
        assert session.scalars(select(PlannedAction)).all() == []


def test_a_reader_plans_for_the_own_department_alone(app: Flask, database: Database) -> None:
    hr = browser(app, database, Role.HR, "Acme")
    typed = {"owner": "Head", "due_on": "2027-01-10"}
    everywhere = page(hr, "/actions/1/new")
    numbers = dict(
        (name, number)
        for number, name in re.findall(r'<option (?:selected )?value="(\d+)">(\w+)<', everywhere)
    )
    plan(hr, "/actions/1/new", title="For claims", department=numbers["Claims"], **typed)
    plan(hr, "/actions/1/new", title="For sales", department=numbers["Sales"], **typed)
    reader = browser(app, database, Role.READER, "Acme", "Sales")
    seen = page(reader, "/actions/")
    assert "For sales" in seen
    assert "For claims" not in seen
    assert "Tell employees" not in seen
    sent = plan(reader, "/actions/1/new", title="Not mine", department=numbers["Claims"], **typed)
    assert sent == 400
    assert reader.get("/actions/one/1").status_code == 404
    assert plan(reader, "/actions/one/2", title="For sales", told="y", state="planned", **typed) == 403


def test_another_firms_plan_is_not_there(app: Flask, database: Database) -> None:
    client = browser(app, database, Role.HR, "Acme")
    for address in ("/actions/2", "/actions/2/new", "/actions/employees/2", "/actions/employees/2/preview"):
        assert client.get(address).status_code == 404


def test_employees_read_what_was_marked_for_them_once_the_page_is_open(
    app: Flask, database: Database
) -> None:
    client = browser(app, database, Role.HR, "Acme")
    shared = {"owner": "Head of sales", "due_on": "2027-01-10"}
    plan(client, "/actions/1/new", title="Decide up to 100 euros alone", told="y", **shared)
    plan(client, "/actions/1/new", title="Something internal", **shared)
    settings = "/actions/employees/1"
    assert "1 action is marked" in page(client, settings)
    assert "told/" not in page(client, settings)
    shown = {"words": "Thank you.\n\n<b>We listened.</b>", "shown": "y"}
    client.post(settings, data={**hidden_fields(page(client, settings)), **shown})
    address = re.search(r"http://localhost(/actions/told/\w{16})", page(client, settings))
    assert address
    told = app.test_client().get(address[1])
    text = told.get_data(as_text=True)
    assert told.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Decide up to 100 euros alone" in text
    assert "January 2027" in text
    assert "&lt;b&gt;We listened." in text
    assert "Something internal" not in text
    client.post(settings, data={**hidden_fields(page(client, settings)), "words": "Thank you."})
    assert app.test_client().get(address[1]).status_code == 404


def test_after_publication_a_pulse_is_proposed(app: Flask, database: Database) -> None:
    overview = page(browser(app, database, Role.HR, "Acme"), "/actions/1")
    assert "between 2 February 2027 and 2 March 2027" in overview
