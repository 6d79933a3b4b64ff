"""What stands behind the report: what comes later, and the versions of questionnaire, method, thresholds."""

from __future__ import annotations

from coherence.reports.chapters.frame import place
from coherence.reports.document import Chapter, Facts, Heading, Paragraph
from coherence.reports.texts import _
from coherence.reports.wording import Wording
from scoring.released import Ledger
from scoring.vocabulary import METHOD_VERSION
from survey_forms.questionnaire import DEFAULT_VERSION


def about_chapter(ledger: Ledger, wording: Wording) -> Chapter:
    """Comments, and the versions."""
    sector = wording.questionnaire.sectors.get(ledger.sector, _("general wording"))
    form = _("long, 51 statements") if ledger.form == "full" else _("short, 18 statements")
    return Chapter(
        ident="about",
        place=place(ledger),
        title=_("What stands behind this report"),
        facts="",
        blocks=(
            Heading(_("Versions")),
            Facts(
                (
                    (_("Survey"), ledger.wave),
                    (
                        _("Questionnaire"),
                        _("{version}; {form}; {sector}").format(
                            version=DEFAULT_VERSION, form=form, sector=sector
                        ),
                    ),
                    (_("Method"), _("version {version}").format(version=METHOD_VERSION)),
                    (
                        _("Thresholds"),
                        _(
                            "those of method {version}; judgement until at least 30 companies were measured"
                        ).format(version=METHOD_VERSION),
                    ),
                    (_("Smallest group"), _("{k} people").format(k=ledger.k)),
                )
            ),
            Paragraph(
                _(
                    "All numbers come from one published set that is never computed anew: page, print and "
                    "files agree."
                ),
                "quiet",
            ),
            Heading(_("Comments")),
            Paragraph(
                _(
                    "Comments are released apart from the numbers: in one block without level or department, "
                    "after a person has struck out names."
                )
            ),
        ),
        bookmark=_("Behind the report"),
        joined=True,
    )
