"""Reports and files of a published wave of 120 departments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from coherence import create_app
from coherence.reports.files.csv_file import csv_file
from coherence.reports.files.department_zip import department_reports
from coherence.reports.files.workbook import workbook
from coherence.reports.organisation import organisation_report
from coherence.reports.pdf import write_pdf
from coherence.reports.scores_json import write_scores
from coherence.use_cases.score_files import SCORES
from scoring.publication import publish
from scoring.released import Ledger
from scoring.simulation import answer, organisation, scenario
from survey_forms.questionnaire import default_questionnaire

from .case import Case

DEPARTMENTS = 120
EMPLOYEES = 3000


@lru_cache(maxsize=1)
def ledger(seed: int) -> Ledger:
    """A published company of 120 departments, with everything that is released."""
    truth = scenario("S2")
    company = organisation(truth, seed=seed, departments=DEPARTMENTS, employees=EMPLOYEES)
    library = default_questionnaire().recommendations
    return publish(
        answer(company, truth, seed=seed + 1).answers, wave="2026", library=library, facts={"M01": "yes"}
    )


def apart(seed: int) -> tuple[Case, float]:
    """The report as PDF, in a process of its own: seconds, and gigabytes at most."""
    return Case(f"PDF of {DEPARTMENTS} departments", partial(_pdf, seed), target=3.0), 0.3


def _pdf(seed: int) -> Callable[[], Any]:
    made = ledger(seed)
    folder = TemporaryDirectory()

    def work() -> None:
        write_pdf(organisation_report(made), Path(folder.name, "report.pdf"))

    return work


def files(seed: int, folder: Path) -> Iterator[Case]:
    """Workbook, CSV, ZIP, and every page of the report on the web."""
    made = ledger(seed)
    yield Case("workbook (XLSX)", partial(workbook, made), target=2.0)
    yield Case("table (CSV)", partial(csv_file, made))
    yield Case(
        f"ZIP of the reports of {len(made.departments)} departments",
        partial(department_reports, made, out=folder / "departments.zip"),
        target=30.0,
        most=2,
    )
    write_scores(made, folder / SCORES)
    client = create_app({"SECRET_KEY": "benchmark", "RESULTS_DIR": folder}).test_client()
    chapters = organisation_report(made).chapters
    wanted = [one.ident for one in chapters if one.depth == 0]
    wanted.append(next(one.ident for one in chapters if one.depth == 1))
    for ident in wanted:
        yield Case(f"web page: {ident}", partial(_page, client, f"/results/{ident}"), target=0.05)


def _page(client: Any, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answers {answer.status}")
