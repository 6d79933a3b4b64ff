"""Broken lists of people: each is refused in words, or its bad rows are; nothing is stored by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter
from fixtures_accounts import a_firm
from fixtures_broken_files import BROKEN, a_workbook, broken_file
from flask import Flask
from flask_babel import Babel
from sqlalchemy import func, select

from coherence.accounts.access import Grant, Rights
from coherence.store import Database, PendingImport, Person, Role, User
from coherence.use_cases.staff.import_roster import RosterPlan, roster_plan, upload_roster
from coherence.use_cases.staff.unreadable import UnreadableFile
from coherence.use_cases.waves.staff_waves import Staff
from coherence.web.staff import words

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HEAD = "department,level,email\n"
ROW = "Sales,F,ann@acme.example\n"
GOOD = HEAD + ROW


class Office:
    """An organisation, its HR, and the words that its pages would show."""

    def __init__(self, database: Database, firm: int, staff: Staff, app: Flask) -> None:
        self.database, self.firm, self.staff, self.app = database, firm, staff, app

    def refused(self, content: bytes) -> str:
        with pytest.raises(UnreadableFile) as refusal:
            upload_roster(self.database, self.firm, self.staff, file="list", content=content, now=NOW)
        with self.database.read() as session:
            assert session.scalar(select(func.count(PendingImport.id))) == 0
        with self.app.test_request_context():
            return words.unreadable(refusal.value)

    def plan(self, content: bytes) -> RosterPlan:
        upload_roster(self.database, self.firm, self.staff, file="list", content=content, now=NOW)
        return roster_plan(self.database, self.firm, self.staff, now=NOW)

    def bad_rows(self, text: str | bytes) -> dict[int, str]:
        content = text if isinstance(text, bytes) else text.encode()
        plan = self.plan(content)
        with self.app.test_request_context():
            return {fault.row: words.fault(fault) for fault in plan.faults}


@pytest.fixture(scope="module")
def shared(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    file = tmp_path_factory.mktemp("roster") / "coherence.sqlite"
    file.write_bytes(migrated_sqlite.read_bytes())
    database = Database.connect(f"sqlite:///{file}")
    firm = a_firm(database)
    with database.write() as session:
        user = User(email="hr@acme.example", name="HR", created_at=NOW)
        session.add(user)
        session.flush()
        staff = Staff(user.id, Rights((Grant(firm, Role.HR),)))
    app = Flask(__name__)
    Babel(app)
    yield Office(database, firm, staff, app)
    database.dispose()


@pytest.fixture
def office(shared: Office) -> Iterator[Office]:
    with shared.database.write() as session:
        for row in session.scalars(select(PendingImport)):
            session.delete(row)
    yield shared
    with shared.database.read() as session:
        assert session.scalar(select(func.count(Person.id))) == 0, "a preview stores nobody"


def test_a_good_list_passes(office: Office) -> None:
    assert office.plan(GOOD.encode()).good_rows == 1
    assert office.plan(a_workbook(HEAD, ROW)).good_rows == 1


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_list_is_refused_in_words(office: Office, name: str) -> None:
    content, said = broken_file(name, HEAD, ROW)
    assert said in office.refused(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"department|level|email\nSales|F|ann@acme.example\n", "Only one column was found"),
        (HEAD.encode() + b"a,F,b\n" * 200_001, "more than 200,000 rows"),
    ],
    ids=["another delimiter", "too many rows"],
)
def test_a_table_that_is_no_list_of_people_is_refused_in_words(
    office: Office, content: bytes, said: str
) -> None:
    assert said in office.refused(content)


def test_formulas_are_never_computed(office: Office) -> None:
    def fill(sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_row(2, 0, ["Sales", "F"])
        sheet.write_formula(2, 2, '="bob"&"@acme.example"')
        sheet.write_formula(3, 0, "=A2", None, "Sales")
        sheet.write_row(3, 1, ["M", "eve@acme.example"])

    plan = office.plan(a_workbook(HEAD, ROW, fill))
    assert [fault.row for fault in plan.faults] == [3]
    assert plan.good_rows == 2
    assert "like a formula" in office.bad_rows(HEAD + "Sales,F,=HYPERLINK(1)\n")[2]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Sales,boss,ann@acme.example", "“boss” is not a known level"),
        ("Sales,,ann@acme.example", "Write T, M, F or S"),
        ("Sales/West,F,ann@acme.example", "“Sales/West” is not among the departments"),
        ("Sales//North,F,ann@acme.example", "empty part"),
        ("/".join("abcdefghijklmn") + ",F,ann@acme.example", "more than 11 departments below each other"),
        ("S" * 201 + ",F,ann@acme.example", "longer than 200 characters"),
        ("Sales,F,ann smith@acme.example", "is not an e-mail address"),
        ("Sales,F,", "is needed to tell people apart"),
        ('Sales,F,"ann@acme\n.example"', "line break or another character"),
        ("Sales\u202e,F,ann@acme.example", "line break or another character"),
        ("Sales\x07,F,ann@acme.example", "line break or another character"),
        ("Sales,F,ann@acme.example,extra", "more cells than the first row names"),
        (f"Sales,F,{'a' * 250}@acme.example", "longer than 254 characters"),
    ],
)
def test_a_bad_row_is_named_with_its_number_and_reason(office: Office, row: str, said: str) -> None:
    found = office.bad_rows(HEAD + "Sales,F,good@acme.example\n" + row + "\n")
    assert said in found[3]
    assert set(found) == {3}


def test_people_who_stand_twice_are_named_with_the_first_row(office: Office) -> None:
    text = "department,level,email,number,name\nSales,F,a@b.example,1,\nSales,M,A@B.example,2,\n"
    text += "Sales,F,c@b.example,1,\nClaims,F,,,Ann Lee\nClaims,M,,,ann  lee\n"
    found = office.bad_rows(text)
    assert set(found) == {3, 4, 6}
    assert "in row 2 already" in found[3]
    assert "in row 5 already" in found[6]


def test_a_language_that_is_not_asked_is_a_bad_row(office: Office) -> None:
    found = office.bad_rows("department,level,email,language\nSales,F,a@b.example,Klingon\n")
    assert "“Klingon” is not a language of this organisation" in found[2]


def test_mixed_line_ends_and_wide_letters_are_read(office: Office) -> None:
    mixed = b"department;level;email\r\nSales;F;a@b.example\nSales;F;c@b.example\rSales;F;d@b.example\r\n"
    assert office.plan(mixed).good_rows == 3
    assert office.plan("department\tlevel\temail\nSales\tF\ta@b.example\n".encode("utf-16")).good_rows == 1
