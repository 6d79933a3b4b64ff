"""A broken questionnaire is refused with the file, the place and the reason."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest

from survey_forms.questionnaire import load
from survey_forms.reading import CatalogueError

Change = Callable[[Any], object]

STRUCTURE, ENGLISH, LIBRARY = "questionnaire.json", "en.json", "recommendations.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with as_file(files("survey_forms") / "catalogue" / "coherence-1") as source:
        return Path(shutil.copytree(source, tmp_path / "own"))


def refusal(folder: Path) -> CatalogueError:
    with pytest.raises(CatalogueError) as caught:
        load(folder)
    return caught.value


def element(content: Any, group: str, name: str) -> Any:
    return next(one for one in content[group] if one["id"] == name)


def swap_keys(content: Any) -> None:
    element(content, "items", "D1a")["key"] = -1
    element(content, "items", "D1c")["key"] = 1


def swap_places(content: Any) -> None:
    items = content["items"]
    items[0], items[1] = items[1], items[0]


WORDS = ("text", "who", "first_step", "evidence", "horizon")

BROKEN_STRUCTURES: list[tuple[Change, str, str]] = [
    (lambda c: c.pop("items"), "items", "is missing"),
    (lambda c: c.update(title="x"), "title", "not a key that belongs here"),
    (lambda c: c["items"].pop(), "items.B6c", "51 are needed, 50 are given"),
    (lambda c: c["items"][2].update(id="D1d"), "items.D1d", "unknown"),
    (lambda c: c["items"].append(c["items"][0]), "items.D1a", "stands 2 times"),
    (swap_places, "items.D1b", "in place 1, where D1a belongs"),
    (lambda c: c["items"][0].update(key=2), "items.D1a.key", "must be 1 or -1"),
    (lambda c: c["items"][0].update(key="1"), "items.D1a.key", "must be 1 or -1"),
    (lambda c: c["items"][0].update(key=-1), "items.D1", "needs two positive items and one reversed, not 1"),
    (swap_keys, "items.D1a.key", "must be 1, as in the method"),
    (lambda c: c["items"][0].update(leg="R"), "items.D1a.leg", "must be D"),
    (lambda c: c["items"][0].update(leg="Q"), "items.D1a.leg", "must be 'D', 'R' or 'B'"),
    (lambda c: c["items"][0].update(facet="D2"), "items.D1a.facet", "must be D1"),
    (lambda c: c["items"][1].update(short=True), "items.D1b.short", "18 fixed items"),
    (lambda c: c["items"][0].update(short=1), "items.D1a.short", "true or false"),
    (lambda c: c["items"].append("D1a"), "items.52", "curly brackets"),
    (lambda c: c["sectors"].append("FIN"), "sectors.FIN", "stands 2 times"),
    (lambda c: c["questions"][0].update(kind="text"), "questions.X1.kind", "must be rating"),
    (lambda c: c["questions"][0].update(kind="date"), "questions.X1.kind", "must be 'rating'"),
    (lambda c: c["questions"][1]["options"].pop(), "questions.X2.options", "must be: quality, speed"),
    (lambda c: c["questions"][0].update(options=["a"]), "questions.X1.options", "must be: empty"),
    (lambda c: c["questions"].pop(), "questions.X5", "is missing"),
    (lambda c: element(c, "facts", "M05").update(gate=2), "facts.M05.gate", "must be 3"),
    (lambda c: element(c, "facts", "C01").update(gate=2), "facts.C01.gate", "must be null"),
    (lambda c: c["modules"][1].update(id="standard"), "modules.standard", "stands 2 times"),
    (lambda c: c["modules"][1]["items"].append("S1"), "modules.S1", "stands 2 times"),
    (lambda c: c.update(version=" "), "version", "is empty"),
    (lambda c: c.update(version=1), "version", "a text in quotation marks"),
]

BROKEN_LANGUAGES: list[tuple[Change, str, str]] = [
    (lambda c: c["items"]["R3a"].pop("M"), "items.R3a.M", "is missing"),
    (lambda c: c["items"]["R3a"].update(M=""), "items.R3a.M", "the text is empty"),
    (lambda c: c["items"]["R3a"].update(M="So it is. "), "items.R3a.M", "ends with a blank"),
    (lambda c: c["items"]["R3a"].update(M="="), "items.R3a.M", "placeholder: ="),
    (lambda c: c["items"]["R3a"].update(M="The {customer} waits."), "items.R3a.M", "placeholder: {"),
    (lambda c: c["items"]["R3a"].update(S="I wait."), "items.R3a.S", "not a key that belongs here"),
    (lambda c: c.update(dont_know="todo: ask Anna"), "dont_know", "placeholder: todo"),
    (lambda c: c["facts"].update(M01="A <b>person</b>"), "facts.M01", "placeholder: <b>"),
    (lambda c: c["items"].pop("B6c"), "items.B6c", "has no text"),
    (lambda c: c["items"].update(Z1a=c["items"]["D1a"]), "items.Z1a", "is unknown"),
    (lambda c: c["items"]["D1c"]["variants"].pop("HEA"), "items.D1c.variants.HEA", "has no text"),
    (lambda c: c["items"]["D1c"]["variants"].update(ZOO="x"), "items.D1c.variants.ZOO", "is unknown"),
    (lambda c: c["items"]["D1a"].update(variants={"FIN": "x"}), "items.D1a.variants.FIN", "is unknown"),
    (lambda c: c["sectors"].update(ZOO="Zoos"), "sectors.ZOO", "is unknown"),
    (lambda c: c["scale"].pop(), "scale.5", "is missing"),
    (lambda c: c.update(scale="1 to 5"), "scale", "a list in square brackets"),
    (lambda c: c.update(items="none"), "items", "a group in curly brackets"),
    (lambda c: c.update(language="pl"), "language", "must be en"),
    (lambda c: c.update(status="final"), "status", "must be 'draft' or 'confirmed'"),
    (lambda c: c["legs"].pop("R"), "legs.R", "has no text"),
    (lambda c: c["facets"].pop("R6"), "facets.R6", "has no text"),
    (lambda c: c["facets"]["R6"].pop("definition"), "facets.R6.definition", "is missing"),
    (lambda c: c["questions"]["X2"]["options"].pop("speed"), "questions.X2.options.speed", "has no text"),
    (lambda c: c["questions"]["X1"].pop("lowest"), "questions.X1.lowest", "has no text"),
    (lambda c: c["questions"]["X4"].update(highest="very"), "questions.X4.highest", "ratings only"),
    (lambda c: c["facts"].pop("C03"), "facts.C03", "has no text"),
    (lambda c: c["modules"]["standard"]["items"].pop("S2"), "modules.standard.items.S2", "has no text"),
    (
        lambda c: c.update(recommendations={"A01": dict.fromkeys(WORDS, "x")}),
        "recommendations.A02",
        "has no text",
    ),
]

BROKEN_LIBRARIES: list[tuple[Change, str, str]] = [
    (lambda c: c.append(c[0]), "A01", "stands 2 times"),
    (lambda c: c[0]["items"].append("D9a"), "A01.items", "D9a is not an item"),
    (lambda c: c.pop(1), "items", "no recommendation answers item D1c"),
    (lambda c: c[0].update(step=6), "A01.step", "must be 1, 2, 3, 4 or 5"),
    (lambda c: c[0].pop("first_step"), "A01.first_step", "is missing"),
    (lambda c: c[0].update(patterns={"P12": "first"}), "A01.patterns.P12", "must be a whole number"),
]


def refused_after(folder: Path, file: str, change: Change) -> CatalogueError:
    content = json.loads((folder / file).read_text("utf-8"))
    change(content)
    (folder / file).write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return refusal(folder)


@pytest.mark.parametrize(("change", "key", "reason"), BROKEN_STRUCTURES)
def test_structure_that_does_not_fit_the_method_is_refused(
    folder: Path, change: Change, key: str, reason: str
) -> None:
    error = refused_after(folder, STRUCTURE, change)
    assert (error.file, error.key) == (STRUCTURE, key)
    assert reason in error.reason


@pytest.mark.parametrize(("change", "key", "reason"), BROKEN_LANGUAGES)
def test_language_that_is_incomplete_or_unfinished_is_refused(
    folder: Path, change: Change, key: str, reason: str
) -> None:
    error = refused_after(folder, ENGLISH, change)
    assert (error.file, error.key) == (ENGLISH, key)
    assert reason in error.reason


@pytest.mark.parametrize(("change", "key", "reason"), BROKEN_LIBRARIES)
def test_library_that_does_not_fit_the_items_is_refused(
    folder: Path, change: Change, key: str, reason: str
) -> None:
    error = refused_after(folder, LIBRARY, change)
    assert (error.file, error.key) == (LIBRARY, key)
    assert reason in error.reason


def test_sector_without_texts_is_refused_in_the_language_file(folder: Path) -> None:
    error = refused_after(folder, STRUCTURE, lambda c: c["sectors"].append("ZOO"))
    assert str(error) == "en.json: sectors.ZOO: has no text"


def test_syntax_error_is_refused_with_its_line(folder: Path) -> None:
    lines = (folder / ENGLISH).read_text("utf-8").splitlines()
    lines[2] = lines[2].removesuffix('",')
    (folder / ENGLISH).write_text("\n".join(lines), "utf-8")
    assert refusal(folder).reason.startswith("line 3, column ")


def test_key_that_stands_twice_is_refused(folder: Path) -> None:
    text = (folder / ENGLISH).read_text("utf-8")
    (folder / ENGLISH).write_text(text.replace('"D1b": {', '"D1a": {', 1), "utf-8")
    error = refusal(folder)
    assert (error.key, error.reason) == ("D1a", "stands twice in one group")


def test_other_encoding_than_utf_8_is_refused(folder: Path) -> None:
    text = (folder / ENGLISH).read_text("utf-8")
    (folder / ENGLISH).write_bytes(text.encode("cp1252"))
    assert refusal(folder).reason.startswith("not UTF-8 ")


@pytest.mark.parametrize("file", [STRUCTURE, ENGLISH, LIBRARY])
def test_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    error = refusal(folder)
    assert (error.file, error.key) == (file, "")
    assert "missing" in error.reason


def test_file_called_otherwise_than_a_language_is_named(folder: Path) -> None:
    shutil.copy(folder / ENGLISH, folder / "polish.json")
    error = refusal(folder)
    assert error.file == "polish.json"
    assert "two-letter code" in error.reason


def test_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere").file == STRUCTURE
