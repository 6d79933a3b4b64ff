"""The printed report: what it says is in the ledger, and the file is sound."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pypdf
import pytest
from fixed_words import without_fixed_words
from fixtures_ledgers import COMMON_HALF, HOSTILE, LONG, UNBROKEN, a_cell, a_ledger, a_small_cell

from coherence.reports.organisation import organisation_report
from coherence.reports.pdf import write_pdf
from scoring.answers import Path as Unit
from scoring.released import (
    Ledger,
    ReleasedLabel,
)
from scoring.vocabulary import LEGS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


def printed(ledger: Ledger, folder: Path, name: str = "report", *, only: str = "") -> Path:
    """The report as a file; only: the chapter that is wanted, because departments take time."""
    path = folder / f"{name}.pdf"
    document = organisation_report(ledger)
    if only:
        wanted = tuple(chapter for chapter in document.chapters if only == chapter.ident)
        document = replace(document, chapters=wanted, cover=None)
    write_pdf(document, path)
    return path


@pytest.fixture(scope="module")
def report(folder: Path) -> Path:
    """The report of the organisation with four departments."""
    return printed(a_ledger(), folder, "organisation")


def pages(path: Path) -> list[str]:
    """The text of every page as a reader copies it, on one line."""
    with pdfplumber.open(path) as pdf:
        return [re.sub(r"\s+", " ", page.extract_text(use_text_flow=True)) for page in pdf.pages]


@pytest.fixture(scope="module")
def texts(report: Path) -> list[str]:
    """The pages of that report."""
    return pages(report)


def page_of(texts: list[str], title: str) -> str:
    return next(text for text in texts if title in text)


def numbers_of(ledger: Ledger) -> set[str]:
    """Every number of the ledger as it is written, and each difference of two scores of one leg."""
    scores: set[int] = set()
    sizes: set[str] = {str(ledger.k)}
    for cell in ledger.cells:
        estimates = [*cell.legs.values(), cell.seat, *(facet.estimate for facet in cell.facets.values())]
        for estimate in estimates:
            scores |= {x for x in (estimate.value, estimate.low, estimate.high) if x is not None}
        sizes |= {str(x) for x in (cell.n, cell.invited, cell.response_percent) if x is not None}
        sizes |= set(cell.n_band.split("-"))
        balance = (cell.stool.tilt, cell.stool.imbalance, cell.stool.stability)
        sizes |= {str(x) for x in balance if x is not None}
    sizes |= {*ledger.moved_up.split("-"), *ledger.careless.split("-")}
    root = [cell for cell in ledger.cells if len(cell.unit) == 1]
    gaps = {one.legs[leg].value - other.legs[leg].value for one in root for other in root for leg in LEGS}
    staff = next(cell for cell in root if cell.level == "staff")
    beside = {abs(cell.seat.value - staff.seat.value) for cell in ledger.cells}
    signed = {f"+{x}" if x > 0 else f"−{-x}" if x < 0 else "0" for x in scores | gaps}
    return signed | sizes | {str(x) for x in beside} | {str(abs(x)) for x in gaps}


LABELS = {
    *("−200", "−100", "−50", "0", "+50", "+100", "+150", "+200", "100"),  # axes
    *("−49", "+10", "+11", "+49", "+99"),  # the steps of the scale
    *("95", "30", "25", "10", "1.1", f"±{COMMON_HALF}"),  # interval, limits, version of the method
    *(str(n) for n in range(1, 8)),  # limits in a list
}
"""Numbers that say how to read and are the same in every report."""


def test_every_number_is_in_the_ledger(texts: list[str]) -> None:
    ledger = a_ledger()
    allowed = numbers_of(ledger) | LABELS
    for number, text in enumerate(texts, 1):
        said = text.replace(f"Page {number} of {len(texts)}", "").split(" Contents ")[0]
        said = re.sub(r"Slope drawn [\d.]+ × steeper|\bp\. \d+", "", said)
        said = without_fixed_words(re.sub(r"\d departments: seats", "", said))
        found = set(re.findall(r"[+−±]?\d+(?:\.\d+)?", said))
        assert found - allowed == set(), f"page {number}"


def test_every_score_of_the_ledger_is_printed(texts: list[str]) -> None:
    everything = " ".join(texts)
    for cell in a_ledger().cells:
        for estimate in (*cell.legs.values(), cell.seat):
            value = estimate.value
            assert (f"+{value}" if value > 0 else f"−{-value}" if value else "0") in everything


def test_the_page_after_the_cover_says_the_finding_the_verdict_and_the_gap(texts: list[str]) -> None:
    first = texts[1]
    assert "Resources are the short leg" in first
    assert "Verdict: leaning toward resources" in first
    assert "The board rates resources 95 points higher than the front line" in first
    assert "208 of 314 invited answered (71 %)." in first
    assert "Service level, with 95 % confidence between +16 and +30." in first


def test_a_gap_within_the_intervals_is_not_called_one(folder: Path) -> None:
    ledger = a_ledger(
        a_cell("Acme", level="all"),
        a_small_cell("Acme", level="T", legs=(60, 20, 30)),
        a_cell("Acme"),
    )
    assert "Between the levels no difference is wider than chance allows" in pages(printed(ledger, folder))[1]


def test_a_department_where_few_answered_gets_no_interval_and_no_verdict(texts: list[str]) -> None:
    text = page_of(texts, "Workshop: a high service level; too few answered to say more")
    assert "No verdict" in text
    assert "Fewer than 30 % of the invited answered." in text
    assert "whole organisation" not in text.lower()
    assert not re.search(r"\d to [+−]", text.replace("−200 to +200", ""))


def test_a_small_group_shows_neither_size_nor_facets_nor_comparison(texts: list[str]) -> None:
    text = page_of(texts, "Claims: a middle service level; balance cannot be said")
    assert "5–9 answers are too few to tell even legs from uneven ones." in text
    assert f"about ±{COMMON_HALF}" in text
    for absent in ("invited", "Whole organisation", "Information", " to +", "71"):
        assert absent not in text
    overview = page_of(texts, "Small groups: read as a hint, not compared")
    assert overview.index("Workshop") < overview.index("Small groups") < overview.index("Claims")


def test_departments_stand_in_alphabetical_order_and_each_has_a_page(report: Path) -> None:
    titles = [title for title, _depth in bookmarks(report)]
    assert titles[:4] == ["Summary", "How to read", "Participation", "The stool"]
    assert [title for title, depth in bookmarks(report) if depth == 1 or title == "Departments"] == [
        "Departments",
        "Claims",
        "Delivery",
        "Delivery / Night shift",
        "Workshop",
    ]


def bookmarks(path: Path) -> list[tuple[str, int]]:
    def flat(entries: list[Any], depth: int) -> Iterator[tuple[str, int]]:
        for entry in entries:
            if isinstance(entry, list):
                yield from flat(entry, depth + 1)
            else:
                yield entry.title, depth

    return list(flat(pypdf.PdfReader(path).outline, 0))


def test_bookmarks_lead_to_the_pages_of_their_chapters(report: Path, texts: list[str]) -> None:
    reader = pypdf.PdfReader(report)
    starts = {
        entry.title: reader.get_destination_page_number(entry)
        for entry in reader.outline
        if not isinstance(entry, list)
    }
    assert starts["Summary"] == 1
    assert "How to read this report" in texts[starts["How to read"]]
    assert dict(bookmarks(report))["Claims"] == 1


def test_the_contents_tell_the_page_of_every_chapter(report: Path, texts: list[str]) -> None:
    reader = pypdf.PdfReader(report)
    listed = page_of(texts, "How to read this report").split(" Contents ")[1]
    for entry in reader.outline:
        if not isinstance(entry, list):
            page = reader.get_destination_page_number(entry) + 1
            assert re.search(rf"{re.escape(entry.title)} {page}\b", listed), entry.title


def test_every_page_after_the_cover_has_its_foot(texts: list[str]) -> None:
    for number, text in enumerate(texts[1:], 2):
        assert "Acme, Autumn" in text
        assert "Intervals cover chance only" in text
        assert f"Page {number} of {len(texts)}" in text


def fonts(path: Path) -> Iterator[Any]:
    def inside(resources: Any) -> Iterator[Any]:
        yield from (font.get_object() for font in resources.get("/Font", {}).values())
        for form in resources.get("/XObject", {}).values():
            yield from inside(form.get_object().get("/Resources", {}))

    for page in pypdf.PdfReader(path).pages:
        yield from inside(page["/Resources"])


def test_all_fonts_are_embedded(report: Path) -> None:
    used = list(fonts(report))
    assert {font["/BaseFont"].split("+")[-1] for font in used} == {
        "SourceSans3-Regular",
        "SourceSans3-SemiBold",
    }
    assert all("/FontFile2" in font["/FontDescriptor"] for font in used)


@pytest.mark.parametrize("name", [HOSTILE, LONG, UNBROKEN, "Ač\x00iū\x1f"])
def test_any_name_is_printed_as_text_inside_the_margins(name: str, folder: Path) -> None:
    ledger = a_ledger(
        a_cell(name, level="all"), a_cell(name), a_cell(name, name), a_small_cell(name, name, level="M")
    )
    path = printed(ledger, folder, "names")
    letters = re.sub(r"[\s\x00-\x1f]", "", name)
    texts = [re.sub(r"\s", "", page.extract_text()) for page in pypdf.PdfReader(path).pages]
    assert sum(letters in text for text in texts) >= 5  # each chapter names the organisation
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            assert all(char["x0"] > 45 and char["x1"] < 551 for char in page.chars)
            assert not page.images


def beside(words: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Pairs of words whose heights overlap; words: from the top of the page down."""
    for number, one in enumerate(words):
        for other in itertools.islice(words, number + 1, None):
            if other["top"] >= one["bottom"]:
                break
            yield one, other


