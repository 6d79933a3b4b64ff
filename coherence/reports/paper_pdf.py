"""The questionnaire on paper: boxes to mark, and a strip for the code that is cut off after typing."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from coherence.reports.drawings.svg import INK, INK_3, LINE
from coherence.reports.pdf_fonts import REGULAR, register_fonts
from coherence.reports.print_drawing import draw_text, text_height
from coherence.reports.printed_words import printed_words

SIDE: Final = 14 * mm
TOP: Final = A4[1] - 13 * mm
BOTTOM: Final = 19 * mm
WIDTH: Final = A4[0] - 2 * SIDE
BOX: Final = 4 * mm
COLUMN: Final = 14.5 * mm
CODE_LENGTH: Final = 12
LINES: Final = 5
"""Ruled lines for an answer in own words."""


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """A question after the statements: a rating with its two ends, a choice of labels, or own words.

    agreement: it is answered on the scale of the statements, in a row like theirs.
    """

    number: int
    text: str
    ratings: int = 0
    lowest: str = ""
    highest: str = ""
    choices: tuple[str, ...] = ()
    agreement: bool = False


@dataclass(frozen=True, slots=True)
class PaperForm:
    """All that stands on the sheets.

    scale: five labels and the one for "I do not know". extra: questions outside the scores, which stand
    last. mark: tells whoever types which form it is.
    """

    organisation: str
    language: str
    introduction: str
    scale: tuple[str, ...]
    statements: Sequence[tuple[int, str]]
    questions: Sequence[PaperQuestion]
    extra: Sequence[PaperQuestion]
    k: int
    mark: str


def paper_pdf(form: PaperForm) -> bytes:
    """The sheets; the number of pages is known only once they were drawn, so they are drawn twice."""
    total = _drawn(form, 0)[1]
    return _drawn(form, total)[0]


@dataclass
class _Sheets:
    """Where the pen is. y: the upper edge of what comes next."""

    canvas: Any
    form: PaperForm
    total: int
    words: Mapping[str, str]
    number: int = 1
    y: float = field(default=TOP)

    def room_for(self, height: float, *, scale: bool = False) -> None:
        """Begin a new page where less than this is left; repeat the scale above statements."""
        if self.y - height < BOTTOM:
            self.end_page()
            self.number, self.y = self.number + 1, TOP
            if scale:
                self.scale()

    def end_page(self) -> None:
        foot = self.words["paper-page"].format(number=self.number, total=self.total)
        draw_text(self.canvas, f"{foot}   ·   {self.form.mark}", SIDE, 14 * mm, WIDTH, 7.5)
        self.canvas.showPage()

    def text(self, text: str, size: float, *, bold: bool = False, after: float = 2 * mm) -> None:
        self.room_for(text_height(text, WIDTH, size, bold=bold) + after)
        self.y -= draw_text(self.canvas, text, SIDE, self.y, WIDTH, size, bold=bold) + after

    def box(self, left: float, bottom: float) -> None:
        self.canvas.setStrokeColor(HexColor(INK))
        self.canvas.setLineWidth(0.8)
        self.canvas.rect(left, bottom, BOX, BOX)

    def rule(self, colour: str = LINE, *, dashed: bool = False) -> None:
        self.canvas.setStrokeColor(HexColor(colour))
        self.canvas.setLineWidth(0.5)
        self.canvas.setDash(*((3, 3) if dashed else ()))
        self.canvas.line(SIDE, self.y, SIDE + WIDTH, self.y)
        self.canvas.setDash()

    def code_strip(self) -> None:
        """Twelve places for the code, above the line that is cut along."""
        self.y -= (
            draw_text(self.canvas, self.words["paper-code"], SIDE, self.y, WIDTH, 10, bold=True) + 2 * mm
        )
        for place in range(CODE_LENGTH):
            left = SIDE + place * 8 * mm + place // 4 * 4 * mm
            self.canvas.setStrokeColor(HexColor(INK))
            self.canvas.rect(left, self.y - 8 * mm, 7 * mm, 8 * mm)
        self.y -= 10 * mm
        self.text(self.words["paper-code-note"], 8, after=3 * mm)
        self.rule(INK_3, dashed=True)
        self.y -= 5 * mm

    def scale(self) -> None:
        """The labels above the columns of boxes."""
        left = SIDE + WIDTH - len(self.form.scale) * COLUMN
        heights = [
            draw_text(self.canvas, label, left + place * COLUMN + 1, self.y, COLUMN - 2, 6.5)
            for place, label in enumerate(self.form.scale)
        ]
        self.y -= max(heights) + 1.5 * mm
        self.rule()

    def statement(self, number: int, text: str) -> None:
        room = WIDTH - len(self.form.scale) * COLUMN - 10 * mm
        height = max(text_height(text, room, 9), BOX) + 2.4 * mm
        self.room_for(height, scale=True)
        draw_text(self.canvas, f"{number}", SIDE, self.y - 1.2 * mm, 8 * mm, 9)
        draw_text(self.canvas, text, SIDE + 8 * mm, self.y - 1.2 * mm, room, 9)
        left = SIDE + WIDTH - len(self.form.scale) * COLUMN
        for place in range(len(self.form.scale)):
            self.box(left + place * COLUMN + (COLUMN - BOX) / 2, self.y - height / 2 - BOX / 2)
        self.y -= height
        self.rule()

    def question(self, question: PaperQuestion) -> None:
        text = f"{question.number}   {question.text}"
        below = 16 * mm if question.ratings else (len(question.choices) or LINES) * 7 * mm
        self.room_for(text_height(text, WIDTH, 9.5, bold=True) + below + 8 * mm)
        self.y -= 4 * mm
        self.text(text, 9.5, bold=True)
        if question.ratings:
            self._ratings(question)
        for choice in question.choices:
            self.box(SIDE, self.y - BOX)
            draw_text(self.canvas, choice, SIDE + 7 * mm, self.y, WIDTH - 7 * mm, 9)
            self.y -= 6 * mm
        if not question.ratings and not question.choices:
            self.text(self.words["paper-own-words"], 8, after=0)
            for _ in range(LINES):
                self.y -= 7 * mm
                self.rule(INK_3)
            self.y -= 2 * mm

    def extra(self) -> None:
        """The questions outside the scores under a heading of their own."""
        self.room_for(45 * mm)
        self.y -= 4 * mm
        self.text(self.words["paper-own"], 13, bold=True)
        self.text(self.words["paper-own-note"], 9, after=3 * mm)
        in_rows = False
        for question in self.form.extra:
            if not question.agreement:
                self.question(question)
            else:
                if not in_rows:
                    self.room_for(25 * mm)
                    self.scale()
                self.statement(question.number, question.text)
            in_rows = question.agreement

    def _ratings(self, question: PaperQuestion) -> None:
        for rating in range(question.ratings):
            left = SIDE + rating * 15 * mm
            self.box(left, self.y - BOX)
            draw_text(self.canvas, str(rating), left + BOX + 1.2 * mm, self.y, 9 * mm, 9)
        self.y -= 6 * mm
        half = WIDTH / 2
        draw_text(self.canvas, f"0 = {question.lowest}", SIDE, self.y, half, 8)
        highest = f"{question.ratings - 1} = {question.highest}"
        draw_text(self.canvas, highest, SIDE + half, self.y, half, 8)
        self.y -= 7 * mm


def _drawn(form: PaperForm, total: int) -> tuple[bytes, int]:
    register_fonts()
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, initialFontName=REGULAR, lang=form.language)
    words = printed_words(form.language)
    canvas.setTitle(words["paper-heading"])
    canvas.setAuthor("Coherence")
    sheets = _Sheets(canvas, form, total, words)
    sheets.code_strip()
    sheets.text(words["paper-heading"], 17, bold=True, after=1 * mm)
    sheets.text(form.organisation, 9.5)
    sheets.text(words["paper-promise"].format(k=form.k), 9)
    sheets.text(words["paper-intro"], 9, after=3 * mm)
    if form.introduction:
        sheets.text(form.introduction, 9, after=3 * mm)
    sheets.scale()
    for number, text in form.statements:
        sheets.statement(number, text)
    for question in form.questions:
        sheets.question(question)
    if form.extra:
        sheets.extra()
    sheets.y -= 3 * mm
    sheets.text(words["paper-thanks"], 10, bold=True)
    sheets.end_page()
    canvas.save()
    return stream.getvalue(), sheets.number
