"""Answering on paper: the sheets to print, and the door for whoever types them in.

A typed sheet is a ballot like any other: it goes in through the person's own code, is sealed, and counts
once. Nothing says that it came on paper, who typed it, or when.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from coherence.ballots.submit import Submission
from coherence.reports.paper_pdf import PaperForm, PaperQuestion, paper_pdf
from coherence.store import AuditEntry, Database, Organisation, Wave
from coherence.use_cases.answer_survey import enter_by_code, send_answers
from scoring.vocabulary import Level
from survey_forms.answers import HIGHEST_RATING, Answers
from survey_forms.pages import pages
from survey_forms.questionnaire import default_questionnaire
from survey_forms.texts import QuestionTexts

ORDER: Final = 0
"""Of the eight orders of statements, the one on paper; the page for typing shows the same."""


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
    questionnaire = default_questionnaire()
    texts = questionnaire.texts(language)
    chosen = wave.sector if sector is None else sector
    asked = [
        (number, questionnaire.wording(item, level, chosen or None, language))
        for page in pages(wave.form.value, level, ORDER)
        for number, item in page.numbered
    ]
    questions = [
        _question(number, texts.questions[question.id], question.kind)
        for number, question in enumerate(questionnaire.questions, start=len(asked) + 1)
    ]
    return paper_pdf(
        PaperForm(
            organisation=organisation,
            language=language,
            introduction=texts.support_introduction if level is Level.S else "",
            scale=(*texts.scale, texts.dont_know),
            statements=asked,
            questions=questions,
            k=wave.k,
            mark=f"{wave.name} · {level.value} · {chosen or '–'} · {language}",
        )
    )


def enter_paper(
    database: Database,
    wave_id: int,
    *,
    secret: bytes,
    code: str,
    answers: Answers,
    now: datetime,
    actor_id: int | None,
    language: str | None = None,
) -> Submission:
    """Send what stands on one sheet, through the door of its code.

    That somebody typed sheets is in the audit log once a day, so that it can be asked about; how many,
    which and when is not. language: of the sheet; None takes the person's own.

    Raises:
        UnknownDoor, TooManyTries, AlreadyAnswered, SurveyClosed: as at any other door.
        NotReceived: the database did not confirm; sending again is safe.
    """
    invited = enter_by_code(database, secret, wave_id, code, now)
    note_paper_entry(database, wave_id, now=now, actor_id=actor_id)
    return send_answers(database, invited.invitation_id, answers, language=language or invited.language)


def note_paper_entry(database: Database, wave_id: int, *, now: datetime, actor_id: int | None) -> None:
    """Write down, once a day and member of staff, that paper sheets are typed in."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    subject = f"wave:{wave_id}"
    with database.write() as session:
        known = session.scalar(
            select(AuditEntry.id).where(
                AuditEntry.action == "wave.paper",
                AuditEntry.subject == subject,
                AuditEntry.actor_id.is_(None) if actor_id is None else AuditEntry.actor_id == actor_id,
                AuditEntry.at >= day,
                AuditEntry.at < day + timedelta(days=1),
            )
        )
        if known is None:
            wave = session.get_one(Wave, wave_id)
            session.add(
                AuditEntry(
                    # The day alone: the hour would tell when the first of its ballots came.
                    at=day,
                    actor_id=actor_id,
                    organisation_id=wave.organisation_id,
                    action="wave.paper",
                    subject=subject,
                )
            )


def _question(number: int, words: QuestionTexts, kind: str) -> PaperQuestion:
    return PaperQuestion(
        number,
        words.text,
        ratings=HIGHEST_RATING + 1 if kind == "rating" else 0,
        lowest=words.lowest or "",
        highest=words.highest or "",
        choices=tuple(words.options.values()),
    )
