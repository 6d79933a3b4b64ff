"""Files of a published wave: each person those of the own departments, and answers for consultants alone."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyreadstat
import pytest
from fixtures_accounts import hidden_fields
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import delete, select

from coherence import create_app
from coherence.ballots.submit import submit
from coherence.jobs.run import LEASE
from coherence.reports.scores_json import from_json
from coherence.store import (
    AuditEntry,
    Database,
    Department,
    Invitation,
    Job,
    JobStatus,
    Membership,
    Role,
    upgrade,
)
from coherence.use_cases.accounts.add_user import add_user
from coherence.use_cases.accounts.sign_in_by_link import make_sign_in_link
from coherence.use_cases.background import Workplace
from coherence.use_cases.close_wave import close_wave
from coherence.use_cases.export_answers import ACTION
from coherence.use_cases.kept_bundles import BUNDLE as KIND
from coherence.use_cases.kept_bundles import KEPT
from coherence.use_cases.launch_wave import launch_wave
from coherence.use_cases.organisations import import_organisation
from coherence.use_cases.publish_wave import publish_wave, published_ledger
from coherence.use_cases.rosters import import_roster
from coherence.web.services import Services
from survey_forms.answers import Answers
from survey_forms.questionnaire import packaged_questionnaire

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
BASE_URL = "http://localhost"
FORMS = ("xlsx", "csv", "json")
COMMENT = "the red kettle on the second floor"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Acme with Sales, Claims and two small ones, and another organisation; both are published."""
    folder = tmp_path_factory.mktemp("files")
    opened = Database.connect(f"sqlite:///{folder / 'coherence.sqlite'}")
    upgrade(opened)
    for firm, departments in (
        ("Acme", {"Sales": 16, "Claims": 16, "Archive": 6, "Office": 6}),
        ("Other", {"Only": 14}),
    ):
        (folder / "tree.csv").write_text("\n".join(["department", *departments]))
        people = [f"{name},F,{firm}{name}{n}" for name, size in departments.items() for n in range(size)]
        (folder / "people.csv").write_text("\n".join(["department,level,reference", *people]))
        import_organisation(opened, folder / "tree.csv", name=firm, now=NOW)
        import_roster(opened, folder / "people.csv", organisation=firm, now=NOW)
        wave = launch_wave(opened, organisation=firm, name="Autumn", key_folder=folder / "keys", now=NOW)
        _answer_all(opened, wave.wave_id)
        close_wave(opened, wave.wave_id, key_folder=folder / "keys", clock=lambda: NOW)
        publish_wave(opened, wave.wave_id, now=NOW)
    yield opened
    opened.dispose()


def _answer_all(database: Database, wave_id: int) -> None:
    chance = np.random.default_rng(wave_id)
    with database.read() as session:
        ids = session.scalars(select(Invitation.id).where(Invitation.wave_id == wave_id)).all()
    for place, one in enumerate(ids):
        items = tuple(
            int(x)
            for x in chance.choice([1, 2, 3, 4, 5, 5, 4, 0, -1], 51, p=[*[0.15] * 4, *[0.1] * 3, 0.05, 0.05])
        )
        given = Answers(items, x1=place % 11, x2=place % 3, x3=place % 5 or None)
        submit(
            database,
            one,
            language="en",
            answers=given.to_json().decode(),
            comments={"X4": f"{COMMENT} {place}"},
        )


