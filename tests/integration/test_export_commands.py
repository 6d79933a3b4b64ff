"""`coherence export`, `export-answers` and `catalogue` on the command line."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from fixtures_commands import run
from fixtures_ledgers import a_cell, a_ledger

from coherence.reports.scores_json import write_scores
from survey_forms.questionnaire import OWN_CATALOGUE


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state folder of its own, and no catalogue that stays after a test."""
    monkeypatch.setenv("COHERENCE_INSTANCE", str(tmp_path / "state"))
    monkeypatch.setenv(OWN_CATALOGUE, "")


@pytest.fixture
def scored(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    folder.mkdir()
    ledger = a_ledger(a_cell("Acme", level="all"), a_cell("Acme"), a_cell("Acme", "Sales"))
    write_scores(ledger, folder / "scores.json")
    return folder


@pytest.mark.parametrize(
    ("form", "beginning"),
    [("xlsx", b"PK"), ("csv", b"\xef\xbb\xbftopic,"), ("json", b"{"), ("pdf", b"%PDF"), ("zip", b"PK")],
)
def test_results_are_written_in_every_form(scored: Path, tmp_path: Path, form: str, beginning: bytes) -> None:
    out = tmp_path / "made" / f"results.{form}"
    done = run("export", scored, "--format", form, "--out", out)
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(beginning)
    assert [one.name for one in out.parent.iterdir()] == [out.name]


def test_the_zip_holds_the_departments(scored: Path, tmp_path: Path) -> None:
    run("export", scored, "--format", "zip", "--out", tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as bundle:
        assert bundle.namelist() == ["001-Sales.pdf", "contents.csv"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "csv"], "either a results folder or a wave"),
        (["results", "--wave", "1", "--format", "csv"], "either a results folder or a wave"),
        (["--wave", "7", "--format", "csv"], "there is no wave 7"),
        (["nowhere", "--format", "csv"], "does not exist"),
    ],
)
def test_what_cannot_be_exported_is_refused_and_nothing_is_written(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = run("export", *arguments, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert said in done.output
    assert not (tmp_path / "out").exists()


def test_answers_of_an_unknown_wave_are_refused(tmp_path: Path) -> None:
    done = run("export-answers", "--wave", "7", "--by", "level", "--out", tmp_path / "answers.sav")
    assert (done.exit_code, "no published wave 7" in done.output) == (2, True)


def test_own_words_reach_the_files(scored: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "patterns.json").write_text(json.dumps([{"id": "P13", "name": "Two camps"}]))
    done = run("--catalogue", own, "catalogue", "--out", tmp_path / "catalogue.md")
    assert done.exit_code == 0, done.output
    assert "### P13 Two camps" in (tmp_path / "catalogue.md").read_text(encoding="utf-8")


def test_a_broken_catalogue_is_refused_before_anything_is_done(scored: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "recommendations.json").write_text('[{"id": "A01", "horison": "1 month"}]')
    done = run("--catalogue", own, "export", scored, "--format", "csv", "--out", tmp_path / "out.csv")
    assert done.exit_code == 2
    assert "recommendations.json: A01.horison: is not a key that belongs here" in done.output
    assert not (tmp_path / "out.csv").exists()
