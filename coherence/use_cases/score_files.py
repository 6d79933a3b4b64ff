"""Score a file of answers: the whole way from a table to a published folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from coherence.reports.organisation import organisation_report
from coherence.reports.pdf import write_pdf
from coherence.reports.scores_json import FILE, write_scores
from coherence.use_cases.earlier_wave import keep_moments, read_earlier_wave
from coherence.use_cases.read_answers import read_answers, read_headcounts
from scoring.answers import DepartmentTree
from scoring.outcomes import OutcomeValue
from scoring.publication import publication
from scoring.released import Ledger
from scoring.released_diagnosis import FactAnswer
from scoring.vocabulary import Form
from survey_forms.questionnaire import default_questionnaire

SCORES = FILE
REPORT = "report.pdf"


@dataclass(frozen=True, slots=True)
class Beside:
    """What may stand beside the answers of a wave.

    facts, outcomes: CSV files. previous: folder with the results of an earlier wave; moments: the file
    in which its run kept them, moments.json in that folder unless told; months: since then.
    """

    facts: Path | None = None
    outcomes: Path | None = None
    previous: Path | None = None
    moments: Path | None = None
    months: float = 0.0


def score_files(
    answers: Path,
    headcounts: Path,
    out: Path,
    *,
    wave: str,
    k: int = 5,
    form: Form = "full",
    sector: str = "",
    beside: Beside | None = None,
    keep: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Ledger:
    """Read, score, write OUT/scores.json and OUT/report.pdf; both or neither.

    keep: file for the moments that a comparison with the next wave needs; confidential, and written
    only where it is asked for. tell: is given a short sentence before each step.

    Raises:
        BadTable: everything wrong in the files; nothing is written.
        EarlierWaveUnusable: the earlier wave cannot be compared with; nothing is written.
        ThresholdTooLow: k below 5.
    """
    beside = beside or Beside()
    tell("Reading the answers")
    tree, invited = read_headcounts(headcounts)
    facts, outcomes = _evidence(beside, tree)
    earlier = (
        None if beside.previous is None else read_earlier_wave(beside.previous, beside.moments, beside.months)
    )
    matrix = read_answers(answers, tree, invited, form=form)
    tell(f"Scoring {len(matrix)} answers")
    published = publication(
        matrix,
        wave=wave,
        k=k,
        sector=sector,
        facts=facts,
        library=default_questionnaire().recommendations,
        earlier=earlier,
        outcomes=outcomes,
    )
    tell("Writing the report")
    write_results(published.ledger, out)
    if keep is not None:
        keep_moments(published, keep)
    return published.ledger


def _evidence(
    beside: Beside, tree: DepartmentTree
) -> tuple[dict[str, FactAnswer] | None, tuple[OutcomeValue, ...]]:
    # imported here: both bring the database along, which most files are scored without
    facts: dict[str, FactAnswer] | None = None
    outcomes: tuple[OutcomeValue, ...] = ()
    if beside.facts is not None:
        from coherence.use_cases.fact_sheet import read_fact_sheet

        facts = {code: entry.answer for code, entry in read_fact_sheet(beside.facts).items()}
    if beside.outcomes is not None:
        from coherence.use_cases.outcomes import read_outcomes

        outcomes = read_outcomes(beside.outcomes, tree.paths, tree.paths[0][0])
    return facts, outcomes


def write_results(ledger: Ledger, out: Path) -> None:
    """Write OUT/scores.json and OUT/report.pdf from a ledger; both or neither."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".unfinished-") as unfinished:
        write_scores(ledger, Path(unfinished, SCORES))
        write_pdf(organisation_report(ledger), Path(unfinished, REPORT))
        for name in (REPORT, SCORES):
            os.replace(Path(unfinished, name), out / name)
