"""Somebody who holds the published ledger and the file for researchers finds no group below ten in both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pytest

from coherence.reports.files.answers_csv import answers_csv
from coherence.reports.files.answers_table import AnswersTable, Attribute
from coherence.use_cases.export_selection import NothingToExport, select_answers
from scoring.answers import DONT_KNOW, NOT_ASKED, SKIPPED, AnswerMatrix, Atom, DepartmentTree
from scoring.disclosure_audit import SizeFact, determined_sizes, find_isolation
from scoring.legs import score_people
from scoring.publication import Roster, publish
from scoring.released import Ledger
from scoring.simulation import answer, organisation, scenario
from scoring.vocabulary import ITEMS, LEVELS, SHORT_ITEMS, CellLevel, Level
from survey_forms.structure import PRIORITIES

FEWEST = 10
NAMES: dict[CellLevel, str] = {"T": "Board", "M": "Managers", "staff": "Front line and support"}
RosterAtom = tuple[tuple[str, ...], str]


@dataclass(frozen=True)
class Attacked:
    """A company, what is published of it, its file, and who is in the file: found by their answers."""

    matrix: AnswerMatrix
    ledger: Ledger
    table: AnswersTable
    atom_of_row: tuple[Atom, ...]

    def atoms(self, value: int) -> dict[Atom, int]:
        """The true groups behind one value of the attribute, with their people in the file."""
        return Counter(
            atom for atom, group in zip(self.atom_of_row, self.table.group, strict=True) if group == value
        )


def a_company(seed: int) -> AnswerMatrix:
    truth = scenario("S2")
    company = organisation(truth, seed=seed, departments=8 + 4 * (seed % 3), employees=240 + 30 * (seed % 2))
    return answer(company, truth, seed=seed + 1).answers


@lru_cache
def a_publication(seed: int) -> Ledger:
    return publish(a_company(seed), wave="Autumn")


def exported(
    matrix: AnswerMatrix, attribute: Attribute, k: int = 5, ledger: Ledger | None = None
) -> AnswersTable:
    roster = Roster(matrix.invited, {atom: atom for atom in matrix.invited})
    published = ledger or publish(matrix, wave="Autumn", k=k)
    return select_answers(matrix, roster, published, attribute, NAMES)


def attacked(seed: int, attribute: Attribute) -> Attacked:
    matrix = a_company(seed)
    table = exported(matrix, attribute, ledger=a_publication(seed))
    asked = [ITEMS.index(name) for name in table.columns if name in ITEMS]
    rows = list(zip(*(table.columns[ITEMS[place]] for place in asked), strict=True))
    by_answers: dict[tuple[int | None, ...], list[int]] = {}
    given = matrix.answers[:, asked]
    atoms = []
    for person, codes in enumerate(given.tolist()):
        by_answers.setdefault(tuple(None if one == SKIPPED else one for one in codes), []).append(person)
    for row in rows:
        blank = [place for place, code in enumerate(row) if code is None]
        found = by_answers.get(row) or [
            person
            for person, codes in enumerate(given.tolist())
            if all(place in blank or codes[place] == row[place] for place in range(len(asked)))
        ]
        assert len(found) == 1, "answers are a fingerprint"
        atoms.append(Atom(int(matrix.unit[found[0]]), LEVELS[matrix.level[found[0]]]))
    return Attacked(matrix, a_publication(seed), table, tuple(atoms))


@pytest.fixture(
    scope="module",
    params=[(seed, attribute) for seed in range(3) for attribute in ("level", "department")],
    ids=str,
)
def company(request: pytest.FixtureRequest) -> Attacked:
    return attacked(*request.param)


def answered(matrix: AnswerMatrix) -> dict[Atom, int]:
    return matrix.answered_by_atom(score_people(matrix).valid)


def named(matrix: AnswerMatrix, atoms: Collection[Atom]) -> frozenset[RosterAtom]:
    return frozenset((matrix.tree.paths[atom.unit], atom.level.value) for atom in atoms)


def test_every_value_of_the_attribute_holds_ten_people_or_more(company: Attacked) -> None:
    sizes = Counter(company.table.group)
    assert set(sizes) == set(range(len(company.table.values)))
    assert min(sizes.values()) >= FEWEST
    assert min(n for n in answered(company.matrix).values() if n) < FEWEST, "there is a group to hide"


def test_a_group_is_in_the_file_as_a_whole_or_not_at_all(company: Attacked) -> None:
    """Else its people in the file and those outside could be told apart."""
    inside = Counter(company.atom_of_row)
    valid = answered(company.matrix)
    assert {atom: valid[atom] for atom in inside} == dict(inside)
    assert sum(len(company.atoms(value)) for value in range(len(company.table.values))) == len(inside)


def test_no_combination_of_ledger_and_file_is_about_fewer_than_five(company: Attacked) -> None:
    assert isolated(company, [cell.members for cell in company.ledger.cells], 5) is None


def test_no_combination_of_finer_figures_and_file_is_about_fewer_than_ten(company: Attacked) -> None:
    for facet in company.ledger.cells[1].facets:
        members = [cell.facets[facet].members for cell in company.ledger.cells if facet in cell.facets]
        assert isolated(company, members, FEWEST) is None, facet


def isolated(company: Attacked, released: list[tuple[str, ...]], k: int) -> int | None:
    """People of the smallest group that sums and differences of figures are about."""
    content = {label.key: frozenset(label.atoms) for label in company.ledger.labels}
    truth = {
        (company.matrix.tree.paths[atom.unit], atom.level.value): n
        for atom, n in answered(company.matrix).items()
    }
    groups = [frozenset[RosterAtom]().union(*(content[key] for key in members)) for members in released]
    groups += [named(company.matrix, company.atoms(value)) for value in range(len(company.table.values))]
    atoms = sorted(truth)
    facts = np.array([[float(atom in group) for atom in atoms] for group in groups])
    found = find_isolation(facts, [truth[atom] for atom in atoms], k)
    return None if found is None else found.people


def test_the_number_of_rows_gives_no_small_size_back(company: Attacked) -> None:
    content = {label.key: frozenset(label.atoms) for label in company.ledger.labels}
    truth = {
        (company.matrix.tree.paths[atom.unit], atom.level.value): n
        for atom, n in answered(company.matrix).items()
    }
    facts = []
    for label in company.ledger.labels:
        facts.append(size(content[label.key], label.n_band, None))
    for cell in company.ledger.cells:
        atoms = frozenset[RosterAtom]().union(*(content[key] for key in cell.members))
        facts.append(size(atoms, cell.n_band, cell.n))
    for value, people in Counter(company.table.group).items():
        facts.append(SizeFact(named(company.matrix, company.atoms(value)), people, people))
    small = [atoms for atoms in set(content.values()) if sum(truth.get(one, 0) for one in atoms) < FEWEST]
    assert small
    assert determined_sizes(facts, small) == ()


def size(atoms: frozenset[RosterAtom], band: str, exact: int | None) -> SizeFact[RosterAtom]:
    low, _, high = band.partition("-")
    return SizeFact(atoms, exact or int(low), exact or int(high or low))


def test_no_answer_is_one_of_fewer_than_ten_in_its_value(company: Attacked) -> None:
    group = np.array(company.table.group)
    for name, codes in company.table.columns.items():
        for value in range(len(company.table.values)):
            given = [
                code for code, one in zip(codes, group, strict=True) if one == value and code is not None
            ]
            assert not given or sum(code != DONT_KNOW for code in given) >= FEWEST, name


def test_support_cannot_be_told_from_front_line_by_what_was_not_asked(company: Attacked) -> None:
    inside = [atom.level for atom in company.atom_of_row]
    assert Level.S in inside
    assert Level.F in inside
    assert "B1a" not in company.table.columns
    assert "B1a" in company.table.left_out


def a_department(*sizes: int) -> AnswerMatrix:
    """Departments of front line with random answers."""
    tree = DepartmentTree.of([("Acme", f"D{place}") for place in range(len(sizes))])
    unit = np.repeat(np.arange(1, len(sizes) + 1), sizes).astype(np.int32)
    chance = np.random.default_rng(7)
    people = len(unit)
    given = chance.integers(1, 6, (people, 51)).astype(np.int8)
    return AnswerMatrix(
        given,
        unit,
        np.full(people, LEVELS.index(Level.F), dtype=np.int8),
        tree,
        {Atom(place, Level.F): n + 3 for place, n in enumerate(sizes, 1)},
        "full",
        {name: chance.integers(0, 7, people).astype(np.int8) for name in ("X1", "X2", "X3")},
    )


def test_an_item_with_one_and_the_same_end_answer_is_told_of_nobody() -> None:
    matrix = a_department(12, 30)
    matrix.answers[matrix.unit == 1, ITEMS.index("R2b")] = 5
    table = exported(matrix, "department")
    told = [
        code for code, group in zip(table.columns.get("R2b", ()), table.group, strict=False) if group == 0
    ]
    assert set(told) <= {None}


def test_a_rare_answer_about_ones_work_is_told_of_nobody() -> None:
    matrix = a_department(30, 30)
    matrix.questions["X2"][:] = PRIORITIES.index("quality")
    matrix.questions["X2"][::2] = PRIORITIES.index("sales")
    matrix.questions["X2"][0] = PRIORITIES.index("safety")
    table = exported(matrix, "department")
    assert PRIORITIES.index("safety") not in table.columns["X2"]
    assert "safety" not in answers_csv(table).decode("utf-8-sig")


def test_an_item_that_few_of_a_department_answered_is_blank_there_and_where_a_difference_would_tell() -> None:
    """The ledger counts the few together with another department, whose answers must not be known then."""
    matrix = a_department(30, 30, 30)
    matrix.answers[np.flatnonzero(matrix.unit == 1)[4:], ITEMS.index("D1a")] = DONT_KNOW
    table = exported(matrix, "department")
    told = {group for code, group in zip(table.columns["D1a"], table.group, strict=True) if code is not None}
    released = {
        cell.items["D1a"].members: cell.unit[1:]
        for cell in publish(matrix, wave="Autumn").departments
        if "D1a" in cell.items
    }
    assert [f"Acme / {unit[0]}" for unit in released.values()] == [table.values[group] for group in told]
    assert len(told) == 1


def test_careless_and_incomplete_sheets_are_in_no_file() -> None:
    """Their number is published in steps only."""
    matrix = a_department(30, 30)
    matrix.answers[:2, :] = 3
    matrix.answers[2, :] = SKIPPED
    assert len(exported(matrix, "department")) == 57


def test_the_order_tells_nothing_of_the_order_in_which_answers_lie() -> None:
    matrix = a_company(1)
    turned = np.random.default_rng(3).permutation(len(matrix))
    shuffled = replace(
        matrix,
        answers=matrix.answers[turned],
        unit=matrix.unit[turned],
        level=matrix.level[turned],
        questions={name: column[turned] for name, column in matrix.questions.items()},
    )
    table = exported(matrix, "department", ledger=a_publication(1))
    assert exported(shuffled, "department", ledger=a_publication(1)) == table
    assert list(table.group) != sorted(table.group)


def test_the_order_depends_on_nothing_that_is_not_in_the_file() -> None:
    """Two people of one value with different hidden departments may change places unseen."""
    matrix = a_company(1)
    table = exported(matrix, "level", ledger=a_publication(1))
    moved = a_company(1)
    staff = np.flatnonzero(moved.level == LEVELS.index(Level.F))
    valid = score_people(moved).valid
    one, other = next(
        (a, b) for a in staff for b in staff[::-1] if moved.unit[a] != moved.unit[b] and valid[a] and valid[b]
    )
    moved.unit[[one, other]] = moved.unit[[other, one]]
    rows, before = rows_of(exported(moved, "level", ledger=a_publication(1))), rows_of(table)
    kept = [row for row in rows if row in before]
    assert len(kept) > 50
    assert kept == [row for row in before if row in kept]


def rows_of(table: AnswersTable) -> list[tuple[int | None, ...]]:
    return list(zip(table.group, *table.columns.values(), strict=True))


def test_only_small_groups_are_refused_as_a_whole() -> None:
    with pytest.raises(NothingToExport, match="10 or more"):
        exported(a_department(6, 7), "department")


def test_a_raised_k_raises_the_size_of_every_value() -> None:
    matrix = a_department(15, 26, 30)
    values = Counter(exported(matrix, "department", k=12).group)
    assert min(values.values()) >= 24


def test_the_short_form_has_its_items_alone() -> None:
    matrix = a_department(30, 30)
    matrix.answers[:, [place for place, item in enumerate(ITEMS) if item not in SHORT_ITEMS]] = NOT_ASKED
    table = exported(replace(matrix, form="short"), "department")
    assert [name for name in table.columns if name in ITEMS] == list(
        item for item in ITEMS if item in SHORT_ITEMS
    )


def test_a_group_that_was_published_otherwise_is_not_exported() -> None:
    """Else the file and the ledger would together tell of what lies between the two cuts."""
    matrix = a_department(30, 30)
    roster = Roster(matrix.invited, {atom: atom for atom in matrix.invited})
    ledger = publish(matrix, wave="Autumn")
    other = tuple(label for label in ledger.labels if label.unit[1:] != ("D0",))
    table = select_answers(matrix, roster, replace(ledger, labels=other), "department", NAMES)
    assert table.values == ("Acme / D1",)
