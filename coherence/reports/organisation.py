"""The report of a survey: the organisation, and every department that may be shown."""

from __future__ import annotations

from typing import Final

from coherence.reports.chapters.about import about_chapter
from coherence.reports.chapters.board import board
from coherence.reports.chapters.change import change_chapter
from coherence.reports.chapters.comments import Comments, comments_chapter
from coherence.reports.chapters.departments import department_chapters, overview
from coherence.reports.chapters.facets import facets_chapter, key_areas_chapter
from coherence.reports.chapters.frame import place
from coherence.reports.chapters.funnel import funnel_chapter
from coherence.reports.chapters.levels import levels_chapter
from coherence.reports.chapters.maturity import maturity_chapter
from coherence.reports.chapters.methods import methods_chapters
from coherence.reports.chapters.outcomes import outcomes_chapter
from coherence.reports.chapters.own_questions import own_questions_chapter
from coherence.reports.chapters.participation import participation
from coherence.reports.chapters.patterns import patterns_chapter
from coherence.reports.chapters.questions import questions_chapter
from coherence.reports.chapters.recommendations import recommendations_chapter
from coherence.reports.chapters.say_do import legs_chapter
from coherence.reports.chapters.stool import stool_chapter
from coherence.reports.cover import AnsweringDays, cover_of
from coherence.reports.document import Chapter, Document
from coherence.reports.reading_aid import nothing_shown, reading_aid
from coherence.reports.texts import ENGLISH, _, written_in
from coherence.reports.wording import Wording, wording
from scoring.released import Ledger

NO_COMMENTS: Final[Comments] = {}


def organisation_report(
    ledger: Ledger,
    language: str = ENGLISH,
    *,
    comments: Comments = NO_COMMENTS,
    answering: AnsweringDays | None = None,
) -> Document:
    """The whole report in one language; one page that says why where nothing can be shown.

    comments: those that were released; they stand beside the ledger, for they are no numbers.
    answering: the first and the last day on which answers came; unknown where only a file of answers was
    scored.
    """
    with written_in(language):
        words = wording(ledger, language)
        foot = _("Intervals cover chance only, not the views of those who did not answer.")
        page = _("Page {number} of {total}")
        if not ledger.cells:
            survey = _("Survey “{survey}”").format(survey=ledger.wave)
            return Document(survey, language, (survey, foot), page, (nothing_shown(ledger, survey),))
        title = _("{organisation}: service report").format(organisation=ledger.root[-1])
        return Document(
            title,
            language,
            (place(ledger), foot),
            page,
            _chapters(ledger, words, comments),
            _("p. {number}"),
            _("Contents"),
            cover_of(ledger, words, language, answering),
        )


def _chapters(ledger: Ledger, words: Wording, comments: Comments) -> tuple[Chapter, ...]:
    """How high, does it stand, who sees it differently, why, what to do; what is not known is left out.

    Departments follow the organisation, so that what to do is read before a hundred pages of them.
    """
    departments: tuple[Chapter, ...] = ()
    pages: tuple[Chapter, ...] = ()
    if any(len(cell.unit) > 1 for cell in ledger.cells):
        departments = (overview(ledger, words),)
        pages = tuple(department_chapters(ledger, words))
    found = (
        board(ledger, words),
        reading_aid(ledger, words),
        participation(ledger, words),
        stool_chapter(ledger, words),
        levels_chapter(ledger, words),
        legs_chapter(ledger, words),
        funnel_chapter(ledger, words),
        questions_chapter(ledger, words),
        own_questions_chapter(ledger, words),
        facets_chapter(ledger, words),
        key_areas_chapter(ledger, words),
        patterns_chapter(ledger, words),
        maturity_chapter(ledger, words),
        change_chapter(ledger, words),
        outcomes_chapter(ledger, words),
        recommendations_chapter(ledger, words),
        comments_chapter(comments, place(ledger), words),
        *departments,
        *pages,
        *methods_chapters(ledger, words),
        about_chapter(ledger, words),
    )
    return tuple(chapter for chapter in found if chapter is not None)
