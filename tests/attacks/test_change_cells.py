"""Two surveys and the change between them, where teams cross the smallest size: no few people, no size."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from coherence.reports.scores_json import as_json
from scoring.answers import NOT_ASKED, AnswerMatrix, Atom, DepartmentTree
from scoring.disclosure_audit import DeterminedSize, SizeFact, determined_sizes, find_isolation
from scoring.publication import publication
from scoring.vocabulary import ITEMS, LEVELS, Level
from scoring.wave_change import EarlierWave

K = 5
Path = tuple[str, ...]
Group = tuple[Path, Level]
"""A level of a department of the roster."""
Heads = Mapping[Group, tuple[int, int]]
"""People who answer and people who are invited."""

F, S, M, T = Level.F, Level.S, Level.M, Level.T
ORG: Path = ("Org",)


def at(*names: str) -> Path:
    return (*ORG, *names)


ALIKE: Heads = {(at("Q"), F): (14, 16), (at("R"), F): (18, 21), (at("V"), F): (13, 15)}
"""What is the same in both surveys."""

CASES: Mapping[str, tuple[Heads, Heads]] = {
    "a team of four becomes one of five": (
        {(at("P"), F): (12, 14), (at("P", "A"), F): (4, 6), (at("P", "B"), F): (5, 6)},
        {(at("P"), F): (12, 14), (at("P", "A"), F): (5, 6), (at("P", "B"), F): (5, 6)},
    ),
    "nine and five, then eight and four": (
        {(at("P", "A"), F): (9, 10), (at("P", "B"), F): (5, 6), (at("P", "C"), F): (12, 13)},
        {(at("P", "A"), F): (8, 10), (at("P", "B"), F): (4, 6), (at("P", "C"), F): (12, 13)},
    ),
    "five, five and four in a nested tree": (
        {(at("P", "A", "X"), F): (5, 5), (at("P", "A", "Y"), F): (5, 7), (at("P", "B"), F): (4, 6)},
        {(at("P", "A", "X"), F): (4, 5), (at("P", "A", "Y"), F): (6, 7), (at("P", "B"), F): (5, 6)},
    ),
    "support stands apart once": (
        {(at("P"), F): (12, 14), (at("P"), S): (4, 6), (at("P", "A"), F): (7, 8), (at("P", "A"), S): (5, 5)},
        {(at("P"), F): (12, 14), (at("P"), S): (5, 6), (at("P", "A"), F): (7, 8), (at("P", "A"), S): (3, 5)},
    ),
    "managers and board fold once": (
        {(at("P"), F): (12, 13), (at("P"), M): (4, 5), (at("Q"), M): (3, 4), (ORG, T): (6, 7)},
        {(at("P"), F): (12, 13), (at("P"), M): (2, 5), (at("Q"), M): (2, 4), (ORG, T): (4, 7)},
    ),
    "a team closes and another opens": (
        {(at("P", "A"), F): (6, 8), (at("P", "B"), F): (11, 12), (at("P", "C"), F): (5, 8)},
        {(at("P", "A"), F): (7, 8), (at("P", "B"), F): (11, 12), (at("P", "D"), F): (5, 5)},
    ),
}


def survey(heads: Heads, seed: int) -> AnswerMatrix:
    """Random answers of all these people to all statements."""
    tree = DepartmentTree.of([ORG, *(unit for unit, _ in heads)])
    unit = np.repeat([tree.index[one] for one, _ in heads], [n for n, _ in heads.values()]).astype(np.int32)
    level = np.repeat([LEVELS.index(one) for _, one in heads], [n for n, _ in heads.values()]).astype(np.int8)
    answers = np.random.default_rng(seed).integers(1, 6, (len(unit), len(ITEMS))).astype(np.int8)
    answers[level == LEVELS.index(S), ITEMS.index("B1a")] = NOT_ASKED
    invited = {Atom(tree.index[one], own): asked for (one, own), (_, asked) in heads.items()}
    return AnswerMatrix(answers, unit, level, tree, invited)


Surveys = tuple[tuple[dict[str, Any], dict[str, Any]], tuple[Heads, Heads]]


@pytest.fixture(scope="module", params=CASES)
def surveys(request: pytest.FixtureRequest) -> Surveys:
    """scores.json of both surveys, and what the attacker does not know: how many answered."""
    before, after = ({**ALIKE, **own} for own in CASES[request.param])
    first = publication(survey(before, 1), wave="Spring")
    second = publication(survey(after, 2), wave="Autumn", earlier=EarlierWave(first.ledger, first.kept))
    one, two = (json.loads(json.dumps(as_json(made.ledger))) for made in (first, second))
    return (one, two), (before, after)


def label_groups(data: Any) -> dict[str, frozenset[Group]]:
    return {
        label["key"]: frozenset((tuple(one["unit"]), Level(one["level"])) for one in label["atoms"])
        for label in data["labels"]
    }


def told_labels(data: Any) -> Iterator[tuple[str, ...]]:
    """The labels of every figure of a survey, whatever it is."""
    yield from (tuple(cell["labels"]) for cell in data["members"])
    yield from _below(data["cells"])


def _below(data: Any) -> Iterator[tuple[str, ...]]:
    for one in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        if isinstance(one, dict):
            yield from (tuple(one[key]) for key in ("labels", "members") if one.get(key))
        yield from _below(one)


def changes(data: Any) -> list[tuple[list[str], list[str]]]:
    found = [(cell["before"], cell["after"]) for cell in data["change"]["cells"] if cell["before"]]
    return found + [
        (facet["before"], facet["after"])
        for cell in data["change"]["cells"]
        for facet in cell["facets"].values()
    ]


def means(
    told: Sequence[Sequence[str]], groups: Mapping[str, frozenset[Group]], heads: Heads
) -> NDArray[Any]:
    """How much the total of each group enters the mean of each figure, by the public rule.

    A label's people count alike, labels by head count: N of the label / n of the label / N of all. A change
    weighs the later labels by the earlier heads; that moves whole labels against each other, no people.
    """
    atoms = list(heads)
    rows = np.zeros((len(told), len(atoms)))
    for row, keys in zip(rows, told, strict=True):
        asked = {key: sum(heads[one][1] for one in groups[key] if one in heads) for key in keys}
        for key in keys:
            answered = sum(heads[one][0] for one in groups[key] if one in heads)
            for place, one in enumerate(atoms):
                if one in groups[key]:
                    row[place] += asked[key] / answered / sum(asked.values())
    return rows


def facts_of(surveys: Surveys) -> tuple[NDArray[Any], list[int]]:
    """Everything that both surveys and the change told, over the groups of both; and people in them."""
    (one, two), (before, after) = surveys
    pairs = changes(two)
    told = [list(dict.fromkeys(told_labels(data))) for data in (one, two)]
    sides = [
        means([pair[side] for pair in pairs], label_groups(data), heads)
        for side, (data, heads) in enumerate(((one, before), (two, after)))
    ]
    first, second = (
        means(own, label_groups(data), heads)
        for own, data, heads in zip(told, (one, two), (before, after), strict=True)
    )
    facts = np.block([
        [first, np.zeros((len(first), len(after)))],
        [np.zeros((len(second), len(before))), second],
        [-sides[0], sides[1]],
    ])  # fmt: skip
    return facts, [n for heads in (before, after) for n, _ in heads.values()]


def test_no_combination_of_two_surveys_and_their_change_is_about_fewer_than_five(surveys: Surveys) -> None:
    facts, people = facts_of(surveys)
    assert changes(surveys[0][1])
    # a multiple of a 0/1 combination counts too: everybody of a label has the same weight in every row
    assert find_isolation(facts, people, K) is None
    assert find_isolation((facts != 0).astype(float), people, K) is None


def test_no_size_follows_from_two_surveys(surveys: Surveys) -> None:
    """Each survey has its own people, but labels, bands and what was compared of both are known."""
    found: list[DeterminedSize[Group]] = []
    for data, heads in zip(*surveys, strict=True):
        groups = label_groups(data)
        sizes = [_band(groups[one["key"]], one["n_band"]) for one in data["labels"]]
        sizes += [
            SizeFact(
                frozenset[Group]().union(*(groups[key] for key in members["labels"])), cell["n"], cell["n"]
            )
            for cell, members in zip(data["cells"], data["members"], strict=True)
            if cell["n"] is not None
        ]
        small = [own for own in groups.values() if sum(heads[one][0] for one in own if one in heads) < 2 * K]
        found += determined_sizes(sizes, small)
    assert found == []


def _band(groups: frozenset[Group], band: str) -> SizeFact[Group]:
    low, _, high = band.partition("-")
    return SizeFact(groups, int(low), int(high or low))


def test_the_change_of_a_small_group_is_made_of_print_alone(surveys: Surveys) -> None:
    """Its value is the difference of the printed scores, and the interval is one for all such groups."""
    (one, two), _ = surveys
    small = [{tuple(c["unit"]) for c in data["cells"] if c["size"] == "small" and c["level"] == "staff"}
             for data in (one, two)]  # fmt: skip
    widths: dict[str, set[int]] = {}
    for cell in two["change"]["cells"]:
        if cell["level"] == "staff" and tuple(cell["unit"]) in small[0] & small[1]:
            for quantity, change in (cell["scores"] if cell["before"] else {}).items():
                assert change["value"] == change["plain"]
                assert change.get("shrunken") is None
                widths.setdefault(quantity, set()).add(change["high"] - change["low"])
    assert all(max(own) - min(own) <= 1 for own in widths.values())


def test_a_publisher_that_compares_teams_of_four_is_caught() -> None:
    before, after = ({**ALIKE, **own} for own in CASES["a team of four becomes one of five"])
    told = [[f"{one}" for one in heads] for heads in (before, after)]
    groups = [{f"{one}": frozenset({one}) for one in heads} for heads in (before, after)]
    every = [means([[key] for key in keys], *own) for keys, own in
             zip(told, zip(groups, (before, after), strict=True), strict=True)]  # fmt: skip
    people = [n for heads in (before, after) for n, _ in heads.values()]
    # the later scores of all, and the change of each team
    facts = np.block([[np.zeros_like(every[0]), every[1]], [-every[0], every[1]]])
    found = find_isolation((facts != 0).astype(float), people, K)
    assert found is not None
    assert found.people == 4
