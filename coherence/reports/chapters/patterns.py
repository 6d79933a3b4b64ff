"""Patterns: what may lie behind the numbers, with the evidence of each."""

from __future__ import annotations

from collections.abc import Iterator

from coherence.reports import explained
from coherence.reports.chapters.frame import staff_place
from coherence.reports.document import Block, Cell, Chapter, Column, Facts, MarkedHeading, Paragraph, Table
from coherence.reports.pattern_notes import certainty_words, note_text
from coherence.reports.quantity_names import quantity_name, reading_rule, reading_value
from coherence.reports.texts import _, ngettext
from coherence.reports.wording import Wording, as_title
from scoring.released import Ledger, ReleasedCell
from scoring.released_diagnosis import ReleasedPattern, ShownReading, UnitDiagnosis


def patterns_chapter(ledger: Ledger, wording: Wording) -> Chapter | None:
    """The patterns of the organisation; None where nothing of its front line is shown."""
    cell = ledger.cell(ledger.root, "staff")
    if cell is None:
        return None
    diagnosis = cell.diagnosis
    return Chapter(
        ident="patterns",
        place=staff_place(ledger),
        title=_title(diagnosis, wording),
        facts=_(
            "At most three are shown. The rules are the same for every company; their limits are judgement."
        ),
        blocks=tuple(_blocks(cell, diagnosis, ledger, wording)),
        bookmark=_("Patterns"),
        joined=True,
    )


def _title(diagnosis: UnitDiagnosis | None, wording: Wording) -> str:
    if diagnosis is None:
        return _("Patterns cannot be judged")
    clear = [one for one in diagnosis.patterns if one.certainty == "clear"]
    if clear:
        return as_title(wording.patterns[clear[0].id].finding)
    if diagnosis.patterns:
        return ngettext(
            "One pattern is possible: talk before you conclude",
            "{number} patterns are possible: talk before you conclude",
            len(diagnosis.patterns),
        ).format(number=len(diagnosis.patterns))
    return _("No pattern stands out")


def _blocks(
    cell: ReleasedCell, diagnosis: UnitDiagnosis | None, ledger: Ledger, wording: Wording
) -> Iterator[Block]:
    if diagnosis is None:
        yield Paragraph(
            _("Fewer than 30 % of the invited answered. So few cannot speak for the others.")
            if cell.response == "low"
            else _("Patterns need at least {number} answers of front line and support.").format(
                number=2 * ledger.k
            )
        )
        return
    if not diagnosis.patterns:
        yield Paragraph(
            _(
                "No rule of the method held often enough to be shown. That does not mean that nothing is "
                "wrong."
            )
        )
    for one in sorted(diagnosis.patterns, key=lambda one: one.certainty != "clear"):
        yield from _pattern(one, wording)
    yield Paragraph(certainty_words(), "quiet")
    if ledger.form == "short":
        yield Paragraph(
            _("The short questionnaire shows only the patterns that can be seen from the legs alone."),
            "quiet",
        )


def _pattern(one: ReleasedPattern, wording: Wording) -> Iterator[Block]:
    texts = wording.patterns[one.id]
    clear = one.certainty == "clear"
    yield MarkedHeading(texts.name, _("clear") if clear else _("possible"), clear)
    yield Paragraph(texts.meaning, joined=True)
    for note in one.notes:
        yield Paragraph(note_text(note), joined=True)
    yield Facts(((_("Check first"), texts.check), (_("Talk about"), texts.talk_about)))
    if one.readings:
        yield Table(
            (Column(_("What the rule looks at"), 0.46), Column(_("Here"), 0.3), Column(_("The rule"), 0.24)),
            tuple(_reading(reading, wording) for reading in one.readings),
        )


def _reading(reading: ShownReading, wording: Wording) -> tuple[Cell, ...]:
    value, span = reading_value(reading, wording)
    return (
        Cell(quantity_name(reading.quantity, wording)),
        Cell(value, beside=span, explained=explained.reading(reading, reading_rule(reading))),
        Cell("", below=reading_rule(reading)),
    )
