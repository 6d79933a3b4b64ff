"""Maturity in five levels: by facts and by perception, with what holds the company back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from coherence.reports import explained
from coherence.reports.chapters.frame import place
from coherence.reports.document import (
    Block,
    Cell,
    Chapter,
    Column,
    Figure,
    Heading,
    ListOfSentences,
    Paragraph,
    Table,
)
from coherence.reports.drawings import ladder as ladders
from coherence.reports.drawings.svg import SLIM, WIDE
from coherence.reports.reasons import reason_text
from coherence.reports.texts import _, ngettext
from coherence.reports.wording import Wording
from scoring.estimable import NotEstimable
from scoring.maturity import FACTS_NEEDED, GATES
from scoring.released import Ledger
from scoring.released_diagnosis import FactAnswer, ReleasedGate, ReleasedMaturity
from scoring.setbacks import Relapse, Stuck


def maturity_chapter(ledger: Ledger, wording: Wording) -> Chapter | None:
    """Where the company stands on the way; None where nothing of its front line is shown."""
    found = None if ledger.findings is None else ledger.findings.maturity
    if ledger.findings is None or found is None:
        return None
    return Chapter(
        ident="maturity",
        place=place(ledger),
        title=_title(found),
        facts=_(
            "No level is good or bad in itself. A company goes through all of them, one after the other."
        ),
        blocks=(
            *_ladder(found),
            *_remarks(found),
            *_gates(found, ledger.facts, wording),
            *_stuck(ledger.findings.stuck),
            *_relapse(ledger.findings.relapse),
        ),
        bookmark=_("Maturity"),
        joined=True,
    )


def level_names() -> tuple[str, ...]:
    """The five levels, lowest first."""
    return (
        _("Low maturity"),
        _("In one pair of hands"),
        _("Super-strategy"),
        _("Linked by analysis"),
        _("Better than expected"),
    )


def _title(found: ReleasedMaturity) -> str:
    if not found.facts_known:
        if isinstance(found.by_perception, NotEstimable):
            return _("Maturity cannot be judged yet")
        return _("Level {level} by perception; the fact sheet is missing").format(level=found.by_perception)
    if isinstance(found.level, NotEstimable):
        return _("Level {level} by facts; what people perceive cannot be judged").format(level=found.by_facts)
    named = _("Level {level}, “{name}”").format(level=found.level, name=level_names()[found.level - 1])
    if found.perhaps is not None:
        return _("{level} (perhaps {next})").format(level=named, next=found.perhaps)
    if not found.secure:
        return _("{level} (not yet secure)").format(level=named)
    return named


def _ladder(found: ReleasedMaturity) -> Iterator[Block]:
    places = {_("By facts"): found.by_facts} if found.facts_known else {}
    if not isinstance(found.by_perception, NotEstimable):
        places[_("By perception")] = found.by_perception
    if not places:
        return
    title = _title(found)
    told = "; ".join(f"{said}: {place}" for said, place in places.items()) + "."
    level = None if isinstance(found.level, NotEstimable) or not found.facts_known else found.level
    wide, slim = (
        ladders.ladder(
            level_names(), places, level, title=title, told=told, width=width, ident=f"ladder-{width}"
        )
        for width in (WIDE, SLIM)
    )
    rows = tuple(
        (
            Cell(said),
            Cell(str(place), below=level_names()[place - 1], explained=explained.maturity_level(place)),
        )
        for said, place in places.items()
    )
    yield Figure(
        wide,
        f"{title}. {told}",
        slim=slim,
        data=Table((Column(_("Seen"), 0.5), Column(_("Level"), 0.5)), rows),
    )


def _remarks(found: ReleasedMaturity) -> Iterator[Block]:
    if found.facts_known:
        yield Paragraph(
            _("The level is the lower of the two: what is written, and what people meet every day.")
        )
    if not found.facts_known:
        yield Paragraph(
            _(
                "The fact sheet was not filled in, so every fact counts as no. Fill it in before you speak "
                "of a level."
            )
        )
    if isinstance(found.by_perception, NotEstimable):
        yield Paragraph(reason_text(found.by_perception.reason))
    if found.remark == "ahead on paper":
        yield Paragraph(_("Ahead on paper: the facts are there, people do not meet them yet."))
    if found.remark == "good custom, no system" and found.facts_known:
        yield Paragraph(_("Good custom, no system: people live what is written nowhere."))
    if not isinstance(found.level, NotEstimable) and not found.secure:
        yield Paragraph(
            _(
                "Not yet secure: with chance added, what people say passes this gate in fewer than 80 of "
                "100 recalculations."
            )
        )
    if not found.gaps_assessed:
        yield Paragraph(
            _("Gaps between levels were not assessed, because neither board nor managers are shown.")
        )


def _gates(found: ReleasedMaturity, facts: Mapping[str, FactAnswer], wording: Wording) -> Iterator[Block]:
    if not found.gates:
        return
    yield Heading(_("Gate by gate"))
    yield Paragraph(
        _(
            "Each gate asks for {needed} of 4 facts and for what people perceive. All gates below must be "
            "open."
        ).format(needed=FACTS_NEEDED),
        "quiet",
        joined=True,
    )
    known = found.facts_known
    facts_column = (Column(_("Facts"), 0.3),) if known else ()
    columns = (Column(_("To level"), 0.4), *facts_column, Column(_("Perception"), 0.3))
    yield Table(columns, tuple(_gate(gate, known=known) for gate in found.gates))
    closed = next((gate.level for gate in found.gates if not gate.facts_passed), None)
    if known and closed is not None:
        missing = [one for one in GATES[closed].facts if facts.get(one) != "yes"]
        yield Heading(_("Facts that are missing for level {level}").format(level=closed))
        yield ListOfSentences(tuple(f"{wording.questionnaire.facts[one]}." for one in missing))


def _gate(gate: ReleasedGate, *, known: bool) -> tuple[Cell, ...]:
    name = Cell(str(gate.level), below=level_names()[gate.level - 1])
    perception = Cell(
        _("open") if gate.perceptions_passed else _("closed"),
        below="" if gate.gap_assessed else _("gap not assessed"),
        explained=explained.gate_of_perception(gate),
    )
    if not known:
        return name, perception
    passed = _("open") if gate.facts_passed else _("closed")
    return (
        name,
        Cell(
            passed,
            below=_("{yes} of 4").format(yes=gate.facts_yes),
            explained=explained.gate_of_facts(gate, FACTS_NEEDED),
        ),
        perception,
    )


def _stuck(found: Stuck | None) -> Iterator[Block]:
    if found is None:
        return
    titles = {
        "stuck": _("Stuck at level 2"),
        "signs of being stuck": _("Signs of being stuck at level 2"),
        "watch": _("Watch: some signs of being stuck at level 2"),
        None: _("Not stuck at level 2"),
    }
    yield Heading(titles[found.verdict])
    texts = {
        "a": _("Rules stand far above the authority to decide."),
        "b": _("Service works by order, and faults are punished."),
        "c": _("Levels and departments do not say the same."),
        "d": _("Departments do not work together."),
        "e": _("There is no plan beyond quick results."),
        "f": _("Service is not compared with the market."),
    }
    yield from _signs(found.signals, texts, 6)


def _relapse(found: Relapse | None) -> Iterator[Block]:
    if found is None:
        return
    titles = {
        "low": _("The risk of falling back is low"),
        "moderate": _("The risk of falling back is moderate"),
        "high": _("The risk of falling back is high"),
    }
    yield Heading(titles[found.risk])
    texts = {
        "a": _("Learning from customers stands far below the seat."),
        "b": _("The board is very content and sees the front line much brighter than it sees itself."),
        "c": _("A leg has fallen since the last survey."),
        "d": _("The standard was not revised in the last 12 months."),
        "e": _("Fewer people answered than last time, or they agree less."),
        "f": _("A reorganisation, or many changes of staff, in the last 12 months."),
        "g": _("The level is not secure, or lower than last time."),
    }
    yield from _signs(found.signals, texts, 7)


def _signs(signals: tuple[str, ...], texts: Mapping[str, str], of: int) -> Iterator[Block]:
    yield Paragraph(
        ngettext("{number} of {all} signs:", "{number} of {all} signs:", len(signals)).format(
            number=len(signals), all=of
        )
        if signals
        else _("None of {all} signs.").format(all=of),
        "quiet",
        joined=bool(signals),
    )
    if signals:
        yield ListOfSentences(tuple(texts[one] for one in signals))
