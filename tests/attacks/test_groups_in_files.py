"""An attacker who takes PDF, CSV, workbook and pages apart learns of no group and no size that is hidden."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pypdf
import pytest
from python_calamine import CalamineWorkbook

from coherence import create_app
from coherence.reports.files.csv_file import csv_file
from coherence.reports.files.workbook import workbook
from coherence.reports.organisation import organisation_report
from coherence.reports.pdf import write_pdf
from coherence.reports.scores_json import as_json, write_scores
from coherence.reports.subtree import taken_away
from scoring.answers import NOT_ASKED, AnswerMatrix, Atom, DepartmentTree
from scoring.disclosure_audit import SizeFact, determined_sizes, find_isolation
from scoring.publication import publish
from scoring.released import Ledger
from scoring.vocabulary import ITEMS, LEVELS, Level

K = 5
Unit = tuple[str, ...]
Place = tuple[Unit, str]
"""A unit, and whom of it a figure is about, in the words of reports."""
Group = tuple[Unit, Level]
"""A level of a department of the roster."""

STAFF, EVERYBODY = "Front line and support", "Everybody"
LEVEL_WORDS: Mapping[str, str] = {
    EVERYBODY: "all", STAFF: "staff", "Board": "T", "Managers": "M", "Front line alone": "F",
    "Support alone": "S",
}  # fmt: skip

HEADS: Mapping[Group, tuple[int, int]] = {
    (("Org",), Level.T): (6, 7),
    (("Org", "P", "A"), Level.F): (6, 8),
    (("Org", "P", "B"), Level.F): (12, 15),
    (("Org", "P", "C"), Level.F): (4, 6),
    (("Org", "P", "C"), Level.S): (2, 2),
    (("Org", "Q"), Level.F): (13, 14),
    (("Org", "Q"), Level.S): (11, 12),
    (("Org", "Q"), Level.M): (4, 4),
    (("Org", "R"), Level.F): (9, 9),
    (("Org", "R"), Level.M): (3, 3),
}
"""People who answer and people who are invited."""


@dataclass(frozen=True)
class Printed:
    """What one kind of file told: of whom there are scores, and how many people they are."""

    scores: frozenset[Place]
    sizes: frozenset[tuple[Place, int, int]]


@dataclass(frozen=True)
class Files:
    """Everything of one survey that leaves the program."""

    ledger: Ledger
    table: str
    book: CalamineWorkbook
    report: list[str]
    pages: list[str]

    @property
    def groups(self) -> dict[str, frozenset[Group]]:
        """The groups of the roster in each label, as the workbook tells them."""
        rows = self.book.get_sheet_by_name("Labels").to_python()[1:]
        return {
            str(key): frozenset(
                (tuple(one[:-2].split(" / ")), Level(one[-1])) for one in str(merged).split("; ")
            )
            for key, _, merged in rows
        }


def a_survey() -> AnswerMatrix:
    tree = DepartmentTree.of([unit for unit, _ in HEADS])
    people = [answering for answering, _ in HEADS.values()]
    unit = np.repeat([tree.index[one] for one, _ in HEADS], people).astype(np.int32)
    level = np.repeat([LEVELS.index(own) for _, own in HEADS], people).astype(np.int8)
    answers = np.random.default_rng(3).integers(1, 6, (len(unit), len(ITEMS))).astype(np.int8)
    answers[level == LEVELS.index(Level.S), ITEMS.index("B1a")] = NOT_ASKED
    invited = {Atom(tree.index[one], own): asked for (one, own), (_, asked) in HEADS.items()}
    return AnswerMatrix(answers, unit, level, tree, invited)


class Text(HTMLParser):
    """The text of a page, a bar between its parts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.parts.append(" ".join(data.split()))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("files")
    ledger = publish(a_survey(), wave="Autumn")
    write_scores(ledger, folder / "scores.json")
    document = organisation_report(ledger, "en")
    write_pdf(document, folder / "report.pdf")
    client = create_app({"SECRET_KEY": "only for tests", "RESULTS_DIR": folder}).test_client()
    pages = [client.get(f"/results/{chapter.ident}").text for chapter in document.chapters]
    return Files(
        ledger,
        csv_file(ledger, mark=False).decode(),
        CalamineWorkbook.from_filelike(io.BytesIO(workbook(ledger))),
        [page.extract_text().replace("\n", " | ") for page in pypdf.PdfReader(folder / "report.pdf").pages],
        [" | ".join(Text(page).parts) for page in pages],
    )


