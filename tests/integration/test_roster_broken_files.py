"""Broken lists of people: each is refused in words, or its bad rows are; nothing is stored by itself."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter
from fixtures_accounts import a_firm
from flask import Flask
from flask_babel import Babel
from sqlalchemy import func, select

from coherence.accounts.access import Grant, Rights
from coherence.store import Database, PendingImport, Person, Role, User
from coherence.use_cases.staff.import_roster import RosterPlan, roster_plan, upload_roster
from coherence.use_cases.staff.unreadable import MOST_BYTES, UnreadableFile
from coherence.use_cases.waves.staff_waves import Staff
from coherence.web.staff import words

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HEAD = "department,level,email\n"
GOOD = HEAD + "Sales,F,ann@acme.example\n"


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


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        fill(book)
    return file.getvalue()


def a_list(book: xlsxwriter.Workbook) -> xlsxwriter.workbook.Worksheet:
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Department", "Level", "E-mail"])
    sheet.write_row(1, 0, ["Sales", "F", "ann@acme.example"])
    return sheet


def with_sheet(xml: bytes) -> bytes:
    """A workbook whose only sheet is this XML."""
    made = io.BytesIO()
    good = io.BytesIO(workbook(lambda book: a_list(book) and None))
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else source.read(name))
    return made.getvalue()


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def test_a_good_list_passes(office: Office) -> None:
    assert office.plan(GOOD.encode()).good_rows == 1
    assert office.plan(workbook(lambda book: a_list(book) and None)).good_rows == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b" \r\n\r\n ", "The file is empty"),
        (b",,\n,,\n", "The first row must name the columns"),
        (HEAD.encode(), "nothing below the first row"),
        (HEAD.encode() + b"\n" * 1_000_000, "nothing below the first row"),
        ("Dział,Poziom\nSprzedaż,F\n".encode("cp1250"), "CSV UTF-8"),
        (b"%PDF-1.7 renamed to .xlsx", "This is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "locked with a password"),
        (GOOD.encode() + b"Sales,F,a\0b@acme.example\n", "neither a CSV nor an XLSX"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "neither a CSV nor an XLSX"),
        (b"department|level|email\nSales|F|ann@acme.example\n", "Only one column was found"),
        (b"department,level,e-mail,LEVEL\nSales,F,a@b.example,F\n", "Two columns are called"),
        (b"x" * (MOST_BYTES + 1), "larger than 10 MB"),
        (
            HEAD.encode() + b'Sales,F,"ann@acme.example\n' + b"Sales,F,bob@acme.example\n" * 99,
            "quotation mark",
        ),
        ((",".join(f"c{n}" for n in range(101)) + "\n1\n").encode(), "more than 100 columns"),
        (HEAD.encode() + b"a,F,b\n" * 200_001, "more than 200,000 rows"),
        (b"PK\x03\x04 and then nothing of a workbook", "The workbook is broken"),
        (workbook(lambda book: a_list(book) and None)[:3000], "The workbook is broken"),
    ],
    ids=[
        *("empty", "only blank lines", "a header without names", "only headers", "a million empty rows"),
        *("another encoding", "a pdf", "a locked workbook", "nul bytes", "a picture", "another delimiter"),
        *("two columns of a name", "too large", "an open quotation mark", "too many columns"),
        *("too many rows", "no zip", "a cut workbook"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(office: Office, content: bytes, said: str) -> None:
    assert said in office.refused(content)


def test_joined_cells_are_named_by_their_place(office: Office) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        a_list(book).merge_range("A3:A5", "Sales")

    assert "joined at A3" in office.refused(workbook(fill))


def test_a_bomb_of_zeros_stops_at_the_limit(office: Office) -> None:
    bomb = with_sheet(SHEET % (b" " * 60_000_000))
    assert len(bomb) < 100_000
    assert "unpacks to far more than a list" in office.refused(bomb)


def test_a_bomb_that_lies_about_its_size_does_not_reach_the_reader(office: Office) -> None:
    honest = with_sheet(SHEET % (b" " * 60_000_000))
    size = struct.pack("<I", 60_000_000 + len(SHEET) - 2)
    assert honest.count(size) == 2
    assert office.refused(honest.replace(size, struct.pack("<I", 500)))


def test_entities_of_xml_are_not_expanded(office: Office) -> None:
    levels = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    cell = b'<row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row>'
    bomb = b'<!DOCTYPE x [<!ENTITY l0 "ha">' + levels + b"]>" + SHEET % cell
    assert office.refused(with_sheet(bomb))


def test_a_cell_in_the_last_corner_takes_no_memory(office: Office) -> None:
    far = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert "far away from the list" in office.refused(with_sheet(SHEET % far))
    placeless = b'<row r="1048576"><c><v>1</v></c></row>'
    assert "The workbook is broken" in office.refused(with_sheet(SHEET % placeless))


def test_a_million_formatted_empty_rows_are_passed_over(office: Office) -> None:
    empty = b"".join(b'<row r="%d" s="1"/>' % n for n in range(3, 200_000))
    cell = b'<c r="%s1" t="inlineStr"><is><t>%s</t></is></c>'
    head = b'<row r="1">' + cell % (b"A", b"level") + cell % (b"B", b"email") + b"</row>"
    assert "nothing below the first row" in office.refused(with_sheet(SHEET % (head + empty)))


def test_formulas_are_never_computed(office: Office) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = a_list(book)
        sheet.write_row(2, 0, ["Sales", "F"])
        sheet.write_formula(2, 2, '="bob"&"@acme.example"')
        sheet.write_formula(3, 0, "=A2", None, "Sales")
        sheet.write_row(3, 1, ["M", "eve@acme.example"])

    plan = office.plan(workbook(fill))
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
