"""The questionnaire in the browser: answers travel, nothing is stored, nothing typed is lost."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from scoring.vocabulary import Level
from survey_forms.pages import pages
from survey_forms.questionnaire import default_questionnaire

Token = Callable[..., str]
FIRST, SECOND, THIRD = pages("full", Level.F, 0)


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found if name != "csrf_token"}


def checked(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="radio" name="(\w+)" value="(\w+)" checked>', page))


def test_answers_of_earlier_pages_travel_as_hidden_fields(client: FlaskClient, token: Token) -> None:
    given = {FIRST.items[0]: "4", FIRST.items[1]: "dk"}
    second = client.post("/questionnaire/page/2", data={"csrf_token": token(), **given})
    assert second.status_code == 200
    assert "Page 2 of 3" in second.text
    assert hidden(second.text) == given

    given |= {SECOND.items[3]: "1"}
    third = client.post("/questionnaire/page/3", data={"csrf_token": token(), **given})
    assert hidden(third.text) == given


def test_going_back_shows_what_was_answered_and_keeps_the_rest(client: FlaskClient, token: Token) -> None:
    first, later = {FIRST.items[0]: "4"}, {SECOND.items[0]: "2", "X4": "Too few tills\nat noon"}
    page = client.post("/questionnaire/page/1", data={"csrf_token": token(), **first, **later}).text
    assert checked(page) == first
    assert {name: value.replace("\r\n", "\n") for name, value in hidden(page).items()} == later


def test_comments_are_shown_again_as_they_were_typed(client: FlaskClient, token: Token) -> None:
    typed = '</textarea><b>"Too few" & late'
    page = client.post("/questionnaire/page/3", data={"csrf_token": token(), "X5": typed}).text
    shown = re.search(r'<textarea id="X5-text".*?>\n(.*?)</textarea>', page, re.S)
    assert shown
    assert html.unescape(shown[1]) == typed
    assert "<b>" not in page


def test_send_ends_on_a_page_that_says_that_nothing_was_stored(client: FlaskClient, token: Token) -> None:
    given = dict.fromkeys(FIRST.items + SECOND.items, "3")
    answer = client.post("/questionnaire/send", data={"csrf_token": token(), **given})
    assert answer.status_code == 200
    assert "This was a preview. Nothing was stored." in answer.text
    assert "You answered 34 statements of 51." in answer.text


def test_nothing_is_stored(
    client: FlaskClient, token: Token, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file changes, and the cookie says nothing about the answers."""
    monkeypatch.chdir(tmp_path)

    def state() -> dict[str, float]:
        return {
            os.path.join(folder, name): os.stat(os.path.join(folder, name)).st_mtime_ns
            for folder, _, names in os.walk(tmp_path)
            for name in names
        }

    data = {"csrf_token": token(), FIRST.items[0]: "4", "X4": "a comment of mine"}
    before, cookie = state(), client.get_cookie("coherence")
    client.post("/questionnaire/page/2", data=data)
    client.post("/questionnaire/send", data=data)
    assert state() == before
    assert client.get_cookie("coherence") == cookie
    assert hidden(client.get("/questionnaire/page/2").text) == {}


def test_nothing_answered_is_no_error(client: FlaskClient, token: Token) -> None:
    answer = client.post("/questionnaire/send", data={"csrf_token": token()})
    assert answer.status_code == 200
    assert "You answered 0 statements of 51." in answer.text


@pytest.mark.parametrize("path", ["/questionnaire/page/2", "/questionnaire/send"])
def test_a_form_without_a_token_is_refused_and_keeps_what_was_typed(client: FlaskClient, path: str) -> None:
    given = {FIRST.items[0]: "4", THIRD.items[0]: "dk"}
    answer = client.post(path, data=given)
    assert answer.status_code == 400
    assert "We could not be sure" in answer.text
    assert "This was a preview" not in answer.text
    assert hidden(answer.text) | checked(answer.text) == given


def test_a_refused_form_can_be_sent_again_from_its_new_page(client: FlaskClient) -> None:
    refused = client.post("/questionnaire/send", data={"csrf_token": "stale", FIRST.items[0]: "4"}).text
    new = re.search(r'name="csrf_token" value="([^"]+)"', refused)
    assert new
    data = {"csrf_token": new[1], **hidden(refused), **checked(refused)}
    assert "You answered 1 statement of 51." in client.post("/questionnaire/send", data=data).text


def test_a_form_is_taken_on_https_although_no_referrer_is_sent(client: FlaskClient) -> None:
    page = client.get("/questionnaire/page/1", base_url="https://localhost").text
    new = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert new
    answer = client.post("/questionnaire/page/2", base_url="https://localhost", data={"csrf_token": new[1]})
    assert answer.status_code == 200


