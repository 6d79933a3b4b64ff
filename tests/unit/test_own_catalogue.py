"""A firm's own words for recommendations and patterns, and the catalogue that people read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from coherence.reports.files.catalogue_page import catalogue_page
from scoring.patterns import DIVIDED, PATTERNS
from survey_forms.patterns import PATTERN_IDS
from survey_forms.questionnaire import (
    OWN_CATALOGUE,
    Questionnaire,
    default_questionnaire,
    packaged_questionnaire,
)
from survey_forms.reading import CatalogueError

PAGE = Path(__file__).parents[2] / "docs" / "catalogue.md"


def a_folder(folder: Path, **files: Any) -> Path:
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


def with_own(folder: Path) -> Questionnaire:
    return packaged_questionnaire(str(folder))


def test_the_committed_page_is_the_catalogue_of_today() -> None:
    """After a change: coherence catalogue --out docs/catalogue.md."""
    assert PAGE.read_text(encoding="utf-8") == catalogue_page(packaged_questionnaire())


def test_every_pattern_of_the_method_has_words_and_the_name_of_the_method() -> None:
    patterns = packaged_questionnaire().patterns
    assert set(patterns) == set(PATTERN_IDS) == {*PATTERNS, DIVIDED}
    assert {name: patterns[name].name for name in PATTERNS} == {
        name: pattern.name for name, pattern in PATTERNS.items()
    }


def test_the_page_tells_the_limits_by_which_patterns_are_judged() -> None:
    page = catalogue_page(packaged_questionnaire())
    chaos = page[page.index("### P01") : page.index("### P02")]
    for said in (
        "Declarations: +30 or higher",
        "Declarations, less resources: 40 points or more",
        "[R17](#r17)",
    ):
        assert said in chaos
    assert all(f"### {one.id}\n" in page for one in packaged_questionnaire().recommendations)


def test_own_words_replace_those_given_and_leave_the_others(tmp_path: Path) -> None:
    own = with_own(
        a_folder(
            tmp_path,
            recommendations=[{"id": "A01", "who": "Managing director"}],
            patterns=[{"id": "P13", "name": "Two camps"}],
        )
    )
    usual = packaged_questionnaire()
    before, after = usual.advice("en")["A01"], own.advice("en")["A01"]
    assert (after.who, after.text, after.horizon) == ("Managing director", before.text, before.horizon)
    assert own.advice("en")["A02"] == usual.advice("en")["A02"]
    assert own.patterns["P13"].name == "Two camps"
    assert own.patterns["P13"].meaning == usual.patterns["P13"].meaning
    assert own.recommendations == usual.recommendations, "the rules of choice stay"
    page = catalogue_page(own)
    assert "- Who: Managing director" in page
    assert "### P13 Two camps" in page


def test_the_folder_is_named_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OWN_CATALOGUE, str(a_folder(tmp_path, patterns=[{"id": "P01", "name": "Storm"}])))
    assert default_questionnaire().patterns["P01"].name == "Storm"
    monkeypatch.delenv(OWN_CATALOGUE)
    assert default_questionnaire().patterns["P01"].name == "Execution chaos"


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "unknown recommendation": (
        {"recommendations": [{"id": "Z99", "who": "Nobody"}]},
        "recommendations.json: Z99: is unknown",
    ),
    "rule instead of a text": (
        {"recommendations": [{"id": "A01", "from_level": 1}]},
        "recommendations.json: A01.from_level: is not a key that belongs here",
    ),
    "empty text": ({"patterns": [{"id": "P01", "name": " "}]}, "patterns.json: P01.name: the text is empty"),
    "unfinished text": ({"patterns": [{"id": "P01", "check": "<ask whom>"}]}, "patterns.json: P01.check: "),
    "twice": ({"patterns": [{"id": "P01"}, {"id": "P01"}]}, "patterns.json: P01: stands more than once"),
    "not JSON": ({"patterns": "[{"}, "patterns.json: line 1, column 3"),
    "nothing in it": ({}, "holds neither recommendations.json nor patterns.json"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_folder_is_refused_with_file_key_and_reason(tmp_path: Path, name: str) -> None:
    files, said = BROKEN[name]
    with pytest.raises(CatalogueError) as refused:
        with_own(a_folder(tmp_path, **files))
    assert said in str(refused.value)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="there is no such folder"):
        with_own(tmp_path / "nowhere")
