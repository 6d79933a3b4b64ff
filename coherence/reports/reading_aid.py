"""How to read the report, and why nothing is shown."""

from __future__ import annotations

from coherence.reports.document import Block, Chapter, Facts, Heading, Paragraph
from coherence.reports.pattern_notes import certainty_words
from coherence.reports.texts import _
from coherence.reports.unit_blocks import step_legend
from coherence.reports.wording import Wording
from scoring.released import Ledger
from scoring.vocabulary import LEGS


def reading_aid(ledger: Ledger, wording: Wording) -> Chapter:
    """A page on reading: the scale, the stool, the words."""
    return Chapter(
        ident="reading",
        place=_("{organisation}, {survey}").format(organisation=ledger.root[-1], survey=ledger.wave),
        title=_("How to read this report"),
        facts="",
        blocks=(*_reading(), *_words(ledger, wording)),
        bookmark=_("How to read"),
    )


def nothing_shown(ledger: Ledger, survey: str) -> Chapter:
    """The only page of a report in which no group is large enough."""
    return Chapter(
        ident="nothing",
        place=survey,
        title=_("Nothing can be shown"),
        facts="",
        blocks=(
            Paragraph(
                _(
                    "Too few people answered. Results are shown only for groups of {k} people or more, "
                    "so that nobody can be recognised."
                ).format(k=ledger.k)
            ),
            Paragraph(_("Ask more people, or keep the survey open for longer.")),
        ),
        bookmark=_("Nothing can be shown"),
    )


def _reading() -> tuple[Block, ...]:
    return (
        Paragraph(
            _(
                "Everybody answered the same statements, from “strongly disagree” to “strongly agree”. "
                "A score of +100 means that the average answer is “rather agree”, 0 that agreement and "
                "disagreement cancel. Most companies lie above 0, so 0 is not average."
            )
        ),
        Paragraph(
            _(
                "The three legs are what the company says about service, what it gives people in order to "
                "serve well, and what people do. The seat is their mean. Its height is the service level; "
                "its slope shows how unequal the legs are, without the part that chance alone makes."
            )
        ),
        Paragraph(
            _(
                "The interval beside a score tells where it may lie if chance is taken into account. "
                "Two groups whose intervals overlap widely may well be equal. A grey band around the seat "
                "means that balance cannot be said."
            )
        ),
    )


def _words(ledger: Ledger, wording: Wording) -> tuple[Block, ...]:
    """The words of the report, each with one meaning."""
    legs = wording.questionnaire.legs
    return (
        Heading(_("The words")),
        Facts(
            (
                *((wording.words.legs[leg], legs[leg].definition) for leg in LEGS),
                (wording.words.seat, _("The service level: the mean of the three legs.")),
                (
                    _("Front line"),
                    _(
                        "Everybody without a managerial role: the people who meet customers, and those who "
                        "support them."
                    ),
                ),
                (
                    _("Interval"),
                    _(
                        "Where a score may lie if chance is taken into account, with 95 % confidence. It "
                        "does not cover those who did not answer."
                    ),
                ),
                (
                    _("Indicative"),
                    _(
                        "Fewer than half of the invited answered. Below 30 % no interval and no verdict is "
                        "given."
                    ),
                ),
                (
                    _("Small group"),
                    _("{k} to {most} answers: a rough interval, and no verdict but “falling”.").format(
                        k=ledger.k, most=2 * ledger.k - 1
                    ),
                ),
                (_("Clear, possible"), certainty_words()),
            )
        ),
        Heading(_("Five words for a score")),
        step_legend(wording),
    )
