"""An employee answers on a phone through a personal link: draft, bad connection, arrival, and every page."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fixtures_service import OpenSurvey, an_open_survey, now
from playwright.sync_api import Browser, BrowserContext, Page, expect
from waitress.server import create_server

from coherence import create_app
from coherence.web.services import Services

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE, DESKTOP = (390, 844), (1280, 900)
COMMENT = "Too few tills\nat noon"


class Place:
    """A running service with an open survey; each test takes a fresh invitation."""

    def __init__(self, survey: OpenSurvey, address: str) -> None:
        self.survey, self.address = survey, address
        self._free = iter(survey.invitations)

    def link(self) -> str:
        return self.address + self.survey.link(next(self._free))

    def code(self) -> str:
        return self.survey.code(next(self._free))


def _place(folder: Path, people: int) -> Iterator[Place]:
    survey = an_open_survey(folder, people, department="Customer service, north of the river")
    services = Services(survey.database, survey.secret, folder / "keys", now)
    app = create_app({"SECRET_KEY": "only for tests", "SERVICES": services})
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Place(survey, f"http://127.0.0.1:{server.effective_port}")
    server.close()
    thread.join(timeout=5)
    survey.database.dispose()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    yield from _place(tmp_path_factory.mktemp("open") / "instance", 60)


@pytest.fixture(scope="module")
def closed_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    for made in _place(tmp_path_factory.mktemp("closed") / "instance", 8):
        made.survey.close()
        yield made


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, has_touch=True, is_mobile=True
    ) as context:
        yield context


def answer_page(page: Page, choice: str = "rather agree") -> None:
    groups = page.locator("fieldset:has(.apart)")
    for place in range(groups.count()):
        groups.nth(place).get_by_label(choice).check()


def draft(page: Page) -> dict[str, dict[str, str]]:
    """What the device keeps of the survey."""
    kept = page.evaluate("JSON.stringify({...localStorage})")
    return {name: json.loads(value) for name, value in json.loads(kept).items()}


def expect_no_draft(page: Page) -> None:
    """The script that erases runs when the page has been read, which may be after its heading is seen."""
    for _ in range(50):
        if not draft(page):
            return
        page.wait_for_timeout(100)
    assert draft(page) == {}


def walk_to_review(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("link", name="Start", exact=True).click()
    for number in (1, 2, 3):
        expect(page.get_by_text(f"Page {number} of 3")).to_be_visible()
        answer_page(page)
        if number < 3:
            page.get_by_role("button", name="Next page").click()
    page.get_by_label("What most often stops you").fill(COMMENT)
    page.get_by_role("button", name="Look over and send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Send your answers?")


def test_a_whole_answer_on_a_phone(place: Place, phone: BrowserContext) -> None:
    page, before = phone.new_page(), place.survey.ballots()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    walk_to_review(page, place.link())
    assert "/i/" not in page.url
    expect(page.get_by_text("You answered 51 statements of 51.")).to_be_visible()
    assert place.survey.ballots() == before
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Thank you. Your answers lie sealed in the box."
    )
    assert page.url == f"{place.address}/answer/thanks"
    assert place.survey.ballots() == before + 1
    expect_no_draft(page)
    assert refused == []


def test_a_draft_survives_closing_the_page_and_is_erased_by_sending(
    place: Place, phone: BrowserContext
) -> None:
    link, first = place.link(), phone.new_page()
    first.goto(link)
    first.get_by_role("link", name="Start", exact=True).click()
    answer_page(first)
    first.close()

    second = phone.new_page()
    second.goto(link)
    second.get_by_role("link", name="Start", exact=True).click()
    expect(second.locator("input:checked")).to_have_count(17)
    kept = draft(second)
    assert len(kept) == 1
    assert "csrf_token" not in json.dumps(kept)
    for _ in range(2):
        second.get_by_role("button", name="Next page").click()
        answer_page(second)
    second.get_by_role("button", name="Look over and send").click()
    expect(second.get_by_text("You answered 51 statements of 51.")).to_be_visible()
    second.get_by_role("button", name="Send", exact=True).click()
    expect(second.get_by_role("heading", level=1)).to_contain_text("Thank you")
    expect_no_draft(second)


def test_a_draft_that_is_never_sent_is_erased_after_a_month(place: Place, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(place.link())
    page.goto(f"{place.address}/answer/page/1")
    leave = "days => localStorage['coherence-draft-x'] = JSON.stringify({at: Date.now() - days * 86400e3})"
    for days, left in ((29, 1), (31, 0)):
        page.evaluate(leave, days)
        page.reload()
        assert len(draft(page)) == left


def test_answers_that_come_too_late_are_erased_from_the_device_and_it_is_said(
    browser: Browser, tmp_path: Path
) -> None:
    for made in _place(tmp_path / "instance", 8):
        with browser.new_context() as context:
            page = context.new_page()
            walk_to_review(page, made.link())
            assert len(draft(page)) == 1
            made.survey.close()
            page.get_by_role("button", name="Send", exact=True).click()
            expect(page.get_by_role("heading", level=1)).to_have_text("This survey is closed")
            expect(page.get_by_text("Your answers came too late and were not stored.")).to_be_visible()
            expect_no_draft(page)


def test_a_send_without_a_connection_repeats_by_itself_and_arrives_once(
    place: Place, phone: BrowserContext
) -> None:
    page = phone.new_page()
    walk_to_review(page, place.link())
    before = place.survey.ballots()
    phone.set_offline(True)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("There is no connection just now")).to_be_visible()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    assert place.survey.ballots() == before
    assert len(draft(page)) == 1
    phone.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you", timeout=20_000)
    assert place.survey.ballots() == before + 1
    expect_no_draft(page)


def test_sending_from_a_second_tab_says_received_and_counts_once(place: Place, phone: BrowserContext) -> None:
    first = phone.new_page()
    walk_to_review(first, place.link())
    second = phone.new_page()
    second.goto(f"{place.address}/answer/page/0")
    expect(second.locator("input:checked")).to_have_count(51)
    second.get_by_role("button", name="Look over and send").click()
    expect(second.get_by_text("You answered 51 statements of 51.")).to_be_visible()
    first.bring_to_front()
    first.get_by_role("button", name="Send", exact=True).click()
    expect(first.get_by_role("heading", level=1)).to_contain_text("Thank you")
    before = place.survey.ballots()
    second.bring_to_front()
    second.get_by_role("button", name="Send", exact=True).click()
    expect(second.get_by_text("They had been received already, and count once.")).to_be_visible()
    assert place.survey.ballots() == before
    expect_no_draft(second)


def test_without_javascript_everything_arrives_too(place: Place, browser: Browser) -> None:
    with browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, java_script_enabled=False
    ) as context:
        page, before = context.new_page(), place.survey.ballots()
        walk_to_review(page, place.link())
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
        assert place.survey.ballots() == before + 1


def test_a_kiosk_leaves_nothing_on_the_device(place: Place, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(f"{place.address}/kiosk/{place.survey.slug}")
    page.get_by_label("Code").fill(place.code().lower())
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="All on one long page").click()
    answer_page(page)
    assert draft(page) == {}
    page.get_by_role("button", name="Look over and send").click()
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("link", name="Next person").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Type the code of your slip")
    page.go_back()
    expect(page.locator("input:checked")).to_have_count(0)
    page.goto(f"{place.address}/answer/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Please come in through your own link")


def test_a_kiosk_that_nobody_touches_says_so_and_forgets(place: Place, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.clock.install()
    page.goto(f"{place.address}/kiosk/{place.survey.slug}")
    page.get_by_label("Code").fill(place.code())
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="All on one long page").click()
    page.locator("label.choice").first.click()
    page.clock.run_for(150_000)
    expect(page.get_by_role("alert")).to_be_hidden()
    page.clock.run_for(15_000)
    expect(page.get_by_role("alert")).to_contain_text("Is somebody still here?")
    assert violations(page) == []
    page.keyboard.press("Shift")
    expect(page.get_by_role("alert")).to_be_hidden()
    page.clock.run_for(185_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Type the code of your slip")
    page.goto(f"{place.address}/answer/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Please come in through your own link")


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response
    assert found["passes"], "axe did not run"
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


LOOKS = [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")]


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=["phone", "dark phone", "desktop", "dark desktop"])
def test_axe_finds_nothing_on_any_page_of_an_answer(
    place: Place, closed_place: Place, browser: Browser, size: tuple[int, int], scheme: str
) -> None:
    with browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme) as context:
        page, link = context.new_page(), place.link()
        code = f"{place.address}/survey/{place.survey.slug}"

        def sound(heading: str) -> None:
            expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
            assert violations(page) == [], heading
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0], heading

        page.goto(code)
        sound("Type the code of your slip")
        page.get_by_label("Code").fill("0000-0000-0000")
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("alert")).to_contain_text("We do not know this code")
        sound("Type the code of your slip")
        page.goto(f"{place.address}/i/unknown")
        sound("We do not know this link")
        page.goto(f"{place.address}/lost-link")
        sound("You have lost your link?")
        page.goto(f"{place.address}/answer/")
        sound("Please come in through your own link")
        page.goto(closed_place.address + closed_place.survey.link(1))
        sound("This survey is closed")
        page.goto(link)
        sound("How do we serve our customers?")
        page.goto(f"{place.address}/answer/page/1")
        sound("How far do you agree?")
        page.goto(f"{place.address}/answer/page/0")
        page.locator("fieldset").first.get_by_label("rather agree").check()
        page.get_by_role("button", name="Look over and send").click()
        sound("Send your answers?")
        page.get_by_role("button", name="Send", exact=True).click()
        sound("Thank you")
        page.goto(link)
        sound("Your answers were received")
