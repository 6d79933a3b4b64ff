"""`coherence factors` and `coherence agreement` on what people bring: never a traceback, never NaN."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from coherence.cli import main

NAMES = [f"V{i}" for i in range(1, 7)]


def answers(people: int = 60) -> np.ndarray:
    rng = np.random.default_rng(1)
    common = rng.standard_normal((people, 2)) @ np.kron(np.eye(2), np.ones((1, 3)))
    return np.clip(np.rint(3 + 0.8 * common + 0.8 * rng.standard_normal((people, 6))), 1, 5).astype(int)


def written(cells: Any, delimiter: str = ",") -> str:
    rows = [[*NAMES, "team"], *([*map(str, row), f"T{i % 6}"] for i, row in enumerate(cells))]
    return "\n".join(delimiter.join(row) for row in rows) + "\n"


def run(folder: Path, text: str, command: str, *more: str) -> tuple[Result, Any]:
    """The result of the command and what it wrote, read as strict JSON."""
    file, out = folder / "answers.csv", folder / "out.json"
    file.write_text(text, encoding="utf-8", newline="")
    group = ("--group", "team") if command == "agreement" else ()
    result = CliRunner().invoke(
        main, [command, str(file), "--items", "^V", *group, "--json", str(out), *more]
    )
    if result.exception is not None:
        assert isinstance(result.exception, SystemExit), result.exception
    if result.exit_code:
        assert "\n" not in result.output.strip() or "nothing was written" in result.output
        assert not out.exists()
        return result, None
    return result, json.loads(out.read_text(encoding="utf-8"), parse_constant=pytest.fail)


def changed(column: int, values: Any) -> Any:
    cells = answers().astype(object)
    cells[:, column] = values
    return cells


AWKWARD = {
    "a constant item": changed(2, 3),
    "an item twice": changed(3, answers()[:, 2]),
    "an item and its reversal": changed(3, 6 - answers()[:, 2]),
    "a column without any answer": changed(4, ""),
    "a column with two answers": changed(4, [2, 4, *[""] * 58]),
    "a sum of two others": changed(5, answers()[:, 0] + answers()[:, 1]),
    "fewer people than items": answers(5),
    "one person": answers(1),
    "everybody alike": np.full((30, 6), 4),
    "people who give one answer to all": np.repeat(answers(40)[:, :1], 6, axis=1),
}


@pytest.mark.parametrize("command", ["factors", "agreement"])
@pytest.mark.parametrize("cells", AWKWARD.values(), ids=AWKWARD.keys())
def test_awkward_answers_give_values_or_reasons(tmp_path: Path, cells: Any, command: str) -> None:
    result, found = run(tmp_path, written(cells), command)
    assert result.exit_code == 0, result.output
    assert found["people"] == len(cells)


PLAIN = written(answers())


@pytest.mark.parametrize(
    "text",
    [
        written(answers(), ";"),
        written(answers(), "\t"),
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\n\n"),
        written([[f'"{x}"' for x in row] for row in answers()]),
        written([[f"{x},0" for x in row] for row in answers()], ";"),
        written([[f'"{x},0"' for x in row] for row in answers()]),
        written([[f" {x}.00 " for x in row] for row in answers()]),
    ],
    ids=["semicolons", "tabulators", "byte order mark", "lines of Windows", "empty lines", "quotation marks",
         "decimal commas", "decimal commas in quotation marks", "blanks and zeros"],
)  # fmt: skip
def test_the_same_answers_in_another_spelling_give_the_same_results(tmp_path: Path, text: str) -> None:
    assert run(tmp_path, text, "agreement")[1] == run(tmp_path, PLAIN, "agreement")[1]


@pytest.mark.parametrize("command", ["factors", "agreement"])
@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (changed(1, "good"), "row 2, column V2: 'good' is not a number"),
        (changed(1, "inf"), "row 2, column V2: 'inf' is not a number"),
        (changed(1, "1e300"), "row 2, column V2: '1e300' is not a number"),
        (changed(1, '"1,000"'), "row 2, column V2: '1,000' is not a number"),
    ],
)
def test_what_cannot_be_an_answer_is_named_with_row_and_column(
    tmp_path: Path, cells: Any, told: str, command: str
) -> None:
    result, _ = run(tmp_path, written(cells), command)
    assert result.exit_code == 2
    assert told in result.output


def test_a_column_of_words_among_the_items_is_left_out_where_no_items_were_named(tmp_path: Path) -> None:
    file, out = tmp_path / "answers.csv", tmp_path / "out.json"
    file.write_text(PLAIN)
    assert CliRunner().invoke(main, ["factors", str(file), "--json", str(out)]).exit_code == 0
    found = json.loads(out.read_text())
    assert found["items"] == NAMES
    assert "not a number" in found["left_out"]["team"]["not_estimable"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result, _ = run(tmp_path, PLAIN, "agreement", "--json", str(tmp_path / "file" / "out.json"))
    assert result.exit_code == 2
    assert "file" in result.output
