"""The results of a scored folder in the browser: what stands in it, and nothing more."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from coherence import create_app
from coherence.reports.organisation import organisation_report
from coherence.reports.scores_json import read_scores, write_scores
from scoring.released import Ledger

HOSTILE = """<img src=x onerror="alert(1)">&{{ 7*7 }}'"""


@pytest.mark.parametrize("path", ["/results/departments", "/results/department-1", "/results/department-3"])
def test_a_hostile_department_name_is_only_text(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert "<img" not in page
    assert HOSTILE in html.unescape(page)


def test_a_hostile_wave_and_company_are_only_text(client: FlaskClient, scored: Path) -> None:
    ledger = read_scores(scored / "scores.json")
    cells = tuple(replace(cell, unit=(HOSTILE, *cell.unit[1:])) for cell in ledger.cells)
    write_scores(
        Ledger(HOSTILE, ledger.k, ledger.form, (), cells, ledger.moved_up, ledger.careless),
        scored / "scores.json",
    )
    for path in ("/", "/results/", "/results/departments", "/results/department-1"):
        page = client.get(path).text
        assert "<img" not in page
        assert HOSTILE in html.unescape(page)


def test_the_summary_shows_the_stool_the_seat_in_words_and_the_verdict(client: FlaskClient) -> None:
    page = client.get("/results/").text
    assert 'class="stool stool-full"' in page
    assert '<span class="big">+19</span> <span class="seat-word">middle</span>' in page
    assert "leaning toward resources" in page.lower()


def test_levels_stand_side_by_side(client: FlaskClient) -> None:
    page = client.get("/results/").text
    assert '<svg class="levels"' in page
    for words in ("Board", "Managers", "+88", "+64", "5–9 answers"):
        assert words in page


def test_a_chapter_says_on_its_page_what_it_says_in_the_report(client: FlaskClient, scored: Path) -> None:
    """Every title, sentence, number and table cell of the document stands on exactly its page."""
    document = organisation_report(read_scores(scored / "scores.json"))
    assert len(document.chapters) >= 6
    for chapter in document.chapters:
        page = html.unescape(client.get(f"/results/{chapter.ident}").text)
        for words in texts_of(chapter):
            assert words in page


def test_the_heat_map_says_every_step_in_words_too(client: FlaskClient) -> None:
    page = client.get("/results/departments").text
    coloured = re.findall(r'<td role="cell" class="score heat h(\d)[^>]*>(.*?)</td>', page)
    assert len(coloured) == 3 * 4
    words = ("very low", "low", "middle", "high", "very high")
    for step, cell in coloured:
        assert f'<span class="hide">, {words[int(step) - 1]}</span>' in cell


def test_small_groups_are_dashed_and_their_size_is_not_said(client: FlaskClient) -> None:
    page = client.get("/results/departments").text
    row = page[page.index("Claims") :].split("</tr>")[0]
    assert row.count(" few") == 4
    assert row.count('<span class="iv">about ±57</span>') == 4
    assert "5–9 answers" in row


def test_every_department_has_a_page_and_a_way_to_it(client: FlaskClient) -> None:
    overview = client.get("/results/departments").text
    links = re.findall(r'href="(/results/department-\d)"', overview)
    assert sorted({*links}) == [f"/results/department-{number}" for number in (1, 2, 3)]
    for link in links:
        assert client.get(link).status_code == 200


def test_the_switcher_leads_to_the_address_of_the_department(client: FlaskClient) -> None:
    answer = client.get("/results/?chapter=department-2")
    assert answer.status_code == 303
    assert answer.location == "/results/department-2"
    assert client.get("/results/?chapter=https://elsewhere.example").status_code == 404


def test_two_departments_stand_beside_each_other(client: FlaskClient) -> None:
    page = client.get("/results/compare?one=2&two=1").text
    assert "<h1>" in page
    assert page.count('<svg class="stool stool-small"') == 2
    for number in ("+120", "+60", "+71"):
        assert f"<b>{number}</b>" in page


@pytest.mark.parametrize("query", ["one=0&two=1", "one=1&two=4", "one=x&two=1", "one=-1", "two=99999999999"])
def test_a_department_that_is_not_there_cannot_be_compared(client: FlaskClient, query: str) -> None:
    assert client.get(f"/results/compare?{query}").status_code == 404


def test_a_number_explains_itself_and_a_chart_has_a_table(client: FlaskClient) -> None:
    page = client.get("/results/levels").text
    explained = re.findall(
        r'<details class="why" name="why"><summary><b>([^<]*)</b></summary><p>([^<]*)</p>', page
    )
    assert ("+46", "What the company says about service to customers. With 95 % confidence between ") in [
        (number, words[: words.index("between ") + 8]) for number, words in explained if "between" in words
    ]
    assert any("would tell their size" in words for _number, words in explained)
    assert page.count('<details class="data">') == page.count('class="levels"') // 2


def test_the_report_can_be_taken_away(client: FlaskClient) -> None:
    answer = client.get("/results/report.pdf", buffered=True)
    assert answer.data == b"%PDF-1.7 for a test"
    assert answer.mimetype == "application/pdf"
    assert "coherence-report.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_a_report_no_link_leads_to_one(client: FlaskClient, scored: Path) -> None:
    assert "report.pdf" in client.get("/results/").text
    (scored / "report.pdf").unlink()
    assert "report.pdf" not in client.get("/results/").text
    assert client.get("/results/report.pdf").status_code == 404


def test_new_scores_are_read_without_a_restart(client: FlaskClient, scored: Path) -> None:
    path = scored / "scores.json"
    ledger = read_scores(path)
    assert "Autumn" in client.get("/results/").text
    write_scores(Ledger("Spring", 5, "full", (), ledger.cells, "0", "0"), path)
    os.utime(path, ns=(1, 1))
    assert "Spring" in client.get("/results/").text


def test_an_empty_state_says_what_to_do_next(bare: FlaskClient) -> None:
    assert "coherence demo" in bare.get("/").text
    answer = bare.get("/results/departments")
    assert answer.status_code == 404
    assert "coherence serve --results" in answer.text


@pytest.mark.parametrize("content", ["", "{", "[]", '{"schema": 99}', '{"schema": 1}'])
def test_scores_that_cannot_be_read_say_why_on_both_pages(
    client: FlaskClient, scored: Path, content: str
) -> None:
    (scored / "scores.json").write_text(content)
    start, results = client.get("/"), client.get("/results/")
    assert start.status_code == 200
    assert results.status_code == 500
    for answer in (start, results):
        assert "scores.json" in answer.text
        assert "coherence score" in answer.text


def test_a_folder_without_scores_says_so(tmp_path: Path) -> None:
    client = create_app({"SECRET_KEY": "only for tests", "RESULTS_DIR": tmp_path}).test_client()
    assert "scores.json" in client.get("/results/").text
    assert client.get("/").status_code == 200


def test_nothing_released_is_said_plainly(client: FlaskClient, scored: Path) -> None:
    write_scores(Ledger("Autumn", 5, "full", (), (), "0", "0"), scored / "scores.json")
    for path in ("/", "/results/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Nothing can be shown" in answer.text


def texts_of(part: object) -> Iterator[str]:
    """Every text of a chapter, drawings and names of things apart."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from texts_of(one)
    elif is_dataclass(part):
        for field in fields(part):
            if field.name not in {
                *("ident", "bookmark", "svg", "slim", "alternative", "width", "voice", "leg", "leads_to")
            }:
                yield from texts_of(getattr(part, field.name))
