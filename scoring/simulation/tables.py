"""A synthetic wave as tables of text, ready for a CSV file."""

from __future__ import annotations

from scoring.answers import DONT_KNOW, NOT_ASKED, SKIPPED
from scoring.simulation.organisations import Organisation
from scoring.simulation.waves import Wave
from scoring.vocabulary import ITEMS, LEVELS

Row = tuple[str, ...]

_TEXTS = {SKIPPED: "", NOT_ASKED: "", DONT_KNOW: "DK"}


def answer_rows(wave: Wave) -> list[Row]:
    """Header, then one row a respondent: department, level, the 51 items, X1, X2, X3.

    The department is the whole path ("Organisation/Sales/North"); "DK" is "I do not know"; skipped
    items and items that were not asked are empty.
    """
    matrix = wave.answers
    places = ["/".join(path) for path in matrix.tree.paths]
    questions = sorted(matrix.questions)
    columns = [matrix.questions[name].tolist() for name in questions]
    rows: list[Row] = [("department", "level", *ITEMS, *questions)]
    for i, (unit, level, answers) in enumerate(
        zip(matrix.unit.tolist(), matrix.level.tolist(), matrix.answers.tolist(), strict=True)
    ):
        items = (_TEXTS.get(raw, str(raw)) for raw in answers)
        extra = ("" if column[i] < 0 else str(column[i]) for column in columns)
        rows.append((places[unit], LEVELS[level].value, *items, *extra))
    return rows


def headcount_rows(organisation: Organisation) -> list[Row]:
    """Header, then one row an atom: department, level, invited."""
    return [
        ("department", "level", "invited"),
        *(
            ("/".join(organisation.tree.paths[atom.unit]), atom.level.value, str(people))
            for atom, people in organisation.invited.items()
        ),
    ]
