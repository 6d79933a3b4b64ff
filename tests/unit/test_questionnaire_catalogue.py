"""The packaged questionnaire holds what the method says."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest

from scoring.vocabulary import FACETS, ITEMS, LEVELS, Level, leg_of
from survey_forms.questionnaire import NotInQuestionnaire, Questionnaire, default_questionnaire, load

WITH_VARIANTS = {"D1c", "D2c", "R2c", "R3a", "R5b", "R6b", "B1a", "B2a", "B5c"}
SECTORS = ("FIN", "RET", "LOG", "HEA", "PUB", "TEL", "HOS", "B2B")


@pytest.fixture
def english() -> Questionnaire:
    return default_questionnaire()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with as_file(files("survey_forms") / "catalogue" / "coherence-1") as source:
        return Path(shutil.copytree(source, tmp_path / "own"))


def edited(folder: Path, source: str, target: str, change: Callable[[Any], None]) -> None:
    content = json.loads((folder / source).read_text("utf-8"))
    change(content)
    (folder / target).write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def all_texts(part: object) -> list[str]:
    if isinstance(part, str):
        return [part]
    children = part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else []
    return [text for child in children for text in all_texts(child)]


def test_legs_have_15_18_and_18_items_a_third_of_them_reversed(english: Questionnaire) -> None:
    items = english.items.values()
    assert Counter(item.leg for item in items) == {"D": 15, "R": 18, "B": 18}
    assert Counter(item.leg for item in items if item.key == -1) == {"D": 5, "R": 6, "B": 6}
    assert Counter(item.facet[0] for item in items if item.facet.endswith("1")) == {"D": 3, "R": 3, "B": 3}


def test_every_facet_has_two_positive_items_and_one_reversed(english: Questionnaire) -> None:
    keys = {facet: [i.key for i in english.items.values() if i.facet == facet] for facet in FACETS}
    assert len(keys) == 17
    assert all(sorted(found) == [-1, 1, 1] for found in keys.values())


def test_short_form_has_six_items_a_leg_with_two_reversed(english: Questionnaire) -> None:
    short = [item for item in english.items.values() if item.short]
    assert Counter(item.leg for item in short) == {"D": 6, "R": 6, "B": 6}
    assert Counter(item.leg for item in short if item.key == -1) == {"D": 2, "R": 2, "B": 2}


@pytest.mark.parametrize("sector", [None, *SECTORS])
@pytest.mark.parametrize("level", LEVELS)
def test_every_item_has_a_sentence_for_every_level_and_sector(
    english: Questionnaire, level: Level, sector: str | None
) -> None:
    wordings = [english.wording(item, level, sector, "en") for item in ITEMS]
    assert all(text[0].isupper() and text.endswith(".") for text in wordings)
    assert len(set(wordings)) == 51


@pytest.mark.parametrize(
    ("item", "level", "sector", "text"),
    [
        ("D2a", Level.F, None, "I can say in one sentence what our customers are promised."),
        (
            "D2a",
            Level.T,
            None,
            "Every employee who serves customers can say in one sentence what our customers are promised.",
        ),
        ("B4a", Level.M, None, "I regularly talk with customers in person."),
        (
            "R4c",
            Level.T,
            None,
            "The written rules for serving customers are one thing, and daily work is another.",
        ),
        (
            "R3a",
            Level.F,
            "RET",
            "I can accept a typical return or exchange myself, without asking for permission.",
        ),
        (
            "R3a",
            Level.S,
            "RET",
            "I can accept a typical return or exchange myself, without asking for permission.",
        ),
        (
            "R3a",
            Level.M,
            "RET",
            "The people in my unit can solve a typical customer problem themselves, "
            "without asking me for permission.",
        ),
        (
            "B1a",
            Level.F,
            "B2B",
            "In my team, a client’s message gets a first answer on the same working day.",
        ),
        (
            "D1a",
            Level.F,
            "B2B",
            "This company says clearly that good service to customers is one of its main goals.",
        ),
    ],
)
def test_wordings_are_those_of_the_method(
    english: Questionnaire, item: str, level: Level, sector: str | None, text: str
) -> None:
    assert english.wording(item, level, sector, "en") == text


def test_sectors_change_nine_front_line_wordings_and_nothing_else(english: Questionnaire) -> None:
    assert english.sectors == SECTORS
    for level in LEVELS:
        for sector in SECTORS:
            changed = {
                item
                for item in ITEMS
                if english.wording(item, level, sector, "en") != english.wording(item, level, None, "en")
            }
            assert changed == (WITH_VARIANTS if level in (Level.F, Level.S) else set())


def test_answers_run_from_disagreement_to_agreement(english: Questionnaire) -> None:
    texts = english.texts("en")
    assert (texts.scale[0], texts.scale[4]) == ("strongly disagree", "strongly agree")
    assert texts.dont_know == "I do not know / does not apply to me"
    assert texts.support_introduction == (
        "By ‘customer’ please also understand the colleagues who use your work."
    )
    assert texts.status == "confirmed"


def test_legs_and_facets_have_names_and_plain_definitions(english: Questionnaire) -> None:
    texts = english.texts("en")
    assert [texts.legs[leg].name for leg in "DRB"] == ["Declarations", "Resources", "Behaviours"]
    assert tuple(texts.facets) == FACETS
    assert all(term.definition.endswith(".") for term in (*texts.legs.values(), *texts.facets.values()))


def test_questions_follow_the_method(english: Questionnaire) -> None:
    assert {q.id: q.kind for q in english.questions} == {
        "X1": "rating", "X2": "choice", "X3": "rating", "X4": "text", "X5": "text",
    }  # fmt: skip
    priorities = english.texts("en").questions["X2"].options
    assert [priorities[option] for option in english.questions[1].options] == [
        "quality of service", "speed", "sales", "costs", "following procedures", "safety", "hard to say",
    ]  # fmt: skip
    assert english.texts("en").questions["X1"].lowest == "not at all likely"


def test_four_facts_open_each_gate_and_five_give_context(english: Questionnaire) -> None:
    assert Counter(fact.gate for fact in english.facts) == {2: 4, 3: 4, 4: 4, 5: 4, None: 5}
    assert english.texts("en").facts["M06"] == (
        "The limits within which front-line employees decide alone are written"
    )


def test_optional_modules_hold_fourteen_statements(english: Questionnaire) -> None:
    assert {module.id: len(module.items) for module in english.modules} == {
        "standard": 4, "training": 3, "motivation": 6, "recruiting": 1,
    }  # fmt: skip
    assert english.texts("en").modules["recruiting"].items["H1"] == (
        "New people who come to us like helping others."
    )


def test_every_item_is_answered_by_a_recommendation(english: Questionnaire) -> None:
    owners = Counter(item for one in english.recommendations for item in one.items)
    assert len(english.recommendations) == 49
    assert set(owners) == set(ITEMS)
    assert english.advice("en")["A04"].who == "Board and marketing"


def test_english_uses_typographic_quotation_marks(folder: Path) -> None:
    for file in ("en.json", "recommendations.json"):
        texts = all_texts(json.loads((folder / file).read_text("utf-8")))
        assert [text for text in texts if "'" in text or '"' in text or "!" in text] == []


@pytest.mark.parametrize(
    ("item", "sector", "language", "named"),
    [
        ("D9a", None, "en", "item 'D9a'"),
        ("D1a", "ZOO", "en", "sector 'ZOO'"),
        ("D1a", None, "xx", "language 'xx'"),
    ],
)
def test_what_the_questionnaire_does_not_hold_is_named(
    english: Questionnaire, item: str, sector: str | None, language: str, named: str
) -> None:
    with pytest.raises(NotInQuestionnaire, match=named):
        english.wording(item, Level.F, sector, language)


def test_packaged_questionnaire_is_read_once() -> None:
    assert default_questionnaire() is default_questionnaire()


@pytest.mark.parametrize("code", ["pl", "lt", "ru", "uk"])
def test_new_language_is_a_new_file(folder: Path, code: str) -> None:
    def translate(content: dict[str, Any]) -> None:
        content.update(language=code, status="draft")
        content["items"]["D1a"]["M"] = "Ąžuolas, żółć, сервіс."

    edited(folder, "en.json", f"{code}.json", translate)
    own = load(folder)
    assert list(own.languages) == sorted(["en", code])
    assert own.texts(code).status == "draft"
    assert own.wording("D1a", Level.M, None, code) == "Ąžuolas, żółć, сервіс."


def test_language_may_translate_the_recommendations_or_use_the_english_ones(folder: Path) -> None:
    def with_advice(content: dict[str, Any]) -> None:
        library = json.loads((folder / "recommendations.json").read_text("utf-8"))
        words = ("text", "who", "first_step", "evidence", "horizon")
        content.update(language="lt", recommendations={r["id"]: {w: r["id"] for w in words} for r in library})

    edited(folder, "en.json", "lt.json", with_advice)
    edited(folder, "en.json", "pl.json", lambda content: content.update(language="pl"))
    own = load(folder)
    assert own.advice("lt")["A04"].text == "A04"
    assert own.advice("pl")["A04"].text.startswith("Reduce the promise")


def test_new_sector_is_a_matter_of_data(folder: Path) -> None:
    def word(content: dict[str, Any]) -> None:
        content["sectors"]["EDU"] = "Education"
        for item in WITH_VARIANTS:
            content["items"][item]["variants"]["EDU"] = f"A pupil reads {item}."

    edited(
        folder, "questionnaire.json", "questionnaire.json", lambda content: content["sectors"].append("EDU")
    )
    edited(folder, "en.json", "en.json", word)
    own = load(folder)
    assert own.wording("B5c", Level.F, "EDU", "en") == "A pupil reads B5c."
    assert own.wording("B5b", Level.F, "EDU", "en") == own.wording("B5b", Level.F, None, "en")


def test_byte_order_mark_of_windows_editors_does_no_harm(folder: Path) -> None:
    content = (folder / "en.json").read_bytes()
    (folder / "en.json").write_bytes(b"\xef\xbb\xbf" + content)
    assert load(folder).texts("en").name == "English"


def test_items_stand_in_the_order_of_the_item_bank(english: Questionnaire) -> None:
    assert tuple(english.items) == ITEMS
    assert [item.leg for item in english.items.values()] == [leg_of(item) for item in ITEMS]
