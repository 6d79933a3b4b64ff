"""Files that people bring by mistake or in bad faith, made after the header and a good row of any list."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

import xlsxwriter

from coherence.use_cases.staff.unreadable import MOST_BYTES

SHEET: Final = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<sheetData>%s</sheetData></worksheet>"
)
_BOMB: Final = 60_000_000

Fill = Callable[[xlsxwriter.worksheet.Worksheet], object]
Made = tuple[bytes, str]


def broken_file(name: str, header: str, row: str) -> Made:
    """One of BROKEN, and words of the refusal. header, row: as in a CSV with commas."""
    return BROKEN[name](header.strip(), row.strip())


def a_workbook(header: str, row: str, fill: Fill = lambda sheet: None) -> bytes:
    """A good list of one row as XLSX, and whatever is filled in besides."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header.strip().split(","))
        sheet.write_row(1, 0, row.strip().split(","))
        fill(sheet)
    return file.getvalue()


def with_sheet(xml: bytes) -> bytes:
    """A workbook whose only sheet is this XML."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(a_workbook("a,b", "1,2"))) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else source.read(name))
    return made.getvalue()


def _two_of_a_name(header: str, row: str) -> Made:
    name, cell = header.partition(",")[0], row.partition(",")[0]
    return f"{header},{name.upper()}\n{row},{cell}\n".encode(), f"Two columns are called “{name}”"


def _open_quotation_mark(header: str, row: str) -> Made:
    start = f'{header}\n{row}\n"'.encode()
    return start + f"{row}\n".encode() * 999, "Is a quotation mark left open"


@cache
def _a_bomb() -> bytes:
    return with_sheet(SHEET % (b" " * _BOMB))


def _a_lying_bomb() -> bytes:
    honest = _a_bomb()
    size = struct.pack("<I", _BOMB + len(SHEET) - 2)
    assert honest.count(size) == 2
    return honest.replace(size, struct.pack("<I", 500))


def _entities() -> bytes:
    levels = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    cell = b'<row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row>'
    return with_sheet(b'<!DOCTYPE x [<!ENTITY l0 "ha">' + levels + b"]>" + SHEET % cell)


def _last_corner() -> bytes:
    near = b'<row r="1"><c r="A1"><v>1</v></c></row>'
    return with_sheet(SHEET % (near + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))


@cache
def _formatted_rows() -> bytes:
    cell = b'<c r="%s1" t="inlineStr"><is><t>%s</t></is></c>'
    head = b'<row r="1">' + cell % (b"A", b"department") + cell % (b"B", b"level") + b"</row>"
    empty = b"".join(b'<row r="%d" s="1"/>' % number for number in range(3, 200_000))
    return with_sheet(SHEET % (head + empty))


_NOTHING_BELOW: Final = "nothing below the first row"
_NEITHER: Final = "neither a CSV nor an XLSX"
_BROKEN_BOOK: Final = "The workbook is broken"

BROKEN: Final[Mapping[str, Callable[[str, str], Made]]] = {
    "empty": lambda header, row: (b"", "The file is empty"),
    "only blank lines": lambda header, row: (b" \r\n\r\n ", "The file is empty"),
    "a header without names": lambda header, row: (b",,\n,,\n", "The first row must name the columns"),
    "only headers": lambda header, row: (header.encode(), _NOTHING_BELOW),
    "a million empty rows": lambda header, row: (header.encode() + b"\n" * 1_000_000, _NOTHING_BELOW),
    "another encoding": lambda header, row: (f"{header}\nŁódź{row}\n".encode("cp1250"), "CSV UTF-8"),
    "a pdf": lambda header, row: (b"%PDF-1.7 renamed to .xlsx", "This is a PDF"),
    "a locked workbook": lambda header, row: (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "locked with a password",
    ),
    "nul bytes": lambda header, row: (f"{header}\n{row}\0\n".encode(), _NEITHER),
    "a picture": lambda header, row: (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", _NEITHER),
    "two columns of a name": _two_of_a_name,
    "too large": lambda header, row: (b"x" * (MOST_BYTES + 1), "larger than 10 MB"),
    "an open quotation mark": _open_quotation_mark,
    "too many columns": lambda header, row: (
        (header + "".join(f",c{number}" for number in range(101)) + "\n1\n").encode(),
        "more than 100 columns",
    ),
    "no zip": lambda header, row: (b"PK\x03\x04 and then nothing of a workbook", _BROKEN_BOOK),
    "a cut workbook": lambda header, row: (a_workbook(header, row)[:3000], _BROKEN_BOOK),
    "joined cells": lambda header, row: (
        a_workbook(header, row, lambda sheet: sheet.merge_range("A3:A5", "Sales")),
        "Cells are joined at A3",
    ),
    "a bomb of zeros": lambda header, row: (
        _a_bomb(),
        "unpacks to far more than a list",
    ),
    "a bomb that lies about its size": lambda header, row: (_a_lying_bomb(), _BROKEN_BOOK),
    "entities of xml": lambda header, row: (_entities(), _BROKEN_BOOK),
    "a cell in the last corner": lambda header, row: (_last_corner(), "far away from the list"),
    "a cell without a place": lambda header, row: (
        with_sheet(SHEET % b'<row r="1048576"><c><v>1</v></c></row>'),
        _BROKEN_BOOK,
    ),
    "a million formatted rows": lambda header, row: (_formatted_rows(), _NOTHING_BELOW),
}
"""What is broken, and how such a file is made."""
