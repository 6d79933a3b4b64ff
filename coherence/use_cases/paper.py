"""Answering on paper: the sheets to print, and the door for whoever types them in.

A typed sheet is a ballot like any other: it goes in through the person's own code, is sealed, and counts
once. Nothing says that it came on paper, who typed it, or when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from coherence.ballots.errors import NotReceived
from coherence.ballots.submit import Submission
from coherence.errors import CoherenceError
from coherence.reports.paper_pdf import PaperForm, PaperQuestion, paper_pdf
from coherence.store import AuditEntry, Database, Organisation, Wave
from coherence.use_cases.answer_survey import (
    AlreadyAnswered,
    Invited,
    SurveyClosed,
    enter_by_code,
    send_answers,
)
from coherence.use_cases.audit_log import record
from coherence.use_cases.extra_questions import extra_questions
from scoring.vocabulary import Form, Level
from survey_forms.answers import HIGHEST_RATING, Answers
from survey_forms.extra_questions import ExtraQuestion
from survey_forms.pages import Page, one_page, pages
from survey_forms.questionnaire import Questionnaire, default_questionnaire
from survey_forms.texts import QuestionTexts

ORDER: Final = 0
"""Of the eight orders of statements, the one on paper; the page for typing shows the same."""


class OtherLevel(CoherenceError):
    """The code belongs to somebody of another level, who reads other statements than this sheet has.

    level: of the person, as the roster had it.
    """

    def __init__(self, level: Level) -> None:
        super().__init__(f"this code belongs to level {level.value}, which has another sheet")
        self.level = level


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """What stands on the sheets of one level in one language, to be printed or typed.

    sector: of the wordings; empty is the general wording. extra: the questions outside the scores.
    """

    wave_id: int
    form: Form
    level: Level
    language: str
    sector: str
    extra: tuple[ExtraQuestion, ...]

    @property
    def page(self) -> Page:
        """Everything in the order on paper, as one page."""
        return one_page(pages(self.form, self.level, ORDER, tuple(one.code for one in self.extra)))

    @property
    def numbers(self) -> Mapping[str, int]:
        """The running number of every statement and question, by its id or code."""
        page = self.page
        asked = (*page.items, *page.questions, *page.extra)
        return {name: number for number, name in enumerate(asked, start=page.first)}


def paper_sheet(database: Database, wave_id: int, *, level: Level, language: str) -> PaperSheet:
    """The sheet of a wave for one level.

    Raises:
        NotInQuestionnaire: unknown language.
    """
    with database.read() as session:
        return _sheet(session, session.get_one(Wave, wave_id), level, language, None)


def print_paper(
    database: Database, wave_id: int, *, level: Level, language: str, sector: str | None = None
) -> bytes:
    """The wave's questionnaire for one level, as PDF to print.

    sector: None takes the wave's own; an empty one, the general wording.

    Raises:
        NotInQuestionnaire: unknown language or sector.
    """
    with database.read() as session:
        wave = session.get_one(Wave, wave_id)
        organisation = session.get_one(Organisation, wave.organisation_id).name
        sheet = _sheet(session, wave, level, language, sector)
    questionnaire, numbers = default_questionnaire(), sheet.numbers
    texts = questionnaire.texts(language)
    return paper_pdf(
        PaperForm(
            organisation=organisation,
            language=language,
            introduction=texts.support_introduction if level is Level.S else "",
            scale=(*texts.scale, texts.dont_know),
            statements=[
                (numbers[item], questionnaire.wording(item, level, sheet.sector or None, language))
                for item in sheet.page.items
            ],
            questions=[
                _question(numbers[question.id], texts.questions[question.id], question.kind)
                for question in questionnaire.questions
            ],
            extra=[_extra(numbers[question.code], question) for question in sheet.extra],
            k=wave.k,
            mark=f"{wave.name} · {level.value} · {sheet.sector or '–'} · {language}",
        )
    )


def enter_paper(
    database: Database,
    sheet: PaperSheet,
    *,
    secret: bytes,
    code: str,
    answers: Answers,
    now: datetime,
    actor_id: int | None,
) -> None:
    """Send what stands on one sheet, through the door of its code; returns only after the commit.

    That somebody typed sheets is in the audit log once a day, so that it can be asked about; how many,
    which and when is not.

    Raises:
        UnknownDoor, TooManyTries, AlreadyAnswered, SurveyClosed: as at any other door.
        OtherLevel: the sheet is not the one of this person.
        NotReceived: the database did not confirm; sending again is safe.
    """
    try:
        invited = enter_by_code(database, secret, sheet.wave_id, code, now)
        _require_level(invited, sheet)
        note_paper_entry(database, sheet.wave_id, now=now, actor_id=actor_id)
    except SQLAlchemyError as error:
        raise NotReceived("the sheet could not be stored; please send it again") from error
    done = send_answers(database, invited.invitation_id, answers, language=sheet.language)
    if done is Submission.ALREADY_RECEIVED:
        raise AlreadyAnswered("these answers were received")
    if done is Submission.CLOSED:
        raise SurveyClosed("the survey closed before the sheet was typed")


def note_paper_entry(database: Database, wave_id: int, *, now: datetime, actor_id: int | None) -> None:
    """Write down, once a day and member of staff, that paper sheets are typed in."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    with database.write() as session:
        known = session.scalar(
            select(AuditEntry.id).where(
                AuditEntry.action == "wave.paper",
                AuditEntry.subject == f"wave:{wave_id}",
                AuditEntry.actor_id.is_(None) if actor_id is None else AuditEntry.actor_id == actor_id,
                AuditEntry.at == day,
            )
        )
        if known is None:
            wave = session.get_one(Wave, wave_id)
            # The day alone: the hour would tell when the first of its ballots came.
            record(session, "wave.paper", wave, now=day, by=actor_id)


def _sheet(session: Session, wave: Wave, level: Level, language: str, sector: str | None) -> PaperSheet:
    default_questionnaire().texts(language)  # an unknown language ends here
    return PaperSheet(
        wave_id=wave.id,
        form=wave.form.value,
        level=level,
        language=language,
        sector=_sector_of(wave, default_questionnaire()) if sector is None else sector,
        extra=extra_questions(session, wave.id, language),
    )


def _sector_of(wave: Wave, questionnaire: Questionnaire) -> str:
    """The wave's sector; the general wording where the questionnaire has none of its own for it."""
    return wave.sector if wave.sector in questionnaire.sectors else ""


def _require_level(invited: Invited, sheet: PaperSheet) -> None:
    if invited.level is not sheet.level:
        raise OtherLevel(invited.level)


def _question(number: int, words: QuestionTexts, kind: str) -> PaperQuestion:
    return PaperQuestion(
        number,
        words.text,
        ratings=HIGHEST_RATING + 1 if kind == "rating" else 0,
        lowest=words.lowest or "",
        highest=words.highest or "",
        choices=tuple(words.options.values()),
    )


def _extra(number: int, question: ExtraQuestion) -> PaperQuestion:
    agreement = question.kind == "agreement"
    return PaperQuestion(number, question.text, choices=question.options, agreement=agreement)
