"""What a number is, its interval, how many people stand behind it, why something is missing: on demand."""

from __future__ import annotations

from coherence.reports import findings
from coherence.reports.points import interval, signed
from coherence.reports.texts import _
from coherence.reports.wording import Wording, counted_points
from scoring.released import Estimate, ReleasedCell
from scoring.released_change import ReleasedChange
from scoring.released_diagnosis import PercentShare, ReleasedGate, ShownReading
from scoring.released_figures import StepShare
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


def share(found: StepShare, of: str) -> str:
    """A step of the funnel; of: whom it is a share of."""
    return _sentences(
        _("A share {of}, in steps of 5 %, so that nobody can be counted.").format(of=of),
        _("With 95 % confidence between {low} and {high} %.").format(low=found.low, high=found.high),
    )


def choice() -> str:
    """How many chose an answer."""
    return _("The share of those at this level who chose it, in steps of 5 %, so that nobody can be counted.")


def importance(found: PercentShare) -> str:
    """What goes with good conduct."""
    return _(
        "Of what can be explained, the share that goes with this part. "
        "With 90 % confidence between {low} and {high} %."
    ).format(low=found.low, high=found.high)


def invited(*, rounded: bool) -> str:
    """How many were asked."""
    said = _("How many people were asked, answered or not.")
    return _sentences(
        said, _("Rounded, so that no smaller group can be computed from it.") if rounded else ""
    )


def answers(*, banded: bool) -> str:
    """How many answered."""
    said = _("How many people answered; sheets with one answer on a whole page are left out.")
    return _sentences(said, _("A range, so that no smaller group can be computed from it.") if banded else "")


def response(cell: ReleasedCell) -> str:
    """The share of those asked who answered."""
    said = _("Those who answered, of every 100 who were asked.")
    why = {
        "indicative": _("Under half answered: the others may see it differently."),
        "low": _("Under 30 % answered: no intervals and no verdict, for so few cannot speak for the others."),
    }
    return _sentences(said, why.get(cell.response, ""))


def shifted(move: int, *, higher: bool) -> str:
    """Where a score would lie with the views of those who did not answer."""
    pattern = (
        _("If those who did not answer stood 50 points higher, the score would rise by {points}.")
        if higher
        else _("If those who did not answer stood 50 points lower, the score would fall by {points}.")
    )
    return pattern.format(points=counted_points(move))


def weighting() -> str:
    """A score with other weights of the levels."""
    return _(
        "The same answers with other weights for the levels. It is a check of the headline and has no "
        "interval of its own."
    )


def reading(found: ShownReading, rule: str) -> str:
    """What a rule of a pattern looks at; rule: what it asks for."""
    asked = _("The rule asks for {rule}.").format(rule=rule)
    if found.low is None or found.high is None:
        why = _("No interval is printed where board or managers are part of it.")
        return _sentences(asked, why)
    ends = _("With 95 % confidence between {low} and {high}.").format(
        low=signed(found.low), high=signed(found.high)
    )
    return _sentences(asked, ends)


def maturity_level(level: int) -> str:
    """A level of maturity by facts or by perception."""
    if level == 1:
        return _("The lowest of five levels: the first gate is closed.")
    return _("One of five levels: all gates up to this one are open.")


def gate_of_facts(found: ReleasedGate, needed: int) -> str:
    """A gate by what the fact sheet says."""
    return _("{yes} of 4 facts of this gate were answered with yes; {needed} open it.").format(
        yes=found.facts_yes, needed=needed
    )


def gate_of_perception(found: ReleasedGate) -> str:
    """A gate by what people say."""
    said = _("What front line and support say reaches the limits of this gate, or does not.")
    if found.gap_assessed:
        return said
    return _sentences(
        said, _("How far board and front line are apart was left out, because the board is not shown.")
    )


def recommending() -> str:
    """The recommendation index."""
    return _(
        "Those who answered 9 or 10, less those who answered 0 to 6, of every 100. Its interval is 95 %."
    )


def served() -> str:
    """How well other departments serve."""
    return _("The mean of the answers from 0 to 10. Its interval is 95 %.")


def _interval(estimate: Estimate, cell: ReleasedCell | None) -> str:
    ends = interval(estimate)
    if ends is None:
        return _("No interval: so few of the invited answered that it would say too much.")
    if cell is not None and cell.board_consent:
        return _("A board of 3 or 4 that agreed to be shown carries one rough interval of its own.")
    if cell is not None and cell.size == "small":
        return _(
            "All small groups carry the same rough interval, because an exact one would tell their size."
        )
    return _("With 95 % confidence between {low} and {high}.").format(
        low=signed(ends[0]), high=signed(ends[1])
    )


def _sentences(*said: str) -> str:
    return " ".join(one for one in said if one)
