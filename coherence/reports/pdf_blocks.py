"""Chapters and blocks of a document as flowables, and the tree of their tags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from coherence.reports.document import (
    Actions,
    Block,
    Chapter,
    Columns,
    Facts,
    Figure,
    Heading,
    KeyNumber,
    ListOfSentences,
    MarkedHeading,
    Paragraph,
    StepLegend,
    Table,
)
from coherence.reports.pdf_flowables import (
    BODY,
    FACTS,
    HEADING,
    PLACE,
    QUIET,
    SENTENCE,
    TITLE,
    LargeNumber,
    Legend,
    Picture,
)
from coherence.reports.pdf_grid import Box, Grid, Padding, Row
from coherence.reports.pdf_more_blocks import more_blocks
from coherence.reports.pdf_tables import score_table
from coherence.reports.pdf_tags import Element
from coherence.reports.pdf_text import TextStyle, plain

PAGE: Final = 178 * mm
GUTTER: Final = 8 * mm
READABLE: Final = 118 * mm
"""The longest line of running text."""

_VOICES: Final = {"body": BODY, "quiet": QUIET}


class Bookmark(Flowable):  # type: ignore[misc]
    """The place in the file that an entry of the list of chapters leads to."""

    def __init__(self, chapter: Chapter) -> None:
        super().__init__()
        self._chapter = chapter
        self.keepWithNext = True

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Takes no room."""
        return 0, 0

    def draw(self) -> None:
        """Enter the chapter."""
        self.canv.bookmarkPage(self._chapter.ident)
        self.canv.begins.enter(self._chapter)
        self.canv.addOutlineEntry(self._chapter.bookmark, self._chapter.ident, self._chapter.depth)


def chapter_flowables(chapter: Chapter, root: Element) -> Iterator[Flowable]:
    """A chapter, its bookmark and its section."""
    section = root.add("Sect")
    yield Bookmark(chapter)
    yield plain(chapter.place, PLACE, section.add("P"))
    yield plain(chapter.title, TITLE, section.add("H1"))
    if chapter.facts:
        yield plain(chapter.facts, FACTS, section.add("P"))
    for block in chapter.blocks:
        yield from block_flowables(block, section)


def block_flowables(block: Block, section: Element, width: float = PAGE) -> Iterator[Flowable]:
    """The pieces of one block; their elements are added to the section in reading order."""
    match block:
        case Heading() | Paragraph() | ListOfSentences():
            yield from _running_text(block, section, width)
        case KeyNumber():
            element = section.add("P")
            yield LargeNumber(block, element)
            yield plain(block.below, QUIET, section.add("P"))
        case Figure():
            yield Picture(block.svg, width, section.add("Figure", alternative=block.alternative))
        case Table():
            yield score_table(block, width, section.add("Table"))
        case StepLegend():
            yield Legend(block, section.add("P"))
        case Columns():
            yield _columns(block, section)
        case MarkedHeading() | Actions() | Facts():
            yield from more_blocks(block, section, width)


def _running_text(
    block: Heading | Paragraph | ListOfSentences, section: Element, width: float
) -> Iterator[Flowable]:
    match block:
        case Heading():
            yield plain(block.text, HEADING, section.add("H2"))
        case Paragraph():
            style = replace(_VOICES[block.voice], keep=block.joined)
            if block.voice == "body":
                style = _within(width, style)
            yield plain(block.text, style, section.add("P"))
        case ListOfSentences():
            sentences, style = section.add("L"), _within(width, SENTENCE)
            for number, sentence in enumerate(block.sentences, 1):
                body = sentences.add("LI").add("LBody")
                yield plain(f"{number}. {sentence}", style, body)


def _columns(block: Columns, section: Element) -> Flowable:
    widths = (PAGE * block.share, PAGE * (1 - block.share) - GUTTER)
    columns = [
        [flowable for one in blocks for flowable in block_flowables(one, section, width)]
        for blocks, width in zip((block.left, block.right), widths, strict=True)
    ]
    boxes = [Box(columns[0], Padding(right=GUTTER)), Box(columns[1], Padding())]
    return Grid([Row(boxes, "top" if block.level else "middle")], [widths[0] + GUTTER, widths[1]], after=4)


def _within(width: float, style: TextStyle) -> TextStyle:
    """The style with lines that stay readable in a space of this width."""
    return replace(style, right=max(0.0, width - READABLE))
