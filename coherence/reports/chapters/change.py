"""What changed since an earlier survey, and what cannot be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from coherence.reports import explained
from coherence.reports.chapters.change_picture import ORDER, change_picture
from coherence.reports.chapters.frame import LEVELS, place
from coherence.reports.document import Block, Cell, Chapter, Column, Heading, Paragraph, Table
from coherence.reports.points import signed
from coherence.reports.reasons import reason_text
from coherence.reports.texts import _, ngettext
from coherence.reports.wording import Wording, counted_points, uncapitalised
from scoring.estimable import NotEstimable
from scoring.released import Ledger
from scoring.released_change import CellChange, ChangeClass, FacetChange, ReleasedChange, WaveChange
from scoring.vocabulary import LEGS


def change_chapter(ledger: Ledger, wording: Wording) -> Chapter | None:
    """The change since the earlier wave; None where there is none."""
    change = ledger.change
    if change is None:
        return None
    return Chapter(
        ident="change",
        place=place(ledger),
        title=_title(change, ledger, wording),
        facts=_(
            "{earlier} and {survey}: both weighted to the same head counts, so that only views count."
        ).format(earlier=change.earlier, survey=ledger.wave),
        blocks=tuple(_blocks(change, ledger, wording)),
        bookmark=_("Change"),
        joined=True,
    )


def change_word(verdict: ChangeClass) -> str:
    """The word for a change."""
    return {
        "real": _("real"),
        "no relevant change": _("no relevant change"),
        "not known": _("not known"),
    }[verdict]


def _title(change: WaveChange, ledger: Ledger, wording: Wording) -> str:
    if change.not_comparable:
        return _("The two surveys cannot be compared")
    whole = change.cell(ledger.root, "all")
    scores = {} if whole is None or isinstance(whole.scores, NotEstimable) else whole.scores
    seat = scores.get("seat")
    if seat is None:
        return _("What changed since {earlier}").format(earlier=change.earlier)
    if seat.verdict == "real":
        return _moved(_("The seat"), seat, change.earlier)
    legs = {leg: found for leg in LEGS if (found := scores.get(leg.value)) and found.verdict == "real"}
    if legs:
        furthest = max(legs, key=lambda leg: abs(legs[leg].value))
        return _moved(wording.words.legs[furthest], legs[furthest], change.earlier)
    if seat.verdict == "no relevant change":
        return _unchanged(change, ledger)
    return _("Whether the seat has changed is not known")


def _unchanged(change: WaveChange, ledger: Ledger) -> str:
    """The seat has not moved; how many parts of the legs have, as the table below tells."""
    parts = sum(one.change.verdict == "real" for one in _facets(_own(change, ledger)).values())
    if not parts:
        return _("The seat has not changed in a way that matters")
    return ngettext(
        "The seat has hardly changed; {number} part of the legs has",
        "The seat has hardly changed; {number} parts of the legs have",
        parts,
    ).format(number=parts)


def _own(change: WaveChange, ledger: Ledger) -> list[CellChange]:
    """The changes of the organisation, level by level."""
    return [found for level in LEVELS if (found := change.cell(ledger.root, level))]


def _facets(own: list[CellChange]) -> Mapping[str, FacetChange]:
    """The changes of parts of the legs, of the first level that has any."""
    return next((one.facets for one in own if one.facets), {})


def _moved(what: str, change: ReleasedChange, earlier: str) -> str:
    pattern = (
        _("{what}: {points} higher than in {earlier}")
        if change.value > 0
        else _("{what}: {points} lower than in {earlier}")
    )
    return pattern.format(what=what, points=counted_points(change.value), earlier=earlier)


def _blocks(change: WaveChange, ledger: Ledger, wording: Wording) -> Iterator[Block]:
    if change.not_comparable:
        yield Paragraph(reason_text(change.not_comparable))
        return
    own = _own(change, ledger)
    if own:
        yield from change_picture(own, change.earlier, wording)
        yield Heading(_("Level by level"))
        yield Table(_columns(_("Level"), wording), tuple(_row(one, wording.levels[one.level]) for one in own))
    yield Paragraph(
        _(
            "Real: larger than chance, and large enough to matter: 15 points for the organisation, 20 for a "
            "part, 25 for a department. Not known: too few answers to tell. The same people answer, so the "
            "test is cautious."
        ),
        "quiet",
    )
    if change.covered < 100:
        yield Paragraph(
            _("Compared are groups with {percent} % of the people; the others were regrouped.").format(
                percent=change.covered
            )
        )
    yield from _parts(own, wording)
    departments = [one for one in change.cells if len(one.unit) > 1 and one.level == "staff"]
    if departments:
        yield from _departments(departments, wording)


def _departments(found: list[CellChange], wording: Wording) -> Iterator[Block]:
    """Those that have changed for certain; a table of all others would say nothing."""
    changed = [one for one in found if _is_real(one)]
    yield Heading(_("Departments"))
    if changed:
        yield Table(
            _columns(_("Department"), wording),
            tuple(_row(one, " / ".join(one.unit[1:])) for one in changed),
        )
        yield Paragraph(
            _(
                "Whether a department has changed is judged together with all others, so its own interval "
                "may hold 0 all the same."
            ),
            "quiet",
        )
    apart = {one.unit: one.scores for one in found if isinstance(one.scores, NotEstimable)}
    others = len(found) - len(changed) - len(apart)
    if others:
        yield Paragraph(
            ngettext(
                "In {number} department no change is certain.",
                "In {number} departments no change is certain.",
                others,
            ).format(number=others)
        )
    for unit, why in apart.items():
        yield Paragraph(f"{' / '.join(unit[1:])}: {uncapitalised(reason_text(why.reason))}", "quiet")


def _is_real(one: CellChange) -> bool:
    if isinstance(one.scores, NotEstimable):
        return False
    return any(change.verdict == "real" for change in one.scores.values())


def _columns(first: str, wording: Wording) -> tuple[Column, ...]:
    return (
        Column(first, 0.28),
        Column(wording.words.seat, 0.18),
        *(Column(wording.words.legs[leg], 0.18, leg) for leg in LEGS),
    )


def _row(one: CellChange, name: str) -> tuple[Cell, ...]:
    if isinstance(one.scores, NotEstimable):
        return Cell(name, below=reason_text(one.scores.reason)), *(Cell("–") for _quantity in ORDER)
    return Cell(name), *(_change(one.scores.get(quantity)) for quantity in ORDER)


def _change(found: ReleasedChange | None) -> Cell:
    if found is None:
        return Cell("–")
    return Cell(
        signed(found.value),
        beside=_("{} to {}").format(signed(found.low), signed(found.high)),
        below=change_word(found.verdict),
        explained=explained.change(found),
    )


def _parts(own: list[CellChange], wording: Wording) -> Iterator[Block]:
    found = _facets(own)
    real = {code: one.change for code, one in found.items() if one.change.verdict == "real"}
    if not found:
        return
    yield Heading(_("Parts of the legs"))
    if not real:
        yield Paragraph(_("No part of a leg has changed for certain."))
        return
    yield Table(
        (Column(_("Part"), 0.5), Column(_("Change"), 0.5)),
        tuple((Cell(wording.facets[code]), _change(change)) for code, change in real.items()),
    )
