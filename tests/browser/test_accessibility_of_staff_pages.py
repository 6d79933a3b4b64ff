"""The pages of HR and consultants in a real browser, with people and without: axe finds nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fixtures_accounts import NOW, a_firm, a_service, a_user, a_whole_session
from fixtures_waves import an_open_wave
from playwright.sync_api import Browser, Page, expect
from waitress.server import create_server

from coherence.accounts.access import Grant, Rights
from coherence.store import Database, Membership, Role, upgrade
from coherence.use_cases.staff.keep_organisation import Details, create_organisation
from coherence.use_cases.waves.draft import create_wave
from coherence.use_cases.waves.staff_waves import Staff

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE, DESKTOP = (390, 844), (1280, 900)
PAGES = [
    *("organisations/", "organisations/new", "organisations/1/", "organisations/1/departments/3"),
    *("organisations/1/departments/import", "organisations/1/people", "organisations/1/people/53"),
    *("organisations/1/people/import", "organisations/1/people/import/preview", "organisations/1/people/new"),
    *("organisations/1/colleagues", "organisations/2/", "organisations/2/people"),
    *("surveys/", "surveys/1/live", "surveys/1/paper/"),
    *("surveys/2/comments", "surveys/2/publish", "surveys/2/facts"),
    *("surveys/3/", "surveys/3/questionnaire", "surveys/3/groups", "surveys/3/messages"),
    *("surveys/3/questionnaire/questions/new", "surveys/3/readers"),
    "../actions/3/new",
]
WIDE = [
    *("organisations/1/", "organisations/1/people/import/preview", "organisations/1/colleagues"),
    *("surveys/1/live", "surveys/3/"),
]
ROSTER = "Dział,Szczebel,Nazwisko\nSales/North,kierownik,Jan Nowak\nClaims,F,Ona Petraitė\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address of a running service, and a session of a consultant with two organisations."""
    folder = tmp_path_factory.mktemp("staff")
    database = Database.connect(f"sqlite:///{folder / 'coherence.sqlite'}")
    upgrade(database)
    firm = a_firm(database)
    ann = a_user(database, "ann@advice.example", Role.CONSULTANT)
    staff = Staff(ann.id, Rights((Grant(firm, Role.CONSULTANT),)))
    create_organisation(database, staff, Details("Baltic Logistics", "LOG", ("en",)), now=NOW)
    surveys(database, folder / "keys", ann.id)
    server = create_server(a_service(database, Path(folder)).app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}", a_whole_session(database, ann)
    server.close()
    thread.join(timeout=5)
    database.dispose()


def surveys(database: Database, keys: Path, user_id: int) -> None:
    """One that is open, one that is closed with a comment to review, one in preparation."""
    an_open_wave(database, keys)
    closed = an_open_wave(database, keys, name="Spring")
    for invitation in closed.invitations[:6]:
        closed.answer(invitation, comments={"X4": "Ask Anna in claims."})
    closed.close()
    with database.write() as session:
        session.add_all(
            Membership(user_id=user_id, organisation_id=firm, role=Role.CONSULTANT) for firm in (3, 4)
        )
    staff = Staff(user_id, Rights((Grant(3, Role.CONSULTANT),)))
    assert create_wave(database, 3, staff, name="Winter", copy_of=1, now=NOW) == 3


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response
    assert found["passes"], "axe did not run"
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


def _upload(page: Page, address: str, text: str) -> None:
    page.goto(f"{address}/staff/organisations/1/people/import")
    page.set_input_files("#file", {"name": "lista.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.get_by_role("button", name="Show what would change").click()


@pytest.mark.parametrize(
    ("size", "scheme", "paths"),
    [(PHONE, "dark", PAGES), (DESKTOP, "light", WIDE)],
    ids=["dark phone", "desktop"],
)
def test_axe_finds_nothing_on_the_pages_of_staff(
    browser: Browser, place: tuple[str, str], size: tuple[int, int], scheme: str, paths: list[str]
) -> None:
    address, session = place
    with browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme) as context:
        context.add_cookies([{"name": "session", "value": session, "url": address}])
        page = context.new_page()
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text))
        _upload(page, address, ROSTER)
        page.get_by_role("button", name="Take all rows").click()
        _upload(page, address, ROSTER + "Nowhere,boss,=1\n")
        for path in paths:
            assert page.goto(f"{address}/staff/{path}").status == 200, path
            assert violations(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0], (
                f"{path} scrolls sideways"
            )
        page.goto(f"{address}/staff/surveys/3/")
        people = page.get_by_role("navigation", name="Main").get_by_role("link", name="People")
        expect(people).to_have_attribute("href", "/staff/organisations/3/people")
        assert refused == [], "the policy refuses a part of a page, or a file is missing"


def test_a_refused_upload_leads_to_the_field(browser: Browser, place: tuple[str, str]) -> None:
    address, session = place
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        context.add_cookies([{"name": "session", "value": session, "url": address}])
        page = context.new_page()
        _upload(page, address, "a,b\n,\n")
        assert violations(page) == []
        page.get_by_role("alert").get_by_role("link").click()
        expect(page.locator("#file")).to_be_focused()