@pytest.fixture(scope="module")
def app(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("instance")
    services = Services(database, b"s" * 32, folder / "keys", lambda: NOW, folder / "bundles")
    return create_app({"SECRET_KEY": "test", "SERVICES": services})


def signed_in(
    app: Flask, database: Database, role: Role, firm: str = "Acme", department: str | None = None
) -> FlaskClient:
    email = f"{role.value}-{department or 'all'}-{firm}@example.org".lower()
    add_user(database, email, role=role, organisation=firm, department=department, base_url=BASE_URL, now=NOW)
    link = make_sign_in_link(database, email, base_url=BASE_URL, now=NOW).removeprefix(BASE_URL)
    client = app.test_client()
    client.post(link, data=hidden_fields(client.get(link).text))
    return client


@pytest.fixture(scope="module")
def consultant(app: Flask, database: Database) -> FlaskClient:
    return signed_in(app, database, Role.CONSULTANT)


def export(client: FlaskClient, attribute: str, form: str, wave: int = 1) -> tuple[int, bytes]:
    fields = hidden_fields(client.get("/published/1/files/").text) | {"attribute": attribute, "form": form}
    answer = client.post(f"/published/{wave}/files/answers", data=fields)
    return answer.status_code, answer.data


@pytest.mark.parametrize("form", FORMS)
def test_a_file_comes_as_an_attachment_of_its_kind(consultant: FlaskClient, form: str) -> None:
    answer = consultant.get(f"/published/1/files/results.{form}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename=coherence-results.{form}"
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_whole_ledger_comes_to_those_who_may_read_it(consultant: FlaskClient, database: Database) -> None:
    data = json.loads(consultant.get("/published/1/files/results.json").data)
    assert from_json(data) == published_ledger(database, 1)
    book = CalamineWorkbook.from_filelike(io.BytesIO(consultant.get("/published/1/files/results.xlsx").data))
    assert {"Read me", "Levels", "Departments", "Labels"} <= set(book.sheet_names)


@pytest.mark.parametrize("form", FORMS)
def test_a_reader_takes_away_the_own_department_alone(app: Flask, database: Database, form: str) -> None:
    client = signed_in(app, database, Role.READER, department="Sales")
    file = client.get(f"/published/1/files/results.{form}").data
    said = file.decode("utf-8-sig") if form != "xlsx" else _everything_said(file)
    assert "Sales" in said
    assert "Claims" not in said
    assert "Archive" not in said


def _everything_said(file: bytes) -> str:
    book = CalamineWorkbook.from_filelike(io.BytesIO(file))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    return " ".join(str(cell) for sheet in sheets for row in sheet for cell in row)


@pytest.mark.parametrize("path", ["/", "/results.xlsx", "/results.csv", "/results.json"])
def test_files_of_another_organisation_do_not_exist(consultant: FlaskClient, path: str) -> None:
    assert consultant.get(f"/published/2/files{path}").status_code == 404
    assert consultant.get(f"/published/99/files{path}").status_code == 404


def test_a_form_that_nobody_makes_does_not_exist(consultant: FlaskClient) -> None:
    assert consultant.get("/published/1/files/results.exe").status_code == 404


@pytest.mark.parametrize("path", ["/", "/results.csv"])
def test_nobody_takes_a_file_without_signing_in(app: Flask, path: str) -> None:
    answer = app.test_client().get(f"/published/1/files{path}")
    assert "/sign-in" in answer.location


def test_only_a_consultant_is_offered_the_answers(
    app: Flask, database: Database, consultant: FlaskClient
) -> None:
    assert "Answers for researchers" in consultant.get("/published/1/files/").text
    for role, department in ((Role.HR, None), (Role.READER, "Sales")):
        client = signed_in(app, database, role, department=department)
        assert "Answers for researchers" not in client.get("/published/1/files/").text
        page = client.get("/published/1/files/").text
        fields = hidden_fields(page) | {"attribute": "department", "form": "csv"}
        assert client.post("/published/1/files/answers", data=fields).status_code == 404


def test_answers_of_another_organisation_do_not_exist(consultant: FlaskClient) -> None:
    assert export(consultant, "department", "csv", wave=2)[0] == 404
    assert export(consultant, "department", "csv", wave=99)[0] == 404


def test_a_request_without_attribute_or_with_another_one_exports_nothing(
    consultant: FlaskClient, database: Database
) -> None:
    before = _exports(database)
    assert export(consultant, "", "csv")[0] == 303
    assert export(consultant, "language", "csv")[0] == 303
    assert export(consultant, "department", "exe")[0] == 303
    assert _exports(database) == before


def test_the_first_export_fixes_the_attribute_and_every_one_is_written_down(
    consultant: FlaskClient, database: Database
) -> None:
    code, first = export(consultant, "department", "csv")
    assert code == 200
    page = consultant.get("/published/1/files/").text
    assert "Chosen: the department" in page
    assert 'type="radio"' not in page
    assert export(consultant, "department", "csv") == (200, first), "the same file again"
    written = _exports(database)
    assert export(consultant, "level", "csv")[0] == 303
    assert "that choice stays" in consultant.get("/published/1/files/").text
    assert _exports(database) == written
    assert written[0]["attribute"] == "department"
    assert all(one["actor"] for one in written)


def _exports(database: Database) -> list[dict[str, object]]:
    with database.read() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.action == ACTION).order_by(AuditEntry.id)
        )
        return [{**one.details, "actor": one.actor_id, "subject": one.subject} for one in entries]


