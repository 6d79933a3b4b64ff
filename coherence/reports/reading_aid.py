"""How to read the report, who is counted where, what it cannot say; and why nothing is shown."""

from __future__ import annotations

from coherence.reports.document import Block, Chapter, Heading, ListOfSentences, Paragraph
from coherence.reports.points import band
from coherence.reports.texts import _
from scoring.released import Ledger


def reading_aid(ledger: Ledger) -> Chapter:
    """Half a page on reading, half a page on limits."""
    return Chapter(
        ident="reading",
        place=_("{organisation}, wave {wave}").format(organisation=ledger.root[-1], wave=ledger.wave),
        title=_("How to read this report, and what it cannot say"),
        facts="",
        blocks=(*_reading(), *_who_is_where(ledger), *_limits()),
        bookmark=_("How to read"),
    )


def nothing_shown(ledger: Ledger, wave: str) -> Chapter:
    """The only page of a report in which no group is large enough."""
    return Chapter(
        ident="nothing",
        place=wave,
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
        Heading(_("How to read it")),
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


def _who_is_where(ledger: Ledger) -> tuple[Block, ...]:
    small = f"{ledger.k}–{2 * ledger.k - 1}"
    said = [
        _(
            "A group is shown from {k} answers on. Groups of {small} are drawn with dashed lines and carry "
            "one common rough interval, so that their exact size stays unknown."
        ).format(k=ledger.k, small=small),
        _(
            "People whose own group was too small count only at a higher place in the organisation: {people}."
        ).format(people=band(ledger.moved_up)),
        _("Answers left out because all statements of a page had the same answer: {people}.").format(
            people=band(ledger.careless)
        ),
    ]
    if any(cell.facets for cell in ledger.cells):
        said.append(
            _(
                "The parts of the legs need groups of {size} people. Smaller groups inside a department were "
                "joined for them, so a part may rest on fewer people than the legs."
            ).format(size=2 * ledger.k)
        )
    if not ledger.departments:
        said.append(
            _(
                "No department is large enough to be shown on its own. "
                "Its people count in the results of the organisation."
            )
        )
    return (Heading(_("Who is where")), *(Paragraph(sentence) for sentence in said))


def _limits() -> tuple[Block, ...]:
    return (
        Heading(_("What it cannot say")),
        ListOfSentences(
            (
                _(
                    "It measures how employees see service, not service itself. "
                    "How the two belong together must be shown in each company."
                ),
                _("Causes cannot be read from one survey."),
                _(
                    "The limits between words such as low and high are judgement, "
                    "until enough companies have been measured."
                ),
                _("Gaps between levels mix real differences with different understanding of the same words."),
                _("In small departments most findings are only possible, not certain."),
                _("Intervals cover chance only, not the views of those who did not answer."),
                _("No result may be used to judge a single employee."),
            )
        ),
    )
