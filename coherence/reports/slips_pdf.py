"""Slips with a code and a square, eight on an A4 page with lines to cut along; and the kiosk's poster."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from coherence.reports.drawings.svg import INK_3
from coherence.reports.pdf_fonts import REGULAR, register_fonts
from coherence.reports.print_drawing import draw_line, draw_square, draw_text
from coherence.reports.printed_words import printed_words

COLUMNS: Final = 2
ROWS: Final = 4
WIDTH: Final = A4[0] / COLUMNS
HEIGHT: Final = A4[1] / ROWS
MARGIN: Final = 8 * mm
SQUARE: Final = 30 * mm


@dataclass(frozen=True, slots=True)
class PrintedWave:
    """What all printed matter of a wave says. closes: already in words; empty where no time is set."""

    organisation: str
    minutes: str
    k: int
    closes: str = ""

    @property
    def values(self) -> dict[str, str]:
        """By the names that stand in the texts."""
        return {
            "organisation": self.organisation,
            "minutes": self.minutes,
            "k": str(self.k),
            "closes": self.closes,
        }


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """One person's slip. link: what the square holds; address: what is typed; code: in groups of four."""

    name: str
    department: str
    code: str
    link: str
    address: str
    language: str


def slips_pdf(wave: PrintedWave, slips: Sequence[PrintedSlip]) -> bytes:
    """The slips in their order, row by row."""
    stream = io.BytesIO()
    canvas = _canvas(stream, wave)
    each = COLUMNS * ROWS
    for start in range(0, len(slips), each):
        _cutting_lines(canvas)
        for slip, (left, bottom) in zip(slips[start : start + each], _places(), strict=False):
            _slip(canvas, wave, slip, left, bottom)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def poster_pdf(wave: PrintedWave, address: str, language: str) -> bytes:
    """One A4 page that says where to answer; the square holds the kiosk's address and nothing personal."""
    words, values = printed_words(language), wave.values
    stream = io.BytesIO()
    canvas = _canvas(stream, wave)
    left, width, top = 22 * mm, A4[0] - 44 * mm, A4[1] - 28 * mm
    say = partial(draw_text, canvas, left=left, width=width)
    top -= say(words["poster-heading"], top=top, size=34, bold=True) + 8 * mm
    top -= say(words["poster-intro"].format(**values), top=top, size=17) + 10 * mm
    for number in (1, 2):
        top -= say(f"{number}.  {words[f'poster-step-{number}']}", top=top, size=17, bold=True) + 4 * mm
    draw_line(canvas, address, left, top - 8 * mm, width, 20)
    square = 76 * mm
    draw_square(canvas, address, (A4[0] - square) / 2, top - 14 * mm - square, square)
    top -= 20 * mm + square
    top -= say(f"3.  {words['poster-step-3']}", top=top, size=17, bold=True) + 7 * mm
    if wave.closes:
        top -= say(words["poster-closes"].format(**values), top=top, size=15) + 5 * mm
    say(words["poster-promise"].format(**values), top=top, size=12)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _canvas(stream: io.BytesIO, wave: PrintedWave) -> Canvas:
    register_fonts()
    canvas = Canvas(stream, pagesize=A4, initialFontName=REGULAR, pageCompression=1)
    canvas.setTitle(wave.organisation)
    canvas.setAuthor("Coherence")
    return canvas


def _places() -> Iterator[tuple[float, float]]:
    for row in range(ROWS):
        for column in range(COLUMNS):
            yield column * WIDTH, A4[1] - (row + 1) * HEIGHT


def _cutting_lines(canvas: Any) -> None:
    canvas.setStrokeColor(HexColor(INK_3))
    canvas.setLineWidth(0.4)
    canvas.setDash(3, 3)
    for column in range(1, COLUMNS):
        canvas.line(column * WIDTH, 0, column * WIDTH, A4[1])
    for row in range(1, ROWS):
        canvas.line(0, row * HEIGHT, A4[0], row * HEIGHT)
    canvas.setDash()


def _slip(canvas: Any, wave: PrintedWave, slip: PrintedSlip, left: float, bottom: float) -> None:
    words, values = printed_words(slip.language), wave.values
    x, top, width = left + MARGIN, bottom + HEIGHT - MARGIN, WIDTH - 2 * MARGIN
    draw_line(canvas, words["slip-for"].format(name=slip.name), x, top - 8, width, 10)
    top -= 11 + draw_text(canvas, slip.department, x, top - 11, width, 8.5)
    top -= 2 + draw_text(canvas, words["slip-heading"], x, top - 2, width, 10.5, bold=True)
    top -= 1 + draw_text(canvas, words["slip-intro"].format(**values), x, top - 1, width, 8.5)
    beside = width - SQUARE
    draw_square(canvas, slip.link, x + beside + 2 * mm, top - SQUARE - 1, SQUARE)
    y = top - 3
    y -= draw_text(canvas, words["slip-way"], x, y, beside, 8.5) + 10
    draw_line(canvas, slip.address, x, y, beside, 8)
    y -= 5
    y -= draw_text(canvas, words["slip-code"], x, y, beside, 8.5) + 15
    draw_line(canvas, slip.code, x, y, beside, 15)
    draw_text(canvas, words["slip-promise"].format(**values), x, top - SQUARE - 3, width, 7.5)
