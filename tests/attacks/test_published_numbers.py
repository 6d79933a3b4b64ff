"""Every number that a reader is shown, on page, on paper and in the file, stands in the ledger."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pikepdf
import pypdf
import pytest
from fixed_words import without_fixed_words
from sqlalchemy import select

from coherence import create_app
from coherence.ballots.submit import submit
from coherence.demo.company import ORGANISATION, Employee, employees, write_roster
from coherence.mail.folder import FolderOutbox
from coherence.reports.scores_json import as_json, write_scores
from coherence.store import Database, Invitation, Person, ReleasedRow, Role, upgrade
from coherence.use_cases.accounts.add_user import add_user
from coherence.use_cases.accounts.sign_in_by_link import make_sign_in_link
from coherence.use_cases.close_wave import close_wave
from coherence.use_cases.launch_wave import launch_wave
from coherence.use_cases.organisations import import_organisation
from coherence.use_cases.publish_wave import publish_wave
from coherence.use_cases.rosters import import_roster
from coherence.web.outgoing import Outgoing
from coherence.web.services import Services
from scoring.released import Ledger
from scoring.simulation import answer, organisation, scenario
from scoring.vocabulary import ITEMS, LEGS
from survey_forms.answers import Answers
from survey_forms.fields import SCALE_CODES

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
BASE_URL = "http://localhost"


@dataclass(frozen=True)
class Published:
    """One wave that went the whole way, and everything that a reader can get hold of."""

    ledger: Ledger
    rows: list[Any]
    scores: Any
    pages: dict[str, str]
    report: bytes


def _send(database: Database, people: list[Employee]) -> None:
    with database.read() as session:
        invited = session.execute(
            select(Person.email, Invitation.id).join(Invitation, Invitation.person_id == Person.id)
        )
        invitation = {email: number for email, number in invited}
    for person in people:
        if person.answers is not None:
            codes = tuple(
                SCALE_CODES[person.answers[item]] if item in person.answers else -1 for item in ITEMS
            )
            sent = Answers(codes).to_json().decode()
            submit(database, invitation[person.email], language="en", answers=sent, comments={})


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """A simulated company: invited, answered, closed, published, and read by HR."""
    folder = tmp_path_factory.mktemp("published")
    database = Database.connect(f"sqlite:///{folder / 'coherence.sqlite'}")
    upgrade(database)
    truth = scenario("S2")
    company = organisation(truth, seed=5, departments=12, employees=240)
    people = employees(answer(company, truth, seed=6))
    tree, roster = write_roster(people, folder)
    import_organisation(database, tree, name=ORGANISATION, now=NOW)
    import_roster(database, roster, organisation=ORGANISATION, now=NOW)
    keys = folder / "keys"
    wave = launch_wave(database, organisation=ORGANISATION, name="Autumn", key_folder=keys, now=NOW)
    _send(database, people)
    close_wave(database, wave.wave_id, key_folder=keys, clock=lambda: NOW)
    ledger = publish_wave(database, wave.wave_id, now=NOW)
    write_scores(ledger, folder / "scores.json")
    client = create_app(
        {
            "SECRET_KEY": "test",
            "SERVICES": Services(database, b"s" * 32, keys, lambda: NOW),
            "OUTGOING": Outgoing(FolderOutbox(folder / "outbox", "no-reply@survey.example"), BASE_URL),
        }
    ).test_client()
    add_user(
        database,
        "hr@o.example",
        role=Role.HR,
        organisation=ORGANISATION,
        department=None,
        base_url=BASE_URL,
        now=NOW,
    )
    link = make_sign_in_link(database, "hr@o.example", base_url=BASE_URL, now=NOW).removeprefix(BASE_URL)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', client.get(link).text)
    assert token
    client.post(link, data={"csrf_token": token[1]})
    pages, waiting = {}, [f"/published/{wave.wave_id}/"]
    while waiting:
        path = waiting.pop()
        if path not in pages:
            pages[path] = client.get(path).text
            links = re.findall(r'href="(/published/\d+/[^".]*)"', pages[path])
            waiting += [one for one in links if one not in pages]
    with database.read() as session:
        rows = [json.loads(text) for text in session.scalars(select(ReleasedRow.document))]
    yield Published(
        ledger=ledger,
        rows=rows,
        scores=json.loads((folder / "scores.json").read_text("utf-8")),
        pages=pages,
        report=client.get(f"/published/{wave.wave_id}/report.pdf").data,
    )
    database.dispose()


class Words(HTMLParser):
    """Everything that a page says: its text, that of its drawings, and what a screen reader is told."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said += [
            value or "" for name, value in attrs if name in ("aria-label", "alt", "title", "content")
        ]


def scores_in(data: Any) -> Iterator[int]:
    """Every score and end of an interval in plain data, of whatever it is a score."""
    if isinstance(data, dict):
        yield from (data[key] for key in ("value", "low", "high") if isinstance(data.get(key), int))
        for one in data.values():
            yield from scores_in(one)
    elif isinstance(data, list):
        for one in data:
            yield from scores_in(one)


def other_numbers_in(data: Any) -> Iterator[str]:
    """Every other number in plain data, as it is written; also the two ends of a band such as 20-29."""
    if isinstance(data, dict):
        for key, one in data.items():
            if key == "not_estimable":
                yield from NUMBER.findall(one)
            elif key not in ("value", "low", "high") or isinstance(one, float):
                yield from other_numbers_in(one)
    elif isinstance(data, list):
        for one in data:
            yield from other_numbers_in(one)
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield from (f"{data:g}", f"{data:.1f}".replace("-", "−"), f"{data:.2f}".replace("-", "−"))
    elif isinstance(data, str) and re.fullmatch(r"\d+(-\d+)?", data):
        yield from data.split("-")