def test_no_two_words_are_printed_over_each_other(report: Path, folder: Path) -> None:
    same = (40, 40, 40)
    equal = a_ledger(
        *(a_cell("Acme", level=level, legs=same, verdict="stable") for level in ("all", "T", "M", "staff")),
        a_cell("Acme", LONG, legs=(-190, -190, -190)),
        a_cell("Acme", "Top", legs=(200, 200, 200), verdict="falling"),
    )
    for path in (report, printed(equal, folder, "equal")):
        with pdfplumber.open(path) as pdf:
            for page in pdf.pages:
                words = page.extract_words(keep_blank_chars=False, use_text_flow=True)
                for one, other in beside(sorted(words, key=lambda word: float(word["top"]))):
                    across = min(one["x1"], other["x1"]) - max(one["x0"], other["x0"])
                    along = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
                    overlapping = across > 1 and along > 0.4 * min(
                        one["bottom"] - one["top"], other["bottom"] - other["top"]
                    )
                    assert not overlapping, (page.page_number, one["text"], other["text"])


def test_no_heading_is_left_at_the_foot_of_a_page(folder: Path) -> None:
    for extra in (17, 18, 19):
        many = [a_cell("Acme", f"Branch {i:02}") for i in range(extra)]
        ledger = a_ledger(a_cell("Acme", level="all"), a_cell("Acme"), *many, a_small_cell("Acme", "Tiny"))
        with pdfplumber.open(printed(ledger, folder, only="departments")) as pdf:
            for page in pdf.pages:
                if "Small groups" in page.extract_text():
                    assert "Tiny" in page.extract_text()


