"""Answers and head counts collected elsewhere (paper, another tool) become an AnswerMatrix."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coherence.use_cases.tables import Problems, fits, open_table, positions, split_department
from scoring.answers import DONT_KNOW, NOT_ASKED, SKIPPED, AnswerMatrix, Atom, DepartmentTree
from scoring.answers import Path as Department
from scoring.vocabulary import ITEMS, LEVELS, SHORT_ITEMS, Form, Level
from survey_forms.structure import PRIORITIES

ROOT: Final = "Organisation"
"""Name of the root where the departments of a file have no common one."""

NO_ANSWER: Final = -1

_SCALE: Final = {str(x): x for x in range(1, 6)} | {"": SKIPPED, "DK": DONT_KNOW, "dk": DONT_KNOW}
_TEN: Final = {str(x): x for x in range(11)} | {"": NO_ANSWER}


def read_headcounts(path: Path) -> tuple[DepartmentTree, dict[Atom, int]]:
    """Departments and how many people of each level were invited there.

    Columns: department (path with "/"; empty means the whole organisation), level (T, M, F, S), invited.
    Where the paths have no common first part, a root called "Organisation" is put above them.

    Raises:
        BadTable: every fault with row and column.
    """
    table = open_table(path)
    problems = Problems(path.name)
    columns = positions(table, problems, required=("department", "level", "invited"), optional=())
    problems.refuse()
    found: dict[tuple[Department, Level], int] = {}
    for row, cells in table.rows():
        if not fits(table, row, cells, problems):
            continue
        department = _department(cells[columns["department"]], row, problems)
        level = _level(cells[columns["level"]], row, problems)
        invited = cells[columns["invited"]].strip()
        if not invited.isdecimal():
            problems.add(row, "invited", f"'{invited}' is not a whole number of people")
        elif department is not None and level is not None:
            if (department, level) in found:
                problems.add(
                    row, "department", f"{_shown(department)}, level {level} stands here a second time"
                )
            found[department, level] = int(invited)
    if not found and not problems.found:
        problems.add(None, None, "there are no departments below the header")
    problems.refuse()
    root = _root(department for department, _ in found)
    tree = DepartmentTree.of([root, *((*root, *_below(department, root)) for department, _ in found)])
    invited_by_atom = {
        Atom(tree.index[(*root, *_below(department, root))], level): n
        for (department, level), n in found.items()
    }
    return tree, {atom: n for atom, n in invited_by_atom.items() if n}


def read_answers(
    path: Path,
    tree: DepartmentTree,
    invited: Mapping[Atom, int],
    *,
    form: Form = "full",
) -> AnswerMatrix:
    """One row a person: department, level, items with 1-5, DK or empty; optional X1, X3 (0-10), X2 (a code).

    A missing item column means not asked. Answers of support staff to B1a are left out: nobody asks them.

    Raises:
        BadTable: every fault with row and column, more answers than invited among them.
    """
    table = open_table(path)
    problems = Problems(path.name)
    asked = SHORT_ITEMS if form == "short" else ITEMS
    columns = positions(
        table, problems, required=("department", "level"), optional=(*ITEMS, "X1", "X2", "X3")
    )
    given = [item for item in asked if item in columns]
    if not given:
        problems.add(1, None, f"no column holds answers; items are named like {asked[0]} or {asked[-1]}")
    problems.refuse()
    scales: dict[str, Mapping[str, int]] = dict.fromkeys(given, _SCALE)
    scales |= {name: _TEN for name in ("X1", "X3") if name in columns}
    if "X2" in columns:
        scales["X2"] = {"": NO_ANSWER} | {code: i for i, code in enumerate(PRIORITIES)}

    pick = itemgetter(*(columns[name] for name in scales), columns["department"])
    pairs = list(scales.items())
    lookups = [scale for _, scale in pairs]
    units, levels, codes = array("i"), array("b"), array("b")
    unit_of = _units(tree)
    level_of: dict[str, int] = {level.value: i for i, level in enumerate(LEVELS)}
    rows: list[int] = []
    for row, cells in table.rows():
        if len(cells) != len(table.columns) and not fits(table, row, cells, problems):
            continue
        *values, department = pick(cells)
        try:
            codes.extend([scale[value] for scale, value in zip(lookups, values, strict=True)])
        except KeyError:
            codes.extend(
                [
                    _code(name, scale, value, row, problems)
                    for (name, scale), value in zip(pairs, values, strict=True)
                ]
            )
        unit = unit_of.get(department)
        if unit is None:
            unit = _unit(department, tree, unit_of, row, problems)
        level = level_of.get(cells[columns["level"]])
        if level is None:
            found = _level(cells[columns["level"]], row, problems)
            level = 0 if found is None else LEVELS.index(found)
        units.append(unit)
        levels.append(level)
        rows.append(row)
    if not rows and not problems.found:
        problems.add(None, None, "there are no answers below the header")
    problems.refuse()
    _check_invited(units, levels, rows, tree, invited, problems)
    problems.refuse()

    read = np.frombuffer(codes, dtype=np.int8).reshape(len(rows), len(scales))
    answers = np.full((len(rows), len(ITEMS)), NOT_ASKED, dtype=np.int8)
    answers[:, [ITEMS.index(item) for item in given]] = read[:, : len(given)]
    level_codes = np.frombuffer(levels, dtype=np.int8)
    answers[level_codes == LEVELS.index(Level.S), ITEMS.index("B1a")] = NOT_ASKED
    names = list(scales)
    questions: dict[str, NDArray[np.int8]] = {
        name: read[:, names.index(name)] for name in ("X1", "X2", "X3") if name in scales
    }
    return AnswerMatrix(
        answers, np.frombuffer(units, dtype=np.int32), level_codes, tree, invited, form, questions
    )


def _department(cell: str, row: int, problems: Problems) -> Department | None:
    parts = split_department(cell)
    if parts is None:
        problems.add(row, "department", f"'{cell}' has an empty part between two '/'")
    return parts


def _level(cell: str, row: int, problems: Problems) -> Level | None:
    try:
        return Level(cell.strip().upper())
    except ValueError:
        problems.add(row, "level", f"'{cell}' is not a level; write T, M, F or S")
        return None


def _root(departments: Iterable[Department]) -> Department:
    """The common first part of all paths, or a root of our own."""
    firsts = {department[0] for department in departments if department}
    return (firsts.pop(),) if len(firsts) == 1 else (ROOT,)


def _below(department: Department, root: Department) -> Department:
    return department[1:] if department[:1] == root else department


def _shown(department: Department) -> str:
    return "/".join(department) or "the whole organisation"


def _units(tree: DepartmentTree) -> dict[str, int]:
    """Every way in which a department may be written: with the root or without."""
    root = tree.paths[0]
    written = {"": 0}
    for unit, path in enumerate(tree.paths):
        written["/".join(path)] = unit
        written.setdefault("/".join(_below(path, root)), unit)
    return written


def _unit(cell: str, tree: DepartmentTree, unit_of: dict[str, int], row: int, problems: Problems) -> int:
    department = _department(cell, row, problems)
    if department is None:
        return 0
    unit = unit_of.get("/".join(department))
    if unit is None:
        problems.add(row, "department", f"'{cell}' is not among the head counts")
        return 0
    unit_of[cell] = unit
    return unit


def _code(name: str, scale: Mapping[str, int], value: str, row: int, problems: Problems) -> int:
    """The code of an answer written in an unusual but clear way, or a noted fault."""
    tidy = value.strip().upper().removesuffix(".0")
    by_upper = {key.upper(): code for key, code in scale.items()}
    if tidy in by_upper:
        return by_upper[tidy]
    allowed = {"X1": "0 to 10 or empty", "X3": "0 to 10 or empty"}.get(name, "1 to 5, DK or empty")
    if name == "X2":
        allowed = ", ".join(key for key in scale if key) + " or empty"
    problems.add(row, name, f"'{value}' is no answer here; allowed: {allowed}")
    return NO_ANSWER


def _check_invited(
    units: Sequence[int],
    levels: Sequence[int],
    rows: Sequence[int],
    tree: DepartmentTree,
    invited: Mapping[Atom, int],
    problems: Problems,
) -> None:
    """Note the first row of each group that has more answers than invited people."""
    left = {(atom.unit, LEVELS.index(atom.level)): n for atom, n in invited.items()}
    over: set[tuple[int, int]] = set()
    for unit, level, row in zip(units, levels, rows, strict=True):
        group = (unit, level)
        left[group] = left.get(group, 0) - 1
        if left[group] < 0 and group not in over:
            over.add(group)
            n = invited.get(Atom(unit, LEVELS[level]), 0)
            where = "/".join(tree.paths[unit])
            problems.add(
                row,
                "department",
                f"more answers than people invited: {where}, level {LEVELS[level]}, {n} invited",
            )
