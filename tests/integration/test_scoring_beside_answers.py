"""`coherence score` with a fact sheet, outcomes, and an earlier wave to compare with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from fixtures_commands import run

FACTS = "code,answer,note\nM01,yes,Minutes\nM02,partly,\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two waves of a small company; the first has kept its moments."""
    folder = tmp_path_factory.mktemp("beside")
    for name, kind in (("one", "S1"), ("two", "S11")):
        made = run(
            "simulate", "--out", folder / name, "--employees", 90, "--departments", 4, "--scenario", kind
        )
        assert made.exit_code == 0, made.output
    first = score(
        folder, "one", folder / "first", "--wave", "Spring", "--keep-moments", folder / "first/moments.json"
    )
    assert first.exit_code == 0, first.output
    assert "confidential" in first.output
    return folder


def score(folder: Path, name: str, out: Path, *more: object) -> Result:
    wave = folder / name
    return run("score", wave / "answers.csv", "--headcounts", wave / "headcounts.csv", "--out", out, *more)


def scores(out: Path) -> Any:
    return json.loads((out / "scores.json").read_text(encoding="utf-8"))


def test_moments_are_kept_only_where_asked_and_only_for_the_owner(folder: Path, tmp_path: Path) -> None:
    kept = folder / "first" / "moments.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "Confidential" in json.loads(kept.read_text())["note"]
    assert score(folder, "two", tmp_path).exit_code == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == ["report.pdf", "scores.json"]
    assert scores(tmp_path)["change"] is None


def test_facts_outcomes_and_the_earlier_wave_stand_in_the_scores(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "facts.csv").write_text(FACTS)
    department = next(one["unit"] for one in scores(folder / "first")["cells"] if len(one["unit"]) > 1)
    (tmp_path / "outcomes.csv").write_text(
        f"department,period,complaints\n{'/'.join(department)},2026-Q1,3\n"
    )
    result = score(
        folder, "two", tmp_path / "out",
        *("--facts", tmp_path / "facts.csv", "--outcomes", tmp_path / "outcomes.csv"),
        *("--previous", folder / "first", "--months", 12),
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    found = scores(tmp_path / "out")
    assert found["facts"] == {"M01": "yes", "M02": "partly"}
    assert found["organisation"]["outcomes"]["complaints"]["departments"] == 1
    assert found["change"]["earlier"] == "Spring"
    assert found["change"]["covered"] > 0
    everybody = found["change"]["cells"][0]
    assert (everybody["level"], set(everybody["scores"])) == ("all", {"D", "R", "B", "seat"})


@pytest.mark.parametrize("option", ["--facts", "--outcomes"])
def test_a_bad_file_beside_the_answers_leaves_nothing_behind(
    folder: Path, tmp_path: Path, option: str
) -> None:
    (tmp_path / "bad.csv").write_text("code,answer,department,period\nM77,often,Nowhere,soon\n")
    result = score(folder, "two", tmp_path / "out", option, tmp_path / "bad.csv")
    assert result.exit_code == 2
    assert "bad.csv, row 1, column" in result.output
    assert "nothing was written" in result.output
    assert not (tmp_path / "out").exists()


def test_an_earlier_wave_that_cannot_be_compared_with_is_refused_with_a_remedy(
    folder: Path, tmp_path: Path
) -> None:
    assert score(folder, "two", tmp_path / "two").exit_code == 0
    without = score(folder, "one", tmp_path / "out", "--previous", tmp_path / "two")
    assert (without.exit_code, "--keep-moments" in without.output) == (2, True)
    moments = folder / "first" / "moments.json"
    other = score(
        folder, "one", tmp_path / "out", "--previous", tmp_path / "two", "--previous-moments", moments
    )
    assert (other.exit_code, "two different runs" in other.output) == (2, True)
    (tmp_path / "broken.json").write_text("{")
    broken = ("--previous", folder / "first", "--previous-moments", tmp_path / "broken.json")
    assert score(folder, "two", tmp_path / "out", *broken).exit_code == 2
    assert score(folder, "two", tmp_path / "out", "--previous", tmp_path / "nowhere").exit_code == 2
    assert score(folder, "two", tmp_path / "out", "--months", 3).exit_code == 2
    assert not (tmp_path / "out").exists()
