"""What other sources say of service, beside what people said in the survey."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from coherence.reports.chapters.decimals import decimal
from coherence.reports.chapters.frame import place
from coherence.reports.document import Block, Cell, Chapter, Column, Heading, Paragraph, Table
from coherence.reports.reasons import reason_text
from coherence.reports.texts import _, ngettext
from coherence.reports.wording import Wording
from scoring.estimable import NotEstimable
from scoring.outcomes import OutcomeKind
from scoring.released import Ledger
from scoring.released_diagnosis import ReleasedCorrelation, ReleasedOutcome
from scoring.vocabulary import LEGS


def outcomes_chapter(ledger: Ledger, wording: Wording) -> Chapter | None:
    """Outcomes by other sources over departments; None where none were given."""
    found = {} if ledger.findings is None else ledger.findings.outcomes
    if not found:
        return None
    return Chapter(
        ident="outcomes",
        place=place(ledger, _("Departments")),
        title=_title(found, wording),
        facts=_("Correlations over departments: 0 is no connection, 1 or −1 a perfect one."),
        blocks=tuple(block for code, one in found.items() for block in _outcome(code, one, wording)),
        bookmark=_("Outcomes"),
        joined=True,
    )


def outcome_name(code: str) -> str:
    """An outcome's name."""
    return {
        OutcomeKind.MYSTERY_SHOPPING: _("Mystery shopping"),
        OutcomeKind.RECOMMENDATION_INDEX: _("Customers who would recommend the company"),
        OutcomeKind.SATISFACTION_INDEX: _("Satisfaction of customers"),
        OutcomeKind.RETENTION: _("Customers who stay"),
        OutcomeKind.COMPLAINTS: _("Complaints"),
        OutcomeKind.SALES_INDEX: _("Sales"),
        OutcomeKind.EMPLOYEE_SATISFACTION: _("Satisfaction of employees"),
    }[OutcomeKind(code)]


def _title(found: Mapping[str, ReleasedOutcome], wording: Wording) -> str:
    """What goes with behaviours, where the interval is clear of 0 and customers are the source."""
    for code, one in found.items():
        with_behaviours = one.correlations.get("B")
        if one.same_source or not isinstance(with_behaviours, ReleasedCorrelation):
            continue
        if with_behaviours.low > 0 or with_behaviours.high < 0:
            return _("{outcome} and behaviours go together").format(outcome=outcome_name(code))
    return _("What customers meet has not been tied to the survey yet")


def _outcome(code: str, one: ReleasedOutcome, wording: Wording) -> Iterator[Block]:
    yield Heading(outcome_name(code))
    said = [
        ngettext("{number} department, {period}.", "{number} departments, {period}.", one.departments).format(
            number=one.departments, period=one.period
        )
    ]
    if one.lower_is_better:
        said.append(_("Lower is better, so a negative number is good."))
    if one.same_source:
        said.append(_("Told by employees again, so it is no proof for customers."))
    yield Paragraph(" ".join(said), "quiet", joined=True)
    names = {**{leg.value: wording.words.legs[leg] for leg in LEGS}, "seat": wording.words.seat}
    known = {name: value for name, value in one.correlations.items() if name in names}
    reasons = {value.reason for value in known.values() if isinstance(value, NotEstimable)}
    if len(reasons) == 1 and all(isinstance(value, NotEstimable) for value in known.values()):
        yield Paragraph(reason_text(reasons.pop()))
        return
    yield Table(
        (Column(_("Beside"), 0.4), Column(_("Correlation"), 0.3), Column(_("95 % interval"), 0.3)),
        tuple((Cell(names[name]), *_correlation(value)) for name, value in known.items()),
    )


def _correlation(found: ReleasedCorrelation | NotEstimable) -> tuple[Cell, Cell]:
    if isinstance(found, NotEstimable):
        return Cell("–"), Cell("", below=reason_text(found.reason))
    return Cell(decimal(found.r)), Cell(_("{} to {}").format(decimal(found.low), decimal(found.high)))