HEADING = re.compile(
    r"(Org(?: / \w+)*), Autumn\. (" + "|".join(sorted(LEVEL_WORDS, key=len, reverse=True)) + ")"
)
SIZE = re.compile(r"(\d+)(?:–(\d+))? (?:of (?:about )?\d+ invited answered \(|answers\.)")
LINE = re.compile(
    r"\| (\w+) \|(?: in (?:\w+ / )*(\w+) ?[,|]| with its departments,)? ?(\d+)(?:–(\d+))? answers"
)
ROW = re.compile(
    r"\| (Everybody|Board|Managers|Front line and support) \|(?: Invited \|)? (?:about )?[\d–]+ \|"
    r"(?: [^|]+ \| Answered \|| Answered \|)? (\d+)(?:–(\d+))? \|"
)


def in_text(parts: list[str], units: Mapping[str, Unit]) -> Printed:
    """What stands on pages or paper: below headings, in the list of departments, in the table of levels."""
    scores, sizes = set[Place](), set[tuple[Place, int, int]]()
    for said in parts:
        for place, own in _below_headings(said):
            scores.add(place)
            if found := SIZE.search(own):
                sizes.add((place, *_ends(found[1], found[2])))
        for name, _, low, high in LINE.findall(said):
            if name in units:
                scores.add((units[name], STAFF))
                sizes.add(((units[name], STAFF), *_ends(low, high)))
        for level, low, high in ROW.findall(said):
            sizes.add(((("Org",), level), *_ends(low, high)))
    return Printed(frozenset(scores), frozenset(sizes))


def _below_headings(said: str) -> Iterator[tuple[Place, str]]:
    for one in HEADING.finditer(said):
        after = HEADING.search(said, one.end())
        yield (tuple(one[1].split(" / ")), one[2]), said[one.end() : after.start() if after else None]


def _ends(low: str, high: str | None) -> tuple[int, int]:
    return int(low), int(high or low)


def in_table(rows: list[dict[str, str]]) -> Printed:
    """What stands in the long table."""
    scores, sizes = set[Place](), set[tuple[Place, int, int]]()
    for row in rows:
        if row["level"]:
            place = (tuple(row["unit"].split(" / ")), row["level"])
            scores.add(place)
            if row["people"]:
                sizes.add((place, *_ends(*row["people"].partition("–")[::2])))
            if row["measure"] == "n":
                sizes.add((place, int(row["value"]), int(row["value"])))
    return Printed(frozenset(scores), frozenset(sizes))


def in_book(files: Files) -> Printed:
    """What stands on the sheets of departments, levels and participation."""
    scores, sizes = set[Place](), set[tuple[Place, int, int]]()
    for name in ("Departments", "Levels", "Participation"):
        head, *rows = files.book.get_sheet_by_name(name).to_python()
        columns = [str(one) for one in head]
        for row in rows:
            cells = dict(zip(columns, row, strict=True))
            place = (tuple(str(cells["Unit"]).split(" / ")), str(cells["Level"]))
            scores.add(place)
            people = str(cells["People"]).removesuffix(".0")
            sizes.add((place, *_ends(*people.partition("–")[::2])))
    return Printed(frozenset(scores), frozenset(sizes))


def told(files: Files) -> dict[str, Printed]:
    units = {unit[-1]: unit for unit in {cell.unit for cell in files.ledger.cells}}
    return {
        "paper": in_text(files.report, units),
        "pages": in_text(files.pages, units),
        "CSV": in_table(list(csv.DictReader(io.StringIO(files.table)))),
        "workbook": in_book(files),
    }


def groups_of(place: Place, files: Files) -> frozenset[Group]:
    """The groups of the roster in a cell: labels as scores.json names them, united as the workbook says."""
    unit, word = place
    cell = next(one for one in files.ledger.cells if (one.unit, one.level) == (unit, LEVEL_WORDS[word]))
    return frozenset[Group]().union(*(files.groups[key] for key in cell.members))


def size_facts(files: Files, sizes: Iterable[tuple[Place, int, int]]) -> list[SizeFact[Group]]:
    """What was printed of sizes, and the bands of all labels."""
    bands = [
        SizeFact(files.groups[label.key], *_ends(*label.n_band.partition("-")[::2]))
        for label in files.ledger.labels
    ]
    return [*bands, *(SizeFact(groups_of(place, files), low, high) for place, low, high in sizes)]


