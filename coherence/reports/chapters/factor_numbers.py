"""Methods appendix: how many factors the answers have, by every rule, and the scree."""

from __future__ import annotations

from collections.abc import Iterator

from coherence.reports.chapters.decimals import decimal
from coherence.reports.document import Block, Cell, Column, Columns, Facts, Figure, Heading, Paragraph, Table
from coherence.reports.drawings import scree as drawn
from coherence.reports.drawings.svg import SLIM
from coherence.reports.texts import _, ngettext
from scoring.estimable import NotEstimable
from scoring.released_structure import NumberRule, ShownStructure


def factor_numbers(found: ShownStructure) -> Iterator[Block]:
    """The scree beside the numbers of all rules; nothing where factors were not looked for."""
    numbers = found.number_of_factors
    if isinstance(numbers, NotEstimable):
        return
    kept = numbers["permutation, components"]
    rules = _numbers(found)
    if isinstance(kept, NotEstimable) or not found.eigenvalues:
        yield Heading(_("How many factors the answers have"))
        yield rules
    else:
        title = ngettext(
            "{number} factor lies above chance; the questionnaire expects three legs",
            "{number} factors lie above chance; the questionnaire expects three legs",
            kept,
        ).format(number=kept)
        yield Heading(title)
        yield Columns((_scree(found, kept, title),), (rules,), 0.55, level=True)
    yield Paragraph(_adequacy(found), "quiet")


def _scree(found: ShownStructure, kept: int, title: str) -> Figure:
    values = ", ".join(decimal(one.observed) for one in found.eigenvalues[:kept])
    words = drawn.ScreeWords(
        kept=_("above chance: {values}").format(values=values) if 0 < kept <= 6 else _("above chance"),
        chance=_("the most that chance gives in 95 of 100 shuffles"),
    )
    wide, slim = (
        drawn.scree(found.eigenvalues, kept, words, title=title, width=width, ident=f"scree-{width}")
        for width in (drawn.COLUMN, SLIM)
    )
    told = "; ".join(
        f"{number}: {decimal(one.observed)} ({decimal(one.by_chance)})"
        for number, one in enumerate(found.eigenvalues[: drawn.MOST_DRAWN], 1)
    )
    return Figure(
        wide,
        _("{title}. Eigenvalue of each factor, in brackets what chance gives: {told}.").format(
            title=title, told=told
        ),
        slim=slim,
        data=Table(
            (Column(_("Factor"), 0.3), Column(_("Eigenvalue"), 0.35), Column(_("By chance"), 0.35)),
            tuple(
                (Cell(str(number)), Cell(decimal(one.observed)), Cell(decimal(one.by_chance)))
                for number, one in enumerate(found.eigenvalues, 1)
            ),
        ),
    )


def _numbers(found: ShownStructure) -> Facts:
    """How many factors each rule asks for, side by side."""
    names: dict[NumberRule, str] = {
        "permutation, components": _("Parallel analysis, shuffled answers"),
        "permutation, factors": _("Parallel analysis, shuffled answers, common factors"),
        "normal theory, components": _("Parallel analysis, normal theory"),
        "normal theory, factors": _("Parallel analysis, normal theory, common factors"),
        "map": _("Least average partial correlation (MAP)"),
        "scree": _("Sharpest bend of the scree"),
        "eigenvalues above one": _("Eigenvalues above one (takes too many)"),
    }
    numbers = found.number_of_factors
    rows = () if isinstance(numbers, NotEstimable) else tuple(numbers.items())
    return Facts(tuple((_factor_count(number), names[rule]) for rule, number in rows))


def _factor_count(number: int | NotEstimable) -> str:
    if isinstance(number, NotEstimable):
        return _("cannot be said")
    return ngettext("{number} factor", "{number} factors", number).format(number=number)


def _adequacy(found: ShownStructure) -> str:
    said = [
        _("Rules rarely agree, so all of them stand here."),
        _(
            "A factor more than three is often one of wording (reversed statements) "
            "or a part that people see as a topic of its own."
        ),
    ]
    if not isinstance(found.kmo, NotEstimable):
        said.append(
            _("Sampling adequacy (KMO) {kmo}; from 0.80 on it is good.").format(kmo=decimal(found.kmo))
        )
    if not isinstance(found.bartlett, NotEstimable):
        said.append(
            _("Bartlett’s test: χ² = {chi_square}, {df} degrees of freedom, p {p}.").format(
                chi_square=found.bartlett.chi_square,
                df=found.bartlett.df,
                p="< 0.001" if found.bartlett.p < 0.001 else f"= {found.bartlett.p:.3f}",
            )
        )
    return " ".join(said)
