"""What a person answered survives storage exactly, and nothing else passes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.answers import DONT_KNOW, NOT_ASKED, SKIPPED
from survey_forms.answers import COMMENT_LENGTH, Answers, InvalidAnswers, clean_comment, comment_length

codes = st.sampled_from([1, 2, 3, 4, 5, SKIPPED, DONT_KNOW, NOT_ASKED])
ratings = st.none() | st.integers(0, 10)
comments = st.text(max_size=500).map(clean_comment)
answers = st.builds(
    Answers,
    items=st.tuples(*[codes] * 51),
    x1=ratings,
    x2=st.none() | st.integers(0, 6),
    x3=ratings,
    x4=comments,
    x5=comments,
)

SOME = Answers((4,) * 51, x1=9, x2=0, x4="Za mało kas")


@given(answers)
def test_reading_what_was_written_gives_the_same_answers(given_answers: Answers) -> None:
    assert Answers.from_json(given_answers.to_json()) == given_answers


@given(st.text())
def test_cleaning_a_comment_twice_changes_nothing(text: str) -> None:
    once = clean_comment(text)
    assert clean_comment(once) == once
    assert once.encode("utf-8").decode("utf-8") == once


def test_written_answers_are_compact_utf_8() -> None:
    written = SOME.to_json()
    assert written.endswith('"x1":9,"x2":0,"x3":null,"x4":"Za mało kas","x5":""}'.encode())
    assert b" " not in written.replace("Za mało kas".encode(), b"")


@pytest.mark.parametrize("sign", ["€", "\u2028", "😀", '"', "\\", "\n"])
def test_longest_answers_fit_into_a_ballot_with_room_for_its_label(sign: str) -> None:
    comment = "x" + sign * ((COMMENT_LENGTH - 2) // comment_length(sign)) + "x"
    assert comment_length(comment) == COMMENT_LENGTH
    longest = Answers((NOT_ASKED,) * 51, 10, 6, 10, comment, comment)
    assert len(longest.to_json()) <= 6300


def test_comment_of_full_length_is_taken_and_one_sign_more_is_not() -> None:
    assert Answers((1,) * 51, x4="ž" * 1000).x4 == "ž" * 1000
    with pytest.raises(InvalidAnswers, match="x4 is longer than 1000"):
        Answers((1,) * 51, x4="ž" * 1001)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"items": (1,) * 50}, "51 items, not 50"),
        ({"items": (1,) * 50 + (6,)}, "B6c lies outside the answer scale"),
        ({"items": (-3,) + (1,) * 50}, "D1a lies outside the answer scale"),
        ({"x1": 11}, "x1 lies outside 0 to 10"),
        ({"x2": 7}, "x2 lies outside 0 to 6"),
        ({"x3": -1}, "x3 lies outside 0 to 10"),
        ({"x5": "a\x00b"}, "x5 holds control characters"),
        ({"x5": " a"}, "x5 holds control characters or blanks around"),
        ({"x5": "\ud800"}, "x5 holds control characters"),
    ],
)
def test_values_out_of_range_are_refused(values: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidAnswers, match=reason):
        Answers(**{"items": (1,) * 51, **values})


def changed(**values: object) -> bytes:
    return json.dumps(
        {**json.loads(SOME.to_json()), **values}, ensure_ascii=False, separators=(",", ":")
    ).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        changed(x6=1),
        changed(x1=11),
        changed(x1="9"),
        changed(x1=True),
        changed(x1=9.0),
        changed(x4=None),
        changed(items=[4] * 50),
        changed(items=[4] * 50 + [9]),
        changed(items="4" * 51),
        SOME.to_json().replace(b',"x5":""', b""),
        SOME.to_json().replace(b'"x1":9', b'"x1":8,"x1":9'),
        SOME.to_json() + b"\n",
        SOME.to_json().replace("ł".encode(), b"\\u0142"),
    ],
)
def test_anything_else_than_written_answers_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidAnswers, match="stored answers are broken"):
        Answers.from_json(content)


def test_refusal_never_repeats_an_answer() -> None:
    with pytest.raises(InvalidAnswers) as caught:
        Answers.from_json(changed(x4=["the boss shouts"]))
    assert "boss" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "x4" in str(caught.value)


def test_questions_carry_the_codes_of_an_answer_matrix() -> None:
    assert SOME.questions == {"X1": 9, "X2": 0, "X3": -1}
