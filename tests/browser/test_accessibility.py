"""Every page in a real browser, on a phone and a desktop, in light and dark: axe finds nothing."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/confidentiality",
    "/questionnaire/",
    "/questionnaire/welcome?level=T",
    "/questionnaire/page/1?level=S",
    "/questionnaire/page/3",
    "/results/",
    "/results/facets",
    "/results/departments",
    "/results/reading",
    "/results/department-1",
    "/results/department-3",
    "/no-such-page",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE, DESKTOP = (390, 844), (1280, 900)


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response
    assert found["passes"], "axe did not run"
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light")],
    ids=["phone", "dark phone", "desktop"],
)
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(
    browser: Browser, address: str, path: str, size: tuple[int, int], scheme: str
) -> None:
    with browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme) as context:
        page = context.new_page()
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text))
        answer = page.goto(address + path)
        if answer.ok:
            assert refused == [], "the policy refuses a part of the page, or a file is missing"
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], "the page scrolls sideways"


@pytest.mark.parametrize("path", ["/", "/results/"])
def test_axe_finds_nothing_where_there_are_no_results(browser: Browser, bare_address: str, path: str) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(bare_address + path)
        assert violations(page) == []


@pytest.mark.parametrize("path", ["/questionnaire/", "/questionnaire/page/1", "/questionnaire/page/3"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_an_answer_is_large_enough_for_a_thumb(
    browser: Browser, address: str, path: str, size: tuple[int, int]
) -> None:
    with browser.new_context(viewport={"width": size[0], "height": size[1]}) as context:
        page = context.new_page()
        page.goto(address + path)
        boxes = page.evaluate(
            "[...document.querySelectorAll('.choice, .button, select')]"
            ".map(one => one.getBoundingClientRect()).map(box => [box.width, box.height])"
        )
        assert len(boxes) > 4
        assert min(height for _, height in boxes) >= 48
        assert min(width for width, _ in boxes) >= 44


def test_a_faulty_page_is_accessible_and_leads_to_the_fault(browser: Browser, address: str) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(address + "/questionnaire/page/1")
        page.locator("input[type=radio]").first.evaluate("one => { one.value = '9' }")
        page.locator("label.choice").first.click()
        page.get_by_role("button", name="Next page").click()
        expect(page).to_have_title(re.compile("^Error: "))
        assert violations(page) == []
        page.get_by_role("alert").get_by_role("link").click()
        expect(page.locator("fieldset").first).to_be_focused()
