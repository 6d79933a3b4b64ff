"""What the method cannot say (method 8)."""

from __future__ import annotations

from coherence.reports.document import Chapter, ListOfSentences
from coherence.reports.texts import _
from scoring.vocabulary import METHOD_VERSION


def limits(place: str) -> Chapter:
    """The seven limits."""
    return Chapter(
        ident="limits",
        place=place,
        title=_("What this report cannot say"),
        facts="",
        blocks=(ListOfSentences(_limits()),),
        bookmark=_("Limits"),
    )


def _limits() -> tuple[str, ...]:
    return (
        _(
            "It measures how employees see service, not service itself. "
            "How the two belong together must be shown in each company."
        ),
        _("Causes cannot be read from one survey."),
        _(
            "The thresholds between words such as low and high, and those of patterns and of levels of "
            "maturity, are judgement until at least 30 organisations have been measured. Here they are those "
            "of method version {version}."
        ).format(version=METHOD_VERSION),
        _(
            "Gaps between levels mix real differences with different understanding of the same words, "
            "until that has been tested."
        ),
        _("In small departments most findings are only possible, not certain."),
        _("Intervals cover chance only, not the views of those who did not answer."),
        _("No result may be used to judge a single employee."),
    )
