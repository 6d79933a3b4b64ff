"""A whole diagnostic in the browser, as a consultant and a new HR person go through it; and a year later.

With COHERENCE_PICTURES=FOLDER the pictures of the guides in docs/ are taken on the way.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures_diagnostic import (
    BAD,
    DEPARTMENTS,
    Diagnostic,
    Visitor,
    a_diagnostic,
    as_csv,
    pages_of_staff,
    people,
)
from fixtures_service import Browser as PlainBrowser
from playwright.sync_api import Browser, expect
from pypdf import PdfReader
from sqlalchemy import select

from coherence.store import Wave
from scoring.vocabulary import ITEMS

pytestmark = pytest.mark.browser

ANN, ONA, READER = "ann@advice.example", "ona@stores.example", "head@stores.example"
LINKED = ("harbour.12@stores.example", "orders.12@stores.example")
FOUND_OTHERWISE = {
    "staff.home",
    *("staff.organisations", "staff.organisation_new", "actions.home"),  # for several organisations
    *("staff.roster_preview", "staff.departments_preview", "staff.roster_taking"),  # after an upload
    *("waves.board", "waves.not_delivered"),  # for a small board, and for addresses that do not work
    *("waves.reviewed", "waves.comment"),  # what was reviewed before
    "actions.told",  # for employees
}
"""Pages that no three clicks of HR lead to here."""

AUTUMN, NEXT = "Autumn 2026", "Autumn 2027"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Diagnostic]:
    with a_diagnostic(tmp_path_factory.mktemp("diagnostic")) as made:
        yield made


def test_a_whole_diagnostic_and_the_next_one(place: Diagnostic, browser: Browser) -> None:
    with place.visitor(browser) as ann:
        a_consultant_begins(place, ann)
    with place.visitor(browser) as ona:
        hr_accepts_and_imports(place, ona)
        hr_prepares(place, ona)
        hr_opens(place, ona)
        near = place.clicks_to(ona)
        codes = hr_prints_slips(ona)
        by_link_and_code(place, browser, codes)
        place.everybody_else_answers(1, spare=len(codes))
        hr_reminds(place, ona)
        hr_closes(place, ona, AUTUMN)
        near |= place.clicks_to(ona)
        hr_reviews_and_publishes(place, ona)
        a_reader_is_invited(place, ona)
        with place.visitor(browser) as reader:
            a_reader_reads(place, reader)
        hr_plans_an_action(ona)
        with place.visitor(browser) as anybody:
            an_employee_reads(ona, anybody)
        prepare_a_second_survey(ona)
        near |= place.clicks_to(ona)
        a_year_later(place, ona)
        assert pages_of_staff() - FOUND_OTHERWISE - near.keys() == set(), "more than three clicks away"


def a_consultant_begins(place: Diagnostic, ann: Visitor) -> None:
    ann.accept(place.consultant_link(ANN), ANN)
    ann.heading("Own office")
    ann.follow("Organisations")
    ann.heading("Organisations")
    ann.follow("Add an organisation")
    ann.fill(Name="Harbour Stores")
    ann.page.get_by_label("Sector").select_option("RET")
    ann.press("Add the organisation")
    ann.heading("Harbour Stores")
    ann.picture("guide-first-steps")
    ann.follow("Colleagues", within="nav")
    ann.page.get_by_label("E-mail address").fill(ONA)
    ann.page.get_by_label("Name").fill("Ona Petraitė")
    ann.page.get_by_label("Role").select_option("hr")
    ann.press("Invite")
    ann.told(f"A message is on its way to {ONA}")
    ann.picture("guide-colleagues")
    ann.follow("Organisations")
    ann.picture("guide-organisations")


def hr_accepts_and_imports(place: Diagnostic, ona: Visitor) -> None:
    ona.accept(place.password_link(ONA), ONA)
    ona.heading("Harbour Stores")
    ona.follow("Import departments")
    tree = "\n".join(("Department", *DEPARTMENTS)).encode()
    upload(ona, "departments.csv", tree)
    ona.press("Add them")
    expect(ona.page.locator(".tree")).to_contain_text("Riverside")
    ona.follow("People", within="nav")
    ona.follow("Import people")
    upload(ona, "people.csv", as_csv(people(), BAD))
    ona.heading("293 of 300 rows can be taken")
    expect(ona.page.locator("table.list tbody tr")).to_have_count(7)
    ona.picture("guide-bad-rows", top="rows cannot be taken")
    ona.press("Take the good rows")
    ona.told("293 new")
    expect(ona.page.locator("main")).to_contain_text("24 of them have no e-mail address")


def upload(ona: Visitor, name: str, content: bytes) -> None:
    ona.page.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": content})
    ona.press("Show what would change")


def hr_prepares(place: Diagnostic, ona: Visitor) -> None:
    ona.follow("Surveys", within="nav")
    ona.follow("Prepare a survey")
    ona.fill(Name=AUTUMN)
    ona.press("Prepare it")
    ona.heading(f"{AUTUMN}: in preparation")
    ona.picture("guide-steps")
    ona.follow("Questionnaire", within=".panel")
    ona.follow("Managers")
    ona.page.get_by_role("link", name="Start").click()
    expect(ona.page.get_by_text("Page 1 of 3")).to_be_visible()
    ona.visit("/staff/surveys/1/questionnaire")
    ona.press("Save the questionnaire")
    ona.follow("Groups", within=".panel")
    ona.heading("What each person will be counted in")
    ona.picture("guide-groups")
    ona.press("These groups are right")
    set_the_dates(ona)
    ona.follow("Messages")
    ona.press("Send it to me")
    ona.told(f"on its way to {ONA}")
    assert str(place.inbox.received[-1]["Subject"]).startswith("[Test]")
    ona.picture("guide-message", top="As somebody will get it")


def set_the_dates(ona: Visitor) -> None:
    ona.follow("Dates", within=".panel")
    ona.page.get_by_label("Time zone").fill("Europe/Vilnius")
    for label in ("No messages from", "until"):
        ona.page.get_by_label(label, exact=True).select_option("0")
    ona.press("Save the dates")


def hr_opens(place: Diagnostic, ona: Visitor) -> None:
    ona.visit("/staff/surveys/1/")
    ona.follow("Open", within=".panel")
    before = len(place.inbox.received)
    ona.press("Open the survey")
    ona.heading(f"{AUTUMN}: open")
    place.idle()
    assert len(place.inbox.received) - before == 293 - 24
    assert len(set(place.inbox.recipients[before:])) == 293 - 24


def hr_prints_slips(ona: Visitor) -> list[str]:
    """The codes on the slips."""
    ona.visit("/staff/surveys/1/")
    ona.follow("Watch and remind", within=".panel")
    with ona.page.expect_download() as download:
        ona.press("Print the slips")
    pages = PdfReader(io.BytesIO(Path(download.value.path()).read_bytes())).pages
    codes = re.findall(
        r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", "\n".join(one.extract_text() for one in pages)
    )
    assert len(set(codes)) == 24
    return codes[:3]


def by_link_and_code(place: Diagnostic, browser: Browser, codes: list[str]) -> None:
    """One on a phone by link, one on a kiosk by slip, the others without a browser window."""
    with place.visitor(browser, phone=True) as phone:
        phone.visit(place.survey_link(LINKED[0]))
        phone.heading("How do we serve our customers?")
        phone.picture("guide-answering-on-a-phone")
        phone.follow("All on one long page")
        answer_and_send(phone)
    with place.visitor(browser) as kiosk:
        kiosk.visit(poster_address(place))
        kiosk.page.get_by_label("Code").fill(codes[0])
        kiosk.press("Go on")
        kiosk.follow("All on one long page")
        answer_and_send(kiosk)
        kiosk.follow("Next person")
        kiosk.heading("Type the code of your slip")
    plain = PlainBrowser(place.server.port)
    path = place.survey_link(LINKED[1]).removeprefix(place.address)
    assert plain.send(plain.walk(path, {item: "4" for item in ITEMS}))
    assert place.ballots() == 3


def answer_and_send(one: Visitor) -> None:
    """Two statements are enough for a sheet; the others may be left out."""
    for number in (0, 1):
        one.page.locator("fieldset:has(.apart)").nth(number).get_by_label("rather agree").check()
    one.press("Look over and send")
    one.press("Send")
    one.heading("Thank you")


def poster_address(place: Diagnostic) -> str:
    """Where the poster sends people: the kiosk of the first survey."""
    with place.database.read() as session:
        return f"/kiosk/{session.scalars(select(Wave.slug)).first()}"


def hr_looks_at_typing_paper(ona: Visitor) -> None:
    """A digit marks a box and goes on to the next row."""
    ona.visit("/staff/surveys/1/paper/type?level=F&language=en")
    ona.page.get_by_label("Code on the strip").press("Enter")
    ona.page.keyboard.type("45241")
    expect(ona.page.locator(".row:focus-within .n")).to_have_text("6")
    ona.page.evaluate("scrollTo(0, 0)")
    ona.picture("guide-paper")
    ona.visit("/staff/surveys/1/live")


def hr_reminds(place: Diagnostic, ona: Visitor) -> None:
    place.a_day_passes_for_the_rates()
    ona.visit("/staff/surveys/1/live")
    expect(ona.page.locator(".big")).to_contain_text("80")
    ona.picture("guide-live")
    hr_looks_at_typing_paper(ona)
    before = len(place.inbox.received)
    ona.press("Send a reminder")
    ona.told("to all who have not answered")
    place.idle()
    reminded = place.inbox.recipients[before:]
    assert 20 < len(reminded) < 60
    assert len(set(reminded)) == len(reminded)
    assert not set(reminded) & set(LINKED)


def hr_closes(place: Diagnostic, ona: Visitor, name: str) -> None:
    ona.follow("Close the survey")
    ona.heading(f"Close “{name}”")
    ona.page.get_by_label("Type the name of the survey").fill("Spring")
    ona.press("Close it for ever")
    expect(ona.page.get_by_role("alert").first).to_contain_text("Type the name")
    ona.page.get_by_label("Type the name of the survey").fill(name)
    ona.press("Close it for ever")
    ona.wait_for("The box is emptied and the key is destroyed")


def hr_reviews_and_publishes(place: Diagnostic, ona: Visitor) -> None:
    ona.follow("Review comments", within=".panel")
    expect(ona.page.locator("main")).to_contain_text("0 of 6 reviewed")
    for _ in range(6):
        if ona.page.get_by_text("Kowalska", exact=True).count():
            for word in ("Anna", "Kowalska"):
                ona.page.locator(".words-to-strike").get_by_text(word, exact=True).click()
            ona.picture("guide-comments")
        ona.press("Release")
    expect(ona.page.locator("main")).to_contain_text("All comments are reviewed: 6 released")
    ona.visit("/staff/surveys/1/facts")
    ona.page.locator("fieldset").first.get_by_label("yes").check()
    ona.page.locator("fieldset").first.get_by_label("Evidence").fill(
        "Service standard of March, on every till"
    )
    ona.press("Save the facts")
    ona.follow("Publish", within=".panel")
    publish(ona)


def publish(ona: Visitor) -> None:
    ona.press("Publish the results")
    ona.wait_for("The results are open to everybody who may read them")


def a_reader_is_invited(place: Diagnostic, ona: Visitor) -> None:
    ona.follow("Readers", within=".wave-steps")
    ona.page.get_by_label("E-mail address").fill(READER)
    ona.page.get_by_label("Name").fill("Head of Stores")
    ona.page.get_by_label("Reads from").select_option(label="Stores")
    ona.press("Invite")
    expect(ona.page.locator("main")).to_contain_text("not accepted yet")


def a_reader_reads(place: Diagnostic, reader: Visitor) -> None:
    reader.accept(place.password_link(READER), READER, authenticator=False)
    reader.heading("Results")
    reader.follow(f"Harbour Stores, {AUTUMN}")
    expect(reader.page.get_by_label("A department")).to_contain_text("Riverside")
    expect(reader.page.get_by_label("A department")).not_to_contain_text("Delivery")
    reader.picture("guide-results")
    reader.visit("/staff/surveys/1/")
    reader.heading("There is no such page")


def hr_plans_an_action(ona: Visitor) -> None:
    ona.follow("Actions", within="nav")
    ona.picture("guide-actions", top="Suggested by the results")
    ona.page.get_by_role("link", name="Plan this").first.click()
    ona.page.get_by_label("What will be done").fill("Two tills more at noon")
    ona.page.get_by_label("Who sees to it").fill("Head of Stores")
    ona.page.get_by_label("Show it on the employees’ page").check()
    ona.press("Plan it")
    expect(ona.page.locator("main")).to_contain_text("told to employees")
    ona.follow("Tell employees")
    ona.page.get_by_label("Words of the management").fill("Thank you. We did not know how long you wait.")
    ona.page.get_by_label("Everybody who has the address").check()
    ona.press("Save the page")


def an_employee_reads(ona: Visitor, anybody: Visitor) -> None:
    anybody.visit(ona.page.locator("p.command").inner_text().strip())
    anybody.heading("What you said, what we do")
    expect(anybody.page.locator("main")).to_contain_text("Two tills more at noon")
    anybody.picture("guide-employees")


def prepare_a_second_survey(ona: Visitor) -> None:
    ona.follow("People", within="nav")
    ona.follow("Import a new list")
    upload(ona, "people.csv", as_csv(people(joined=4)[5:]))
    ona.heading("All 292 rows can be taken")
    ona.page.get_by_label("The file is complete").check()
    ona.press("Take all rows")
    ona.told("4 new")
    ona.follow("Surveys", within="nav")
    ona.follow("Prepare a survey")
    ona.fill(Name=NEXT)
    ona.press("Prepare it")
    expect(ona.page.locator("main")).to_contain_text("293 people then, 292 now.")
    ona.picture("guide-second-survey")
    ona.follow("Questionnaire", within=".wave-steps")
    ona.follow("Add a question")
    ona.page.get_by_label("Question or statement").fill("Two tills at noon have made my work easier.")
    ona.press("Add the question")
    ona.told("The question is added")
    ona.follow(NEXT, within=".crumbs")
    expect(ona.page.locator("main")).to_contain_text("1 own question.")


def a_year_later(place: Diagnostic, ona: Visitor) -> None:
    ona.follow("Groups", within=".panel")
    ona.press("These groups are right")
    ona.follow("Open", within=".panel")
    ona.page.get_by_label("Send the invitations now").uncheck()
    ona.press("Open the survey")
    place.everybody_else_answers(2, spare=0, better=6)
    ona.follow("Close")
    ona.page.get_by_label("Type the name of the survey").fill(NEXT)
    ona.press("Close it for ever")
    ona.wait_for("The box is emptied and the key is destroyed")
    ona.visit("/staff/surveys/2/publish")
    publish(ona)
    ona.follow("Read the results")
    ona.page.locator(".contents").get_by_role("link", name=re.compile("chang", re.IGNORECASE)).click()
    expect(ona.page.locator("main")).to_contain_text(AUTUMN)
    ona.picture("guide-change")
