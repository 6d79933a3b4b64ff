"""A firm with users, a clock that is set by hand, and a browser that fills in the forms of an account."""

from __future__ import annotations

import email
import email.policy
import html
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
from fixtures_clock import Clock
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from coherence import create_app
from coherence.accounts.access import Stage
from coherence.accounts.totp import pending_secret
from coherence.mail.folder import FolderOutbox
from coherence.store import Database, Department, Organisation, Role
from coherence.use_cases.accounts.add_user import add_user
from coherence.use_cases.accounts.choose_password import choose_password_by_link
from coherence.use_cases.accounts.enrol_authenticator import enrol_authenticator
from coherence.use_cases.accounts.sign_in import sign_in
from coherence.web.outgoing import Outgoing
from coherence.web.services import Services
from coherence.web.signing_in import present_user, signed_in

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PASSWORD = "blue kettle on the hill"
SECRET = b"the server's secret for all the tests"
BASE_URL = "https://survey.example"

HOME = "/staff/"
"""Where people land after signing in; it leads readers to their results."""


@dataclass(frozen=True)
class AUser:
    """A user with a password, and with an authenticator where the role needs one."""

    id: int
    email: str
    totp_secret: str | None = None

    def code(self, now: datetime) -> str:
        assert self.totp_secret
        return pyotp.TOTP(self.totp_secret).at(now)


def a_firm(database: Database, name: str = "Acme") -> int:
    """An organisation with the departments Sales, Sales/North and Claims; gives its number."""
    with database.write() as session:
        firm = Organisation(name=name, sector="retail", languages=["en"], created_at=NOW)
        session.add(firm)
        session.flush()
        root = _department(session, firm.id, None, name)
        sales = _department(session, firm.id, root, "Sales")
        _department(session, firm.id, sales, "North")
        _department(session, firm.id, root, "Claims")
        return firm.id


def _department(session: Any, firm: int, parent: int | None, name: str) -> int:
    made = Department(organisation_id=firm, parent_id=parent, name=name)
    session.add(made)
    session.flush()
    return made.id


def token_of(link: str | None) -> str:
    """The random part of a one-use link."""
    assert link
    return link.rpartition("/")[2]


def a_user(
    database: Database,
    address: str = "hr@acme.example",
    role: Role = Role.HR,
    *,
    organisation: str = "Acme",
    department: str | None = None,
    enrolled: bool | None = None,
) -> AUser:
    """A user who has chosen PASSWORD; staff enrolled an authenticator a day ago, unless told otherwise."""
    before = NOW - timedelta(days=1)
    added = add_user(
        database,
        address,
        role=role,
        organisation=organisation,
        department=department,
        base_url=BASE_URL,
        now=before,
    )
    choose_password_by_link(database, token_of(added.password_link), PASSWORD, secret=SECRET, now=before)
    if enrolled is False or (enrolled is None and role is Role.READER):
        return AUser(added.user_id, address)
    started = sign_in(database, address, PASSWORD, secret=SECRET, replacing=None, now=before)
    assert started.stage is not Stage.CODE_DUE
    secret = pending_secret(started.session_id)
    enrol_authenticator(database, started.session_id, pyotp.TOTP(secret).at(before), now=before)
    return AUser(added.user_id, address, secret)


def a_whole_session(database: Database, user: AUser, now: datetime = NOW) -> str:
    """The id of a session of that user, signed in with everything that is needed."""
    from coherence.use_cases.accounts.show_code import show_code

    started = sign_in(database, user.email, PASSWORD, secret=SECRET, replacing=None, now=now)
    if started.stage is Stage.SIGNED_IN:
        return started.session_id
    return show_code(database, started.session_id, user.code(now), now=now)


def a_session_of(database: Database, role: Role, firm: str) -> str:
    """The id of a session of a new user of that firm; a reader reads all of it."""
    department = firm if role is Role.READER else None
    user = a_user(
        database, f"{role.value}@{firm}.example".lower(), role, organisation=firm, department=department
    )
    return a_whole_session(database, user)


