"""A person goes through the questionnaire, by mouse, by keyboard, with and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_the_start_page_to_the_end_of_the_preview(
    browser: Browser, address: str, javascript: bool
) -> None:
    with browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=javascript
    ) as context:
        page = context.new_page()
        page.goto(address)
        page.get_by_role("link", name="See the questionnaire").click()
        page.get_by_label("Managers").check()
        page.get_by_label("Wording for").select_option("RET")
        page.get_by_role("button", name="Show the questionnaire").click()
        expect(page.get_by_text("Sales, managers").first).to_be_visible()
        page.get_by_role("link", name="Start").click()
        for number in (1, 2, 3):
            expect(page).to_have_title(re.compile(f"Page {number} of 3"))
            groups = page.locator("fieldset:has(.apart)")
            expect(groups).to_have_count(17)
            for place in range(17):
                groups.nth(place).get_by_label("rather agree").check()
            if number < 3:
                page.get_by_role("button", name="Next page").click()
        page.get_by_label("What most often stops you").fill("Too few tills\nat noon")
        page.get_by_role("button", name="Previous page").click()
        expect(page).to_have_title(re.compile("Page 2 of 3"))
        expect(page.locator("input:checked")).to_have_count(17)
        page.get_by_role("button", name="Next page").click()
        expect(page).to_have_title(re.compile("Page 3 of 3"))
        expect(page.locator("input:checked")).to_have_count(17)
        expect(page.get_by_label("What most often stops you")).to_have_value("Too few tills\nat noon")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("This was a preview. Nothing was stored.")
        expect(page.get_by_text("You answered 51 statements of 51.")).to_be_visible()


def test_the_keyboard_alone_is_enough(browser: Browser, address: str) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(address + "/questionnaire/page/1?form=short")
        press = page.keyboard.press
        press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0, "it is seen"
        press("Enter")
        press("Tab")  # the link of the preview's note
        first = page.locator("fieldset").first
        press("Tab")
        assert first.locator("input").first.evaluate("one => one === document.activeElement")
        outline = "one => getComputedStyle(one).outlineStyle + ' ' + getComputedStyle(one).outlineWidth"
        assert first.locator("label").first.evaluate(outline) == "solid 3px"
        press("Space")
        for _ in range(4):
            press("ArrowRight")
        assert first.get_by_label("strongly agree").is_checked()
        press("ArrowRight")
        assert first.get_by_label("I do not know").is_checked()
        for _ in range(17 + 3):
            press("Tab")
            press("Space")
        press("Tab")
        page.keyboard.type("Too few tills")
        press("Tab")
        press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Send"
        press("Enter")
        expect(page.get_by_text("You answered 18 statements of 18.")).to_be_visible()


def test_the_browsers_own_way_back_keeps_the_answers(browser: Browser, address: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(address + "/questionnaire/page/1")
        page.locator("fieldset").first.get_by_label("rather agree").check()
        page.get_by_role("button", name="Next page").click()
        page.wait_for_url("**/page/2*")
        page.locator("fieldset").first.get_by_label("rather disagree").check()
        page.get_by_role("button", name="Next page").click()
        page.wait_for_url("**/page/3*")
        page.go_back()
        expect(page).to_have_title(re.compile("Page 2 of 3"))
        expect(page.locator("fieldset").first.get_by_label("rather disagree")).to_be_checked()
        page.go_back()
        expect(page).to_have_title(re.compile("Page 1 of 3"))
        expect(page.locator("fieldset").first.get_by_label("rather agree")).to_be_checked()