def as_facts(held: Sequence[frozenset[Group]]) -> list[list[bool]]:
    """One row for each figure: the groups of the roster in it."""
    return [[group in own for group in HEADS] for own in held]


def hidden(groups: Mapping[str, frozenset[Group]]) -> list[frozenset[Group]]:
    return [own for own in groups.values() if sum(HEADS[one][0] for one in own) < 2 * K]


PEOPLE = [people for people, _ in HEADS.values()]
KINDS = ("paper", "pages", "CSV", "workbook")


@pytest.fixture(scope="module")
def printed(files: Files) -> dict[str, Printed]:
    return told(files)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_tells_of_the_groups_of_the_ledger_alone(
    files: Files, printed: dict[str, Printed], kind: str
) -> None:
    words = {level: word for word, level in LEVEL_WORDS.items()}
    cells = {(cell.unit, words[cell.level]) for cell in files.ledger.cells}
    assert {unit for unit, _ in printed[kind].scores} == {unit for unit, _ in cells}
    assert printed[kind].scores <= cells
    assert {place for place, *_ in printed[kind].sizes} <= cells


def test_no_combination_of_all_files_is_about_fewer_than_five(
    files: Files, printed: dict[str, Printed]
) -> None:
    held = [groups_of(place, files) for one in printed.values() for place in one.scores]
    held += [
        frozenset[Group]().union(*(files.groups[key] for key in members))
        for cell in files.ledger.cells
        for members in cell.label_sets
    ]
    assert min(PEOPLE) < K
    assert find_isolation(as_facts(held), PEOPLE, K) is None
    # the attacker himself: one page more, of the front line of C
    found = find_isolation(as_facts([*held, frozenset({(("Org", "P", "C"), Level.F)})]), PEOPLE, K)
    assert found is not None
    assert found.people < K


@pytest.mark.parametrize("kinds", [*((kind,) for kind in KINDS), KINDS], ids=" and ".join)
def test_no_hidden_size_follows_from_what_files_tell_of_sizes(
    files: Files, printed: dict[str, Printed], kinds: tuple[str, ...]
) -> None:
    sizes = frozenset[tuple[Place, int, int]]().union(*(printed[kind].sizes for kind in kinds))
    small = hidden(files.groups)
    assert {place for place, *_ in sizes} >= {(cell.unit, STAFF) for cell in files.ledger.departments}
    assert small
    assert determined_sizes(size_facts(files, sizes), small) == ()


def test_a_file_that_tells_how_many_answered_in_all_is_caught(
    files: Files, printed: dict[str, Printed]
) -> None:
    """A exactly and all of P exactly give C."""
    sizes = {*printed["pages"].sizes, ((("Org", "P"), STAFF), 24, 24), ((("Org", "P", "A"), STAFF), 6, 6)}
    found = determined_sizes(size_facts(files, sizes), hidden(files.groups))
    assert {one.people for one in found if (("Org", "P", "C"), Level.F) in one.parts} == {6}


def test_readers_who_put_their_files_together_hold_no_number_that_the_whole_report_does_not(
    files: Files,
) -> None:
    """So all that is tried on the whole holds for every pair of them."""
    whole = {(tuple(cell["unit"]), cell["level"]): cell for cell in _data(files.ledger)["cells"]}
    units = [cell.unit for cell in files.ledger.departments]
    for unit in units:
        for cell in _data(taken_away(files.ledger, {unit}))["cells"]:
            own = tuple(cell["unit"])
            assert own[: len(unit)] == unit or len(own) == 1
            assert set(_leaves(cell)) <= set(_leaves(whole[own, cell["level"]])) | set(
                _leaves(_emptied(cell))
            )


def _data(ledger: Ledger) -> Any:
    return json.loads(json.dumps(as_json(ledger)))


def _emptied(cell: Any) -> dict[str, Any]:
    """What a reader's line of the organisation leaves out stands there as nothing."""
    return {key: one for key, one in cell.items() if one in (None, {}, [])}


def _leaves(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(data, dict) and data:
        for key, one in data.items():
            yield from _leaves(one, (*path, key))
    elif not (path and path[-1] in ("labels", "members")):
        yield path, json.dumps(data)
