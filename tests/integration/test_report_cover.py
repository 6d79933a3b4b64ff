"""The cover of a printed report, and the ways from its lists to its pages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdf
import pytest
from fixtures_ledgers import LONG, a_cell, a_ledger, a_small_cell

from coherence.reports.document import Document
from coherence.reports.organisation import organisation_report
from coherence.reports.pdf import write_pdf
from coherence.reports.subtree import subtree_report


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> pypdf.PdfReader:
    """The report of the organisation with four departments."""
    path = tmp_path_factory.mktemp("cover") / "report.pdf"
    write_pdf(organisation_report(a_ledger()), path)
    return pypdf.PdfReader(path)


def text_of(page: pypdf.PageObject) -> str:
    return re.sub(r"\s+", " ", page.extract_text())


def cover_text(document: Document, folder: Path) -> str:
    """What the cover says, with one chapter behind it."""
    write_pdf(replace(document, chapters=document.chapters[:1]), folder / "report.pdf")
    return text_of(pypdf.PdfReader(folder / "report.pdf").pages[0])


def test_the_cover_says_whose_report_it_is_and_carries_no_number(report: pypdf.PdfReader) -> None:
    assert text_of(report.pages[0]) == (
        "Service report Acme Autumn 208 of 314 invited answered (71 %). "
        "Confidential. Groups of fewer than 5 people are not shown."
    )
    assert f"Page 2 of {len(report.pages)}" in text_of(report.pages[1])


def test_the_days_of_answering_stand_on_the_cover_where_they_are_known(tmp_path: Path) -> None:
    ledger = a_ledger(a_cell(LONG, level="all"))
    days = (date(2026, 12, 14), date(2027, 1, 8))
    said = cover_text(organisation_report(ledger, answering=days), tmp_path)
    assert "Answered from 14 December 2026 to 8 January 2027." in said
    assert re.sub(r"\s", "", LONG) in re.sub(r"\s", "", said)


def test_a_small_group_keeps_its_size_on_the_cover() -> None:
    document = organisation_report(a_ledger(a_small_cell("Acme", level="all")))
    assert document.cover is not None
    assert document.cover.facts == ("5–9 answers.",)


def test_a_board_that_is_smaller_by_consent_is_named_on_the_cover() -> None:
    board = replace(a_small_cell("Acme", level="T"), board_consent=True)
    document = organisation_report(a_ledger(a_cell("Acme", level="all"), board))
    assert document.cover is not None
    assert "because every member agreed" in document.cover.note


def test_the_report_of_some_departments_has_no_cover() -> None:
    assert subtree_report(a_ledger(), [("Acme", "Delivery")], "en").cover is None


def test_the_table_of_departments_tells_and_leads_to_their_pages(report: pypdf.PdfReader) -> None:
    number, overview = next(
        (number, page)
        for number, page in enumerate(report.pages)
        if "p. " in page.extract_text() and "Workshop" in page.extract_text()
    )
    told = dict(re.findall(r"(Claims|Workshop|Night shift) ?p\. (\d+)", text_of(overview)))
    assert set(told) == {"Claims", "Workshop", "Night shift"}
    for name, page in told.items():
        assert name in text_of(report.pages[int(page) - 1])
        assert int(page) - 1 > number
    numbers = {page.indirect_reference: number for number, page in enumerate(report.pages, 1)}
    reached = {numbers[link.get_object()["/Dest"][0].indirect_reference] for link in overview["/Annots"]}
    assert {int(page) for page in told.values()} <= reached
