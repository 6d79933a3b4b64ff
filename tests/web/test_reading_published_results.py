"""Who is signed in reads what was published for the own departments, and nothing else."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from fixtures_accounts import HOME, hidden_fields
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from coherence import create_app
from coherence.ballots.submit import submit
from coherence.store import CommentBlock, Database, Invitation, Role, upgrade
from coherence.use_cases.accounts.add_user import add_user
from coherence.use_cases.accounts.sign_in_by_link import make_sign_in_link
from coherence.use_cases.close_wave import close_wave
from coherence.use_cases.launch_wave import launch_wave
from coherence.use_cases.organisations import import_organisation
from coherence.use_cases.publish_wave import publish_wave
from coherence.use_cases.rosters import import_roster
from coherence.web.services import Services
from survey_forms.answers import Answers

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
BASE_URL = "http://localhost"
HOSTILE = '<img src="/etc/passwd">'


@pytest.fixture(scope="module")
def published_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of two organisations with a published wave each; the first has three departments."""
    folder = tmp_path_factory.mktemp("published")
    file, keys = folder / "coherence.sqlite", folder / "keys"
    database = Database.connect(f"sqlite:///{file}")
    upgrade(database)
    for firm, departments in (("Acme", ("Sales", HOSTILE, "Claims")), ("Other", ("Only",))):
        (folder / "tree.csv").write_text("department\n" + "\n".join(_quoted(name) for name in departments))
        rows = [f"{_quoted(name)},F,{i}" for name in departments for i in range(12)]
        numbered = [row.rpartition(",")[0] + f",{firm}{i}" for i, row in enumerate(rows)]
        (folder / "people.csv").write_text("department,level,reference\n" + "\n".join(numbered))
        import_organisation(database, folder / "tree.csv", name=firm, now=NOW)
        import_roster(database, folder / "people.csv", organisation=firm, now=NOW)
        wave = launch_wave(database, organisation=firm, name="Autumn", key_folder=keys, now=NOW)
        _answer_all(database, wave.wave_id)
        close_wave(database, wave.wave_id, key_folder=keys, clock=lambda: NOW)
        publish_wave(database, wave.wave_id, now=NOW)
    database.dispose()
    return file


