"""Promises that no single unit can keep: packaging, file sizes, what may not stand in the repository."""

from __future__ import annotations

import configparser
import re
import subprocess
from pathlib import Path

import pytest
from setuptools import find_packages

ROOT = Path(__file__).parents[2]
LONGEST = 400


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def test_every_package_is_listed_for_the_wheel(setup: configparser.ConfigParser) -> None:
    listed = set(setup["options"]["packages"].split())
    found = set(find_packages(str(ROOT), include=["coherence*", "scoring*", "survey_forms*"]))
    assert listed == found | {"coherence.templates"}


def test_no_file_outgrows_one_concept() -> None:
    files = [path for path in tracked("*.py", "*.css", "*.js", "*.html") if "versions" not in path.parts]
    long = {
        str(path.relative_to(ROOT)): n
        for path in files
        if (n := len(path.read_text("utf-8").splitlines())) > LONGEST
    }
    assert long == {}


def test_nothing_is_left_unfinished() -> None:
    unfinished = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b|# type: ignore$|# noqa$", re.MULTILINE)
    guilty = [
        path.name
        for path in tracked("*.py")
        if path != Path(__file__) and unfinished.search(path.read_text("utf-8"))
    ]
    assert guilty == []


def test_the_repository_speaks_of_the_product_alone() -> None:
    machine_path = re.compile(r"(?<![\w.])/(?:work|root|home)/[a-z.]")
    guilty = []
    for path in tracked(
        "*.py", "*.md", "*.cfg", "*.toml", "*.html", "*.css", "*.js", "*.json", "Makefile", ".ci/run"
    ):
        if path != Path(__file__) and machine_path.search(path.read_text("utf-8")):
            guilty.append(path.name)
    assert guilty == []


def test_only_one_module_knows_factor_analyzer() -> None:
    importers = [
        str(path.relative_to(ROOT))
        for path in tracked("coherence/**.py", "scoring/**.py", "survey_forms/**.py")
        if re.search(r"^\s*(from|import) factor_analyzer", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert importers == ["scoring/factors.py"]