@dataclass(frozen=True)
class AService:
    """The application over a database, with a clock and an outbox that a test can look into."""

    app: Flask
    database: Database
    clock: Clock
    outbox: Path

    def browser(self, *, https: bool = False) -> Browser:
        return Browser(self.app.test_client(), https)

    def mails(self) -> list[str]:
        """The texts of all messages, oldest first."""
        return [mail.get_content() for mail in self.messages()]

    def messages(self) -> list[Any]:
        files = sorted(self.outbox.glob("*.eml"))
        return [email.message_from_bytes(one.read_bytes(), policy=email.policy.default) for one in files]

    def mailed_path(self) -> str:
        """The path of the link in the newest message."""
        found = re.search(rf"{re.escape(BASE_URL)}(/\S+)", self.mails()[-1])
        assert found
        return found[1]


def a_service(database: Database, folder: Path) -> AService:
    clock = Clock()
    outbox = folder / "outbox"
    app = create_app(
        {
            "SECRET_KEY": SECRET,
            "SERVICES": Services(database, SECRET, folder / "keys", clock),
            "OUTGOING": Outgoing(FolderOutbox(outbox, "no-reply@survey.example"), BASE_URL),
        }
    )
    return AService(app, database, clock, outbox)


@contextmanager
def a_firms_service(migrated_sqlite: Path, folder: Path) -> Iterator[AService]:
    """A service of its own, on a copy of a migrated database, with the firm of `a_firm` in it as number 1."""
    shutil.copy(migrated_sqlite, folder / "coherence.sqlite")
    database = Database.connect(f"sqlite:///{folder / 'coherence.sqlite'}")
    assert a_firm(database) == 1
    yield a_service(database, folder)
    database.dispose()


def add_guarded_pages(app: Flask) -> None:
    """Pages as other parts of the application guard theirs."""

    @app.route("/staff/<int:organisation_id>", methods=["GET", "POST"], endpoint="staff_page")
    @signed_in(Role.CONSULTANT, Role.HR)
    def staff_page(organisation_id: int) -> str:
        return f"for staff of {organisation_id}: {present_user().email}"

    @app.get("/staff", endpoint="staff_home")
    @signed_in(Role.CONSULTANT, Role.HR)
    def staff_home() -> str:
        return "for staff"

    @app.get("/read/<int:organisation_id>", endpoint="reader_page")
    @signed_in(*Role)
    def reader_page(organisation_id: int) -> str:
        return "for everybody of the organisation"


@dataclass
class Browser:
    """A browser without JavaScript: it keeps cookies and sends forms with their hidden fields."""

    client: FlaskClient
    https: bool = False
    page: TestResponse | None = field(default=None, repr=False)

    @property
    def base_url(self) -> str:
        return "https://localhost" if self.https else "http://localhost"

    def get(self, path: str) -> TestResponse:
        self.page = self.client.get(path, base_url=self.base_url, buffered=True)
        return self.page

    def send(self, path: str, **fields: str) -> TestResponse:
        """Open a page, fill in its form and send it to the same address."""
        opened = self.get(path)
        return self.post(path, **hidden_fields(opened.text), **fields)

    def post(self, path: str, **fields: str) -> TestResponse:
        """Send fields as they are, hidden ones included or not."""
        self.page = self.client.post(path, data=fields, base_url=self.base_url, buffered=True)
        return self.page

    def press(self, page: str, path: str) -> TestResponse:
        """Press a button of a page, whose form has nothing but its hidden fields."""
        token = hidden_fields(self.get(page).text)["csrf_token"]
        return self.post(path, csrf_token=token)

    def cookie(self, name: str = "session") -> str | None:
        held = self.client.get_cookie(name)
        return None if held is None else held.value

    def hold(self, session_id: str, name: str = "session") -> None:
        self.client.set_cookie(name, session_id)

    def sign_in(self, user: AUser, now: datetime | None = None, back: str = "") -> TestResponse:
        """Address, password and, where it is due, the code."""
        query = f"?next={back}" if back else ""
        answer = self.send(f"/sign-in{query}", email=user.email, password=PASSWORD)
        if "/sign-in/code" in (answer.location or ""):
            assert now
            answer = self.send(answer.location or "", code=user.code(now))
        return answer


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of the last form of a page (the first may be the way out in the bar)."""
    form = page.rpartition("<form")[2]
    found = re.findall(r'<input[^>]*name="([^"]+)"[^>]*type="hidden"[^>]*value="([^"]*)"', form)
    found += re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found}
