"""Broken files on every page that takes one: a clear refusal beside the field, and nothing is stored."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import xlsxwriter
from fixtures_accounts import (
    Browser,
    a_firms_service,
    a_user,
    a_whole_session,
    hidden_fields,
)
from fixtures_broken_files import BROKEN, a_workbook, broken_file
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from coherence.store import Database, Department, Outcome, PendingImport
from coherence.use_cases.outcomes import MOST_ROWS
from coherence.use_cases.staff.import_departments import MOST_DEPARTMENTS

DEPARTMENTS = "/staff/organisations/1/departments/import"
OUTCOMES = "/staff/surveys/1/outcomes"
TREE = ("department,note\n", "Sales/East,new\n")
FIGURES = ("department,period,mystery_shopping\n", "Sales,2026-Q3,81.5\n")


@dataclass(frozen=True)
class Office:
    """HR of a firm of four departments, with a survey in preparation."""

    database: Database
    browser: Browser

    def upload(self, content: bytes, to: str = DEPARTMENTS, name: str = "list") -> TestResponse:
        opened = OUTCOMES if to.startswith(OUTCOMES) else to
        token = hidden_fields(self.browser.get(opened).text)["csrf_token"]
        sent = {"csrf_token": token, "file": FileStorage(io.BytesIO(content), name)}
        boundary, body = encode_multipart(sent)  # by hand: the client would leave large files open
        return self.browser.client.post(
            to, data=body, content_type=f"multipart/form-data; boundary={boundary}", buffered=True
        )

    def figures(self, content: bytes | str) -> TestResponse:
        return self.upload(content if isinstance(content, bytes) else content.encode(), f"{OUTCOMES}/file")

    def refused(self, answer: TestResponse) -> str:
        assert answer.status_code == 400
        alert = re.search(r'<section class="faults[^>]*role="alert".*?</section>', answer.text, re.DOTALL)
        assert alert, "nothing is said at the head of the page"
        return html.unescape(alert[0])

    def stored(self) -> tuple[int, ...]:
        with self.database.read() as session:
            tables = (Department, PendingImport, Outcome)
            return tuple(session.scalars(select(func.count()).select_from(one)).one() for one in tables)


@pytest.fixture(scope="module")
def shared(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with a_firms_service(migrated_sqlite, tmp_path_factory.mktemp("broken")) as service:
        browser = service.browser()
        browser.hold(a_whole_session(service.database, a_user(service.database)))
        assert browser.send("/staff/surveys/new/1", name="Autumn").location == "/staff/surveys/1/"
        yield Office(service.database, browser)


@pytest.fixture
def office(shared: Office) -> Iterator[Office]:
    """Whatever a test here does, it must leave nothing stored."""
    yield shared
    assert shared.stored() == (4, 0, 0)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_list_of_departments_is_refused_in_words(office: Office, name: str) -> None:
    content, said = broken_file(name, *TREE)
    assert said in office.refused(office.upload(content))


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_table_of_outcomes_is_refused_in_words(office: Office, name: str) -> None:
    content, said = broken_file(name, *FIGURES)
    assert said in office.refused(office.figures(content))


@pytest.mark.parametrize("to", [DEPARTMENTS, f"{OUTCOMES}/file"])
def test_a_hundred_megabytes_are_refused_before_they_are_read(office: Office, to: str) -> None:
    office.upload(b"", to)
    answer = office.browser.client.post(
        to,
        data={"file": (io.BytesIO(b"a,b\n"), "big.csv")},
        environ_overrides={"CONTENT_LENGTH": str(100 * 1024 * 1024)},
    )
    assert "larger than 10 MB" in office.refused(answer)


@pytest.mark.parametrize("to", [DEPARTMENTS, f"{OUTCOMES}/file"])
def test_a_form_without_a_file_or_without_the_token_is_refused(office: Office, to: str) -> None:
    assert "Choose a file first" in office.refused(office.upload(b"", to, name=""))
    forged = office.browser.post(to, file=(io.BytesIO(b"".join(map(str.encode, TREE))), "list"))  # type: ignore[arg-type]
    assert (forged.status_code, "Please send that once more" in forged.text) == (400, True)


def test_a_list_of_departments_has_a_limit(office: Office) -> None:
    far_too_long = "Department\n" + "A\n" * (MOST_DEPARTMENTS + 1)
    assert "more than 20,000 rows" in office.refused(office.upload(far_too_long.encode()))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Sales//West", "empty part"),
        ("Sales, North", "more cells than the first row names"),
        ("=HYPERLINK(1)", "like a formula"),
        ("Sales\u202e", "another character that cannot be shown"),
        ('"Sales\nNorth"', "line break"),
        ("/".join("abcdefghijklmn"), "more than 11 departments below each other"),
        ("S" * 201, "longer than 200 characters"),
    ],
)
def test_a_bad_department_is_named_with_its_row_and_reason(shared: Office, row: str, said: str) -> None:
    content = f"Department\nSales/East\n{row}\n".encode()
    assert shared.upload(content).location == f"{DEPARTMENTS}/preview"
    page = html.unescape(shared.browser.get(f"{DEPARTMENTS}/preview").text)
    assert "1 department is new" in page
    assert re.search(r'<th scope="row">3</th><td>Department</td><td>([^<]*)', page)
    assert said in page
    shared.browser.press(f"{DEPARTMENTS}/preview", f"{DEPARTMENTS}/drop")
    assert shared.stored() == (4, 0, 0)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("department|period|complaints\nSales|2026|4\n", "Only one column was found"),
        ("department,complaints\nSales,4\n", "row 1, column period: this column is missing"),
        ("department,period\nSales,2026\n", "no column holds outcomes"),
        ("department,period,nps\nSales,2026,4\n", "row 1, column nps: unknown column"),
        ("department,period,complaints\nWest,2026,4\n", "row 2, column department: 'West' is not"),
        ("department,period,complaints\nSales,Q3 2026,4\n", "row 2, column period: 'Q3 2026' is no period"),
        ("department,period,retention\nSales,2026,101\n", "column retention: '101' cannot be"),
        ("department,period,complaints\nSales,2026,=4+4\n", "column complaints: '=4+4' is not a number"),
        ("department,period,complaints\nSales,2026,1e999\n", "column complaints: '1e999' cannot be"),
        ("department,period,complaints\nSales,2026,nan\n", "column complaints: 'nan' cannot be"),
        ("department;period;complaints\nSales;2026;1,234\n", "'1,234' can be read in two ways"),
        ("department,period,retention\nSales,2026,0.815\n", "write percent as 81.5, not as 0.815"),
        ("department,period,complaints\nSales,2026,4,4\n", "row 2: 4 cells, but the header has 3"),
        ("department,period,complaints\nSales,2026,4\nSales,2026,5\n", "row 3, column period: Acme/Sales"),
        ("department,period,complaints\nSales,2026,\n", "there are no outcomes below the header"),
        ("department,period,complaints\n" + "Sales,2026,4\n" * (MOST_ROWS + 1), "more than 5000 rows"),
    ],
)
def test_a_wrong_figure_keeps_all_of_them_out(office: Office, table: str, said: str) -> None:
    said = said.replace("5000", "5,000")
    assert said in office.refused(office.figures(table))


def test_a_workbook_of_outcomes_is_taken_as_spreadsheets_write_it(shared: Office) -> None:
    def fill(sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_row(2, 0, ["Sales / North", 2026, 64.5])
        sheet.write_row(3, 0, ["Claims", "2026-09-01", "72,5 %"])

    content = a_workbook(*FIGURES, fill)
    assert shared.figures(content).location == OUTCOMES
    with shared.database.write() as session:
        found = {(one.period, one.value): one for one in session.scalars(select(Outcome))}
        for one in found.values():
            session.delete(one)
    assert set(found) == {("2026-Q3", 81.5), ("2026", 64.5), ("2026-09", 72.5)}