def signed(number: int) -> str:
    return f"+{number}" if number > 0 else f"−{-number}" if number < 0 else "0"


def in_the_ledger(ledger: Ledger) -> set[str]:
    """Each number of the ledger as it may be written, and each difference that a report draws.

    Differences: of two levels of the organisation on one leg, of a cell's seat or leg and the staff's.
    """
    data = as_json(ledger)
    root = [cell for cell in ledger.cells if len(cell.unit) == 1]
    staff = next(cell for cell in root if cell.level == "staff")
    gaps = {one.legs[leg].value - other.legs[leg].value for one in root for other in root for leg in LEGS}
    beside = {abs(cell.seat.value - staff.seat.value) for cell in ledger.cells}
    small = [cell for cell in ledger.cells if cell.size == "small"]
    common = {
        one.high - one.value
        for cell in small
        for one in (*cell.legs.values(), cell.seat)
        if one.high is not None and abs(one.value) < 180
    }
    found = data["organisation"] or {}
    scores = {*scores_in(data["cells"]), *scores_in(found), *weights_in(found), *gaps}
    return (
        {signed(number) for number in scores}
        | {str(abs(number)) for number in (*sizes_in(data["cells"]), *scores_in(found), *gaps, *beside)}
        | set(other_numbers_in(data))
        | {f"±{half}" for half in common}
    )


def sizes_in(data: Any) -> Iterator[int]:
    """Gaps between legs and shares of people, which are written without a sign too."""
    for cell in data:
        yield from (gap["value"] for gap in cell["gaps"].values())
        yield from scores_in((cell["finer"] or {}).get("funnel"))


def weights_in(found: Any) -> Iterator[int]:
    """Scores under other weightings."""
    for scores in found.get("weightings", {}).values():
        yield from scores.values()


HOW_TO_READ = {
    *("−200", "−150", "−100", "−50", "0", "+50", "+100", "+150", "+200"),  # axes
    *("−49", "+10", "+11", "+49", "+99"),  # the steps of the scale
    *("95", "1.1", "2026"),  # interval, version of the method, day of publication
    *(str(n) for n in range(1, 8)),  # places in a list
    *("+25", "−25", "+30", "+40", "+80", "+20", "−20", "25", "40"),  # thresholds of patterns
}
"""Numbers that say how to read and are the same in every report."""

NUMBER = re.compile(r"(?<![\w.])[+−±]?\d+(?:\.\d+)?(?![\w])")


def foreign(said: str, ledger: Ledger, before: str = "") -> set[str]:
    """Numbers of a text that stand in no cell of the organisation or of a department that it names.

    before: what stands before the text and may have named a department.
    """
    read = before + said
    named = [cell for cell in ledger.cells if len(cell.unit) == 1 or re.search(rf"\b{cell.name}\b", read)]
    names = {part for cell in ledger.cells for part in cell.unit}
    for name in sorted(names, key=len, reverse=True):
        said = re.sub(rf"\b{name}\b", " ", said)
    said = re.sub(
        r"Slope drawn [\d.]+ × steeper|\d+ departments|Page \d+ of \d+|\bp\. \d+|width=\S+", " ", said
    )
    said = without_fixed_words(said)
    return set(NUMBER.findall(said)) - in_the_ledger(replace(ledger, cells=tuple(named))) - HOW_TO_READ


def test_the_company_is_one_in_which_something_must_be_hidden(published: Published) -> None:
    sizes = {cell.size for cell in published.ledger.cells}
    assert sizes == {"small", "banded", "exact"}
    assert len(published.pages) >= 6


def test_the_file_and_the_rows_of_the_database_are_the_ledger(published: Published) -> None:
    assert published.scores == json.loads(json.dumps(as_json(published.ledger)))
    assert published.rows == published.scores["cells"]


def test_every_number_on_the_pages_is_in_the_ledger(published: Published) -> None:
    for path, page in published.pages.items():
        said = " | ".join(Words(page).said)
        assert foreign(said, published.ledger) == set(), path


def test_every_number_of_the_report_is_in_the_ledger(published: Published) -> None:
    before = ""
    for number, page in enumerate(pypdf.PdfReader(BytesIO(published.report)).pages, 1):
        said = re.sub(r"\s+", " ", page.extract_text()).split(" Contents ")[0]  # their pages follow
        assert foreign(said, published.ledger, before) == set(), f"page {number}: {said}"
        before = said


def test_what_is_not_text_in_the_report_says_nothing_more(published: Published) -> None:
    """Title, bookmarks and drawings in words are like the text; no file and no picture is attached."""
    reader = pypdf.PdfReader(BytesIO(published.report))

    def titles(entries: list[Any]) -> Iterator[str]:
        for entry in entries:
            yield from titles(entry) if isinstance(entry, list) else [entry.title]

    told = [
        *titles(reader.outline),
        *(str((reader.metadata or {}).get(key, "")) for key in ("/Title", "/Subject")),
    ]
    with pikepdf.open(BytesIO(published.report)) as pdf:
        drawings = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]
        told += [str(one["/Alt"]) for one in drawings]
    assert drawings
    assert foreign(" | ".join(told), published.ledger) == set()
    assert not list(reader.attachments)
    assert not any(page.images for page in reader.pages)


def test_a_number_that_is_not_in_the_ledger_would_be_noticed(published: Published) -> None:
    """A page names few cells, so that a number from elsewhere is foreign to it in about half the cases."""
    department = next(cell for cell in published.ledger.cells if len(cell.unit) > 1)
    made_up = {signed(number) for number in range(-200, 201)}
    caught = foreign(" ".join([department.name, *made_up]), published.ledger)
    assert len(caught) > 0.45 * len(made_up)
    assert foreign("37 of 39 answered", published.ledger) == {"37", "39"}
