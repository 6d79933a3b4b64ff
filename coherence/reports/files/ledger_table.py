"""A ledger as the long table."""

from __future__ import annotations

from coherence.reports.files.cell_rows import CellRows
from coherence.reports.files.change_rows import ChangeRows
from coherence.reports.files.diagnosis_rows import DiagnosisRows
from coherence.reports.files.long_table import Row
from coherence.reports.files.organisation_rows import OrganisationRows
from coherence.reports.texts import ENGLISH, written_in
from coherence.reports.wording import wording
from scoring.released import Ledger
from scoring.vocabulary import Level
from survey_forms.questionnaire import ENGLISH as ENGLISH_QUESTIONNAIRE
from survey_forms.questionnaire import default_questionnaire


def ledger_table(ledger: Ledger, language: str = ENGLISH) -> tuple[Row, ...]:
    """Every released number, cell by cell in the order of the ledger, the organisation's findings last."""
    questionnaire = default_questionnaire()
    spoken = language if language in questionnaire.languages else ENGLISH_QUESTIONNAIRE
    rows: list[Row] = []
    with written_in(language):
        words = wording(ledger, language)
        atoms = {label.key: frozenset(label.atoms) for label in ledger.labels}
        texts = questionnaire.texts(spoken)
        statements = {
            item: words_of.wording(Level.F, ledger.sector or None) for item, words_of in texts.items.items()
        }
        for cell in ledger.cells:
            of_cell = CellRows(cell, words, atoms, statements, ledger.own_questions)
            rows.extend(of_cell.all())
            if cell.diagnosis is not None:
                said = DiagnosisRows(of_cell, questionnaire.advice(spoken), questionnaire.patterns)
                rows.extend(said.all(cell.diagnosis))
        if ledger.change is not None:
            rows.extend(ChangeRows(words).all(ledger.change, ledger.root))
        rows.extend(OrganisationRows(ledger, words, texts.facts).all())
    return tuple(rows)
