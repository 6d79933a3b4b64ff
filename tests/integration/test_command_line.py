"""The commands as a person types them: score, simulate, and what they say when something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from fixtures_commands import run


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    result = run("simulate", "--out", folder, "--employees", 120, "--departments", 6, "--seed", 3)
    assert result.exit_code == 0, result.output
    return folder


def score(company: Path, out: Path, *more: object) -> Result:
    return run(
        "score", company / "answers.csv", "--headcounts", company / "headcounts.csv", "--out", out, *more
    )


def test_a_file_of_answers_becomes_scores_and_a_report(company: Path, tmp_path: Path) -> None:
    result = score(company, tmp_path / "results", "--wave", "Autumn", "--sector", "RET")
    assert result.exit_code == 0, result.output
    scores = json.loads((tmp_path / "results" / "scores.json").read_text("utf-8"))
    assert (scores["schema"], scores["k"], scores["wave"], scores["sector"]) == (1, 5, "Autumn", "RET")
    assert {"all", "staff"} <= {cell["level"] for cell in scores["cells"]}
    assert (tmp_path / "results" / "report.pdf").read_bytes().startswith(b"%PDF")
    assert sorted(path.name for path in (tmp_path / "results").iterdir()) == ["report.pdf", "scores.json"]


def test_the_short_form_is_scored_from_18_items(company: Path, tmp_path: Path) -> None:
    assert score(company, tmp_path, "--short").exit_code == 0
    scores = json.loads((tmp_path / "scores.json").read_text("utf-8"))
    assert scores["form"] == "short"
    assert all(cell["facets"] == {} for cell in scores["cells"])


def test_the_same_answers_give_the_same_scores(company: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        score(company, tmp_path / name)
    assert (tmp_path / "one" / "scores.json").read_bytes() == (tmp_path / "two" / "scores.json").read_bytes()


def test_faults_are_listed_and_nothing_is_written(company: Path, tmp_path: Path) -> None:
    answers = (company / "answers.csv").read_text("utf-8").splitlines()
    (tmp_path / "answers.csv").write_text(
        "\n".join([*answers, "Nowhere,F" + "," * (answers[0].count(",") - 1)])
    )
    result = run(
        "score",
        tmp_path / "answers.csv",
        "--headcounts",
        company / "headcounts.csv",
        "--out",
        tmp_path / "out",
    )
    assert result.exit_code == 2
    assert (
        f"row {len(answers) + 1}, column department: 'Nowhere' is not among the head counts" in result.output
    )
    assert "1 problem; nothing was written." in result.output
    assert not (tmp_path / "out").exists()


def test_a_threshold_below_five_is_refused(company: Path, tmp_path: Path) -> None:
    result = score(company, tmp_path / "out", "--k", 4)
    assert result.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_too_few_answers_give_a_report_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "headcounts.csv").write_text("department,level,invited\nOrg,F,9\n")
    (tmp_path / "answers.csv").write_text("department,level,D1a\nOrg,F,4\n")
    result = score(tmp_path, tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert json.loads((tmp_path / "out" / "scores.json").read_text("utf-8"))["cells"] == []
    assert (tmp_path / "out" / "report.pdf").exists()


def test_the_demonstration_answers_over_http_and_scores_as_the_file_does(tmp_path: Path) -> None:
    result = run("demo", "--no-serve", "--out", tmp_path / "demo", "--employees", 60, "--seed", 2)
    assert result.exit_code == 0, result.output
    files = {path.name for path in (tmp_path / "demo").iterdir()}
    assert files == {"answers.csv", "headcounts.csv", "report.pdf", "scores.json", "state", "outbox"}
    assert list((tmp_path / "demo" / "state" / "keys").iterdir()) == []
    through_the_web = json.loads((tmp_path / "demo" / "scores.json").read_text("utf-8"))
    score(tmp_path / "demo", tmp_path / "again", "--wave", "Demonstration")
    from_the_file = json.loads((tmp_path / "again" / "scores.json").read_text("utf-8"))
    assert through_the_web == from_the_file


def test_an_unknown_scenario_is_refused(tmp_path: Path) -> None:
    result = run("simulate", "--out", tmp_path, "--scenario", "S99")
    assert result.exit_code == 2
    assert "S99" in result.output
