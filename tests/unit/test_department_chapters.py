"""Departments in the report: groups that the data can tell apart, two pages each, nobody else's numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from fixtures_ledgers import LONG, a_cell, a_ledger, a_small_cell
from pypdf import PdfReader

from coherence.reports.chapters.department_report import (
    NoSuchDepartment,
    department_report,
    department_reports,
)
from coherence.reports.chapters.departments import department_chapters, overview
from coherence.reports.document import Block, Cell, Chapter, Columns, Heading, Table
from coherence.reports.pdf import write_pdf
from coherence.reports.wording import wording
from scoring.ranking import Standing
from scoring.released import Estimate, ReleasedCell
from scoring.released_diagnosis import (
    OrganisationFindings,
    ReleasedEvidence,
    ReleasedPattern,
    ReleasedRecommendation,
    ShownReading,
    UnitDiagnosis,
)
from scoring.released_figures import Comparison, FinerFigures, LegAgreement
from scoring.vocabulary import Leg

WHOLE = (a_cell("Acme", level="all", n=208), a_cell("Acme", n=167, legs=(42, -3, 12)))


def compared(
    name: str, standing: Standing, *, rank: int | None = None, shrunken: int | None = None
) -> ReleasedCell:
    estimate = None if shrunken is None else Estimate(shrunken, shrunken - 5, shrunken + 5)
    return replace(
        a_cell("Acme", name, legs=(12, 12, 12)),
        comparison={"seat": Comparison(standing, rank, estimate)},
    )


def the_overview(*cells: ReleasedCell) -> Chapter:
    ledger = a_ledger(*WHOLE, *cells)
    return overview(ledger, wording(ledger, "en"))


def flat(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Columns):
            yield from flat((*block.left, *block.right))
        else:
            yield block


def sections(chapter: Chapter) -> dict[str, list[str]]:
    """Names of the departments below each heading."""
    found: dict[str, list[str]] = {}
    heading = ""
    for block in chapter.blocks:
        if isinstance(block, Heading):
            heading = block.text
        elif isinstance(block, Table):
            found[heading] = [row[0].text for row in block.rows]
    return found


def row_of(chapter: Chapter, name: str) -> tuple[Cell, ...]:
    tables = [block for block in chapter.blocks if isinstance(block, Table)]
    return next(row for table in tables for row in table.rows if row[0].text == name)


def said(chapter: Chapter) -> str:
    """Everything that a chapter says, without its drawings."""
    return json.dumps(asdict(chapter), ensure_ascii=False, default=str)


def test_departments_stand_below_what_the_data_can_say_of_them() -> None:
    chapter = the_overview(
        compared("Zinc", "clearly below"),
        compared("Mill", "not distinguishable"),
        compared("Bank", "not distinguishable"),
        compared("Yard", "clearly above"),
    )
    assert sections(chapter) == {
        "Clearly above the organisation": ["Yard"],
        "Not distinguishable from the organisation": ["Bank", "Mill"],
        "Clearly below the organisation": ["Zinc"],
    }
    assert chapter.title == "Clearly above the organisation: Yard; clearly below: Zinc"


def test_only_ranks_put_departments_in_an_order_other_than_the_alphabet() -> None:
    ranked = the_overview(
        compared("Bank", "not distinguishable", rank=3),
        compared("Mill", "not distinguishable", rank=2),
        compared("Yard", "clearly above", rank=1),
    )
    assert sections(ranked)["Not distinguishable from the organisation"] == ["Mill", "Bank"]
    assert "highest seat stands first" in ranked.facts


def test_colour_follows_the_shrunken_score_and_its_word_stands_below_the_raw_number() -> None:
    chapter = the_overview(
        compared("Bank", "not distinguishable", shrunken=8),
        compared("Mill", "not distinguishable", shrunken=14),
    )
    bank, mill = (row_of(chapter, name)[1] for name in ("Bank", "Mill"))
    assert (bank.text, bank.step, bank.below) == ("+12", 2, "low")
    assert (mill.text, mill.step, mill.below) == ("+12", 3, "")
    assert "+8" in bank.explained


def test_a_leg_that_stands_out_is_named_where_the_seat_does_not() -> None:
    mill = replace(
        a_cell("Acme", "Mill"),
        comparison={"seat": Comparison("not distinguishable"), "R": Comparison("clearly below")},
    )
    chapter = the_overview(mill)
    assert [cell.below for cell in row_of(chapter, "Mill")[1:]] == ["", "", "clearly below", ""]
    assert chapter.title == "By the seat no department stands out; some of their legs do"


def test_small_groups_have_a_section_of_their_own_and_dashed_cells() -> None:
    chapter = the_overview(compared("Bank", "not distinguishable"), a_small_cell("Acme", "Claims"))
    assert sections(chapter)["Small groups: read as a hint, not compared"] == ["Claims"]
    name, *scores = row_of(chapter, "Claims")
    assert name.badge == "5–9 answers"
    assert all(score.dashed for score in scores)
    assert not any(score.dashed for score in row_of(chapter, "Bank")[1:])


def test_with_too_few_departments_none_is_called_above_or_below() -> None:
    chapter = the_overview(a_cell("Acme", "Bank"), a_cell("Acme", "Mill", legs=(80, 80, 80)))
    assert list(sections(chapter)) == [""]
    assert chapter.title.startswith("2 departments: seats lie between")
    assert "Too few can be compared" in chapter.facts


def test_a_department_that_holds_others_says_so() -> None:
    chapter = the_overview(a_cell("Acme", "Bank", n=60), a_cell("Acme", "Bank", "Desk"))
    assert row_of(chapter, "Bank")[0].below == "with its departments, 60 answers"
    assert row_of(chapter, "Desk")[0].below == "in Bank, 43 answers"


def test_each_row_leads_to_the_department_s_own_chapter() -> None:
    ledger = a_ledger()
    words = wording(ledger, "en")
    chapters = {chapter.ident: chapter for chapter in department_chapters(ledger, words)}
    rows = [
        row[0] for block in overview(ledger, words).blocks if isinstance(block, Table) for row in block.rows
    ]
    led = {row.text: chapters[row.leads_to] for row in rows if row.leads_to}
    assert led.keys() == {"Claims", "Delivery", "Night shift", "Workshop"}
    assert all(chapter.title.startswith(name) for name, chapter in led.items())


def a_diagnosed(name: str) -> ReleasedCell:
    reading = ShownReading("R", -4, -20, 12, "<=", 10)
    chosen = (
        ReleasedRecommendation("R17", "forced", (ReleasedEvidence("low resources", (reading,)),)),
        ReleasedRecommendation("R05", "key area", (ReleasedEvidence("key area", (reading,), facet="R2"),)),
    )
    patterns = (ReleasedPattern("P04", "possible", (), (reading,)),)
    return replace(a_cell("Acme", name), diagnosis=UnitDiagnosis(patterns, ("R2",), ("R3",), chosen))


def pages_of(name: str, *cells: ReleasedCell, findings: OrganisationFindings | None = None) -> list[Chapter]:
    ledger = replace(a_ledger(*WHOLE, *cells), findings=findings)
    chapters = department_chapters(ledger, wording(ledger, "en"))
    return [chapter for chapter in chapters if chapter.title.startswith(name)]


def test_a_department_has_a_page_that_shows_and_a_page_that_explains() -> None:
    first, second = pages_of("Mill", a_diagnosed("Mill"))
    assert (first.depth, second.depth) == (1, 2)
    assert second.ident.startswith(f"{first.ident}-")
    told = said(second)
    for words in (
        "tools and means",
        "Heroic front line",
        "possible",
        "Remove obstacles",
        "In 14 days",
        "−20 to +12",
    ):
        assert words in told, words


def test_five_to_nine_people_get_one_page_that_says_why() -> None:
    (only,) = pages_of("Claims", a_small_cell("Acme", "Claims"))
    told = said(only)
    assert "5 to 9 people answered" in told
    assert "need 10 people" in told


def test_parts_that_are_withheld_from_departments_are_named() -> None:
    _first, second = pages_of("Mill", a_diagnosed("Mill"), findings=OrganisationFindings(unreliable=("B3",)))
    assert (
        "Not printed for departments, since their statements belong together too little: internal cooperation"
        in said(second)
    )


def test_a_leg_that_people_see_very_differently_is_striped_and_named() -> None:
    agreement = {
        Leg.D: LegAgreement(0.5, 0.8, "good agreement"),
        Leg.R: LegAgreement(0.2, 0.95, "divided"),
        Leg.B: LegAgreement(0.4, 0.85, "usual"),
    }
    divided = replace(a_cell("Acme", "Mill"), finer=FinerFigures(("label",), agreement))
    (first, _second), (calm, _reasons) = (
        pages_of("Mill", cell) for cell in (divided, a_cell("Acme", "Mill"))
    )
    headings = [block.text for block in flat(first.blocks) if isinstance(block, Heading)]
    assert "Views differ widely about: Resources" in headings
    assert said(first).count("views differ widely") > said(calm).count("views differ widely") == 0


def test_long_names_and_hostile_names_reach_the_pages_as_they_are() -> None:
    first, _second = pages_of(LONG, a_cell("Acme", LONG))
    assert first.bookmark == LONG


def test_the_report_of_one_department_says_nothing_of_another() -> None:
    ledger = a_ledger()
    document = department_report(ledger, ("Acme", "Delivery"))
    told = " ".join(said(chapter) for chapter in document.chapters)
    assert document.title == "Delivery: service report"
    assert not any(name in told for name in ("Workshop", "Claims", "Night shift"))
    assert [chapter.ident for chapter in document.chapters][-1] == "reading"


def test_the_report_of_one_department_can_be_printed(tmp_path: Path) -> None:
    document = department_report(a_ledger(), ("Acme", "Delivery", "Night shift"))
    write_pdf(document, tmp_path / "report.pdf")
    reader = PdfReader(tmp_path / "report.pdf")
    assert len(reader.pages) == 3
    assert reader.outline[0].title == "Delivery / Night shift"


def test_all_reports_at_once_are_those_that_each_would_be() -> None:
    ledger = a_ledger()
    at_once = dict(department_reports(ledger))
    assert at_once.keys() == {cell.unit for cell in ledger.departments}
    assert all(document == department_report(ledger, unit) for unit, document in at_once.items())


@pytest.mark.parametrize("unit", [("Acme",), ("Acme", "Nowhere"), ()])
def test_a_department_that_is_not_shown_has_no_report(unit: tuple[str, ...]) -> None:
    with pytest.raises(NoSuchDepartment):
        department_report(a_ledger(), unit)
