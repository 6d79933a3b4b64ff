"""A workbook made harmless before it is opened: unpacked within limits, and packed again.

A workbook is a ZIP of XML. Unpacking stops at the limit whatever its own table of contents says, so the
reader is given only what was counted. It keeps a whole rectangle of cells, so one value in the last corner of
a sheet would take all memory: such sheets are refused. Entities of the XML are never expanded by the reader.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Final

from coherence.use_cases.staff.unreadable import UnreadableFile, Why

MOST_UNPACKED: Final = 150 * 1024 * 1024
MOST_PARTS: Final = 2000
HIGHEST_RATIO: Final = 200
"""Times that a part may grow when it is unpacked; lists of people grow five to thirty times."""

RATIO_MATTERS_FROM: Final = 1024 * 1024
MOST_CELLS: Final = 6_000_000
"""Cells of the rectangle around everything that is filled in."""

_NEEDED: Final = re.compile(r"\[Content_Types\]\.xml|_rels/.*|xl/.*\.(xml|rels)", re.IGNORECASE)
_SHEET: Final = re.compile(r"xl/worksheets/[^/]*\.xml", re.IGNORECASE)
_CELL: Final = re.compile(rb"<(?:\w+:)?c(?=[\s>/])([^>]*)>")
_PLACE: Final = re.compile(rb"\sr\s*=\s*[\"']\s*([A-Za-z]{1,4})(\d{1,9})\s*[\"']")


def harmless_workbook(content: bytes) -> bytes:
    """The same workbook, with nothing in it that was not counted.

    Raises:
        UnreadableFile: no ZIP, broken, too much inside, or a filled cell far away from the others.
    """
    packed = io.BytesIO()
    room = MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(packed, "w") as made:
            if len(given.infolist()) > MOST_PARTS:
                raise UnreadableFile(Why.TOO_MUCH_INSIDE)
            for part in given.infolist():
                if part.flag_bits & 1:
                    raise UnreadableFile(Why.LOCKED_OR_OLD)
                if not _NEEDED.fullmatch(part.filename):
                    continue
                data = _unpacked(given, part, room)
                room -= len(data)
                if _SHEET.fullmatch(part.filename):
                    _check_extent(data)
                made.writestr(zipfile.ZipInfo(part.filename), data)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError) as error:
        raise UnreadableFile(Why.BROKEN) from error
    return packed.getvalue()


def _unpacked(given: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> bytes:
    allowed = min(room, max(RATIO_MATTERS_FROM, part.compress_size * HIGHEST_RATIO))
    with given.open(part) as stream:
        data = stream.read(allowed + 1)
    if len(data) > allowed:
        raise UnreadableFile(Why.TOO_MUCH_INSIDE)
    return data


def _check_extent(sheet: bytes) -> None:
    if b"\0" in sheet:  # another encoding than UTF-8 would hide cells from the search below
        raise UnreadableFile(Why.BROKEN)
    last_row = last_column = 0
    for cell in _CELL.finditer(sheet):
        attributes = cell[1]
        if attributes.endswith(b"/"):
            continue
        place = _PLACE.search(attributes)
        if place is None:
            raise UnreadableFile(Why.BROKEN)
        last_row = max(last_row, int(place[2]))
        last_column = max(last_column, _number(place[1]))
    if last_row * last_column > MOST_CELLS:
        raise UnreadableFile(Why.TOO_SPREAD_OUT)


def _number(letters: bytes) -> int:
    """Which column letters name.

    >>> _number(b"A"), _number(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
