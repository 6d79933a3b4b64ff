"""What the numbers say, in sentences. Every function takes released cells and returns plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from coherence.reports.points import band, interval, signed
from coherence.reports.texts import _, ngettext
from coherence.reports.wording import Wording
from scoring.released import Estimate, ReleasedCell
from scoring.vocabulary import LEGS, CellLevel

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
            return _capitalised(pattern.format(legs=_short_legs(cell, wording)))
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


def levels(cells: Mapping[CellLevel, ReleasedCell], wording: Wording) -> str:
    """The widest gap between the highest level shown and the front line, as a title.

    A gap is named only where the two intervals do not touch: a stricter rule than any test, and one
    that the reader can check.
    """
    above, front = cells.get("T") or cells["M"], cells["staff"]
    if interval(above.seat) is None or interval(front.seat) is None:
        return _("Levels side by side; too few answered to compare them")
    apart = [leg for leg in LEGS if not overlap(above.legs[leg], front.legs[leg])]
    if not apart:
        return _("Between the levels no difference is wider than chance allows")
    gaps = {leg: above.legs[leg].value - front.legs[leg].value for leg in apart}
    widest = max(apart, key=lambda leg: abs(gaps[leg]))
    pattern = (
        _("The {level} rates {leg} {points} points higher than the front line")
        if above.level == "T" and gaps[widest] > 0
        else _("The {level} rates {leg} {points} points lower than the front line")
        if above.level == "T"
        else _("{level} rate {leg} {points} points higher than the front line")
        if gaps[widest] > 0
        else _("{level} rate {leg} {points} points lower than the front line")
    )
    return _capitalised(
        pattern.format(
            level=wording.words.levels[above.level], leg=wording.leg(widest), points=abs(gaps[widest])
        )
    )


def beside_the_organisation(cell: ReleasedCell, whole: ReleasedCell) -> str:
    """The seat of a department beside the same level of the whole organisation."""
    difference = cell.seat.value - whole.seat.value
    if difference == 0:
        return _("The seat equals that of the front line of the whole organisation.")
    pattern = (
        _("The seat lies {points} points above the front line of the whole organisation ({seat}).")
        if difference > 0
        else _("The seat lies {points} points below the front line of the whole organisation ({seat}).")
    )
    said = pattern.format(points=abs(difference), seat=signed(whole.seat.value))
    if overlap(cell.seat, whole.seat):
        return _("{said} The intervals overlap, so the two may well be equal.").format(said=said)
    return _("{said} The intervals do not overlap.").format(said=said)


def ends_of_facets(facets: Mapping[str, Estimate], wording: Wording) -> str:
    """The highest and the lowest facet, as a title."""
    high = max(facets, key=lambda code: facets[code].value)
    low = min(facets, key=lambda code: facets[code].value)
    return _("Highest: {high} ({most}). Lowest: {low} ({least})").format(
        high=_uncapitalised(wording.facets[high]),
        most=signed(facets[high].value),
        low=_uncapitalised(wording.facets[low]),
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


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _uncapitalised(text: str) -> str:
    return text[:1].lower() + text[1:]