@pytest.mark.parametrize("value", ["6", "0", "-1", "DK", "4 ", "<script>", "４"])
def test_a_tampered_answer_is_named_and_the_others_survive(
    client: FlaskClient, token: Token, value: str
) -> None:
    bad, kept = FIRST.items[2], {FIRST.items[0]: "4", SECOND.items[0]: "dk", "X4": "too few"}
    answer = client.post("/questionnaire/send", data={"csrf_token": token(), bad: value, **kept})
    assert answer.status_code == 400
    assert "Some answers could not be read" in answer.text
    assert "Page 1 of 3" in answer.text, "the page with the faulty statement"
    assert f'<a href="#{bad}">' in answer.text
    assert f'aria-describedby="{bad}-fault"' in answer.text
    assert hidden(answer.text) | checked(answer.text) == kept


def test_two_answers_to_one_statement_are_not_taken(client: FlaskClient, token: Token) -> None:
    item = FIRST.items[0]
    answer = client.post("/questionnaire/page/2", data={"csrf_token": token(), item: ["1", "5"]})
    assert answer.status_code == 400
    assert item not in checked(answer.text)


def test_a_comment_that_is_too_long_is_shown_again(client: FlaskClient, token: Token) -> None:
    comment = "ab " * 400
    answer = client.post("/questionnaire/send", data={"csrf_token": token(), "X4": comment})
    assert answer.status_code == 400
    assert comment.strip() in answer.text
    assert "at most 1000 characters" in answer.text


def test_far_too_much_is_refused(client: FlaskClient, token: Token) -> None:
    answer = client.post("/questionnaire/send", data={"csrf_token": token(), "X4": "x" * 300_000})
    assert answer.status_code == 413
    assert "That was too much at once" in answer.text


def test_unknown_fields_do_not_travel(client: FlaskClient, token: Token) -> None:
    page = client.post("/questionnaire/page/2", data={"csrf_token": token(), "Z9": "4", "csrf": "x"}).text
    assert hidden(page) == {}


@pytest.mark.parametrize("level", list(Level))
def test_every_level_reads_its_own_words(client: FlaskClient, level: Level) -> None:
    questionnaire = default_questionnaire()
    for page in pages("full", level, 4):
        shown = html.unescape(client.get(f"/questionnaire/page/{page.number}?level={level}&order=5").text)
        texts = [questionnaire.wording(item, level, None, "en") for item in page.items]
        positions = [shown.index(text) for text in texts]
        assert positions == sorted(positions)
    introduction = questionnaire.texts("en").support_introduction
    assert (introduction in shown) == (level is Level.S)


def test_a_sector_reads_its_own_words(client: FlaskClient) -> None:
    questionnaire = default_questionnaire()
    own = questionnaire.wording("R2c", Level.F, "RET", "en")
    assert own != questionnaire.wording("R2c", Level.F, None, "en")
    number = next(page.number for page in pages("full", Level.F, 0) if "R2c" in page.items)
    assert own in html.unescape(client.get(f"/questionnaire/page/{number}?sector=RET").text)


def test_the_short_form_is_one_page(client: FlaskClient) -> None:
    page = client.get("/questionnaire/page/1?form=short").text
    assert page.count("<fieldset") == 18 + 3
    assert ">Send</button>" in page
    assert client.get("/questionnaire/page/2?form=short").status_code == 404


def test_nothing_is_answered_beforehand(client: FlaskClient) -> None:
    assert checked(client.get("/questionnaire/page/1").text) == {}


def test_the_promise_stands_before_the_first_statement_unshortened(client: FlaskClient) -> None:
    page = client.get("/questionnaire/welcome?level=M").text
    promise = (
        "While the survey is open, your answers lie sealed in a box that cannot be opened without a key kept "
        "apart from it. When the survey closes, the box is emptied in random order and the key is destroyed. "
        "Nobody, not even we, can then tell which answer was yours.",
        "Results are shown only for groups of 5 people or more.",
    )
    start = page.index(">Start<")
    assert all(0 < page.index(sentence) < start for sentence in promise)
    assert page.index(promise[0]) < page.index("Your answer will be counted in:") < start
    assert "example" in page
    assert page.index("What this promise does not cover") < start


@pytest.mark.parametrize(
    "query", ["level=X", "level=", "sector=QQQ", "form=long", "order=0", "order=9", "order=one", "order=１"]
)
def test_a_variant_that_does_not_exist_gets_a_clear_page(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/questionnaire/page/1?{query}")
    assert answer.status_code == 404
    assert "There is no such questionnaire" in answer.text
    assert client.post(f"/questionnaire/send?{query}").status_code == 404


def test_a_page_that_does_not_exist_is_said_so_even_without_a_token(client: FlaskClient) -> None:
    assert client.post("/questionnaire/page/9").status_code == 404
