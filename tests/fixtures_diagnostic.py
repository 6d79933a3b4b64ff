"""A place for a whole diagnostic: the real service with its worker, a real mail server, a list of people."""

from __future__ import annotations

import csv
import io
import os
import random
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pyotp
from fixtures_mail import HOST, Inbox, certificate, serving
from fixtures_service import PATIENCE_SECONDS, Server, now
from fixtures_service import Browser as PlainBrowser
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select, update

from coherence import create_app
from coherence.accounts.links import PATHS
from coherence.ballots.submit import submit
from coherence.jobs.queue import ACTIVE
from coherence.store import (
    Database,
    Invitation,
    Job,
    LinkPurpose,
    Participation,
    Person,
    Role,
    SealedBallot,
    upgrade,
)
from coherence.use_cases.accounts.add_user import add_user
from coherence.use_cases.organisations import import_organisation
from coherence.web.services import Services
from scoring.vocabulary import ITEMS
from survey_forms.answers import Answers

PICTURES = os.environ.get("COHERENCE_PICTURES")
"""A folder for pictures of the way; none are taken where it is not set."""

PASSWORD = "blue kettle on the hill"
DEPARTMENTS = ("Stores / Harbour", "Stores / Old Town", "Stores / Riverside", "Online / Orders", "Delivery")
LEGS = {
    "Harbour": (8, -7, -2),
    "Old Town": (9, 1, 4),
    "Riverside": (7, -4, -3),
    "Orders": (8, 2, 5),
    "Delivery": (3, -5, 2),
}
"""What people of a department think of promises, means and conduct, in tenths of a step."""

COMMENTS = (
    "The tills are slow when it is busy.",
    "Ask Anna Kowalska, she decides alone.",
    "I wait for a permission that never comes.",
    "Nobody tells us what was advertised.",
    "The scales at counter 3 have been broken since May.",
    "One number that customers can call.",
    "More people on Saturdays.",
)


@dataclass
class Visitor:
    """A person in front of a browser."""

    context: BrowserContext
    address: str
    page: Page

    def visit(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.address + path)

    def heading(self, words: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(words)

    def told(self, words: str) -> None:
        """What the page says about what was just done."""
        expect(self.page.locator(".note[role=status]").first).to_contain_text(words)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name: str, within: str = "body") -> None:
        self.page.locator(within).get_by_role("link", name=name, exact=True).first.click()

    def fill(self, **fields: str) -> None:
        """Fields by their labels, "_" for a blank."""
        for label, text in fields.items():
            self.page.get_by_label(label.replace("_", " "), exact=True).fill(text)

    def picture(self, name: str, *, top: str = "") -> None:
        """Keep what is in the window; top: the words of a heading that is moved into it."""
        if not PICTURES:
            return
        if top:
            self.page.get_by_role("heading", name=top).first.evaluate("one => one.scrollIntoView()")
        self.page.screenshot(path=str(Path(PICTURES, f"{name}.png")), animations="disabled")

    def accept(self, link: str, email: str, *, authenticator: bool = True) -> None:
        """From the link of a message to the first page: password, sign in, authenticator."""
        self.visit(link)
        self.fill(New_password=PASSWORD, New_password_once_more=PASSWORD)
        self.press("Save the password")
        self.fill(**{"E-mail address": email, "Password": PASSWORD})
        self.press("Sign in")
        if authenticator:
            self.heading("Set up your authenticator app")
            key = self.page.locator(".key code").inner_text()
            self.fill(Six_digits=pyotp.TOTP(re.sub(r"\s", "", key)).now())
            self.press("Turn it on")

    def wait_for(self, words: str) -> None:
        """Wait, without touching anything, until background work is done and the page says so."""
        expect(self.page.locator("main")).to_contain_text(words, timeout=PATIENCE_SECONDS * 1000)