def test_the_answers_have_one_attribute_and_no_comments(consultant: FlaskClient) -> None:
    text = export(consultant, "department", "csv")[1].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    sizes = Counter(row["department"] for row in rows)
    assert sizes == {"Acme / Claims": 16, "Acme / Sales": 16}, "the small group is not in it"
    assert COMMENT not in text
    assert "level" not in rows[0]
    assert {row["X2"] for row in rows} == {"quality", "speed", "sales"}


def test_the_spss_file_opens_with_the_texts_of_the_questionnaire(
    consultant: FlaskClient, tmp_path: Path
) -> None:
    (tmp_path / "answers.sav").write_bytes(export(consultant, "department", "sav")[1])
    frame, about = pyreadstat.read_sav(str(tmp_path / "answers.sav"), user_missing=True)
    texts = packaged_questionnaire().texts("en")
    assert about.column_names_to_labels["D1a"] == f"D1a: {texts.items['D1a'].F}"
    assert about.column_names_to_labels["D1c"].startswith("D1c (reversed): ")
    assert about.variable_value_labels["department"] == {1.0: "Acme / Claims", 2.0: "Acme / Sales"}
    labels = about.variable_value_labels["R3b"]
    assert [labels[float(code)] for code in (1, 5, 9)] == [texts.scale[0], texts.scale[4], texts.dont_know]
    assert about.missing_ranges["R3b"] == [{"lo": 9.0, "hi": 9.0}]
    assert about.variable_value_labels["X2"][1.0] == texts.questions["X2"].options["quality"]
    assert about.variable_measure["department"] == "nominal"
    assert about.variable_measure["D1a"] == "ordinal"
    items = frame[[name for name in frame.columns if name[0] in "DRB"]]
    assert set(np.unique(items.to_numpy()[~np.isnan(items.to_numpy())])) == {1, 2, 3, 4, 5, 9}
    assert items.isna().to_numpy().any(), "what was skipped is system-missing"
    without, _ = pyreadstat.read_sav(str(tmp_path / "answers.sav"))
    assert not (without[items.columns] == 9).to_numpy().any()


def test_spss_and_csv_hold_the_same_answers(consultant: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "answers.sav").write_bytes(export(consultant, "department", "sav")[1])
    frame, _ = pyreadstat.read_sav(str(tmp_path / "answers.sav"), user_missing=True)
    text = export(consultant, "department", "csv")[1].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    codes = {"": np.nan, "DK": 9.0} | {str(code): float(code) for code in range(11)}
    for name in ("D1a", "B6c", "X1", "X3"):
        np.testing.assert_array_equal(frame[name].to_numpy(), [codes[row[name]] for row in rows])


BUNDLE = "/published/1/files/departments"


class PowerCut(BaseException):
    """What nobody catches."""


@pytest.fixture
def place(app: Flask, database: Database) -> Callable[..., Workplace]:
    """Workers at a moment of choice."""
    at_hand: Services = app.extensions["coherence"]

    def at(clock: Callable[[], datetime]) -> Workplace:
        return Workplace(database, b"s" * 32, at_hand.keys, None, BASE_URL, clock, at_hand.bundles)

    return at


def press(client: FlaskClient, path: str) -> None:
    fields = hidden_fields(client.get("/published/1/files/").text)
    assert client.post(path, data=fields).status_code == 303


