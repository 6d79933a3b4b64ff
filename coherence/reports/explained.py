"""What a number is, its interval, how many people stand behind it, why something is missing: on demand."""

from __future__ import annotations

from coherence.reports import findings
from coherence.reports.points import interval, signed
from coherence.reports.texts import _
from coherence.reports.wording import Wording
from scoring.released import Estimate, ReleasedCell
from scoring.released_change import ReleasedChange
from scoring.vocabulary import Leg


def score(cell: ReleasedCell, leg: Leg | None, wording: Wording) -> str:
    """A leg of a cell, or its seat."""
    if leg is None:
        return seat(cell, wording)
    meaning = wording.questionnaire.legs[leg].definition
    return _sentences(meaning, _interval(cell.legs[leg], cell), findings.answered(cell, wording))


def seat(cell: ReleasedCell, wording: Wording) -> str:
    """The seat of a cell."""
    meaning = _("The service level: the mean of the three legs, from −200 to +200.")
    return _sentences(meaning, _interval(cell.seat, cell), findings.answered(cell, wording))


def facet(code: str, estimate: Estimate, wording: Wording) -> str:
    """A part of a leg; how many people stand behind it is said where the group is named."""
    return _sentences(wording.meanings[code], _interval(estimate, None))


def difference(low: int, high: int) -> str:
    """The interval of a difference in points."""
    said = _("With 95 % confidence between {low} and {high} points.").format(
        low=signed(low), high=signed(high)
    )
    if low <= 0 <= high:
        return _sentences(said, _("It holds 0, so there may be no difference."))
    return said


def change(found: ReleasedChange) -> str:
    """A change since an earlier survey."""
    said = [_("This survey less the earlier one, in points."), difference(found.low, found.high)]
    if found.plain != found.value:
        said.append(
            _("The printed scores differ by {points}: the mix of people has changed too.").format(
                points=signed(found.plain)
            )
        )
    return _sentences(*said)


def _interval(estimate: Estimate, cell: ReleasedCell | None) -> str:
    ends = interval(estimate)
    if ends is None:
        return _("No interval: so few of the invited answered that it would say too much.")
    if cell is not None and cell.size == "small":
        return _(
            "All small groups carry the same rough interval, because an exact one would tell their size."
        )
    return _("With 95 % confidence between {low} and {high}.").format(
        low=signed(ends[0]), high=signed(ends[1])
    )


def _sentences(*said: str) -> str:
    return " ".join(one for one in said if one)
