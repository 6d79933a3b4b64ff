"""The second page of a department: why it is so, and what to do first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from coherence.reports.chapters.board import point_of
from coherence.reports.chapters.department_place import department_place
from coherence.reports.chapters.recommendations import why
from coherence.reports.chapters.surroundings import Surroundings
from coherence.reports.document import (
    Action,
    Actions,
    Block,
    Chapter,
    Columns,
    Facts,
    Heading,
    MarkedHeading,
    Paragraph,
)
from coherence.reports.pattern_notes import note_text
from coherence.reports.quantity_names import reading_sentence
from coherence.reports.texts import _
from coherence.reports.unit_blocks import facet_figure
from coherence.reports.wording import uncapitalised
from scoring.estimable import NotEstimable
from scoring.released import ReleasedCell
from scoring.released_diagnosis import ReleasedPattern, ReleasedRecommendation
from scoring.released_figures import StepShare

MOST_RECOMMENDED: Final = 3
"""One less where several patterns stand above them: two pages are enough for a department."""

MOST_IN_TITLE: Final = 2
MOST_CANDIDATES: Final = 3


def department_reasons(cell: ReleasedCell, around: Surroundings) -> Chapter | None:
    """Parts of the legs, key areas, patterns, first recommendations; None where none of it is released."""
    if not cell.facets and cell.diagnosis is None:
        return None
    ident = f"{around.idents[cell.unit]}-reasons"
    return Chapter(
        ident=ident,
        place=department_place(cell, around),
        title=_title(cell, around),
        facts=_(
            "Why it is so, and what to do first. Scores are known within their intervals, causes are not: "
            "talk with those concerned."
        ),
        blocks=(
            *_parts(cell, around, ident),
            Columns(tuple(_patterns(cell, around)), tuple(_funnel(cell)), 0.56, level=True),
            *_first_actions(cell, around),
        ),
        bookmark=_("{department}: why, and what to do first").format(department=cell.name),
        depth=2,
    )


def _title(cell: ReleasedCell, around: Surroundings) -> str:
    areas = None if cell.diagnosis is None else cell.diagnosis.key_areas
    if areas is not None and not areas:
        return _("{department}: no key area; protect what works").format(department=cell.name)
    if not areas:
        if cell.diagnosis is not None and cell.diagnosis.recommendations:
            return _("{department}: what to do first").format(department=cell.name)
        return _("{department}: why it is so").format(department=cell.name)
    return _("{department}. Key areas: {areas}").format(
        department=cell.name, areas="; ".join(_names(areas[:MOST_IN_TITLE], around))
    )


def _names(facets: Sequence[str], around: Surroundings) -> list[str]:
    """Names of parts as they stand inside a sentence."""
    return [uncapitalised(around.wording.facets[code]) for code in facets]


def _parts(cell: ReleasedCell, around: Surroundings, ident: str) -> Iterator[Block]:
    facets = {code: one.estimate for code, one in cell.facets.items()}
    if not facets:
        return
    whole = around.compared_with(cell)
    compared = {} if whole is None else {code: one.estimate.value for code, one in whole.facets.items()}
    yield facet_figure(
        facets, around.wording, ident, compared=compared, compared_with=_("whole organisation")
    )
    candidates = () if cell.diagnosis is None else cell.diagnosis.candidates[:MOST_CANDIDATES]
    said = [
        pattern.format(parts=", ".join(_names(codes, around)))
        for pattern, codes in (
            (_("Close to being a key area: {parts}."), candidates),
            (
                _("Read with care, since their statements belong together little: {parts}."),
                [code for code in around.loose if code in facets],
            ),
            (
                _("Not printed for departments, since their statements belong together too little: {parts}."),
                around.withheld,
            ),
        )
        if codes
    ]
    if said:
        yield Paragraph(" ".join(said), "quiet")


def _patterns(cell: ReleasedCell, around: Surroundings) -> Iterator[Block]:
    """The first pattern with its evidence, further ones by name, so that two pages are enough."""
    if cell.diagnosis is None:
        yield Heading(_("Patterns cannot be judged"))
        yield Paragraph(_("Fewer than 30 % of the invited answered. So few cannot speak for the others."))
        return
    if not cell.diagnosis.patterns:
        yield Heading(_("No pattern stands out"))
        yield Paragraph(
            _(
                "In a department most real patterns would show only as possible, so this says little. "
                "Use the patterns of the organisation for the talk."
            )
        )
        return
    first, *others = cell.diagnosis.patterns
    yield Heading(_("What may lie behind it"))
    yield from _pattern(first, around)
    yield from (_name(one, around) for one in others)


def _pattern(one: ReleasedPattern, around: Surroundings) -> Iterator[Block]:
    texts = around.wording.patterns[one.id]
    yield _name(one, around)
    yield Paragraph(" ".join([texts.meaning, *(note_text(note) for note in one.notes), texts.check]))
    evidence = [reading_sentence(reading, around.wording) for reading in one.readings]
    if evidence:
        yield Paragraph(f"{'; '.join(evidence)}.", "quiet")


def _name(one: ReleasedPattern, around: Surroundings) -> MarkedHeading:
    clear = one.certainty == "clear"
    return MarkedHeading(around.wording.patterns[one.id].name, _("clear") if clear else _("possible"), clear)


def _funnel(cell: ReleasedCell) -> Iterator[Block]:
    """The funnel in numbers: a column has no room for its bars."""
    found = None if cell.finer is None else cell.finer.funnel
    if found is None:
        return
    yield Heading(_("Heard, equipped, delivered"))
    yield Facts(
        (
            (_("Heard"), _share(found.heard, _("of everybody"))),
            (_("Equipped"), _share(found.equipped, _("of these"))),
            (_("Delivered"), _share(found.delivered, _("of these"))),
        )
    )


def _share(share: StepShare | NotEstimable, whom: str) -> str:
    if isinstance(share, NotEstimable):
        return _("Cannot be said: fewer than 10 people are left.")
    return _("{share} % {whom} ({low} to {high} %)").format(
        share=share.value, whom=whom, low=share.low, high=share.high
    )


def _first_actions(cell: ReleasedCell, around: Surroundings) -> Iterator[Block]:
    chosen = None if cell.diagnosis is None else cell.diagnosis.recommendations
    if chosen is None:
        return
    if not chosen:
        yield Heading(_("No change is recommended by these data."))
        return
    yield Heading(_("First actions"))
    several = cell.diagnosis is not None and len(cell.diagnosis.patterns) > 1
    yield Actions(tuple(_action(one, around) for one in chosen[: MOST_RECOMMENDED - several]))


def _action(one: ReleasedRecommendation, around: Surroundings) -> Action:
    """The recommendation, its first reason, the first step; who, how long, what to watch, how sure."""
    wording = around.wording
    advice = wording.advice[one.id]
    title, text = point_of(advice.text)
    reasons = (why(evidence, wording, facts_known=around.facts_known) for evidence in one.evidence[:1])
    first_step = _("In 14 days: {step}").format(step=uncapitalised(advice.first_step))
    note = [
        f"{advice.who}.",
        _("Time: {time}.").format(time=advice.horizon),
        _("Watch: {watched}.").format(watched=advice.evidence),
    ]
    certainties = {evidence.certainty for evidence in one.evidence[:1]}
    if "clear" in certainties:
        note.append(_("The pattern behind it is clear."))
    elif "possible" in certainties:
        note.append(_("The pattern behind it is possible."))
    return Action(title.rstrip("."), " ".join(filter(None, (text, *reasons, first_step))), " ".join(note))