def last_job(database: Database) -> int:
    with database.read() as session:
        jobs = select(Job.id).where(Job.kind == KIND).order_by(Job.id.desc())
        return session.scalars(jobs.limit(1)).one()


def reports_in(client: FlaskClient) -> set[str]:
    """The departments that the ZIP holds a report of."""
    answer = client.get(f"{BUNDLE}.zip", buffered=True)
    assert answer.headers["Content-Disposition"] == "attachment; filename=coherence-departments.zip"
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as bundle:
        rows = csv.DictReader(io.StringIO(bundle.read("contents.csv").decode("utf-8-sig")))
        return {row["department"] for row in rows if bundle.read(row["file"]).startswith(b"%PDF")}


def test_the_reports_of_all_departments_are_made_in_the_background_and_kept_for_hours(
    app: Flask, database: Database, consultant: FlaskClient, place: Callable[..., Workplace]
) -> None:
    folder = app.extensions["coherence"].bundles
    assert consultant.get(f"{BUNDLE}.zip").status_code == 404
    press(consultant, BUNDLE)
    page = consultant.get("/published/1/files/")
    assert "about to be written" in page.text
    assert "progress.js" in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    calls = 0

    def cut_after_one_report() -> datetime:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise PowerCut
        return NOW

    with pytest.raises(PowerCut):
        place(cut_after_one_report).perform(last_job(database))
    assert "1 of 4 reports are written" in consultant.get("/published/1/files/").text
    with database.read() as session:
        name = session.get_one(Job, last_job(database)).details["file"]
    (folder / f"{name}.part").write_bytes(b"what kill -9 leaves behind")
    later = place(lambda: NOW + LEASE + timedelta(seconds=1))
    later.tend()
    assert later.perform(last_job(database)) is JobStatus.DONE
    page = consultant.get("/published/1/files/")
    assert "Download the ZIP" in page.text
    assert "script" not in page.text
    assert reports_in(consultant) == {f"Acme / {name}" for name in ("Archive", "Claims", "Office", "Sales")}
    file = folder / name
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    forgotten = folder / "forgotten.zip.part"
    forgotten.touch()
    later.tend()
    assert (file.exists(), forgotten.exists()) == (True, False)
    place(lambda: NOW + KEPT + LEASE + timedelta(seconds=1)).tend()
    assert not file.exists()
    assert "Make the ZIP" in consultant.get("/published/1/files/").text
    assert consultant.get(f"{BUNDLE}.zip").status_code == 404


def test_a_zip_holds_what_its_reader_may_read_and_nobody_else_gets_it(
    app: Flask, database: Database, consultant: FlaskClient, place: Callable[..., Workplace]
) -> None:
    sales, claims = (signed_in(app, database, Role.READER, department=name) for name in ("Sales", "Claims"))
    press(sales, BUNDLE)
    assert place(lambda: NOW).perform(last_job(database)) is JobStatus.DONE
    assert reports_in(sales) == {"Acme / Sales"}
    for other in (claims, consultant, signed_in(app, database, Role.CONSULTANT, firm="Other")):
        assert other.get(f"{BUNDLE}.zip").status_code == 404
    made = last_job(database)
    press(sales, BUNDLE)
    assert last_job(database) == made, "who asks again and again fills no disk"
    with database.write() as session:
        sales_department = select(Department.id).where(Department.name == "Sales")
        session.execute(delete(Membership).where(Membership.department_id.in_(sales_department)))
    assert sales.get(f"{BUNDLE}.zip").status_code != 200, "a right that was taken away is gone at once"


def test_the_making_can_be_stopped_and_begun_again(
    database: Database, consultant: FlaskClient, place: Callable[..., Workplace]
) -> None:
    press(consultant, BUNDLE)
    stopped = last_job(database)
    press(consultant, BUNDLE)
    assert last_job(database) == stopped, "the same reports are under way"
    press(consultant, f"{BUNDLE}/cancel")
    assert place(lambda: NOW).perform(stopped) is None
    assert "Make the ZIP" in consultant.get("/published/1/files/").text
    press(consultant, BUNDLE)
    assert last_job(database) > stopped
    press(consultant, f"{BUNDLE}/cancel")
