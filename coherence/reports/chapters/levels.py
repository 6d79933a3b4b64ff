"""Who sees it differently: levels beside each other, leg by leg."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from coherence.reports import explained, findings
from coherence.reports.chapters.frame import LEVELS, place
from coherence.reports.document import Block, Cell, Chapter, Column, Figure, Heading, Paragraph, Table
from coherence.reports.drawings import dumbbell as levels
from coherence.reports.drawings.svg import SLIM, WIDE
from coherence.reports.points import signed
from coherence.reports.texts import _
from coherence.reports.unit_blocks import score_table
from coherence.reports.wording import Wording, signed_points, top_is_folded
from scoring.differences import GapClass
from scoring.released import Ledger, ReleasedCell
from scoring.released_diagnosis import LevelGap, LevelPair, OrganisationFindings
from scoring.released_figures import Quantity
from scoring.vocabulary import LEGS, CellLevel, Leg

NO_FINDINGS: Final = OrganisationFindings()

_PAIRS: Final[tuple[LevelPair, ...]] = ("T-staff", "M-staff", "T-M")


def levels_chapter(ledger: Ledger, wording: Wording) -> Chapter | None:
    """Levels and gaps; None where only one level is shown."""
    shown = shown_levels(ledger)
    _title_of_figure, *blocks = side_by_side(ledger, wording, "levels") or (None,)
    if len(shown) < 2 and not blocks:
        return None
    found = ledger.findings or NO_FINDINGS
    rows = [
        (Cell(wording.levels[name], below=wording.words.people(cell)), cell) for name, cell in shown.items()
    ]
    return Chapter(
        ident="levels",
        place=place(ledger),
        title=_title(ledger, wording),
        facts=_("Everybody judges the same thing: what happens where customers are met."),
        blocks=(
            *blocks,
            score_table(rows, wording, _("Level")),
            *_level_gaps(found.level_gaps, wording),
            *_what_is_known(found, wording),
            *_weightings(found, wording, board=not ledger.board_consent),
        ),
        bookmark=_("Levels"),
    )


def side_by_side(ledger: Ledger, wording: Wording, ident: str) -> tuple[Block, ...]:
    """The dumbbells of the organisation with their finding; a note alone where levels are not apart."""
    shown = shown_levels(ledger)
    note = _who_is_not_apart(ledger, shown)
    if "staff" not in shown or not ("T" in shown or "M" in shown):
        return (Heading(_("Levels")), Paragraph(note)) if note else ()
    gaps = (ledger.findings or NO_FINDINGS).level_gaps
    title = findings.levels(shown, gaps, wording)
    above = findings.level_to_compare(shown, gaps)
    beside = _beside(gaps, shown, above)
    wide, slim = (
        levels.dumbbell(shown, wording.words, title=title, gaps=beside, width=width, ident=f"{ident}-{width}")
        for width in (WIDE, SLIM)
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
    lowest, highest = (wording.words.levels[level] for level in (levels.ORDER[0], above))
    explanation = _("Same statements, levels side by side. Lines under the marks are 95 % intervals.")
    if above in shown:
        explanation += " " + _("Right: {highest} less {lowest}.").format(highest=highest, lowest=lowest)
    rows = [
        (Cell(wording.levels[level], below=wording.words.people(shown[level])), shown[level])
        for level in levels.ORDER
        if level in shown
    ]
    return (
        Heading(title),
        Paragraph(f"{explanation} {note}".strip(), "quiet", joined=True),
        Figure(wide, f"{title}. {told}.", slim=slim, data=score_table(rows, wording, _("Level"))),
    )


def gap_word(size: GapClass) -> str:
    """The word for a gap; a gap that is not visible has none."""
    return {"pronounced": _("pronounced"), "visible": _("visible"), "not visible": ""}[size]


def shown_levels(ledger: Ledger) -> dict[CellLevel, ReleasedCell]:
    """The released cells of the organisation by level."""
    return {level: cell for level in LEVELS if (cell := ledger.cell(ledger.root, level))}


def _title(ledger: Ledger, wording: Wording) -> str:
    shown = shown_levels(ledger)
    if "staff" not in shown or not ("T" in shown or "M" in shown):
        return _("Levels cannot be shown apart")
    return findings.levels(shown, (ledger.findings or NO_FINDINGS).level_gaps, wording)


def _beside(
    gaps: findings.LevelGaps, shown: Mapping[CellLevel, ReleasedCell], above: CellLevel
) -> dict[Leg, levels.Gap]:
    """What stands at the right of each dumbbell: a level less the front line, and the word for it."""
    pair: LevelPair = "T-staff" if above == "T" else "M-staff"
    if above not in shown:
        return {}
    if pair in gaps:
        released = {Leg(name): gap for name, gap in gaps[pair].items() if name in LEGS}
        return {leg: (signed_points(gap.value), gap_word(gap.size)) for leg, gap in released.items()}
    if gaps or any(cell.seat.low is None for cell in (shown[above], shown["staff"])):
        return {}
    differences = {leg: shown[above].legs[leg].value - shown["staff"].legs[leg].value for leg in LEGS}
    return {leg: (signed_points(value), "") for leg, value in differences.items()}


def _level_gaps(gaps: Mapping[LevelPair, Mapping[Quantity, LevelGap]], wording: Wording) -> Iterable[Block]:
    rows = []
    left_out: set[str] = set()
    for pair in _PAIRS:
        if pair not in gaps:
            continue
        above, _dash, below = pair.partition("-")
        names = wording.words.levels
        name = _("{above} less {below}").format(
            above=wording.levels["T" if above == "T" else "M"], below=names["M" if below == "M" else "staff"]
        )
        order: tuple[Quantity, ...] = ("seat", "D", "R", "B")
        rows.append((Cell(name), *(_level_gap_cell(gaps[pair].get(quantity)) for quantity in order)))
        left_out |= {facet for gap in gaps[pair].values() for facet in gap.left_out}
    if not rows:
        return
    yield Heading(_("How far apart, and how sure"))
    yield Table(
        (
            Column(_("Gap"), 0.28),
            Column(wording.words.seat, 0.18),
            *(Column(wording.words.legs[leg], 0.18, leg) for leg in LEGS),
        ),
        tuple(rows),
    )
    yield Paragraph(
        _(
            "“Differs” means: also after allowing for four comparisons in each row, chance alone would make "
            "such a gap in fewer than 5 of 100 surveys. Part of a gap may be the same words understood "
            "differently."
        ),
        "quiet",
    )
    if left_out:
        yield Paragraph(
            _("Left out on both sides, because one level is not informed of it: {parts}.").format(
                parts=_listed(sorted(left_out), wording)
            ),
            "quiet",
        )


def _level_gap_cell(gap: LevelGap | None) -> Cell:
    if gap is None:
        return Cell("–", below=_("not comparable"))
    sure = _("differs") if gap.differs else _("unsure") if gap_word(gap.size) else _("may be chance")
    words = [gap_word(gap.size), sure]
    return Cell(
        signed(gap.value),
        beside=_("{} to {}").format(signed(gap.low), signed(gap.high)),
        below=", ".join(word for word in words if word),
        explained=explained.difference(gap.low, gap.high),
    )


def _what_is_known(found: OrganisationFindings, wording: Wording) -> Iterable[Block]:
    said = []
    for level, blind in found.blindness.items():
        name = wording.levels["T" if level == "T" else "M"]
        if blind.sure_without_seeing:
            said.append(
                _(
                    "{level}: sure without seeing. Hardly anybody said “I do not know” about resources, and "
                    "the gap is large."
                ).format(level=name)
            )
        elif blind.blind:
            said.append(
                _(
                    "{level}: “I do not know” about resources is at least {points} percentage points more "
                    "frequent than at the front line."
                ).format(level=name, points=blind.points)
            )
    for level, parts in found.not_informed.items():
        if parts:
            said.append(
                _("{level} are often not informed of: {parts}.").format(
                    level=wording.levels["T" if level == "T" else "M"], parts=_listed(parts, wording)
                )
            )
    if said:
        yield Heading(_("What those above do not know"))
        yield from (Paragraph(sentence) for sentence in said)


def _weightings(found: OrganisationFindings, wording: Wording, *, board: bool) -> Iterable[Block]:
    shares = _("front line 70, managers 20, board 10 of 100")
    names = {
        "B": (_("Fixed perspectives"), shares if board else _("front line 70 to managers 20")),
        "C": (_("Equal levels"), _("each level counts a third")),
    }
    rows = [
        (
            Cell(names[kind][0], below=names[kind][1]),
            *(
                Cell(signed(scores[quantity]), explained=explained.weighting())
                for quantity in ("seat", "D", "R", "B")
            ),
        )
        for kind, scores in found.weightings.items()
    ]
    if not rows:
        return
    yield Heading(_("If levels counted differently"))
    yield Paragraph(
        _(
            "The headline counts each person once. The more a view from above counts, the higher these "
            "numbers."
        )
        if found.weightings.get("C", {}).get("seat", 0) > found.weightings.get("B", {}).get("seat", 0)
        else _("The headline counts each person once."),
        "quiet",
        joined=True,
    )
    yield Table(
        (
            Column(_("Weighting"), 0.28),
            Column(wording.words.seat, 0.18),
            *(Column(wording.words.legs[leg], 0.18, leg) for leg in LEGS),
        ),
        tuple(rows),
    )


def _listed(parts: Iterable[str], wording: Wording) -> str:
    return ", ".join(wording.facets[code] for code in parts)


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
