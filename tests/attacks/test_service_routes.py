"""Every address of the application, also those that are added later: strangers, foreign ids, forged forms."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.routing import Rule

from coherence import create_app
from coherence.ballots.admission import issue_link
from coherence.ballots.submit import submit
from coherence.mail.folder import FolderOutbox
from coherence.store import Database, Invitation, Role
from coherence.use_cases.accounts.add_user import add_user
from coherence.use_cases.accounts.sign_in_by_link import make_sign_in_link
from coherence.use_cases.close_wave import close_wave
from coherence.use_cases.launch_wave import launch_wave
from coherence.use_cases.organisations import import_organisation
from coherence.use_cases.publish_wave import publish_wave
from coherence.use_cases.rosters import import_roster
from coherence.web.outgoing import Outgoing
from coherence.web.services import Services
from survey_forms.answers import Answers

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
BASE_URL = "http://localhost"
SECRET = b"a secret of this test, 32 bytes and more"
HOSTILE = '<img src="canary.png" onerror=alert(1)>'
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)

OPEN_TO_ALL = {
    "static",
    "start.show",
    "confidentiality.show",
    "preview.choose",
    "preview.welcome",
    "preview.page",
    "preview.send",
    "doors.link",
    "doors.code",
    "doors.kiosk",
    "doors.lost",
    "account.sign_in",
    "account.forgotten",
    "account.new_password",
    "account.sign_in_link",
}
"""Addresses that answer a stranger. Whatever is added must stand here, or send strangers away."""

OWN_VISIT = {"respondent.page"}
"""Takes the number of a page, not the id of anything; whose it is stands in the cookie."""

TEXTS = {"filename": "base.css", "token": "made-up", "ident": "departments", "to": "up"}
"""Arguments of addresses that are no numbers."""


@dataclass(frozen=True)
class House:
    """The application with two organisations; each has a published wave and an open one."""

    app: Flask
    database: Database
    published: Mapping[str, int]
    open: Mapping[str, int]

    def signed_in(self, role: Role, firm: str) -> FlaskClient:
        email = f"{role.value}@{firm}.example".lower()
        add_user(
            self.database, email, role=role, organisation=firm, department=None, base_url=BASE_URL, now=NOW
        )
        link = make_sign_in_link(self.database, email, base_url=BASE_URL, now=NOW).removeprefix(BASE_URL)
        client = self.app.test_client()
        client.post(link, data={"csrf_token": _token(client.get(link).text)})
        assert client.get("/published/").status_code == 200
        return client

    def respondent(self) -> FlaskClient:
        """Somebody who has come through a personal link."""
        client = self.app.test_client()
        with self.database.write() as session:
            query = select(Invitation.id).where(Invitation.wave_id == self.open["Acme"])
            link = issue_link(session, SECRET, session.scalars(query).all()[0])
        assert client.get(f"/i/{link}").status_code == 303
        return client

    def rules(self, method: str) -> list[Rule]:
        return [rule for rule in self.app.url_map.iter_rules() if method in (rule.methods or ())]

    def content(self) -> list[str]:
        """Everything in the database, the times of sessions and counted tries apart."""
        with self.database.engine.connect() as connection:
            tables = connection.execute(text("SELECT name FROM sqlite_schema WHERE type = 'table'"))
            names = sorted({name for (name,) in tables} - {"sign_in", "rate_limit"})
            return [repr(connection.execute(text(f'SELECT * FROM "{name}"')).all()) for name in names]


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', page)
    assert found
    return found[1]


def _launch(database: Database, firm: str, name: str, folder: Path) -> int:
    return launch_wave(database, organisation=firm, name=name, key_folder=folder / "keys", now=NOW).wave_id


def _publish(database: Database, wave_id: int, folder: Path) -> None:
    chance = np.random.default_rng(wave_id)
    with database.read() as session:
        ids = session.scalars(select(Invitation.id).where(Invitation.wave_id == wave_id)).all()
    for one in ids:
        answers = Answers(tuple(int(x) for x in chance.integers(1, 6, 51))).to_json().decode()
        submit(database, one, language="en", answers=answers, comments={})
    close_wave(database, wave_id, key_folder=folder / "keys", clock=lambda: NOW)
    publish_wave(database, wave_id, now=NOW)


@pytest.fixture
def house(sqlite_database: Database, tmp_path: Path) -> House:
    published, still_open = {}, {}
    for firm in ("Acme", "Bolt"):
        tree, people = tmp_path / "tree.csv", tmp_path / "people.csv"
        quoted = '"' + HOSTILE.replace('"', '""') + '"'
        tree.write_text(f"department\n{quoted}\nSales\n")
        rows = [f"{name},F" for name in ("Sales", quoted) for _ in range(12)]
        numbered = [f"{row},{firm}-{number}" for number, row in enumerate(rows)]
        people.write_text("\n".join(["department,level,reference", *numbered]))
        import_organisation(sqlite_database, tree, name=firm, now=NOW)
        import_roster(sqlite_database, people, organisation=firm, now=NOW)
        published[firm] = _launch(sqlite_database, firm, "Spring", tmp_path)
        _publish(sqlite_database, published[firm], tmp_path)
        still_open[firm] = _launch(sqlite_database, firm, "Autumn", tmp_path)
    app = create_app(
        {
            "SECRET_KEY": "test",
            "SERVICES": Services(sqlite_database, SECRET, tmp_path / "keys", lambda: NOW),
            "OUTGOING": Outgoing(FolderOutbox(tmp_path / "outbox", "no-reply@survey.example"), BASE_URL),
        }
    )
    return House(app, sqlite_database, published, still_open)


def _address(house: House, rule: Rule, number: int) -> str:
    """The address of a rule, with this number wherever it takes one."""
    if not rule.arguments:
        return rule.rule
    values = {name: TEXTS.get(name, number) for name in rule.arguments}
    with house.app.test_request_context():
        address: str = house.app.url_map.bind("localhost").build(rule.endpoint, values, force_external=False)
    return address


def test_the_list_of_open_addresses_names_nothing_that_is_gone(house: House) -> None:
    assert {rule.endpoint for rule in house.app.url_map.iter_rules()} >= OPEN_TO_ALL


def test_a_stranger_is_sent_away_from_everything_that_is_not_for_all(house: House) -> None:
    tried = 0
    for method in ("GET", "POST"):
        for rule in house.rules(method):
            if rule.endpoint in OPEN_TO_ALL:
                continue
            for number in (house.published["Acme"], 999_999):
                address = _address(house, rule, number)
                stranger = house.app.test_client()
                token = _token(stranger.get("/sign-in").text)
                answer = stranger.open(address, method=method, data={"csrf_token": token})
                sent_away = answer.status_code in (302, 303) and answer.location.startswith("/sign-in")
                assert sent_away or answer.status_code in (403, 404), f"{method} {address}"
                tried += 1
    assert tried >= 20


@pytest.mark.parametrize("role", list(Role))
def test_a_foreign_id_looks_like_one_that_does_not_exist(house: House, role: Role) -> None:
    client = house.signed_in(role, "Acme")
    numbered = [
        rule
        for rule in house.rules("GET")
        if rule.endpoint not in OPEN_TO_ALL and rule.endpoint not in OWN_VISIT and rule.arguments - set(TEXTS)
    ]
    assert len(numbered) >= 3
    for rule in numbered:
        for foreign in (house.published["Bolt"], house.open["Bolt"], 999_999, 2**31):
            address = _address(house, rule, foreign)
            answer = client.get(address)
            assert answer.status_code == 404, address
            assert answer.text == client.get("/no-such-page").text, address


def test_no_form_without_a_token_changes_anything(house: House) -> None:
    visitors = {
        "stranger": house.app.test_client(),
        "respondent": house.respondent(),
        "reader": house.signed_in(Role.READER, "Acme"),
        "hr": house.signed_in(Role.HR, "Acme"),
    }
    before = house.content()
    fields = {"R3a": "4", "D1a": "5", "code": "0000-0000-0000", "email": "hr@acme.example"}
    fields |= {"password": "a long password", "new": "another long one", "again": "another long one"}
    tried = 0
    for name, visitor in visitors.items():
        for rule in house.rules("POST"):
            address = _address(house, rule, house.open["Acme"])
            for forged in ({}, {"csrf_token": "made-up"}):
                answer = visitor.post(address, data=fields | forged)
                # an upload is guarded before its form is read, whose size only then is limited
                to_sign_in = (answer.location or "").startswith("/sign-in")
                assert answer.status_code in (400, 403, 404) or to_sign_in, f"{name}: {address}"
                tried += 1
    assert tried >= 100
    assert house.content() == before


def test_the_token_of_another_browser_sends_no_answers(house: House) -> None:
    victim, other = house.respondent(), house.respondent()
    token = _token(other.get("/answer/page/1").text)
    before = house.content()
    assert victim.post("/answer/send", data={"R3a": "4", "csrf_token": token}).status_code == 400
    assert house.content() == before


def test_no_address_answers_to_other_methods(house: House) -> None:
    client = house.app.test_client()
    for rule in house.app.url_map.iter_rules():
        assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS", "POST"}, rule
        address = _address(house, rule, house.open["Acme"])
        for method in ("PUT", "DELETE", "PATCH", "TRACE"):
            # A page of the survey without a visit is refused before its method is looked at.
            assert client.open(address, method=method).status_code in (400, 403, 404, 405), address


def test_every_answer_carries_the_headers(house: House) -> None:
    visitors = [house.app.test_client(), house.respondent(), house.signed_in(Role.HR, "Acme")]
    for rule in house.rules("GET"):
        address = _address(house, rule, house.published["Acme"])
        for visitor in visitors:
            headers = visitor.get(address, buffered=True).headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
            if rule.endpoint != "static":
                assert headers["Cache-Control"] in ("no-store", "private, no-cache"), address


def test_a_department_named_like_an_image_is_text_on_every_page(house: House) -> None:
    with house.database.read() as session:
        north = session.execute(
            select(Invitation.id, Invitation.unit).where(Invitation.wave_id == house.open["Acme"])
        ).all()
    pages = []
    client = house.signed_in(Role.HR, "Acme")
    number = house.published["Acme"]
    pages += [
        client.get(f"/published/{number}/{ident}").text for ident in ("", "departments", "department-1")
    ]
    pages.append(client.get(f"/published/{number}/department-2").text)
    shown = 0
    for unit in {unit for _, unit in north}:
        invitation = next(one for one, where in north if where == unit)
        with house.database.write() as session:
            link = issue_link(session, SECRET, invitation)
        visitor = house.app.test_client()
        visitor.get(f"/i/{link}")
        token = _token(visitor.get("/answer/page/1").text)
        pages += [visitor.get(f"/answer/{path}").text for path in ("", "page/0", "page/1")]
        pages.append(visitor.post("/answer/review", data={"csrf_token": token}).text)
    for page in pages:
        assert "<img" not in page
        assert "onerror=alert(1)>" not in page
        shown += "&lt;img src=" in page
    assert shown >= 5


def test_a_department_named_like_an_image_is_text_in_the_report(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "canary.png").write_bytes(PICTURE)
    monkeypatch.chdir(tmp_path)
    client = house.signed_in(Role.HR, "Acme")
    answer = client.get(f"/published/{house.published['Acme']}/report.pdf")
    assert answer.status_code == 200
    pages = pypdf.PdfReader(BytesIO(answer.data)).pages
    letters = HOSTILE.replace(" ", "")
    assert sum(letters in re.sub(r"\s", "", page.extract_text()) for page in pages) >= 2
    assert not any(page.images for page in pages)
