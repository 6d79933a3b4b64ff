"""What could not be estimated, and why, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from coherence.reports.reasons import reason_text
from coherence.reports.texts import _
from coherence.reports.wording import Wording, top_is_folded
from scoring.estimable import NotEstimable
from scoring.released import Ledger
from scoring.released_diagnosis import OrganisationFindings
from scoring.released_structure import ShownStructure
from scoring.vocabulary import LEGS, Leg


def not_estimable(
    ledger: Ledger, found: OrganisationFindings, wording: Wording
) -> tuple[tuple[str, str], ...]:
    """Terms and reasons; equal reasons of one term stand once."""
    rows = dict.fromkeys([*_of_groups(ledger, found), *_of_funnel(ledger, wording)])
    if found.structure is not None:
        rows |= dict.fromkeys(_of_structure(found.structure, wording))
    return tuple((term, reason_text(reason)) for term, reason in rows)


def _of_groups(ledger: Ledger, found: OrganisationFindings) -> Iterator[tuple[str, str]]:
    if ledger.form == "short":
        yield _("Parts of the legs"), _("the short form does not ask for them")
    if top_is_folded(ledger):
        yield (
            _("Board"),
            _("fewer than {k} of its members answered, so they count with the managers").format(k=ledger.k),
        )
    if isinstance(found.departments, NotEstimable):
        yield _("Differences between departments"), found.departments.reason
    if found.echo is not None and isinstance(found.echo.echo, NotEstimable):
        yield _("Echo of the priority"), found.echo.echo.reason
    if found.maturity is not None:
        if isinstance(found.maturity.by_perception, NotEstimable):
            yield _("Maturity by perception"), found.maturity.by_perception.reason
        if not found.maturity.facts_known:
            yield _("Maturity by facts"), _("no facts were given, so all of them count as no")
        if not found.maturity.gaps_assessed:
            yield _("Gaps in maturity"), _("neither board nor managers could be compared")
    if found.importance is not None and found.importance.tier == 0:
        yield _("Importance of the parts"), found.importance.reason


def _of_funnel(ledger: Ledger, wording: Wording) -> Iterator[tuple[str, str]]:
    staff = ledger.cell(ledger.root, "staff")
    if staff is None:
        yield wording.levels["staff"], _("too few of them answered to be shown apart")
    elif staff.finer is None:
        yield _("Heard, equipped, delivered"), _("too few people answered")
    elif staff.finer.funnel is not None:
        funnel = staff.finer.funnel
        for term, step in (
            (_("Heard"), funnel.heard),
            (_("Equipped"), funnel.equipped),
            (_("Delivered"), funnel.delivered),
        ):
            if isinstance(step, NotEstimable):
                yield term, step.reason


def _of_structure(found: ShownStructure, wording: Wording) -> Iterator[tuple[str, str]]:
    for leg in LEGS:
        for value in (found.reliability[leg].alpha, found.reliability[leg].omega):
            if isinstance(value, NotEstimable):
                yield (
                    _("Reliability of {leg}").format(leg=wording.leg(leg)),
                    value.reason,
                )
    for term, one in (
        (_("Factors"), found.number_of_factors),
        (_("One general factor"), found.general_factor),
        (_("Three factors"), found.three_factors),
        (_("Own value of the legs"), found.added_value),
        (_("Sampling adequacy"), found.kmo),
        (_("Bartlett’s test"), found.bartlett),
        (_("Likeness of the legs"), found.htmt),
    ):
        if isinstance(one, NotEstimable):
            yield term, one.reason
    if not isinstance(found.added_value, NotEstimable):
        for name, added in found.added_value.items():
            if isinstance(added, NotEstimable):
                yield _("Own value of {leg}").format(leg=wording.leg(Leg(name))), added.reason
    if found.left_out:
        yield (
            _("Statements left out"),
            _("{items}: too few answers, or no information of their own").format(
                items=", ".join(found.left_out)
            ),
        )
