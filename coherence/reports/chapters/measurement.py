"""Methods appendix: how reliably the legs are measured, how many factors the answers have."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations
from typing import Final

from coherence.reports.chapters.decimals import decimal, decimal_or_not, decimal_span
from coherence.reports.chapters.factor_numbers import factor_numbers
from coherence.reports.chapters.structure_words import consequences
from coherence.reports.document import (
    Block,
    Cell,
    Chapter,
    Column,
    Heading,
    ListOfSentences,
    Paragraph,
    Table,
)
from coherence.reports.reasons import reason_text
from coherence.reports.texts import _
from coherence.reports.wording import Wording
from scoring.estimable import NotEstimable
from scoring.released_structure import AddedValue, ShownStructure
from scoring.vocabulary import LEGS

GOOD: Final = 0.80
ENOUGH: Final = 0.70
"""Alpha from which a leg is measured well, and well enough for groups."""


def measurement(found: ShownStructure, withheld: Collection[str], place: str, wording: Wording) -> Chapter:
    """Reliability, own value of the legs, number of factors, and what follows from them.

    withheld: facets that are not printed for departments.
    """
    return Chapter(
        ident="methods",
        place=place,
        title=_title(found, wording),
        facts=_("For readers who want to check the measurement. Items of front line and support."),
        blocks=(
            Heading(_("Reliability: do the statements of a leg belong together?")),
            _reliability(found, wording),
            Paragraph(_reading_reliability(found, wording), "quiet"),
            *factor_numbers(found),
            *_consequences(found, withheld, wording),
        ),
        bookmark=_("Methods: measurement"),
    )


def _title(found: ShownStructure, wording: Wording) -> str:
    alphas = {leg: one.alpha for leg, one in found.reliability.items()}
    known = {leg: alpha for leg, alpha in alphas.items() if not isinstance(alpha, NotEstimable)}
    if len(known) < len(LEGS):
        return _("How reliably the legs are measured cannot be said for all of them")
    worst = min(known, key=lambda leg: known[leg])
    if any(one.kind == "legs not separable" for one in found.findings):
        return _("In these data the three legs are not separable")
    if known[worst] < ENOUGH:
        return _("{leg}: measured less reliably than a leg should be").format(leg=wording.words.legs[worst])
    reliable = (
        _("The three legs are measured reliably")
        if known[worst] >= GOOD
        else _("The three legs are measured well enough for groups")
    )
    added = found.added_value
    if not isinstance(added, NotEstimable) and all(
        isinstance(one, AddedValue) and one.added for one in added.values()
    ):
        return _("{reliable}, and each tells something of its own").format(reliable=reliable)
    return reliable


def _reliability(found: ShownStructure, wording: Wording) -> Table:
    columns = (
        Column(_("Leg"), 0.28),
        Column(_("Alpha"), 0.24),
        Column(_("Omega"), 0.16),
        Column(_("Own value"), 0.16),
        Column(_("Value of the total"), 0.16),
    )
    rows = []
    for leg in LEGS:
        one = found.reliability[leg]
        added = found.added_value
        value = added if isinstance(added, NotEstimable) else added[leg]
        rows.append(
            (
                Cell(wording.words.legs[leg]),
                Cell(decimal_or_not(one.alpha), beside=decimal_span(one.low, one.high, wording)),
                Cell(decimal_or_not(one.omega)),
                Cell(decimal_or_not(value if isinstance(value, NotEstimable) else value.leg)),
                Cell(decimal_or_not(value if isinstance(value, NotEstimable) else value.total)),
            )
        )
    return Table(columns, tuple(rows))


def _reading_reliability(found: ShownStructure, wording: Wording) -> str:
    said = [
        _(
            "Alpha (with its 95 % interval) and omega run from 0 to 1; from 0.70 on a leg may be read for "
            "groups, from 0.80 on it is measured well. Own value: how well a leg tells its own true score; "
            "value of the total: how well all statements together would tell it (PRMSE). "
            "A leg is worth printing where its own value is the higher one."
        )
    ]
    if found.htmt and not isinstance(found.htmt, NotEstimable):
        pairs = [
            _("{one} and {other} {value}").format(
                one=wording.leg(one), other=wording.leg(other), value=decimal(found.htmt[f"{one}-{other}"])
            )
            for one, other in combinations(LEGS, 2)
        ]
        said.append(
            _(
                "How far two legs measure the same (HTMT): {pairs}; below 0.85 they are told apart well."
            ).format(pairs=", ".join(pairs))
        )
    if not isinstance(found.general_factor, NotEstimable):
        general = found.general_factor
        said.append(
            _(
                "What all statements share: omega {total}, of one general factor {hierarchical}; "
                "it carries {ecv} of the common variance (ECV)."
            ).format(
                total=decimal(general.omega_total),
                hierarchical=decimal(general.omega_hierarchical),
                ecv=decimal(general.ecv),
            )
        )
    return " ".join(said)


def _consequences(found: ShownStructure, withheld: Collection[str], wording: Wording) -> Iterator[Block]:
    if isinstance(found.number_of_factors, NotEstimable):
        yield Heading(_("Factors"))
        yield Paragraph(
            _(
                "{reason} Until then the legs rest on the content of their statements and on the "
                "reliabilities above."
            ).format(reason=reason_text(found.number_of_factors.reason))
        )
        return
    yield Heading(_("What follows from it"))
    sentences = consequences(found, withheld, wording)
    if len(sentences) > 1:
        yield ListOfSentences(sentences)
    elif sentences:
        yield Paragraph(sentences[0])
    else:
        yield Paragraph(_("Nothing speaks against the three legs and their parts as they are printed."))
