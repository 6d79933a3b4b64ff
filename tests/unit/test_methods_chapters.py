"""The methods appendix: what was measured how well, what was not, in words and numbers of the ledger."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from fixtures_ledgers import a_cell, a_ledger

from coherence.reports.chapters.methods import methods_chapters
from coherence.reports.document import Chapter, Facts, Figure, ListOfSentences, Paragraph, Table
from coherence.reports.drawings.scree import MOST_DRAWN, ScreeWords, scree
from coherence.reports.wording import wording
from scoring.estimable import NotEstimable
from scoring.released import Ledger
from scoring.released_diagnosis import ActBy, DepartmentSpread, OrganisationFindings
from scoring.released_structure import (
    AddedValue,
    GeneralFactor,
    LegReliability,
    ShownEigenvalue,
    ShownFinding,
    ShownStructure,
    Sphericity,
    ThreeFactors,
)
from scoring.vocabulary import ITEMS, LEGS, leg_of

EIGENVALUES = tuple(ShownEigenvalue(round(11 / (i + 1) ** 2, 2), 1.5) for i in range(51))
FACTORS = {"D": 2, "R": 0, "B": 1}
STRUCTURE = ShownStructure(
    left_out=(),
    reliability={leg: LegReliability(0.8, 0.71, 0.87, 0.83) for leg in LEGS},
    kmo=0.93,
    bartlett=Sphericity(6401, 1275, 0.0),
    number_of_factors={"permutation, components": 2, "map": 3, "scree": NotEstimable("no bend")},
    general_factor=GeneralFactor(0.94, 0.7, 0.54),
    three_factors=ThreeFactors(
        {item: tuple(0.61 if i == FACTORS[leg_of(item)] else -0.02 for i in range(3)) for item in ITEMS},
        (0.52, 0.51, 0.45),
        {leg: 0.96 for leg in LEGS},
    ),
    added_value={leg: AddedValue(0.86, 0.67, True) for leg in LEGS},
    findings=(),
    eigenvalues=EIGENVALUES,
    htmt={"D-R": 0.57, "D-B": 0.58, "R-B": 0.62},
)
SPREAD = DepartmentSpread(0.12, 0.04, 0.3, 0.61, "medium", None)


def a_ledger_with(structure: ShownStructure | None = STRUCTURE, **more: object) -> Ledger:
    departments = more.pop("departments", {"D": SPREAD, "R": SPREAD, "B": SPREAD, "seat": SPREAD})
    findings = OrganisationFindings(structure=structure, departments=departments, **more)  # type: ignore[arg-type]
    return replace(a_ledger(a_cell("Acme", level="all"), a_cell("Acme")), findings=findings)


def chapters(ledger: Ledger) -> dict[str, Chapter]:
    return {chapter.ident: chapter for chapter in methods_chapters(ledger, wording(ledger, "en"))}


def sentences(chapter: Chapter) -> str:
    found: list[str] = []
    for block in chapter.blocks:
        if isinstance(block, Paragraph):
            found.append(block.text)
        elif isinstance(block, ListOfSentences):
            found += block.sentences
        elif isinstance(block, Facts):
            found += [f"{term}: {words}" for term, words in block.rows]
    return "\n".join(found)


def test_reliability_stands_with_its_interval_and_two_decimals() -> None:
    chapter = chapters(a_ledger_with())["methods"]
    table = next(block for block in chapter.blocks if isinstance(block, Table))
    alpha = table.rows[0][1]
    assert (alpha.text, alpha.beside) == ("0.80", "0.71 to 0.87")
    assert chapter.title == "The three legs are measured reliably, and each tells something of its own"


def test_legs_that_cannot_be_told_apart_are_said_in_the_title() -> None:
    finding = ShownFinding("legs not separable", "D, R, B", {"ecv": 0.81, "omega_hierarchical": 0.86}, "")
    chapter = chapters(a_ledger_with(replace(STRUCTURE, findings=(finding,))))["methods"]
    assert "not separable" in chapter.title
    assert "0.81" in sentences(chapter)


def test_weak_parts_are_parted_into_those_read_with_care_and_those_withheld() -> None:
    weak = tuple(
        ShownFinding("facet too unreliable", facet, {"omega": omega}, "")
        for facet, omega in (("R4", 0.59), ("B3", 0.42))
    )
    ledger = a_ledger_with(replace(STRUCTURE, findings=weak), unreliable=("B3",))
    care, withheld = (
        line for line in sentences(chapters(ledger)["methods"]).splitlines() if "belong together" in line
    )
    assert "Standard and procedures 0.59" in care
    assert "Internal cooperation 0.42" in withheld


def test_each_loading_stands_under_the_leg_that_its_factor_resembles() -> None:
    chapter = chapters(a_ledger_with())["methods-loadings"]
    assert chapter.title == "Three factors, and each resembles one leg"
    table = [block for block in chapter.blocks if isinstance(block, Table)][-1]
    assert [column.name for column in table.columns[1:]] == ["F3", "F1", "F2"]
    assert len(table.rows) == len(ITEMS)
    bold = [[cell.text for cell in row[1:]] for row in table.rows]
    assert bold[0] == ["0.61", "", ""]
    assert bold[-1] == ["", "", "0.61"]


def test_few_people_leave_factors_out_and_say_why() -> None:
    few = NotEstimable("factors are looked for from 300 staff on")
    ledger = a_ledger_with(
        replace(
            STRUCTURE, number_of_factors=few, general_factor=few, three_factors=few, eigenvalues=(), kmo=few
        )
    )
    found = chapters(ledger)
    assert "methods-loadings" not in found
    assert not any(isinstance(block, Figure) for block in found["methods"].blocks)
    assert "from 300 people" in sentences(found["methods-groups"])


@pytest.mark.parametrize(
    ("act_by", "title"),
    [
        ("department", "Departments differ much: act department by department"),
        ("organisation", "Departments hardly differ: act for the whole organisation"),
        (None, "Departments differ noticeably"),
    ],
)
def test_how_far_departments_differ_says_where_to_act(act_by: ActBy | None, title: str) -> None:
    spread = replace(SPREAD, act_by=act_by)
    found = chapters(a_ledger_with(departments={"seat": spread}))
    assert found["methods-groups"].title == title


def test_without_findings_only_the_limits_remain() -> None:
    found = chapters(a_ledger())
    assert list(found) == ["limits"]
    assert "No result may be used to judge a single employee." in sentences(found["limits"])


@pytest.mark.parametrize("kept", [0, 2])
def test_the_scree_fills_what_lies_above_chance(kept: int) -> None:
    svg = scree(EIGENVALUES, kept, ScreeWords("above", "chance"), title="Finding")
    root = ET.fromstring(svg)
    circles = [one.get("class") for one in root.iter() if one.tag.endswith("circle")][
        1:
    ]  # the first is the key
    assert len(circles) == MOST_DRAWN
    assert circles.count("ch-f") == kept
    assert "1: 11.00 (1.50)" in svg
    assert not re.search(r"nan|inf", svg)
