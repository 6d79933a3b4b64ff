"""Whoever types paper sheets needs the keyboard alone, and the browser keeps nothing of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fixtures_accounts import NOW, SECRET, a_firm, a_service, a_user, a_whole_session
from fixtures_waves import a_draft
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from waitress.server import create_server

from coherence.ballots.admission import issue_code
from coherence.ballots.keys import read_private
from coherence.ballots.opening import open_wave
from coherence.ballots.seal import BallotBox
from coherence.store import (
    Database,
    FormLength,
    Invitation,
    Membership,
    Role,
    SealedBallot,
    Wave,
    WaveQuestion,
    WaveQuestionKind,
    upgrade,
)
from coherence.use_cases.paper import paper_sheet
from scoring.answers import DONT_KNOW, NOT_ASKED, SKIPPED
from scoring.vocabulary import ITEMS, Level
from survey_forms.answers import Answers

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
KEPT_BY_THE_BROWSER = "[localStorage.length, sessionStorage.length, history.length, location.search]"


@dataclass(frozen=True)
class Place:
    """A running service with an open survey, somebody of its staff, and codes of slips."""

    database: Database
    keys: Path
    address: str
    session: str
    codes: list[str]

    @property
    def sheet(self) -> str:
        return f"{self.address}/staff/surveys/1/paper/type?level=F&language=en"

    def in_the_box(self) -> list[Answers]:
        """The ballots that lie there, opened with the key of the survey."""
        with self.database.read() as session:
            wave = session.get_one(Wave, 1)
            box = BallotBox(read_private(self.keys, wave.key_name, wave.public_key), 1, wave.key_name)
            ballots = [box.open(one) for one in session.scalars(select(SealedBallot.ciphertext))]
        return [Answers.from_json(one.answers.encode()) for one in ballots]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("paper")
    database = Database.connect(f"sqlite:///{folder / 'coherence.sqlite'}")
    upgrade(database)
    a_firm(database)
    ann = a_user(database, "ann@advice.example", Role.CONSULTANT)
    a_draft(database, {("North", Level.F): 8})
    with database.write() as session:
        session.get_one(Wave, 1).form = FormLength.SHORT
        session.add_all(
            (
                Membership(user_id=ann.id, organisation_id=2, role=Role.CONSULTANT),
                WaveQuestion(
                    wave_id=1,
                    code="Q01",
                    kind=WaveQuestionKind.CHOICE,
                    position=0,
                    text="Which shift do you work?",
                    options=["early", "late"],
                ),
            )
        )
    open_wave(database, 1, key_folder=folder / "keys", now=NOW)
    with database.write() as session:
        codes = [issue_code(session, SECRET, one) for one in session.scalars(select(Invitation.id)).all()]
    server = create_server(a_service(database, folder).app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.effective_port}"
    yield Place(database, folder / "keys", address, a_whole_session(database, ann), codes)
    server.close()
    thread.join(timeout=5)
    database.dispose()


@pytest.fixture
def page(browser: Browser, place: Place) -> Iterator[Page]:
    """The empty sheet, as it opens after signing in."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        context.add_cookies([{"name": "session", "value": place.session, "url": place.address}])
        page = context.new_page()
        page.goto(place.sheet)
        yield page


def test_a_whole_sheet_is_typed_with_the_keyboard_alone(place: Place, page: Page) -> None:
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    before = page.evaluate(KEPT_BY_THE_BROWSER)
    numbers = paper_sheet(place.database, 1, level=Level.F, language="en").numbers
    order = [name for name in numbers if name in ITEMS]
    keys = [str(place % 6) for place in range(1, len(order) + 1)]
    type_keys(page, *place.codes[0], "Enter", *keys[:6])
    type_keys(page, "5", "Backspace", keys[6])  # the seventh again
    type_keys(page, *keys[7:12], "3", "ArrowUp", "-")  # the thirteenth is empty after all
    type_keys(page, *keys[13:], "1", "0", "2", "1", "Enter")
    page.keyboard.type("Too few tills.\n1 of 3 is closed.")
    type_keys(page, "Tab", "Tab", "2", "Enter")
    expect(page.get_by_role("heading", name="One row is left out")).to_be_visible()
    expect(page.locator(".gaps a")).to_have_text(["13"])
    type_keys(page, "Space", "Enter", "Enter")

    expect(page.get_by_role("status")).to_have_text("That sheet is sealed. The next one.")
    expect(page.get_by_label("Code on the strip")).to_be_focused()
    expect(page.get_by_label("Code on the strip")).to_have_value("")
    assert page.locator("[data-key]:not([data-key='-']):checked").count() == 0
    assert page.locator("textarea").evaluate_all("all => all.map(one => one.value).join('')") == ""
    assert page.evaluate(KEPT_BY_THE_BROWSER) == before
    assert broken == []
    (answers,) = place.in_the_box()
    codes = {"0": DONT_KNOW} | {str(code): code for code in range(1, 6)}
    meant = dict(zip(order, (codes[key] for key in keys), strict=True)) | {order[12]: SKIPPED}
    assert answers.items == tuple(meant.get(item, NOT_ASKED) for item in ITEMS)
    assert (answers.x1, answers.x2, answers.x3, answers.extra) == (10, 1, 1, {"Q01": 1})


def test_a_lost_connection_or_session_takes_nothing_away(place: Place, page: Page) -> None:
    type_keys(page, *place.codes[1], "Enter", "4", "5")
    seal = page.get_by_role("button", name="Seal this sheet")
    page.context.set_offline(True)
    seal.click()
    expect(page.get_by_role("alert")).to_contain_text("There is no answer from the server just now")
    page.context.set_offline(False)
    page.context.clear_cookies()
    seal.click()
    expect(page.get_by_role("alert")).to_contain_text("You are signed out")
    page.context.add_cookies([{"name": "session", "value": place.session, "url": place.address}])
    seal.click()
    expect(page.get_by_role("alert")).to_contain_text("Everything typed is still here")
    seal.click()
    expect(page.get_by_role("heading", name="rows are left out")).to_be_visible()
    expect(page.get_by_label("Code on the strip")).to_have_value(place.codes[1])
    assert page.locator("[data-key]:not([data-key='-']):checked").count() == 2


def test_axe_finds_nothing_on_a_sheet_that_is_not_sealed_yet(browser: Browser, place: Place) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark") as context:
        context.add_cookies([{"name": "session", "value": place.session, "url": place.address}])
        page = context.new_page()
        page.goto(place.sheet)
        type_keys(page, "Enter", "4", "5")
        page.get_by_role("button", name="Seal this sheet").click()
        expect(page.get_by_role("alert").first).to_contain_text("Type the code")
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response
        assert found["passes"], "axe did not run"
        assert found["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def type_keys(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
