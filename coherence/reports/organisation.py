"""The report of a wave: the organisation, how to read it, and every department that may be shown."""

from __future__ import annotations

from collections.abc import Mapping

from coherence.reports import findings
from coherence.reports.departments import department_chapters, overview
from coherence.reports.document import Block, Cell, Chapter, Document, Figure, Heading, Paragraph
from coherence.reports.drawings import dumbbell as levels
from coherence.reports.reading_aid import nothing_shown, reading_aid
from coherence.reports.texts import ENGLISH, _, written_in
from coherence.reports.unit_blocks import facet_figure, score_table, stool_and_seat
from coherence.reports.wording import Wording, top_is_folded, wording
from scoring.released import Ledger, ReleasedCell
from scoring.vocabulary import CellLevel

LEVELS: tuple[CellLevel, ...] = ("all", "T", "M", "staff", "F", "S")
"""The order in which levels stand in tables."""


def organisation_report(ledger: Ledger, language: str = ENGLISH) -> Document:
    """The whole report in one language; one page that says why where nothing can be shown."""
    with written_in(language):
        words = wording(ledger, language)
        foot = _("Intervals cover chance only, not the views of those who did not answer.")
        page = _("Page {number} of {total}")
        if not ledger.cells:
            wave = _("Wave {wave}").format(wave=ledger.wave)
            return Document(wave, language, (wave, foot), page, (nothing_shown(ledger, wave),))
        chapters = [summary(ledger, words)]
        if parts := facets_of_front_line(ledger, words):
            chapters.append(parts)
        chapters.append(reading_aid(ledger))
        if any(len(cell.unit) > 1 for cell in ledger.cells):
            chapters.append(overview(ledger, words))
            chapters.extend(department_chapters(ledger, words))
        title = _("{organisation}: service report").format(organisation=ledger.root[-1])
        where = _("{organisation}, wave {wave}").format(organisation=ledger.root[-1], wave=ledger.wave)
        return Document(title, language, (where, foot), page, tuple(chapters))


def summary(ledger: Ledger, wording: Wording) -> Chapter:
    """The organisation on one page: stool, seat, verdict, levels side by side."""
    cell = ledger.cell(ledger.root, "all") or ledger.cells[0]
    return Chapter(
        ident="organisation",
        place=_("{organisation}, wave {wave}. Everybody").format(organisation=cell.name, wave=ledger.wave),
        title=findings.headline(cell, wording),
        facts=f"{findings.answered(cell, wording)} {findings.scale()}",
        blocks=(stool_and_seat(cell, wording, "organisation", large=True), *_levels(ledger, wording)),
        bookmark=_("Summary"),
    )


def facets_of_front_line(ledger: Ledger, wording: Wording) -> Chapter | None:
    """The parts of the legs as the front line sees them; None where no part is released."""
    cell = ledger.cell(ledger.root, "staff")
    if cell is None or not cell.facets:
        return None
    facets = {code: facet.estimate for code, facet in cell.facets.items()}
    managers = ledger.cell(ledger.root, "M")
    compared = {}
    if managers and "low" not in (cell.response, managers.response):
        compared = {code: facet.estimate.value for code, facet in managers.facets.items()}
    return Chapter(
        ident="facets",
        place=_("{organisation}, wave {wave}. Front line and support").format(
            organisation=cell.name, wave=ledger.wave
        ),
        title=findings.ends_of_facets(facets, wording),
        facts=_("{answered} Read the far ends, not the order in the middle: most intervals overlap.").format(
            answered=findings.answered(cell, wording)
        ),
        blocks=(
            facet_figure(
                facets, wording, "facets", compared=compared, compared_with=wording.words.levels["M"]
            ),
        ),
        bookmark=_("Parts of the legs"),
    )


def _levels(ledger: Ledger, wording: Wording) -> tuple[Block, ...]:
    shown = {level: cell for level in LEVELS if (cell := ledger.cell(ledger.root, level))}
    note = _who_is_not_apart(ledger, shown)
    if "staff" not in shown or not ("T" in shown or "M" in shown):
        return (Heading(_("Levels")), Paragraph(note)) if note else ()
    title = findings.levels(shown, wording)
    wide, slim = (
        levels.dumbbell(shown, wording.words, title=title, width=width, ident=f"levels-{width}")
        for width in (levels.WIDE, levels.SLIM)
    )
    told = "; ".join(
        f"{wording.levels[level]}: "
        + ", ".join(
            f"{wording.words.legs[leg]} {wording.words.score(estimate, rough=cell.size == 'small')}"
            for leg, estimate in cell.legs.items()
        )
        for level, cell in shown.items()
        if level in levels.ORDER
    )
    lowest, highest = (
        wording.words.levels[level] for level in (levels.ORDER[0], "T" if "T" in shown else "M")
    )
    explained = _(
        "Same statements, levels side by side. Lines under the marks are 95 % intervals. "
        "Right: {highest} less {lowest}."
    ).format(highest=highest, lowest=lowest)
    rows = [
        (Cell(wording.levels[level], below=wording.words.people(cell)), cell) for level, cell in shown.items()
    ]
    return (
        Heading(title),
        Paragraph(f"{explained} {note}".strip(), "quiet", joined=True),
        Figure(wide, f"{title}. {told}.", slim=slim),
        score_table(rows, wording, _("Level")),
    )


def _who_is_not_apart(ledger: Ledger, shown: Mapping[CellLevel, ReleasedCell]) -> str:
    """Why a level has no row of its own, where people of that level were asked."""
    asked = {level for label in ledger.labels for _unit, level in label.atoms}
    if "M" not in shown and asked & {"T", "M"}:
        return _(
            "Board and managers are not shown apart: fewer than {k} of them answered, "
            "so they count with everybody else."
        ).format(k=ledger.k)
    if "T" not in shown and top_is_folded(ledger):
        return _(
            "The board is not shown apart: fewer than {k} of its members answered, "
            "so they count with the managers."
        ).format(k=ledger.k)
    return ""
