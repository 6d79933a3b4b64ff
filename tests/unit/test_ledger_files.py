"""Workbook, CSV and JSON say what the ledger says: every number of it, and none that is not in it."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fixtures_ledgers import a_cell, a_ledger, an_estimate
from python_calamine import CalamineWorkbook

from coherence.reports.files.csv_file import csv_file
from coherence.reports.files.ledger_table import ledger_table
from coherence.reports.files.spreadsheet_text import reads_as_formula
from coherence.reports.files.workbook import workbook
from coherence.reports.scores_json import read_scores
from coherence.reports.subtree import taken_away
from coherence.reports.wording import wording
from coherence.use_cases.export_results import file_of
from scoring.estimable import plain
from scoring.publication import publication, publish
from scoring.released import Ledger
from scoring.released_change import CellChange, FacetChange, ReleasedChange, WaveChange
from scoring.released_questions import OwnQuestion
from scoring.simulation import answer, organisation, scenario
from survey_forms.questionnaire import default_questionnaire

FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", ' =HYPERLINK("http://x")')
Place = tuple[str, str]


def a_change(value: int) -> ReleasedChange:
    return ReleasedChange(value, value - 9, value + 9, value + 1, "not known", an_estimate(value - 2, 8))


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """A published company with everything that a ledger can hold."""
    truth = scenario("S2")
    company = organisation(truth, seed=5, departments=12, employees=400)
    library = default_questionnaire().recommendations
    matrix = answer(company, truth, seed=6).answers
    chosen = (np.arange(len(matrix)) % 4 - 1).astype(np.int8)
    made = publication(
        replace(matrix, own_questions={"V1": chosen, "Q01": chosen}),
        wave="Autumn",
        library=library,
        facts={"M01": "yes"},
        own_questions={
            "V1": OwnQuestion("agreement", "I am praised.", module="motivation"),
            "Q01": OwnQuestion("choice", "Which shift?", ("early", "late", "=1+1")),
        },
    ).ledger
    change = WaveChange(
        "Spring",
        83,
        (
            CellChange(made.root, "staff", (), (), {"D": a_change(11), "seat": a_change(-17)},
                       {"R3": FacetChange(a_change(31), (), ())}),
            CellChange(made.departments[0].unit, "staff", (), (), {"B": a_change(3)}),
        ),
    )  # fmt: skip
    return replace(made, change=change)


@pytest.fixture(scope="module")
def book(ledger: Ledger) -> bytes:
    return workbook(ledger)


def numbers_in(data: Any) -> Iterator[float]:
    """Every number of plain data but sizes of cells, which stand beside every row."""
    if isinstance(data, dict):
        for key, one in data.items():
            if key != "n":
                yield from numbers_in(one)
    elif isinstance(data, list):
        for one in data:
            yield from numbers_in(one)
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield float(data)


def expected(ledger: Ledger) -> dict[Place, Counter[float]]:
    """The numbers of each cell and, without a level, of the organisation; sizes that are printed once too."""
    levels = wording(ledger, "en").levels
    found: dict[Place, Counter[float]] = {}
    for cell in ledger.cells:
        place = (" / ".join(cell.unit), levels[cell.level])
        numbers = found.setdefault(place, Counter())
        numbers.update(numbers_in(plain(cell)))
        numbers.update([] if cell.n is None else [float(cell.n)])
    findings = plain(ledger.findings)
    for gate in (findings or {}).get("maturity", {}).get("gates", ()):
        del gate["level"]  # the gates are called by it
    organisation = found.setdefault((" / ".join(ledger.root), ""), Counter())
    organisation.update(numbers_in(findings))
    if ledger.change is not None:
        organisation.update([float(ledger.change.covered)])
        for one in ledger.change.cells:
            found[" / ".join(one.unit), levels[one.level]].update(numbers_in(plain(one)))
    return {place: numbers for place, numbers in found.items() if numbers}


def threshold(text: str) -> list[float]:
    """The limit that a condition names, as in "≥ +40"."""
    said = re.fullmatch(r"[≥≤] ([+−]?\d+)", text)
    return [float(said[1].replace("−", "-"))] if said else []


def in_csv(file: bytes) -> dict[Place, Counter[float]]:
    found: dict[Place, Counter[float]] = {}
    for row in csv.DictReader(io.StringIO(file.decode("utf-8-sig"))):
        numbers = found.setdefault((row["unit"], row["level"]), Counter())
        numbers.update(float(row[name]) for name in ("value", "low", "high") if row[name])
        numbers.update(threshold(row["text"]))
    return {place: numbers for place, numbers in found.items() if numbers}


def in_workbook(file: bytes) -> dict[Place, Counter[float]]:
    """The numbers of every sheet but the summary, which repeats some."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(file))
    found: dict[Place, Counter[float]] = {}
    for name in book.sheet_names:
        heading, *rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        if heading[:2] != ["Unit", "Level"] or name == "Summary":
            continue
        people = heading.index("People")
        for unit, level, *cells in rows:
            numbers = found.setdefault((str(unit), str(level)), Counter())
            for place, cell in enumerate(cells, 2):
                if isinstance(cell, int | float) and place != people:
                    numbers.update([float(cell)])
                elif isinstance(cell, str):
                    numbers.update(threshold(cell))
    return {place: numbers for place, numbers in found.items() if numbers}