@dataclass
class Diagnostic:
    """The service, its mail, and its database to look into."""

    server: Server
    inbox: Inbox
    database: Database
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server.port}"

    @contextmanager
    def visitor(self, browser: Browser, *, phone: bool = False) -> Iterator[Visitor]:
        size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 800}
        with browser.new_context(viewport=size, has_touch=phone, is_mobile=phone, locale="en-GB") as context:
            yield Visitor(context, self.address, context.new_page())

    def consultant_link(self, email: str) -> str:
        """What `coherence user add` prints for the first consultant of a new service."""
        added = add_user(
            self.database, email, role=Role.CONSULTANT, organisation="Own office",
            base_url=self.address, now=now(),
        )  # fmt: skip
        assert added.password_link
        return added.password_link

    def mail_to(self, address: str) -> str:
        """The newest message to somebody; waits for it."""
        self.wait(lambda: address in self.inbox.recipients)
        found = [
            text for to, text in zip(self.inbox.recipients, self.inbox.texts(), strict=True) if to == address
        ]
        return found[-1]

    def link_in(self, message: str, path: str) -> str:
        found = re.search(rf"{re.escape(self.address)}{re.escape(path)}\S+", message)
        assert found, message
        return found[0]

    def password_link(self, address: str) -> str:
        return self.link_in(self.mail_to(address), PATHS[LinkPurpose.PASSWORD_RESET])

    def survey_link(self, address: str) -> str:
        return self.link_in(self.mail_to(address), "/i/")

    def idle(self) -> None:
        """Wait until no background work is left."""
        self.wait(
            lambda: not self._count(select(func.count()).select_from(Job).where(Job.status.in_(ACTIVE)))
        )

    def ballots(self) -> int:
        return self._count(select(func.count()).select_from(SealedBallot))

    def a_day_passes_for_the_rates(self) -> None:
        """They are counted once a day only."""
        with self.database.write() as session:
            session.execute(update(Participation).values(counted_at=now() - timedelta(days=1)))

    def _count(self, query: object) -> int:
        with self.database.read() as session:
            return session.scalars(query).one()  # type: ignore[call-overload, no-any-return]

    @staticmethod
    def wait(reached: object) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not reached():  # type: ignore[operator]
            assert time.monotonic() < end, "it did not come about"
            time.sleep(0.05)

    def answers(self, department: str, better: int = 0) -> Answers:
        """What somebody of a department answers: its way of seeing things, the person's own, and chance."""
        legs = dict(zip("DRB", LEGS.get(department, (0, 0, 0)), strict=True))
        own = self.chance.gauss(0, 4)
        given = (
            round(
                3 + (legs[item[0]] + own + (better if item[0] == "R" else 0) + self.chance.gauss(0, 8)) / 10
            )
            for item in ITEMS
        )
        return Answers(tuple(min(5, max(1, one)) for one in given))

    def everybody_else_answers(self, wave_id: int, *, spare: int, better: int = 0) -> None:
        """All who have not answered do, but every seventh and the first spare of those without e-mail."""
        with self.database.read() as session:
            rows = session.execute(
                select(Invitation.id, Person.name, Person.email)
                .join(Person, Person.id == Invitation.person_id)
                .where(Invitation.wave_id == wave_id, Invitation.used.is_(False))
            ).all()
            rows = [one for one in rows if one.email is None][spare:] + [one for one in rows if one.email]
        for place, one in enumerate(rows):
            if place % 7 == 0:
                continue
            text = self.answers(one.name.partition(" of ")[2], better).to_json().decode()
            comments = {"X4": COMMENTS[place]} if place < len(COMMENTS) else {}
            submit(self.database, one.id, language="en", answers=text, comments=comments)

    def clicks_to(self, one: Visitor, most: int = 3) -> dict[str, int]:
        """The pages of staff that links lead to from the first one: by endpoint, after how many clicks."""
        routes = create_app(
            {"SECRET_KEY": "s", "SERVICES": Services(self.database, b"s", Path(), now)}
        ).url_map
        adapter, browser = routes.bind(HOST), PlainBrowser(self.server.port)
        browser.cookies = {str(cookie["name"]): str(cookie["value"]) for cookie in one.context.cookies()}
        found: dict[str, int] = {}
        seen, edge = set(), [browser.open("/staff/").location]
        for clicks in range(most + 1):
            links: list[str] = []
            for path in edge:
                endpoint, numbers = adapter.match(path)
                found.setdefault(endpoint, clicks)
                # One page of a kind is enough, but each survey has its own.
                kind = (endpoint, numbers.get("wave_id"))
                if clicks < most and kind not in seen and endpoint.partition(".")[0] in STAFF_AREA:
                    seen.add(kind)
                    links += re.findall(r'href="(/[^"#?]*)', browser.open(path).text)
            edge = [path for path in dict.fromkeys(links) if not path.startswith("/static/")]
        return found


