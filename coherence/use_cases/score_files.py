"""Score a file of answers: the whole way from a table to a published folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from coherence.reports.organisation import organisation_report
from coherence.reports.pdf import write_pdf
from coherence.reports.scores_json import write_scores
from coherence.use_cases.read_answers import read_answers, read_headcounts
from scoring.publication import publish
from scoring.released import Ledger
from scoring.released_diagnosis import FactAnswer
from scoring.vocabulary import Form
from survey_forms.questionnaire import default_questionnaire

SCORES = "scores.json"
REPORT = "report.pdf"


def score_files(
    answers: Path,
    headcounts: Path,
    out: Path,
    *,
    wave: str,
    k: int = 5,
    form: Form = "full",
    sector: str = "",
    facts: Mapping[str, FactAnswer] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Ledger:
    """Read, score, write OUT/scores.json and OUT/report.pdf; both or neither.

    facts: the sponsor's fact sheet, M01 to M16 and C01 to C05. tell: is given a short sentence before
    each step.

    Raises:
        BadTable: everything wrong in the two files; nothing is written.
        ThresholdTooLow: k below 5.
        UnknownFact: a fact or an answer that the sheet does not have.
    """
    tell("Reading the answers")
    tree, invited = read_headcounts(headcounts)
    matrix = read_answers(answers, tree, invited, form=form)
    tell(f"Scoring {len(matrix)} answers")
    library = default_questionnaire().recommendations
    ledger = publish(matrix, wave=wave, k=k, sector=sector, facts=facts, library=library)
    tell("Writing the report")
    write_results(ledger, out)
    return ledger


def write_results(ledger: Ledger, out: Path) -> None:
    """Write OUT/scores.json and OUT/report.pdf from a ledger; both or neither."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".unfinished-") as unfinished:
        write_scores(ledger, Path(unfinished, SCORES))
        write_pdf(organisation_report(ledger), Path(unfinished, REPORT))
        for name in (REPORT, SCORES):
            os.replace(Path(unfinished, name), out / name)
