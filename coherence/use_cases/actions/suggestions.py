"""What the published results suggest doing: recommendations and key areas, ready to become actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from coherence.accounts.access import NotVisible, Rights
from coherence.store import Database, Wave, WaveState, WaveUnit
from coherence.use_cases.organisations import below_root
from coherence.use_cases.publish_wave import published_ledger
from coherence.use_cases.read_results import readable_tops
from scoring.released import ReleasedCell
from survey_forms.questionnaire import ENGLISH, default_questionnaire

Kind = Literal["recommendation", "key area"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A finding of one department that waits for an action.

    code: of the recommendation or the facet. title, owner, first_step, evidence: to start the form with.
    """

    wave_id: int
    kind: Kind
    code: str
    department_id: int
    department: str
    title: str
    owner: str = ""
    first_step: str = ""
    evidence: str = ""


def suggestions(
    database: Database, organisation_id: int, rights: Rights, language: str
) -> tuple[Suggestion, ...]:
    """What the latest published wave suggests for the departments that the rights open.

    The recommendations of a department first, then its key areas; none where nothing is published.
    """
    with database.read() as session:
        wave = session.scalars(
            select(Wave)
            .where(Wave.organisation_id == organisation_id, Wave.state == WaveState.PUBLISHED)
            .order_by(Wave.published_at.desc())
        ).first()
        if wave is None:
            return ()
        units = session.scalars(select(WaveUnit).where(WaveUnit.wave_id == wave.id)).all()
        departments = {one.unit: one.department_id for one in units if one.department_id is not None}
    try:
        tops = readable_tops(database, wave.id, rights)
    except NotVisible:
        return ()
    found: list[Suggestion] = []
    for cell in published_ledger(database, wave.id).cells:
        department_id = departments.get(cell.unit)
        if cell.diagnosis and department_id and any(cell.unit[: len(top)] == top for top in tops):
            found += _of_cell(cell, wave.id, department_id, language)
    return tuple(found)


def _of_cell(cell: ReleasedCell, wave_id: int, department_id: int, language: str) -> list[Suggestion]:
    if cell.diagnosis is None:
        return []
    questionnaire = default_questionnaire()
    texts = questionnaire.texts(language if language in questionnaire.languages else ENGLISH)
    library = questionnaire.advice(texts.language)
    name = below_root(cell.unit)
    found = [
        Suggestion(
            wave_id, "recommendation", one.id, department_id, name,
            advice.text, advice.who, advice.first_step, advice.evidence,
        )
        for one in cell.diagnosis.recommendations or ()
        if (advice := library.get(one.id))
    ]  # fmt: skip
    found += [
        Suggestion(wave_id, "key area", facet, department_id, name, texts.facets[facet].name)
        for facet in cell.diagnosis.key_areas or ()
    ]
    return found