def test_the_heading_of_a_long_table_is_repeated(folder: Path) -> None:
    many = [a_cell("Acme", f"Branch {i:03}", facets=False) for i in range(60)]
    path = printed(a_ledger(a_cell("Acme", level="all"), a_cell("Acme"), *many), folder, only="departments")
    table_pages = [text for text in pages(path) if text.count("Branch") > 10]
    assert len(table_pages) > 2
    assert all("Department Seat Declarations Resources Behaviours" in text for text in table_pages)
    with pikepdf.open(path) as pdf:
        names = [node for node in structure(pdf) if node.S == "/TH" and node.A.Scope == "/Column"]
        pages_of_names = {len({one.Pg.objgen for one in marked(node)}) for node in names}
    assert pages_of_names == {1}


def marked(node: Any) -> list[Any]:
    """Where the marked content of an element lies: itself, where it owns a single piece, or its kids."""
    return [node] if isinstance(node.K, int) else list(node.K)


def structure(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every element of the structure tree."""

    def below(node: Any) -> Iterator[Any]:
        yield node
        for kid in [] if isinstance(node.get("/K", 0), int) else node.K:
            if kid.get("/Type") == "/StructElem":
                yield from below(kid)

    yield from below(pdf.Root.StructTreeRoot.K)


def test_the_file_tells_its_title_language_and_structure(report: Path) -> None:
    with pikepdf.open(report) as pdf:
        assert pdf.Root.MarkInfo.Marked is True
        assert pdf.Root.Lang == "en"
        assert str(pdf.docinfo.Title) == "Acme: service report"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle is True
        nodes = list(structure(pdf))
        tags = [str(node.S) for node in nodes]
        assert tags.count("/H1") == tags.count("/Sect") == len(bookmarks(report))
        assert {"/H2", "/P", "/Figure", "/Table", "/TR", "/TH", "/TD", "/L", "/LI"} <= set(tags)
        figures = [str(node.Alt) for node in nodes if node.S == "/Figure"]
    assert any(
        text.startswith("Stool. Verdict: leaning toward resources. Seat +23 (+16 to +30)") for text in figures
    )
    assert all(figures)


def test_all_content_is_either_tagged_or_decoration(report: Path) -> None:
    with pikepdf.open(report) as pdf:
        owners = pdf.Root.StructTreeRoot.ParentTree.Nums
        by_page = {int(owners[i]): owners[i + 1] for i in range(0, len(owners), 2)}
        for page in pdf.pages:
            open_marks, numbers = 0, []
            for operands, operator in pikepdf.parse_content_stream(page):
                match str(operator):
                    case "BDC":
                        open_marks += 1
                        numbers.append(int(operands[1].MCID))
                    case "BMC":
                        open_marks += 1
                    case "EMC":
                        open_marks -= 1
                    case "Tj" | "TJ" | "S" | "f" | "f*" | "B" | "b" | "Do":
                        assert open_marks == 1
            assert open_marks == 0
            assert numbers == list(range(len(by_page[int(page.obj.StructParents)])))


def test_where_nothing_is_released_one_page_says_why(folder: Path) -> None:
    empty = Ledger(wave="Autumn", k=7, form="full", labels=(), cells=(), moved_up="0-4", careless="0")
    texts = pages(printed(empty, folder, "empty"))
    assert len(texts) == 1
    assert "Nothing can be shown" in texts[0]
    assert "groups of 7 people or more" in texts[0]


def folded(*levels: str) -> tuple[ReleasedLabel, ...]:
    root: Unit = ("Acme",)
    return (ReleasedLabel("Acme:M", root, levels[0], tuple((root, level) for level in levels), "10-19"),)


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        (("M", "T"), "The board is not shown apart: fewer than 5 of its members answered"),
        (("F", "M", "T"), "Board and managers are not shown apart: fewer than 5 of them answered"),
    ],
)
def test_a_level_without_a_row_of_its_own_is_explained(
    levels: tuple[str, ...], said: str, folder: Path
) -> None:
    shown = [a_cell("Acme", level="all"), a_cell("Acme")]
    if levels[0] == "M":
        shown.insert(1, a_cell("Acme", level="M"))
    assert said in pages(printed(a_ledger(*shown, labels=folded(*levels)), folder, "folded"))[1]


def test_a_report_is_written_whole_or_not_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = folder / "kept.pdf"
    target.write_bytes(b"the old report")
    (folder / "blocked").mkdir()
    before = set(folder.iterdir())
    with pytest.raises(OSError, match="blocked"):
        write_pdf(organisation_report(a_ledger()), folder / "blocked")
    assert set(folder.iterdir()) == before
    assert target.read_bytes() == b"the old report"
    write_pdf(organisation_report(a_ledger()), target)
    assert target.read_bytes().startswith(b"%PDF")
