"""Read what a wave asks outside the scores, in the words of one language."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.store import Database, Wave, WaveQuestion, WaveQuestionKind
from coherence.use_cases.question_wordings import own_question
from survey_forms.extra_questions import ExtraQuestion, module_questions
from survey_forms.questionnaire import default_questionnaire


def extra_questions(
    session: Session, wave_id: int, language: str, *, own_language: str | None = None
) -> tuple[ExtraQuestion, ...]:
    """The statements of the chosen modules in the order of the catalogue, then the own questions.

    own_language: of the own questions, where it is another one. Where they have no words in it, they come in
    the language in which they were written first.
    """
    rows = session.scalars(
        select(WaveQuestion)
        .where(WaveQuestion.wave_id == wave_id)
        .order_by(WaveQuestion.position, WaveQuestion.code)
    ).all()
    questionnaire = default_questionnaire()
    chosen = {row.code for row in rows if row.kind is WaveQuestionKind.MODULE}
    found = [
        question
        for module in questionnaire.modules
        if module.id in chosen
        for question in module_questions(questionnaire, module.id, language)
    ]
    own = own_language or language
    found += [own_question(row, own) for row in rows if row.kind is not WaveQuestionKind.MODULE]
    return tuple(found)


@lru_cache(maxsize=256)
def open_wave_questions(database: Database, slug: str, language: str) -> tuple[ExtraQuestion, ...]:
    """The same of a wave that has opened, by its name in addresses; read once, since it cannot change."""
    with database.read() as session:
        wave_id = session.scalars(select(Wave.id).where(Wave.slug == slug)).one()
        return extra_questions(session, wave_id, language)
