"""An attacker who combines everything in scores.json finds no group of fewer than k people, and no size."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from coherence.reports.scores_json import write_scores
from scoring.answers import NOT_ASKED, AnswerMatrix, Atom, DepartmentTree
from scoring.conversion import Share, in_steps, wilson
from scoring.disclosure_audit import DeterminedSize, SizeFact, determined_sizes, find_isolation
from scoring.legs import score_people
from scoring.publication import publication, publish
from scoring.released import Estimate, Ledger, ReleasedCell, ReleasedLabel, Stool
from scoring.released_figures import StepShare
from scoring.simulation import answer, organisation, scenario, two_waves
from scoring.vocabulary import ITEMS, LEGS, LEVELS, CellLevel, Level
from scoring.wave_change import EarlierWave

K = 5
SEEDS = range(8)
ORGANISATIONS = 100
RosterAtom = tuple[tuple[str, ...], str]
"""A level of a department of the roster."""


@dataclass(frozen=True)
class ScoresFile:
    """What an attacker reads out of scores.json: for each released number the groups that it is about."""

    atoms: tuple[RosterAtom, ...]
    cells: tuple[frozenset[str], ...]
    content: Mapping[str, frozenset[RosterAtom]]
    sizes: tuple[SizeFact[RosterAtom], ...]

    def facts(self, weights: Mapping[str, float]) -> np.ndarray:
        """One row for each cell: how much each atom weighs in it."""
        of = {atom: key for key, atoms in self.content.items() for atom in atoms}
        assert of
        return np.array(
            [
                [
                    next((weights[key] for key in labels if atom in self.content[key]), 0.0)
                    for atom in self.atoms
                ]
                for labels in self.cells
            ]
        )


def parsed(path: Path) -> ScoresFile:
    """Read the file as anybody can, without this program."""
    data = json.loads(path.read_text(encoding="utf-8"))
    content = {
        label["key"]: frozenset((tuple(atom["unit"]), atom["level"]) for atom in label["atoms"])
        for label in data["labels"]
    }
    cells = [frozenset(members["labels"]) for members in data["members"]]
    cells += [frozenset(labels) for cell in data["cells"] for labels in _labels_below(cell)]
    sizes = [
        _size(content[label["key"]], label["n_band"], None) for label in data["labels"] if label["n_band"]
    ]
    for cell, members in zip(data["cells"], data["members"], strict=True):
        atoms = frozenset[RosterAtom]().union(*(content[key] for key in members["labels"]))
        sizes.append(_size(atoms, cell["n_band"], cell["n"]))
    everything = sorted(frozenset[RosterAtom]().union(*content.values()))
    return ScoresFile(tuple(everything), tuple(dict.fromkeys(cells)), content, tuple(sizes))


def _labels_below(data: Any) -> Iterator[list[str]]:
    """The members of every finer figure of a cell, whatever it is: facets, items, questions."""
    for one in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        if isinstance(one, dict):
            yield from (one[key] for key in ("labels", "members") if key in one)
        yield from _labels_below(one)


def _size(atoms: frozenset[RosterAtom], band: str, exact: int | None) -> SizeFact[RosterAtom]:
    low, _, high = band.partition("-")
    return SizeFact(atoms, exact or int(low), exact or int(high or low))


def a_company(seed: int) -> AnswerMatrix:
    truth = scenario("S2")
    company = organisation(truth, seed=seed, departments=6 + 3 * (seed % 5), employees=160 + 40 * (seed % 3))
    return answer(company, truth, seed=seed + 1).answers


def answered_in(matrix: AnswerMatrix) -> dict[RosterAtom, int]:
    """The truth that the attacker does not know: valid answers of each atom."""
    counts = matrix.answered_by_atom(score_people(matrix).valid)
    return {(matrix.tree.paths[atom.unit], atom.level.value): n for atom, n in counts.items()}


def attack(file: ScoresFile, truth: Mapping[RosterAtom, int], weights: Mapping[str, float]) -> int | None:
    """People in the smallest isolated group; None if there is none."""
    found = find_isolation(file.facts(weights), [truth.get(atom, 0) for atom in file.atoms], K)
    return None if found is None else found.people


@pytest.fixture(params=SEEDS)
def released(
    request: pytest.FixtureRequest, tmp_path: Path
) -> tuple[ScoresFile, dict[RosterAtom, int], Ledger]:
    matrix = a_company(request.param)
    ledger = publish(matrix, wave="Autumn")
    write_scores(ledger, tmp_path / "scores.json")
    return parsed(tmp_path / "scores.json"), answered_in(matrix), ledger


def test_no_combination_of_released_numbers_is_about_fewer_than_five(
    released: tuple[ScoresFile, dict[RosterAtom, int], Ledger],
) -> None:
    file, truth, _ = released
    assert len(file.cells) > 5
    assert min(truth.values()) < K, "there is a group to hide"
    plain = dict.fromkeys(file.content, 1.0)
    weighted = {key: 1.0 + 0.13 * place for place, key in enumerate(file.content)}
    assert attack(file, truth, plain) is None
    assert attack(file, truth, weighted) is None


def test_every_label_of_the_file_holds_five_people_or_more(
    released: tuple[ScoresFile, dict[RosterAtom, int], Ledger],
) -> None:
    file, truth, _ = released
    for atoms in file.content.values():
        assert sum(truth.get(atom, 0) for atom in atoms) >= K
    for labels in file.cells:
        counted = [atom for key in labels for atom in file.content[key]]
        assert len(counted) == len(set(counted)), "somebody counts twice"


def test_no_size_below_ten_follows_from_the_file(
    released: tuple[ScoresFile, dict[RosterAtom, int], Ledger],
) -> None:
    file, truth, ledger = released
    small = [
        file.content[label.key]
        for label in ledger.labels
        if sum(truth.get(atom, 0) for atom in file.content[label.key]) < 2 * K
    ]
    assert small
    assert determined_sizes(file.sizes, small) == ()


def test_the_items_of_a_cell_name_their_labels_where_these_differ(
    released: tuple[ScoresFile, dict[RosterAtom, int], Ledger],
) -> None:
    """Else the attacker above would not see them."""
    file, _, ledger = released
    items = {item.members for cell in ledger.cells for item in cell.items.values()}
    assert items
    assert {frozenset(members) for members in items} <= set(file.cells)


def front_and_support(*sizes: tuple[int, int], invited: int = 0) -> AnswerMatrix:
    """Departments of so many of the front line and of support, each with random answers to everything."""
    tree = DepartmentTree.of([("Org", f"D{place}") for place in range(len(sizes))])
    unit, level, heads = [], [], {}
    for place, own in enumerate(sizes, 1):
        for one, people in zip((Level.F, Level.S), own, strict=True):
            if people:
                unit += [place] * people
                level += [LEVELS.index(one)] * people
                heads[Atom(place, one)] = invited or people + 2
    levels = np.array(level, dtype=np.int8)
    answers = np.random.default_rng(4).integers(1, 6, (len(unit), len(ITEMS))).astype(np.int8)
    answers[levels == LEVELS.index(Level.S), ITEMS.index("B1a")] = NOT_ASKED
    return AnswerMatrix(answers, np.array(unit, dtype=np.int32), levels, tree, heads)


def about_support(data: Any, truth: Mapping[RosterAtom, int]) -> int | None:
    """People in the smallest group that B1 and its items together are about.

    B1a is of the front line alone, and B1 is the mean of three answers there, of two among support.
    So there are three totals to find for each group: B1a, and B1b + B1c of those who were asked it
    and of those who were not.
    """
    content = {one["key"]: [(tuple(a["unit"]), a["level"]) for a in one["atoms"]] for one in data["labels"]}
    atoms = sorted({atom for held in content.values() for atom in held})
    facts = []
    for cell in data["cells"]:
        if cell["facets"] and cell["items"]:
            own = cell["finer"]["members"]
            figures = (
                [(cell["facets"]["B1"]["labels"], (1 / 3, 1 / 3, 1 / 2))] if "B1" in cell["facets"] else []
            )
            for name, weights in (("B1a", (1.0, 0.0, 0.0)), ("B1b", (0.0, 1.0, 1.0))):
                if name in cell["items"]:
                    figures.append((cell["items"][name].get("labels", own), weights))
            for labels, weights in figures:
                inside = {atom for key in labels for atom in content[key]}
                facts.append([
                    weight * (atom in inside) * ((atom[1] == "S") == (kind == 2))
                    for kind, weight in enumerate(weights) for atom in atoms
                ])  # fmt: skip
    found = find_isolation(facts, [truth.get(atom, 0) for _ in range(3) for atom in atoms], 2 * K)
    return None if found is None else found.people


def test_the_items_of_b1_do_not_tell_of_the_few_who_were_not_asked_one_of_them(tmp_path: Path) -> None:
    """13 B1 - (B1a + B1b + B1c of 12) / 3 would be half of B1b + B1c of the one person in support."""
    for matrix in (front_and_support((12, 1), (20, 0), (14, 4)), a_company(2), a_company(5)):
        write_scores(publish(matrix, wave="Autumn"), tmp_path / "scores.json")
        data = json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))
        assert any("B1b" in cell["items"] for cell in data["cells"])
        assert about_support(data, answered_in(matrix)) is None


def test_b1a_is_shown_where_nobody_or_ten_people_were_not_asked() -> None:
    ledger = publish(front_and_support((12, 1), (20, 0), (14, 10)), wave="Autumn")
    shown = {cell.unit[1:] for cell in ledger.departments if "B1a" in cell.items}
    assert shown == {("D1",), ("D2",)}
    twice = publish(front_and_support((14, 6), (20, 0), (14, 7)), wave="Autumn")
    assert [cell.unit[1:] for cell in twice.cells if "B1a" in cell.items] == [(), ("D1",)]
    assert "B1a" not in publish(front_and_support((12, 1), (14, 2)), wave="Autumn").cells[1].items


def test_finer_figures_of_a_union_of_small_groups_fit_every_size_of_them() -> None:
    """With equal head counts all that is told of six and seven people is told of tenths."""
    ledger = publish(front_and_support((6, 0), (7, 0), invited=12), wave="Autumn")
    union = next(cell for cell in ledger.cells if cell.items and cell.unit == ("Org",))
    assert [label.n_band for label in ledger.labels if label.key == "Org:F"] == ["10-18"]
    assert {item.estimate.value % 10 for item in union.items.values()} == {0}
    assert {share % 10 for item in union.items.values() for share in item.shares} == {0}
    assert union.finer is not None
    assert union.finer.funnel is not None
    heard = union.finer.funnel.heard
    assert isinstance(heard, StepShare)
    assert (heard.value, heard.low, heard.high) == in_steps(
        Share(heard.value / 100, *wilson(heard.value // 10, 10), 10)
    )


WAVES = range(0, 6, 2)


@pytest.fixture(scope="module", params=WAVES)
def two_files(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[ScoresFile, ScoresFile, dict[str, Any], list[dict[RosterAtom, int]]]:
    """Two waves of a firm whose departments grew and shrank; some exist in one wave alone."""
    folder = tmp_path_factory.mktemp("waves")
    truth = scenario("S2")
    company = organisation(truth, seed=request.param, departments=6 + 3 * request.param, employees=260)
    waves = two_waves(company, truth, seed=request.param, composition=0.6)
    first = publication(waves.before.answers, wave="Spring")
    earlier = EarlierWave(first.ledger, first.kept)
    second = publication(waves.after.answers, wave="Autumn", earlier=earlier).ledger
    for name, ledger in (("one", first.ledger), ("two", second)):
        write_scores(ledger, folder / name)
    change = json.loads((folder / "two").read_text(encoding="utf-8"))["change"]
    truths = [answered_in(wave.answers) for wave in (waves.before, waves.after)]
    return parsed(folder / "one"), parsed(folder / "two"), change, truths


def changed_labels(change: Any) -> Iterator[tuple[list[str], list[str]]]:
    """The labels of the two waves that each change compares."""
    for cell in change["cells"]:
        if cell["before"]:
            yield cell["before"], cell["after"]
        yield from ((facet["before"], facet["after"]) for facet in cell["facets"].values())


def test_no_combination_of_two_waves_and_their_changes_is_about_fewer_than_five(
    two_files: tuple[ScoresFile, ScoresFile, dict[str, Any], list[dict[RosterAtom, int]]],
) -> None:
    one, two, change, truths = two_files
    pairs = list(changed_labels(change))
    assert len(pairs) > 5
    changes = [ScoresFile(file.atoms, tuple(frozenset(pair[side]) for pair in pairs), file.content, ())
               for side, file in enumerate((one, two))]  # fmt: skip
    for weight in (0.0, 0.13):
        weights = [
            {key: 1.0 + weight * place for place, key in enumerate(file.content)} for file in (one, two)
        ]
        facts = np.block([
            [one.facts(weights[0]), np.zeros((len(one.cells), len(two.atoms)))],
            [np.zeros((len(two.cells), len(one.atoms))), two.facts(weights[1])],
            # a later score with the weights of the first wave less the earlier one
            [-changes[0].facts(weights[0]), changes[1].facts({key: 1 / x for key, x in weights[1].items()})],
        ])  # fmt: skip
        people = [truth.get(atom, 0) for file, truth in zip((one, two), truths, strict=True)
                  for atom in file.atoms]  # fmt: skip
        assert find_isolation(facts, people, K) is None


def test_every_change_is_about_whole_labels_of_both_waves(
    two_files: tuple[ScoresFile, ScoresFile, dict[str, Any], list[dict[RosterAtom, int]]],
) -> None:
    one, two, change, truths = two_files
    for labels in changed_labels(change):
        for side, (file, truth) in enumerate(zip((one, two), truths, strict=True)):
            atoms = [atom for key in labels[side] for atom in file.content[key]]
            assert len(atoms) == len(set(atoms)), "somebody counts twice"
            assert all(sum(truth.get(a, 0) for a in file.content[key]) >= K for key in labels[side])


def by_plain_threshold(matrix: AnswerMatrix) -> Ledger:
    """A careless publisher: every department x level, and every total, where five or more answered."""
    truth = {atom: n for atom, n in matrix.answered_by_atom(score_people(matrix).valid).items() if n}
    paths = matrix.tree.paths
    labels = tuple(
        ReleasedLabel(f"{'/'.join(paths[atom.unit])}:{atom.level}", paths[atom.unit], atom.level,
                      ((paths[atom.unit], atom.level.value),), "")
        for atom in truth
    )  # fmt: skip
    cells = []
    for unit, path in enumerate(paths):
        below = [place for place, atom in enumerate(truth) if matrix.tree.within(atom.unit, unit)]
        wanted: list[tuple[CellLevel, Sequence[int]]] = [("all", below)]
        wanted += [(level.value, [p for p in below if labels[p].level == level]) for level in Level]
        for level, members in wanted:
            n = sum(list(truth.values())[place] for place in members)
            if n >= K:
                cells.append(_careless_cell(path, level, tuple(labels[place].key for place in members), n))
    return Ledger("Autumn", K, "full", labels, tuple(cells), "0", "0")


def _careless_cell(unit: tuple[str, ...], level: CellLevel, members: tuple[str, ...], n: int) -> ReleasedCell:
    nothing = Estimate(0, None, None)
    return ReleasedCell(
        unit=unit,
        level=level,
        members=members,
        size="exact",
        n=n,
        n_band=str(n),
        invited=None,
        response="usual",
        legs=dict.fromkeys(LEGS, nothing),
        seat=nothing,
        stool=Stool(None, None, None, None),
    )


def test_a_publisher_that_only_applies_a_threshold_is_caught(tmp_path: Path) -> None:
    caught = 0
    for seed in range(ORGANISATIONS):
        matrix = a_company(seed)
        write_scores(by_plain_threshold(matrix), tmp_path / "scores.json")
        file = parsed(tmp_path / "scores.json")
        people = attack(file, answered_in(matrix), dict.fromkeys(file.content, 1.0))
        caught += people is not None and 0 < people < K
    assert caught >= 0.95 * ORGANISATIONS


def test_a_publisher_that_prints_every_size_is_caught(tmp_path: Path) -> None:
    matrix = a_company(1)
    write_scores(by_plain_threshold(matrix), tmp_path / "scores.json")
    file, truth = parsed(tmp_path / "scores.json"), answered_in(matrix)
    hidden = [frozenset([atom]) for atom in file.atoms if 0 < truth[atom] < K]
    found = determined_sizes(file.sizes, hidden)
    assert found
    assert set(found) <= {DeterminedSize(atoms, truth[next(iter(atoms))]) for atoms in hidden}
