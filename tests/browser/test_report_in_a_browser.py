"""A whole report of a simulated company in a real browser: axe finds nothing, nothing scrolls sideways."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from fixtures_reports import simulated
from playwright.sync_api import Browser, Page
from waitress.server import create_server

from coherence import create_app
from coherence.reports.scores_json import write_scores

pytestmark = pytest.mark.browser

CHAPTERS = [
    *("organisation", "participation", "stool", "levels", "say-do", "funnel", "questions"),
    *("key-areas", "patterns", "maturity", "recommendations", "compare", "about"),
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the results on a running server."""
    folder = tmp_path_factory.mktemp("results")
    write_scores(simulated("S2"), folder / "scores.json")
    app = create_app({"SECRET_KEY": "only for tests", "RESULTS_DIR": folder})
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}/results/"
    server.close()
    thread.join(timeout=5)


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response
    assert found["passes"], "axe did not run"
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


@pytest.mark.parametrize(
    ("width", "scheme", "chapters"),
    [
        (390, "dark", ["organisation", "levels", "participation"]),
        (1280, "light", ["maturity", "patterns", "department-1"]),
    ],
)
def test_axe_finds_nothing_on_the_chapters(
    browser: Browser, results: str, width: int, scheme: str, chapters: list[str]
) -> None:
    with browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:  # type: ignore[arg-type]
        page = context.new_page()
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text))
        for chapter in chapters:
            answer = page.goto(results + chapter)
            assert answer is not None
            assert answer.ok, chapter
            assert violations(page) == [], chapter
        assert refused == []


def test_no_chapter_scrolls_sideways_on_a_phone(browser: Browser, results: str) -> None:
    with browser.new_context(viewport={"width": 390, "height": 900}) as context:
        page = context.new_page()
        for chapter in CHAPTERS:
            answer = page.goto(results + chapter)
            assert answer is not None
            assert answer.ok, chapter
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, chapter


def test_an_explanation_stays_on_the_page_of_a_phone(browser: Browser, results: str) -> None:
    with browser.new_context(viewport={"width": 390, "height": 900}) as context:
        page = context.new_page()
        page.goto(results + "levels")
        numbers = page.locator("table.scores >> details.why:visible")
        for at in range(4):
            numbers.nth(at).locator("summary").click()
            box = numbers.nth(at).locator("p").bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
            assert page.locator("details.why[open]").count() == 1


def test_the_switcher_works_without_a_script(browser: Browser, results: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(results)
        page.get_by_label("A department").select_option(index=1)
        page.get_by_role("button", name="Show").click()
        assert page.url.endswith("/results/department-2")
