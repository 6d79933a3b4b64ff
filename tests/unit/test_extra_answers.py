"""Answers outside the scores in a ballot: only there if given, checked, and never too long."""

from __future__ import annotations

import json

import pytest

from coherence.ballots.ballot import LONGEST_ANSWERS
from scoring.answers import DONT_KNOW, NOT_ASKED
from scoring.vocabulary import ITEMS, Level
from survey_forms.answers import MOST_EXTRA, Answers, InvalidAnswers
from survey_forms.extra_questions import MOST_OWN, module_questions
from survey_forms.pages import pages
from survey_forms.questionnaire import default_questionnaire

ITEM_CODES = (NOT_ASKED,) * len(ITEMS)


def test_without_extra_answers_a_ballot_is_what_it_was() -> None:
    written = Answers(ITEM_CODES, x1=7).to_json()
    assert list(json.loads(written)) == ["items", "x1", "x2", "x3", "x4", "x5"]
    assert Answers.from_json(written).extra == {}


def test_the_order_in_which_they_were_answered_is_not_kept() -> None:
    one, other = ({"V1": 5, "Q02": DONT_KNOW}, {"Q02": DONT_KNOW, "V1": 5})
    assert Answers(ITEM_CODES, extra=one).to_json() == Answers(ITEM_CODES, extra=other).to_json()
    assert Answers.from_json(Answers(ITEM_CODES, extra=one).to_json()).extra == one


def test_every_module_and_every_own_question_fit_into_a_ballot() -> None:
    questionnaire = default_questionnaire()
    statements = sum(len(module_questions(questionnaire, one.id, "en")) for one in questionnaire.modules)
    assert statements + MOST_OWN <= MOST_EXTRA
    most = {f"Q{number}": DONT_KNOW for number in range(10, 10 + MOST_EXTRA)}
    full = Answers(ITEM_CODES, x1=10, x2=6, x3=10, extra=most)
    assert len(full.to_json()) <= LONGEST_ANSWERS


@pytest.mark.parametrize(
    "extra",
    [{"Q01": 8}, {"Q01": -2}, {"q1": 1}, {"Q001": 1}, {f"A{one}": 1 for one in range(MOST_EXTRA + 1)}],
)
def test_what_no_page_can_send_is_refused(extra: dict[str, int]) -> None:
    with pytest.raises(InvalidAnswers):
        Answers(ITEM_CODES, extra=extra)
    stored = json.loads(Answers(ITEM_CODES).to_json()) | {"extra": extra}
    with pytest.raises(InvalidAnswers):
        Answers.from_json(json.dumps(stored, separators=(",", ":")).encode())


@pytest.mark.parametrize("stored", ['"5"', "true", "5.0", "null"])
def test_a_stored_answer_is_a_whole_number(stored: str) -> None:
    good = Answers(ITEM_CODES, extra={"Q01": 5}).to_json().decode()
    with pytest.raises(InvalidAnswers):
        Answers.from_json(good.replace('"Q01":5', f'"Q01":{stored}').encode())


def test_they_stand_on_a_page_of_their_own_at_the_end() -> None:
    plain = pages("full", Level.F, 3)
    longer = pages("full", Level.F, 3, ("V1", "Q01"))
    assert [page.items for page in longer] == [*(page.items for page in plain), ()]
    assert [page.questions for page in longer] == [*(page.questions for page in plain), ()]
    assert [(page.number, page.of, page.extra) for page in longer] == [
        (1, 4, ()), (2, 4, ()), (3, 4, ()), (4, 4, ("V1", "Q01"))
    ]  # fmt: skip