STAFF_AREA = ("staff", "waves", "actions")


def pages_of_staff() -> set[str]:
    """Every page of the staff area."""
    app = create_app({"SECRET_KEY": "s", "SERVICES": Services(None, b"s", Path(), now)})  # type: ignore[arg-type]
    rules = (one for one in app.url_map.iter_rules() if "GET" in (one.methods or ()))
    return {one.endpoint for one in rules if one.endpoint.partition(".")[0] in STAFF_AREA}


@contextmanager
def a_diagnostic(folder: Path) -> Iterator[Diagnostic]:
    """A service that nobody has used yet, but for the office of its consultant."""
    instance = folder / "instance"
    instance.mkdir()
    database = Database.connect(f"sqlite:///{instance / 'coherence.sqlite'}")
    upgrade(database)
    tree = folder / "tree.csv"
    tree.write_text("department\nAdvice\n")
    import_organisation(database, tree, name="Own office", now=now())
    inbox, pem, server = Inbox(), certificate(folder), Server(instance)
    with serving(inbox, pem) as port:
        (instance / "coherence.toml").write_text(
            f'base_url = "http://{HOST}:{server.port}"\nmail_server = "{HOST}"\nmail_port = {port}\n'
            f'mail_from = "Coherence <survey@stores.example>"\nmail_certificate = "{pem}"\n'
        )
        try:
            server.start()
            yield Diagnostic(server, inbox, database)
        finally:
            server.stop()
            database.dispose()


def people(joined: int = 0) -> list[Mapping[str, str]]:
    """The good people of the list: 293, of whom 24 have no e-mail; joined: so many more in Delivery."""
    sizes = {one: 57 for one in DEPARTMENTS} | {"Delivery": 59 + joined, "": 6}
    found = []
    for department, size in sizes.items():
        for number in range(size):
            level = _level(department, number)
            leaf = department.rpartition(" / ")[2] or "the board"
            address = f"{leaf}.{number}@stores.example".lower().replace(" ", "-")
            found.append(
                {
                    "Department": department,
                    "Level": level,
                    "Name": f"Person {number} of {leaf}",
                    "E-mail": "" if department == "Delivery" and 12 <= number < 36 else address,
                }
            )
    return found


def _level(department: str, number: int) -> str:
    """Riverside has so few in support that they are counted with the front line."""
    if not department:
        return "board"
    support = 8 if department.endswith("Riverside") else 12
    return "manager" if number < 5 else "support" if number < support else "front line"


BAD = (
    ("Stores / Harbour", "", "Without a level", "a1@stores.example"),
    ("Stores / Harbour", "boss", "Of an unknown level", "a2@stores.example"),
    ("Stores / Hill", "manager", "Of an unknown department", "a3@stores.example"),
    ("Stores // Harbour", "manager", "Of a broken path", "a4@stores.example"),
    ("Delivery", "front line", "With a broken address", "a5.stores.example"),
    ("Delivery", "front line", "", ""),
    ("Delivery", "front line", "Who is there twice", "harbour.3@stores.example"),
)


def as_csv(rows: list[Mapping[str, str]], bad: tuple[tuple[str, str, str, str], ...] = ()) -> bytes:
    """The list as a spreadsheet writes it in Central Europe: semicolons, and a mark in front."""
    text = io.StringIO()
    table = csv.writer(text, delimiter=";")
    table.writerow(rows[0])
    table.writerows([row.values() for row in rows])
    table.writerows(bad)
    return text.getvalue().encode("utf-8-sig")