@pytest.fixture
def sqlite_database(published_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy of that database."""
    own = tmp_path / "coherence.sqlite"
    shutil.copy(published_file, own)
    opened = Database.connect(f"sqlite:///{own}")
    yield opened
    opened.dispose()


@pytest.fixture
def app(sqlite_database: Database, tmp_path: Path) -> Flask:
    services = Services(sqlite_database, b"s" * 32, tmp_path / "keys", lambda: NOW)
    return create_app({"SECRET_KEY": "test", "SERVICES": services})


def _quoted(name: str) -> str:
    return '"' + name.replace("/", "∕").replace('"', '""') + '"'


def _answer_all(database: Database, wave_id: int) -> None:
    rng = np.random.default_rng(wave_id)
    with database.read() as session:
        ids = session.scalars(select(Invitation.id).where(Invitation.wave_id == wave_id)).all()
    for one in ids:
        answers = Answers(tuple(int(x) for x in rng.integers(1, 6, 51)))
        submit(database, one, language="en", answers=answers.to_json().decode(), comments={})


def signed_in(
    app: Flask, database: Database, role: Role, firm: str, department: str | None = None
) -> FlaskClient:
    email = f"{role.value}-{department or 'all'}-{firm}@example.org".lower()
    add_user(database, email, role=role, organisation=firm, department=department, base_url=BASE_URL, now=NOW)
    link = make_sign_in_link(database, email, base_url=BASE_URL, now=NOW).removeprefix(BASE_URL)
    client = app.test_client()
    page = client.get(link).get_data(as_text=True)
    assert client.post(link, data=hidden_fields(page)).location == HOME
    return client


def test_hr_reads_the_whole_organisation(app: Flask, sqlite_database: Database) -> None:
    client = signed_in(app, sqlite_database, Role.HR, "Acme")
    home = client.get("/published/").get_data(as_text=True)
    assert "Acme, Autumn" in home
    assert "Other" not in home
    page = client.get("/published/1/").get_data(as_text=True)
    assert page.count("<h1") == 1
    assert "Service level" in page
    departments = client.get("/published/1/departments").get_data(as_text=True)
    assert "Claims" in departments
    assert "&lt;img src=" in departments
    assert "<img src=" not in departments


def test_from_the_results_it_is_one_step_to_the_files_and_to_the_plan_of_actions(
    app: Flask, sqlite_database: Database
) -> None:
    client = signed_in(app, sqlite_database, Role.HR, "Acme")
    page = client.get("/published/1/").text
    for name in ("Files", "Plan of actions"):
        link = re.search(rf'<a href="([^"]+)">{name}</a>', page)
        assert link
        assert client.get(link[1]).status_code == 200
    reasons = client.get("/published/1/department-1-reasons").text
    assert "Plan these actions" in reasons
    assert "Plan these actions" not in page


def test_released_comments_stand_in_the_report_of_the_whole_organisation_only(
    app: Flask, sqlite_database: Database
) -> None:
    block = {"X4": [{"text": "The <b>cash desk</b> is […]", "edited": True}]}
    with sqlite_database.write() as session:
        session.add(CommentBlock(wave_id=1, document=json.dumps(block), released_at=NOW))
    page = signed_in(app, sqlite_database, Role.HR, "Acme").get("/published/1/comments").text
    assert "“The &lt;b&gt;cash desk&lt;/b&gt; is […]” (changed by the review)" in page
    assert "What most often stops you" in page
    reader = signed_in(app, sqlite_database, Role.READER, "Acme", "Sales")
    assert reader.get("/published/1/comments").status_code == 404
    assert "Comments</a>" not in reader.get("/published/1/").text


def test_a_reader_sees_the_own_department_and_the_organisation_for_reference(
    app: Flask, sqlite_database: Database
) -> None:
    client = signed_in(app, sqlite_database, Role.READER, "Acme", "Sales")
    overview = client.get("/published/1/").get_data(as_text=True)
    assert "Sales" in overview
    assert "Claims" not in overview
    own = client.get("/published/1/department-1").get_data(as_text=True)
    assert "Sales" in own
    assert "Whole organisation" in own
    assert client.get("/published/1/organisation").status_code == 404
    assert client.get("/published/1/department-2").status_code == 404


def test_a_reader_compares_only_departments_of_the_own_subtree(app: Flask, sqlite_database: Database) -> None:
    reader = signed_in(app, sqlite_database, Role.READER, "Acme", "Sales")
    assert reader.get("/published/1/compare").status_code == 404
    page = signed_in(app, sqlite_database, Role.HR, "Acme").get("/published/1/compare?one=1&two=3").text
    assert page.count('<svg class="stool stool-small"') == 2


def test_other_surveys_of_the_same_organisation_are_a_link_away(
    app: Flask, sqlite_database: Database, tmp_path: Path
) -> None:
    client = signed_in(app, sqlite_database, Role.HR, "Acme")
    assert "Spring" not in client.get("/published/1/").text
    keys = tmp_path / "keys"
    wave = launch_wave(sqlite_database, organisation="Acme", name="Spring", key_folder=keys, now=NOW)
    _answer_all(sqlite_database, wave.wave_id)
    close_wave(sqlite_database, wave.wave_id, key_folder=keys, clock=lambda: NOW)
    publish_wave(sqlite_database, wave.wave_id, now=NOW)
    page = client.get("/published/1/").text
    assert f'<a href="/published/{wave.wave_id}/">Spring</a>' in page
    assert '<a href="/published/1/" aria-current="true">Autumn</a>' in page
    assert "/published/2/" not in page


def test_the_report_to_take_away_holds_what_the_pages_show(app: Flask, sqlite_database: Database) -> None:
    answer = signed_in(app, sqlite_database, Role.HR, "Acme").get("/published/1/report.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    "path", ["/published/2/", "/published/2/departments", "/published/2/report.pdf", "/published/99/"]
)
def test_results_of_another_organisation_do_not_exist(
    app: Flask, sqlite_database: Database, path: str
) -> None:
    assert signed_in(app, sqlite_database, Role.HR, "Acme").get(path).status_code == 404


@pytest.mark.parametrize("path", ["/published/", "/published/1/", "/published/1/report.pdf"])
def test_nobody_reads_without_signing_in(app: Flask, path: str) -> None:
    answer = app.test_client().get(path)
    assert answer.status_code in (302, 303)
    assert "/sign-in" in answer.location


def test_an_open_wave_shows_nothing_to_anybody(app: Flask, sqlite_database: Database, tmp_path: Path) -> None:
    launch_wave(sqlite_database, organisation="Acme", name="Spring", key_folder=tmp_path / "keys", now=NOW)
    client = signed_in(app, sqlite_database, Role.CONSULTANT, "Acme")
    assert "Spring" not in client.get("/published/").get_data(as_text=True)
    assert client.get("/published/3/").status_code == 404
