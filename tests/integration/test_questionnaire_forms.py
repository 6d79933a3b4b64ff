"""Posted pages become answers; tampered ones are refused by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from scoring.answers import DONT_KNOW, NOT_ASKED, SKIPPED
from scoring.vocabulary import ITEMS, SHORT_ITEMS, Form, Level
from survey_forms.answers import InvalidAnswers
from survey_forms.forms import SurveyForm, whole_form
from survey_forms.questionnaire import default_questionnaire

LITHUANIAN = {
    "Please choose one of the answers offered.": "Pasirinkite vieną iš siūlomų atsakymų.",
    "Please shorten this text: it may have at most %(most)s characters.": "Daugiausia %(most)s ženklų.",
    "This field is required.": "Šis laukas būtinas.",
    ("%d letter", "%d letters"): ("%d raidė", "%d raidės", "%d raidžių"),
}


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    folder = tmp_path / "lt" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalog = Catalog(locale="lt")
    for english, lithuanian in LITHUANIAN.items():
        catalog.add(english, lithuanian)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="only for this test", WTF_CSRF_ENABLED=False, BABEL_TRANSLATION_DIRECTORIES=str(tmp_path)
    )
    Babel(app)
    return app


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context("/", method="POST"):
        yield


def posted(
    values: Mapping[str, str] | list[tuple[str, str]], form: Form = "full", level: Level = Level.F
) -> SurveyForm:
    filled = whole_form(default_questionnaire(), form, level)(MultiDict(values))
    filled.validate()
    return filled


def code(filled: SurveyForm, item: str) -> int:
    return filled.answers().items[ITEMS.index(item)]


def test_questions_are_answered_beside_the_statements() -> None:
    answers = posted({"X1": "0", "X5": "Longer hours"}).answers()
    assert (answers.x1, answers.x5) == (0, "Longer hours")


def test_names_that_are_not_asked_are_passed_over() -> None:
    filled = posted({"D1a": "2", "Z9z": "2", "level": "T"})
    assert filled.validate()
    assert filled.given == {"D1a": "2"}


def test_empty_post_is_no_error_and_skips_everything() -> None:
    filled = posted({})
    assert filled.faults == {}
    answers = filled.answers()
    assert set(answers.items) == {SKIPPED}
    assert (answers.x1, answers.x2, answers.x3, answers.x4, answers.x5) == (None, None, None, "", "")


def test_empty_hidden_field_is_no_answer() -> None:
    filled = posted({"D1a": "", "X1": "", "X2": ""})
    assert filled.faults == {}
    assert code(filled, "D1a") == SKIPPED
    assert filled.answers().x1 is None


@pytest.mark.parametrize(("value", "expected"), [("1", 1), ("5", 5), ("dk", DONT_KNOW)])
def test_offered_answers_get_their_codes(value: str, expected: int) -> None:
    assert code(posted({"R3a": value}), "R3a") == expected


def test_options_of_x2_get_their_places() -> None:
    assert posted({"X2": "quality"}).answers().x2 == 0
    assert posted({"X2": "hard_to_say"}).answers().x2 == 6


def test_support_is_not_asked_b1a_even_if_it_is_sent() -> None:
    filled = posted(dict.fromkeys(ITEMS, "5"), level=Level.S)
    assert code(filled, "B1a") == NOT_ASKED
    assert filled.answers().items.count(5) == 50


def test_short_form_leaves_33_items_not_asked() -> None:
    answers = posted(dict.fromkeys(ITEMS, "3"), form="short").answers()
    assert answers.items.count(NOT_ASKED) == 33
    assert all(answers.items[ITEMS.index(item)] == 3 for item in SHORT_ITEMS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("D1a", "6"), ("D1a", "0"), ("D1a", "-1"), ("D1a", " 3"), ("D1a", "３"), ("B6c", "dk "),
        ("X1", "11"), ("X1", "-1"), ("X3", "5.0"), ("X2", "0"), ("X2", "Quality"),
    ],
)  # fmt: skip
def test_tampered_value_is_an_error_of_its_field(name: str, value: str) -> None:
    filled = posted({name: value, "R1a": "4"})
    assert not filled.validate()
    assert filled.faults == {name: "Please choose one of the answers offered."}
    with pytest.raises(InvalidAnswers, match=name):
        filled.answers()


def test_two_answers_to_one_statement_are_refused() -> None:
    assert list(posted([("D1a", "1"), ("D1a", "5")]).faults) == ["D1a"]


def test_two_texts_for_one_question_are_refused() -> None:
    assert list(posted([("X4", "one"), ("X4", "two")]).faults) == ["X4"]


def test_answers_are_refused_before_anybody_calls_validate() -> None:
    filled = whole_form(default_questionnaire(), "full", Level.F)(MultiDict({"D1a": "7"}))
    with pytest.raises(InvalidAnswers, match="D1a"):
        filled.answers()


def test_values_sent_as_json_are_refused_without_failing(app: Flask) -> None:
    with app.test_request_context("/", method="POST", json={"D1a": 5, "D1b": {"a": 1}, "X4": 7}):
        filled = whole_form(default_questionnaire(), "full", Level.F)()
        assert not filled.validate()
        assert set(filled.faults) == {"D1a", "D1b", "X4"}


def test_comments_are_cleaned_as_browsers_send_them() -> None:
    assert posted({"X4": "  Too few tills.\r\nNo stock.\x07\t "}).answers().x4 == "Too few tills.\nNo stock."


def test_comment_of_1000_characters_with_line_ends_of_a_browser_is_taken() -> None:
    comment = ("a" * 9 + "\n") * 99 + "b" * 10
    assert posted({"X5": comment.replace("\n", "\r\n")}).answers().x5 == comment


def test_comment_that_is_too_long_is_an_error_and_is_not_lost() -> None:
    filled = posted({"X5": "ą" * 1001})
    assert filled.faults == {"X5": "Please shorten this text: it may have at most 1000 characters."}
    assert filled.given["X5"] == "ą" * 1001


def test_given_answers_travel_on_as_they_were_sent() -> None:
    values = {"D1a": "5", "R2c": "dk", "X1": "0", "X2": "costs", "X4": "ž"}
    assert posted({**values, "D1b": "", "D2a": "99"}).given == values
    assert posted(posted(values).given).answers() == posted(values).answers()


def test_messages_are_those_of_the_reader_s_language(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = "lt"
    app.extensions["babel"].default_locale = "lt"
    filled = posted({"D1a": "6", "X4": "a" * 1001})
    assert filled.faults == {
        "D1a": "Pasirinkite vieną iš siūlomų atsakymų.",
        "X4": "Daugiausia 1000 ženklų.",
    }


def test_wtforms_takes_its_own_messages_from_the_product_too(app: Flask) -> None:
    app.extensions["babel"].default_locale = "lt"
    field = posted({})["sent"]
    assert field.gettext("This field is required.") == "Šis laukas būtinas."
    assert field.ngettext("%d letter", "%d letters", 21) == "%d raidė"


def test_token_against_forgery_is_no_answer() -> None:
    assert posted({"D1a": "5", "csrf_token": "anything"}).given == {"D1a": "5"}


def test_the_form_of_a_level_is_made_once() -> None:
    questionnaire = default_questionnaire()
    assert whole_form(questionnaire, "full", Level.M) is whole_form(questionnaire, "full", Level.M)
