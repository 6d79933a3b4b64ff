"""What to do: why, who, the first step, what to watch, how long, and how sure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coherence.reports.chapters.board import diagnosis_of, point_of
from coherence.reports.chapters.frame import place
from coherence.reports.document import Block, Chapter, Facts, Heading, Paragraph
from coherence.reports.quantity_names import reading_sentence, reading_value
from coherence.reports.texts import _, ngettext
from coherence.reports.wording import Wording, counted_points, uncapitalised
from scoring.patterns import PATTERNS
from scoring.released import Ledger
from scoring.released_diagnosis import ReleasedEvidence, ReleasedRecommendation

_MOST_READINGS: Final = 2


def recommendations_chapter(ledger: Ledger, wording: Wording) -> Chapter | None:
    """The recommendations in the order of work; None where none could be chosen."""
    diagnosis = diagnosis_of(ledger)
    if diagnosis is None or diagnosis.recommendations is None:
        return None
    chosen = diagnosis.recommendations
    return Chapter(
        ident="recommendations",
        place=place(ledger),
        title=_title(chosen, wording),
        facts=_(
            "In the order of work: obstacles first, talk last. Each begins with one small step in 14 days."
        ),
        blocks=tuple(
            block
            for number, one in enumerate(chosen, 1)
            for block in _recommendation(number, one, wording, facts_known=bool(ledger.facts))
        )
        or (Paragraph(_("The legs are high and even enough; nothing here calls for work of its own.")),),
        bookmark=_("Recommendations"),
    )


def _title(chosen: tuple[ReleasedRecommendation, ...], wording: Wording) -> str:
    if not chosen:
        return _("No change is recommended by these data.")
    first = point_of(wording.advice[chosen[0].id].text)[0].rstrip(".")
    return _("First: {point}").format(point=uncapitalised(first))


def _recommendation(
    number: int, one: ReleasedRecommendation, wording: Wording, *, facts_known: bool
) -> Iterator[Block]:
    advice = wording.advice[one.id]
    title, text = point_of(advice.text)
    yield Heading(f"{number}. {title}")
    if text:
        yield Paragraph(text, joined=True)
    yield Facts(
        (
            (
                _("Why"),
                " ".join(why(evidence, wording, facts_known=facts_known) for evidence in one.evidence),
            ),
            (
                _("Who, how long"),
                _("{who}; {time}").format(who=advice.who, time=advice.horizon),
            ),
            (_("First step"), _("In 14 days: {step}").format(step=uncapitalised(advice.first_step))),
            (_("What to watch"), advice.evidence),
            (_("How sure"), how_sure(one)),
        )
    )


def why(evidence: ReleasedEvidence, wording: Wording, *, facts_known: bool = True) -> str:
    """What speaks for a recommendation, as a sentence."""
    numbers = ", ".join(reading_sentence(one, wording) for one in evidence.readings[:_MOST_READINGS])
    rule = evidence.rule
    if rule in PATTERNS or rule == "P13":
        said = _("Pattern “{name}”").format(name=wording.patterns[rule].name)
        return f"{said}: {numbers}." if numbers else f"{said}."
    if rule == "key area" and evidence.facet is not None:
        name = wording.facets[evidence.facet]
        if not evidence.readings:
            return _("Key area “{name}”.").format(name=name)
        value, span = reading_value(evidence.readings[0], wording)
        return _("Key area “{name}”: {score}; the goal is +60.").format(
            name=name, score=f"{value} ({span})" if span else value
        )
    if rule == "say-do gap" and evidence.readings:
        return _("What is done stands {points} below what is said.").format(
            points=counted_points(evidence.readings[0].value)
        )
    if rule == "low resources" and evidence.readings:
        value, span = reading_value(evidence.readings[0], wording)
        return _("Resources stand at {score}.").format(score=f"{value} ({span})" if span else value)
    if rule == "relapse" and evidence.count is not None:
        return ngettext(
            "{number} sign of falling back.", "{number} signs of falling back.", evidence.count
        ).format(number=evidence.count)
    return {
        "no key area": _("No key area, and a high level of maturity: protect what works."),
        "level 1": _("At level 1 a few simple steps come before anything finer.")
        if facts_known
        else _("Without the fact sheet a few simple steps come first."),
        "nothing for the top": _("So that the board itself takes part."),
        "nothing quick": _("So that people soon see a change."),
        "no standard": _("There is no written standard yet.")
        if facts_known
        else _("No written standard is known, because the fact sheet was not filled in."),
        "stuck": _("The company is stuck at level 2."),
    }[rule]


def how_sure(one: ReleasedRecommendation) -> str:
    """How sure it is that a recommendation fits."""
    certainties = {evidence.certainty for evidence in one.evidence}
    if "clear" in certainties:
        return _("Clear: the rule held in at least 80 of 100 recalculations with chance added.")
    if "possible" in certainties:
        return _("Possible: talk before you conclude.")
    if any(evidence.readings for evidence in one.evidence):
        return _("The score is known within its interval; its cause is not. Talk with those concerned first.")
    return _("It follows from the rules of the method, not from a score.")
