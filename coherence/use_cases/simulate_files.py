"""Write the answers of a synthetic company as files, for demonstrations and tests."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from scoring.simulation import Wave, answer, answer_rows, headcount_rows, organisation, scenario
from survey_forms.structure import PRIORITIES

ANSWERS: Final = "answers.csv"
HEADCOUNTS: Final = "headcounts.csv"

DISTANCE: Final = 15.0
"""How far beyond its thresholds a pattern is put, in points: clear, yet like a real firm."""


def simulate_files(
    out: Path,
    *,
    employees: int = 300,
    departments: int = 12,
    seed: int = 1,
    scenario_name: str = "S2",
    response_rate: float | None = None,
) -> Wave:
    """Write OUT/answers.csv and OUT/headcounts.csv of a made-up company whose truth is known.

    The same arguments give the same files, with the same version of numpy.

    Raises:
        ValueError: no such scenario.
    """
    truth = scenario(scenario_name, distance=DISTANCE)
    if response_rate is not None:
        truth = replace(truth, response_rate=response_rate)
    company = organisation(truth, seed=seed, departments=departments, employees=employees)
    wave = answer(company, truth, seed=seed + 1)
    header, *rows = answer_rows(wave)
    x2 = header.index("X2")
    out.mkdir(parents=True, exist_ok=True)
    named = ((*row[:x2], PRIORITIES[int(row[x2])] if row[x2] else "", *row[x2 + 1 :]) for row in rows)
    write_table(out / ANSWERS, header, named)
    header, *rows = headcount_rows(company)
    write_table(out / HEADCOUNTS, header, rows)
    return wave


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """One CSV file in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