def test_the_company_has_everything_that_a_ledger_can_hold(ledger: Ledger) -> None:
    topics = {row.topic for row in ledger_table(ledger)}
    assert topics == {
        "scores", "participation", "gaps", "facets", "items", "own questions", "finer", "levels compared",
        "patterns", "recommendations", "maturity", "organisation", "change", "methods",
    }  # fmt: skip
    assert {cell.size for cell in ledger.cells} == {"small", "banded", "exact"}


def test_the_csv_holds_every_number_of_the_ledger_and_no_other(ledger: Ledger) -> None:
    assert in_csv(csv_file(ledger)) == expected(ledger)


def test_the_workbook_holds_every_number_of_the_ledger_and_no_other(ledger: Ledger, book: bytes) -> None:
    assert in_workbook(book) == expected(ledger)


def test_the_json_is_the_ledger(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "scores.json").write_bytes(file_of(ledger, "json"))
    assert json.loads(file_of(ledger, "json"))["wave"] == "Autumn"
    assert read_scores(tmp_path / "scores.json") == ledger


def test_a_size_that_is_not_printed_stands_nowhere(ledger: Ledger) -> None:
    bands = {(row.people, row.size) for row in ledger_table(ledger) if row.size in ("small", "banded")}
    assert bands
    assert all(isinstance(people, str) and "–" in people for people, _ in bands)


def test_what_cannot_be_estimated_says_why() -> None:
    small = organisation(scenario("S2"), seed=5, departments=2, employees=60)
    ledger = publish(answer(small, scenario("S2"), seed=6).answers, wave="Autumn")
    reasons = [
        row for row in ledger_table(ledger) if row.topic == "methods" and row.value is None and row.note
    ]
    assert reasons


def a_hostile_ledger() -> Ledger:
    cells = [a_cell("Acme", level="all"), a_cell("Acme")]
    cells += [a_cell("Acme", name, legs=(-34, -12, -56)) for name in FORMULAS]
    return a_ledger(*cells, a_cell("=Acme"))


def test_no_cell_of_the_workbook_is_computed() -> None:
    file = workbook(replace(a_hostile_ledger(), wave="=1+1"))
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
        assert not any("vbaProject" in name or "external" in name.lower() for name in parts.namelist())
    assert len(sheets) > 5
    assert not any("<f>" in sheet or "<f " in sheet or "<hyperlink" in sheet for sheet in sheets)
    book = CalamineWorkbook.from_filelike(io.BytesIO(file))
    said = [row[0] for row in book.get_sheet_by_name("Departments").to_python()[1:]]
    assert said == [*(f"Acme / {name}" for name in FORMULAS), "=Acme"]


def test_no_cell_of_the_csv_reads_as_a_formula() -> None:
    rows = csv.reader(io.StringIO(csv_file(a_hostile_ledger()).decode("utf-8-sig")))
    for row in rows:
        for cell in row:
            assert not reads_as_formula(cell) or re.fullmatch(r"-?\d+(\.\d+)?", cell), cell


def test_the_csv_begins_with_the_mark_only_where_it_is_wanted() -> None:
    assert csv_file(a_ledger()).startswith(b"\xef\xbb\xbf")
    assert csv_file(a_ledger(), mark=False).startswith(b"topic,unit,level,")


def test_numbers_carry_their_sign_and_headings_stay_in_sight(book: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        styles = parts.read("xl/styles.xml").decode()
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
    assert "+0;&quot;−&quot;0;0" in styles
    assert all('state="frozen"' in sheet and "<cols>" in sheet for sheet in sheets)


def test_a_wave_in_which_nothing_can_be_shown_is_a_workbook_that_says_so() -> None:
    empty = Ledger(wave="1", k=5, form="full", labels=(), cells=(), moved_up="0", careless="0")
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(empty)))
    said = " ".join(str(cell) for row in book.get_sheet_by_name("Read me").to_python() for cell in row)
    assert "nothing can be shown" in said


def test_a_reader_takes_away_the_own_departments_and_the_scores_of_the_organisation(ledger: Ledger) -> None:
    own = ledger.departments[0].unit
    cut = taken_away(ledger, [own])
    units = {cell.unit for cell in cut.cells}
    assert units - {ledger.root} == {cell.unit for cell in ledger.cells if cell.unit[: len(own)] == own}
    others = {cell.name for cell in ledger.cells} - {part for unit in units for part in unit}
    assert others
    text = file_of(cut, "json").decode() + csv_file(cut).decode()
    written = [f"{mark}{name}" for name in others for mark in ("/ ", "/", '"', "'")]
    assert [one for one in written if one in text] == []
    assert cut.findings is None
    assert cut.facts == {}
    reference = cut.cell(ledger.root, "staff")
    whole = ledger.cell(ledger.root, "staff")
    assert reference is not None
    assert whole is not None
    assert reference.legs == whole.legs
    assert reference.members == ()
    assert reference.finer is None


def test_a_reader_of_the_root_takes_the_whole_ledger(ledger: Ledger) -> None:
    assert taken_away(ledger, [ledger.root]) is ledger
