"""What the numbers say, in sentences. Every function takes released cells and returns plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from coherence.reports.points import band, interval, signed
from coherence.reports.texts import _, ngettext
from coherence.reports.wording import Wording, capitalised, counted_points, uncapitalised
from scoring.released import Estimate, ReleasedCell
from scoring.released_diagnosis import LevelGap, LevelPair
from scoring.released_figures import Quantity
from scoring.vocabulary import LEGS, CellLevel, Leg

LevelGaps = Mapping[LevelPair, Mapping[Quantity, LevelGap]]

ENOUGH_FOR_BALANCE: Final = 60
"""From this many answers on most stools get a verdict (method 3.8), so size is no longer the reason."""


def headline(cell: ReleasedCell, wording: Wording) -> str:
    """The finding about one cell, as a title."""
    word = wording.words.step(cell.seat.value)
    match cell.stool.verdict:
        case "stable":
            return _("Three even legs and a {word} service level").format(word=word)
        case "leaning" | "falling":
            pattern = (
                ngettext("{legs} are the short leg", "{legs} are the short legs", len(cell.stool.toward))
                if cell.stool.verdict == "leaning"
                else _("{legs} are far too short: the stool falls")
            )
            return capitalised(pattern.format(legs=_short_legs(cell, wording)))
        case "cannot be said":
            return _("A {word} service level; balance cannot be said").format(word=word)
        case None:
            return _("A {word} service level; too few answered to say more").format(word=word)


def verdict_title(cell: ReleasedCell, wording: Wording) -> str:
    """The verdict, as a heading and as the title of the stool."""
    match cell.stool.verdict:
        case "stable":
            return _("Verdict: stable")
        case "leaning":
            return _("Verdict: leaning toward {legs}").format(legs=_short_legs(cell, wording))
        case "falling":
            return _("Verdict: falling toward {legs}").format(legs=_short_legs(cell, wording))
        case "cannot be said":
            return _("Balance cannot be said")
        case None:
            return _("No verdict")


def three_legs(cell: ReleasedCell, wording: Wording) -> str:
    """What the three legs say, with the word for each."""
    said = {
        leg.value.lower(): f"{wording.words.step(cell.legs[leg].value)} ({signed(cell.legs[leg].value)})"
        for leg in LEGS
    }
    return _(
        "What the company says is {d}, what it gives people in order to serve well {r}, what people do {b}."
    ).format(**said)


def verdict_reason(cell: ReleasedCell) -> str:
    """Why the verdict is what it is."""
    match cell.stool.verdict:
        case "stable":
            return _("The legs are even: no difference between them is large enough to matter.")
        case "leaning":
            return _(
                "The legs differ by more than chance and wording explain. "
                "The shortest leg decides which way the stool leans."
            )
        case "falling":
            return _(
                "The legs differ by far more than chance and wording explain. "
                "What is strong in one of them does not reach customers while another is this short."
            )
        case "cannot be said":
            return _too_few(cell)
        case None:
            return _("Fewer than 30 % of the invited answered. So few cannot speak for the others.")


def answered(cell: ReleasedCell, wording: Wording) -> str:
    """How many of how many answered, as far as it may be told."""
    people = wording.words.people(cell)
    if cell.invited is None or cell.response_percent is None:
        return _("{people}.").format(people=people)
    if cell.size == "exact":
        said = _("{n} of {invited} invited answered ({percent} %).")
    else:
        said = _("{n} of about {invited} invited answered (about {percent} %).")
    number = cell.n if cell.n is not None else band(cell.n_band)
    line = said.format(n=number, invited=cell.invited, percent=cell.response_percent)
    if cell.response == "indicative":
        return _("{line} Under half: indicative only.").format(line=line)
    return line


def scale() -> str:
    """What the points mean."""
    return _("Scores run from −200 to +200; 25 points are every fourth answer one step better.")


def certainty(cell: ReleasedCell, wording: Wording) -> str:
    """The interval of the seat as a sentence."""
    if cell.size == "small":
        return _("Service level, {span}: a small group carries a rough interval only.").format(
            span=wording.words.span(cell.seat, rough=True)
        )
    ends = interval(cell.seat)
    if ends is None:
        return _("Service level. No interval: too few answered.")
    return _("Service level, with 95 % confidence between {low} and {high}.").format(
        low=signed(ends[0]), high=signed(ends[1])
    )


def level_to_compare(cells: Mapping[CellLevel, ReleasedCell], gaps: LevelGaps) -> CellLevel:
    """Whose gap to the front line is told: the highest level, unless only that of managers is visible.

    A board of 3 or 4 that agreed to be shown is compared with nobody.
    """
    pairs: tuple[tuple[LevelPair, CellLevel], ...] = (("T-staff", "T"), ("M-staff", "M"))
    for pair, above in pairs:
        if any(_is_visible(gap) for name, gap in gaps.get(pair, {}).items() if name in LEGS):
            return above
    return "T" if "T" in cells and not cells["T"].board_consent else "M"


def levels(cells: Mapping[CellLevel, ReleasedCell], gaps: LevelGaps, wording: Wording) -> str:
    """The widest gap between two levels, as a title: of board and front line, else of managers and these.

    A gap is named only where it is visible (method 3.9). Where no gaps were released, that the two
    intervals do not touch stands in their place: a stricter rule.
    """
    above = level_to_compare(cells, gaps)
    found = gaps.get("T-staff" if above == "T" else "M-staff", {})
    sizes = {Leg(name): gap.value for name, gap in found.items() if _is_visible(gap) and name in LEGS}
    if sizes:
        return _widest(above, sizes, wording)
    if above not in cells:
        return _("The board’s column is shown by itself; it is not compared")
    if gaps:
        return _("Between the levels no gap is wide and sure enough to be named")
    highest, front = cells[above], cells["staff"]
    if interval(highest.seat) is None or interval(front.seat) is None:
        return _("Levels side by side; too few answered to compare them")
    apart = [leg for leg in LEGS if not overlap(highest.legs[leg], front.legs[leg])]
    if not apart:
        return _("Between the levels no difference is wider than chance allows")
    sizes = {leg: highest.legs[leg].value - front.legs[leg].value for leg in apart}
    return _widest(highest.level, sizes, wording)


def _is_visible(gap: LevelGap) -> bool:
    return gap.size != "not visible"


def _widest(above: CellLevel, sizes: Mapping[Leg, int], wording: Wording) -> str:
    """Who rates what by how much higher; all three legs together where all are on one side."""
    level = wording.words.levels[above]
    low, high = min(sizes.values()), max(sizes.values())
    if len(sizes) == len(LEGS) and low > 0 and low != high:
        pattern = (
            _("The {level} rates every leg {low} to {high} points higher than the front line")
            if above == "T"
            else _("{level} rate every leg {low} to {high} points higher than the front line")
        )
        return capitalised(pattern.format(level=level, low=low, high=high))
    widest = max(sizes, key=lambda leg: abs(sizes[leg]))
    pattern = (
        _("The {level} rates {leg} {points} higher than the front line")
        if above == "T" and sizes[widest] > 0
        else _("The {level} rates {leg} {points} lower than the front line")
        if above == "T"
        else _("{level} rate {leg} {points} higher than the front line")
        if sizes[widest] > 0
        else _("{level} rate {leg} {points} lower than the front line")
    )
    return capitalised(
        pattern.format(level=level, leg=wording.leg(widest), points=counted_points(sizes[widest]))
    )


def beside_the_organisation(cell: ReleasedCell, whole: ReleasedCell) -> str:
    """The seat of a department beside the same level of the whole organisation."""
    difference = cell.seat.value - whole.seat.value
    if difference == 0:
        return _("The seat equals that of the front line of the whole organisation.")
    pattern = (
        _("The seat lies {points} above the front line of the whole organisation ({seat}).")
        if difference > 0
        else _("The seat lies {points} below the front line of the whole organisation ({seat}).")
    )
    said = pattern.format(points=counted_points(difference), seat=signed(whole.seat.value))
    if overlap(cell.seat, whole.seat):
        return _("{said} The intervals overlap, so the two may well be equal.").format(said=said)
    return _("{said} The intervals do not overlap.").format(said=said)


def ends_of_facets(facets: Mapping[str, Estimate], wording: Wording) -> str:
    """The highest and the lowest facet, as a title."""
    high = max(facets, key=lambda code: facets[code].value)
    low = min(facets, key=lambda code: facets[code].value)
    return _("Highest: {high}\u00a0({most}). Lowest: {low}\u00a0({least})").format(
        high=uncapitalised(wording.facets[high]),
        most=signed(facets[high].value),
        low=uncapitalised(wording.facets[low]),
        least=signed(facets[low].value),
    )


def overlap(one: Estimate, other: Estimate) -> bool:
    """Whether two intervals touch; a missing interval excludes nothing."""
    a, b = interval(one), interval(other)
    return a is None or b is None or (a[0] <= b[1] and b[0] <= a[1])


def _too_few(cell: ReleasedCell) -> str:
    fewest = int(cell.n_band.split("-")[0]) if cell.n is None else cell.n
    if fewest < ENOUGH_FOR_BALANCE:
        return _("{n} answers are too few to tell even legs from uneven ones.").format(
            n=band(cell.n_band) if cell.n is None else cell.n
        )
    return _("The legs differ too much to be called even, and too little to say which way the stool leans.")


def _short_legs(cell: ReleasedCell, wording: Wording) -> str:
    names = [wording.leg(leg) for leg in cell.stool.toward]
    return names[0] if len(names) == 1 else _("{one} and {other}").format(one=names[0], other=names[1])
