"""The parts of the legs, and the key areas among them."""

from __future__ import annotations

from collections.abc import Iterator

from coherence.reports import explained, findings
from coherence.reports.chapters.frame import staff_place
from coherence.reports.document import Block, Cell, Chapter, Column, Heading, Paragraph, Table
from coherence.reports.points import signed
from coherence.reports.reasons import reason_text
from coherence.reports.texts import _, ngettext
from coherence.reports.unit_blocks import facet_figure
from coherence.reports.wording import Wording, uncapitalised
from scoring.released import Ledger, ReleasedCell
from scoring.released_diagnosis import ReleasedImportance, UnitDiagnosis
from scoring.vocabulary import leg_of


def facets_chapter(ledger: Ledger, wording: Wording) -> Chapter | None:
    """The parts of the legs as the front line sees them; None where no part is released."""
    cell = ledger.cell(ledger.root, "staff")
    if cell is None or not cell.facets:
        return None
    facets = {code: facet.estimate for code, facet in cell.facets.items()}
    managers = ledger.cell(ledger.root, "M")
    compared = {}
    if managers and "low" not in (cell.response, managers.response):
        compared = {code: facet.estimate.value for code, facet in managers.facets.items()}
    figure = facet_figure(
        facets, wording, "facets", compared=compared, compared_with=wording.words.levels["M"], roomy=True
    )
    unclear = () if ledger.findings is None else ledger.findings.unclear
    return Chapter(
        ident="facets",
        place=staff_place(ledger),
        title=findings.ends_of_facets(facets, wording),
        facts=_("{answered} Read the far ends, not the order in the middle: most intervals overlap.").format(
            answered=findings.answered(cell, wording)
        ),
        blocks=(
            figure,
            *(
                [
                    Paragraph(
                        _(
                            "More than 30 % could not judge: {parts}. Look at the statements before the "
                            "score."
                        ).format(parts=", ".join(wording.facets[code] for code in unclear))
                    )
                ]
                if unclear
                else []
            ),
        ),
        bookmark=_("Parts of the legs"),
        joined=True,
    )


def key_areas_chapter(ledger: Ledger, wording: Wording) -> Chapter | None:
    """Where work pays first; None where the organisation is not diagnosed."""
    cell = ledger.cell(ledger.root, "staff")
    if cell is None or cell.diagnosis is None:
        return None
    known = ledger.findings is not None and cell.diagnosis.key_areas is not None
    importance = ledger.findings.importance if known and ledger.findings else None
    return Chapter(
        ident="key-areas",
        place=staff_place(ledger),
        title=_title(cell.diagnosis, wording),
        facts=_(
            "A key area lies well below the goal of +60, or is seen much brighter from above, and stays so "
            "when chance is added."
        ),
        blocks=(*_areas(cell, cell.diagnosis, wording), *_importance(importance, wording)),
        bookmark=_("Key areas"),
        joined=True,
    )


def _title(diagnosis: UnitDiagnosis, wording: Wording) -> str:
    if diagnosis.key_areas is None:
        return _("Key areas need the long questionnaire")
    if not diagnosis.key_areas:
        return _("No key area: protect what works")
    return ngettext(
        "The key area is {first}", "{number} key areas, first of all {first}", len(diagnosis.key_areas)
    ).format(number=len(diagnosis.key_areas), first=uncapitalised(wording.facets[diagnosis.key_areas[0]]))


def _areas(cell: ReleasedCell, diagnosis: UnitDiagnosis, wording: Wording) -> Iterator[Block]:
    if diagnosis.key_areas is None:
        yield Paragraph(reason_text("the short form has no facets"))
        return
    if not diagnosis.key_areas:
        yield Paragraph(_("No part of a leg stands out as the place to begin. That is a good result."))
    else:
        yield Table(
            (
                Column(_("Key area, most urgent first"), 0.34),
                Column(_("Score"), 0.24),
                Column(_("What a high score means"), 0.42),
            ),
            tuple(_area(number, code, cell, wording) for number, code in enumerate(diagnosis.key_areas, 1)),
        )
    if diagnosis.candidates:
        yield Paragraph(
            _("Close to being a key area: {parts}.").format(
                parts=", ".join(uncapitalised(wording.facets[code]) for code in diagnosis.candidates)
            )
        )


def _area(number: int, code: str, cell: ReleasedCell, wording: Wording) -> tuple[Cell, ...]:
    name = Cell(f"{number}. {wording.facets[code]}", below=wording.words.legs[leg_of(code)])
    if code not in cell.facets:
        return name, Cell("–"), Cell("", below=wording.meanings[code])
    estimate = cell.facets[code].estimate
    return (
        name,
        Cell(
            signed(estimate.value),
            beside=wording.words.span(estimate),
            below=wording.words.step(estimate.value),
            explained=explained.facet(code, estimate, wording),
        ),
        Cell("", below=wording.meanings[code]),
    )


def _importance(found: ReleasedImportance | None, wording: Wording) -> Iterator[Block]:
    if found is None:
        return
    yield Heading(_("What goes with good conduct"))
    if found.tier == 0:
        yield Paragraph(
            _("Importance was not estimated, so every part counts alike. {why}").format(
                why=reason_text(found.reason)
            )
        )
        return
    ordered = sorted(found.shares.items(), key=lambda pair: -pair[1].value)[:6]
    yield Paragraph(
        _(
            "Associated with conduct towards customers and with complaints handled well, inside "
            "departments: shares of what can be explained. People who answer one statement warmly answer "
            "others warmly too, so read this as a hint, not as a cause."
        ),
        "quiet",
        joined=True,
    )
    yield Table(
        (Column(_("Part"), 0.5), Column(_("Share"), 0.2), Column(_("90 % interval"), 0.3)),
        tuple(
            (
                Cell(wording.facets.get(code, code), below=wording.words.legs[leg_of(code)]),
                Cell(f"{share.value} %", explained=explained.importance(share)),
                Cell(_("{low} to {high} %").format(low=share.low, high=share.high)),
            )
            for code, share in ordered
        ),
    )
