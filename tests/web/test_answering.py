"""An employee answers, through the real pages and a real database."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from coherence import create_app
from coherence.ballots.admission import issue_code, issue_link
from coherence.store import Database, Invitation, Person, SealedBallot, Wave
from coherence.use_cases.close_wave import close_wave
from coherence.use_cases.launch_wave import launch_wave
from coherence.use_cases.organisations import import_organisation
from coherence.use_cases.publish_wave import publish_wave
from coherence.use_cases.rosters import import_roster
from coherence.web.services import Services
from scoring.vocabulary import ITEMS

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SECRET = b"a secret of this test, 32 bytes and more"


@dataclass(frozen=True)
class Survey:
    """An open wave with its pages."""

    app: Flask
    database: Database
    wave_id: int
    keys: Path

    @property
    def slug(self) -> str:
        with self.database.read() as session:
            return session.get_one(Wave, self.wave_id).slug

    def invitations(self, level: str = "F") -> list[int]:
        with self.database.read() as session:
            query = select(Invitation.id).where(Invitation.level == level).order_by(Invitation.id)
            return list(session.scalars(query))

    def link(self, invitation_id: int) -> str:
        with self.database.write() as session:
            return f"/i/{issue_link(session, SECRET, invitation_id)}"

    def slip(self, invitation_id: int) -> str:
        with self.database.write() as session:
            return issue_code(session, SECRET, invitation_id)

    def ballots(self) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(SealedBallot)) or 0

    def close(self) -> None:
        close_wave(self.database, self.wave_id, key_folder=self.keys, clock=lambda: NOW)


@pytest.fixture
def survey(sqlite_database: Database, tmp_path: Path) -> Survey:
    (tmp_path / "tree.csv").write_text("department\nSales/North\nSales/South\n")
    people = [f"Sales/North,F,f{i}@example.org" for i in range(14)]
    people += [f"Sales/North,S,s{i}@example.org" for i in range(3)]
    people += [f"Sales/South,F,g{i}@example.org" for i in range(8)]
    people += [f",M,m{i}@example.org" for i in range(5)] + [f",T,t{i}@example.org" for i in range(3)]
    (tmp_path / "people.csv").write_text("department,level,email\n" + "\n".join(people))
    import_organisation(sqlite_database, tmp_path / "tree.csv", name="Acme & Co", now=NOW)
    import_roster(sqlite_database, tmp_path / "people.csv", organisation="Acme & Co", now=NOW)
    opened = launch_wave(
        sqlite_database, organisation="Acme & Co", name="First", key_folder=tmp_path / "keys", now=NOW
    )
    services = Services(sqlite_database, SECRET, tmp_path / "keys", lambda: NOW)
    app = create_app({"SECRET_KEY": "test", "SERVICES": services})
    return Survey(app, sqlite_database, opened.wave_id, tmp_path / "keys")


@pytest.fixture
def employee(survey: Survey) -> FlaskClient:
    return survey.app.test_client()


def fields(page: str) -> dict[str, str]:
    """The hidden fields of a page, as a browser would send them."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


def asked(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'<input type="radio" name="([A-Z]\d[abc])"', page)))


def walk(client: FlaskClient, link: str, choose: Callable[[str], str] = lambda item: "4") -> dict[str, str]:
    """From the link to the review, answering every statement; gives what the review would send."""
    assert client.get(link).status_code == 303
    page = client.get("/answer/page/1").get_data(as_text=True)
    for number in (2, 3):
        sent = fields(page) | {item: choose(item) for item in asked(page)}
        page = client.post(f"/answer/page/{number}", data=sent).get_data(as_text=True)
    sent = fields(page) | {item: choose(item) for item in asked(page)}
    review = client.post("/answer/review", data=sent)
    assert review.status_code == 200
    return fields(review.get_data(as_text=True))


def test_a_link_is_exchanged_for_a_cookie_and_leaves_the_address_bar(
    survey: Survey, employee: FlaskClient
) -> None:
    answer = employee.get(survey.link(survey.invitations()[0]))
    assert answer.status_code == 303
    assert answer.location == "/answer/"
    welcome = employee.get("/answer/").get_data(as_text=True)
    assert "Sales" not in answer.headers["Set-Cookie"]
    assert "<strong>North, front line and support</strong>17 people invited" in welcome


def test_who_speaks_a_language_that_is_not_asked_gets_all_pages_in_one_that_is(
    survey: Survey, employee: FlaskClient
) -> None:
    with survey.database.write() as session:
        session.execute(update(Person).values(language="pl"))
    assert len(walk(employee, survey.link(survey.invitations()[0]))) > 51


@pytest.mark.parametrize(
    ("level", "group"),
    [("M", "Acme &amp; Co, board and managers"), ("S", "North, front line and support")],
)
def test_everybody_sees_the_group_that_the_answer_counts_in(
    survey: Survey, employee: FlaskClient, level: str, group: str
) -> None:
    employee.get(survey.link(survey.invitations(level)[0]))
    assert f"<strong>{group}</strong>" in employee.get("/answer/").get_data(as_text=True)


def test_nothing_is_stored_before_send_and_one_ballot_after(survey: Survey, employee: FlaskClient) -> None:
    sent = walk(employee, survey.link(survey.invitations()[0]))
    assert survey.ballots() == 0
    answer = employee.post("/answer/send", data=sent)
    assert answer.status_code == 303
    assert survey.ballots() == 1
    assert "sealed in the box" in employee.get(answer.location).get_data(as_text=True)


def test_sending_the_same_form_again_says_received_and_counts_once(
    survey: Survey, employee: FlaskClient
) -> None:
    link = survey.link(survey.invitations()[0])
    sent = walk(employee, link)
    second = survey.app.test_client()
    again = walk(second, link)
    employee.post("/answer/send", data=sent)
    answer = second.post("/answer/send", data=again, follow_redirects=True)
    assert answer.status_code == 200
    assert "received already" in answer.get_data(as_text=True)
    assert survey.ballots() == 1


def test_a_used_link_says_that_the_answers_were_received(survey: Survey, employee: FlaskClient) -> None:
    link = survey.link(survey.invitations()[0])
    employee.post("/answer/send", data=walk(employee, link))
    page = employee.get(link)
    assert page.status_code == 200
    assert "Your answers were received" in page.get_data(as_text=True)


def test_an_unknown_link_has_its_own_page(employee: FlaskClient) -> None:
    page = employee.get("/i/nobody-knows-this")
    assert page.status_code == 404
    assert "We do not know this link" in page.get_data(as_text=True)


def test_a_page_without_the_door_says_how_to_come_in(employee: FlaskClient) -> None:
    page = employee.get("/answer/page/1")
    assert page.status_code == 403
    assert "your own link" in page.get_data(as_text=True)


def test_a_closed_wave_takes_nothing_and_says_so(survey: Survey, employee: FlaskClient) -> None:
    link = survey.link(survey.invitations()[0])
    sent = walk(employee, link)
    survey.close()
    assert employee.get(link).status_code in (200, 410)
    late = employee.post("/answer/send", data=sent)
    assert late.status_code == 410
    assert "This survey is closed" in late.get_data(as_text=True)
    assert survey.ballots() == 0


def test_a_tampered_answer_is_refused_and_all_others_survive(survey: Survey, employee: FlaskClient) -> None:
    sent = walk(employee, survey.link(survey.invitations()[0]))
    page = employee.post("/answer/send", data=sent | {"R3a": "6"})
    assert page.status_code == 400
    kept = fields(page.get_data(as_text=True))
    ticked = len(re.findall(r" checked>", page.get_data(as_text=True)))
    assert sum(name in ITEMS for name in kept) + ticked == 50
    assert survey.ballots() == 0


def test_without_a_valid_token_the_answers_are_shown_again(survey: Survey, employee: FlaskClient) -> None:
    sent = walk(employee, survey.link(survey.invitations()[0]))
    page = employee.post("/answer/send", data=sent | {"csrf_token": "stale"})
    assert page.status_code == 400
    assert sum(name in ITEMS for name in fields(page.get_data(as_text=True))) == 51
    assert survey.ballots() == 0


def test_the_long_page_asks_everything_at_once(survey: Survey, employee: FlaskClient) -> None:
    employee.get(survey.link(survey.invitations()[0]))
    page = employee.get("/answer/page/0").get_data(as_text=True)
    assert sorted(asked(page)) == sorted(ITEMS)
    review = employee.post("/answer/review", data=fields(page) | {"D1a": "5"})
    assert "You answered 1 statement of 51." in review.get_data(as_text=True)


def test_going_back_keeps_what_was_answered(survey: Survey, employee: FlaskClient) -> None:
    employee.get(survey.link(survey.invitations()[0]))
    first = employee.get("/answer/page/1").get_data(as_text=True)
    answered = {item: "2" for item in asked(first)}
    second = employee.post("/answer/page/2", data=fields(first) | answered).get_data(as_text=True)
    back = employee.post("/answer/page/1", data=fields(second)).get_data(as_text=True)
    assert len(re.findall(r'value="2" checked>', back)) == len(answered)


def test_a_typed_code_lets_in_once_and_forgives_how_it_is_written(
    survey: Survey, employee: FlaskClient
) -> None:
    code = survey.slip(survey.invitations()[0])
    door = f"/survey/{survey.slug}"
    token = fields(employee.get(door).get_data(as_text=True))
    wrong = employee.post(door, data=token | {"code": "0000-0000-0000"})
    assert wrong.status_code == 400
    assert "We do not know this code" in wrong.get_data(as_text=True)
    right = employee.post(door, data=token | {"code": code.lower().replace("-", " ")})
    assert right.location == "/answer/"


def test_a_kiosk_forgets_and_returns_to_the_start(survey: Survey, employee: FlaskClient) -> None:
    door = f"/kiosk/{survey.slug}"
    token = fields(employee.get(door).get_data(as_text=True))
    employee.post(door, data=token | {"code": survey.slip(survey.invitations()[0])})
    page = employee.get("/answer/page/0")
    assert "data-draft" not in page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "no-store"
    review = employee.post("/answer/review", data=fields(page.get_data(as_text=True)) | {"D1a": "5"})
    thanks = employee.post(
        "/answer/send", data=fields(review.get_data(as_text=True)), follow_redirects=True
    ).get_data(as_text=True)
    assert f'content="15; url={door}"' in thanks
    assert employee.get("/answer/").status_code == 403


def test_a_kiosk_can_always_start_again_and_shows_nothing_of_the_person_before(
    survey: Survey, employee: FlaskClient
) -> None:
    door = f"/kiosk/{survey.slug}"
    first, second = survey.invitations()[:2]
    token = fields(employee.get(door).get_data(as_text=True))
    employee.post(door, data=token | {"code": survey.slip(first)})
    page = employee.get("/answer/page/0").get_data(as_text=True)
    assert f'<a href="{door}">Start again</a>' in page
    assert "kiosk.js" in page
    assert "draft.js" not in page
    answered = fields(page) | {"X4": "Only for the box"}
    assert "Only for the box" in employee.post("/answer/review", data=answered).get_data(as_text=True)

    token = fields(employee.get(door).get_data(as_text=True))
    assert employee.post("/answer/review", data=answered).status_code == 403
    employee.post(door, data=token | {"code": survey.slip(second)})
    sent_again_by_the_way_back = employee.post("/answer/review", data=answered)
    assert sent_again_by_the_way_back.location == door
    assert "Only for the box" not in sent_again_by_the_way_back.get_data(as_text=True)


def test_nobody_learns_who_asks_from_a_guessed_address(survey: Survey, employee: FlaskClient) -> None:
    for place in ("survey", "kiosk"):
        for guess in (survey.wave_id, 999, "aaaaaaaaaaaaaaaa"):
            page = employee.get(f"/{place}/{guess}")
            assert page.status_code == 404
            assert "Acme" not in page.get_data(as_text=True)
    assert re.fullmatch(r"[a-z2-7]{16}", survey.slug)


def test_the_address_of_a_closed_wave_says_that_it_is_closed(survey: Survey, employee: FlaskClient) -> None:
    survey.close()
    assert employee.get(f"/kiosk/{survey.slug}").status_code == 410


def test_pages_of_strangers_never_mix(survey: Survey) -> None:
    """The kept page of a level and order is filled in for each person alone."""
    north, south = survey.invitations()[0], survey.invitations()[-1]
    for _ in range(6):
        for invitation, group in ((north, "North"), (south, "South")):
            client = survey.app.test_client()
            client.get(survey.link(invitation))
            page = client.get("/answer/page/1").get_data(as_text=True)
            assert f"{group}, front line" in page
            assert client.post("/answer/page/2", data=fields(page)).status_code == 200


def test_from_answers_to_a_frozen_publication(survey: Survey) -> None:
    for invitation in [*survey.invitations("F"), *survey.invitations("S"), *survey.invitations("M")]:
        client = survey.app.test_client()
        sent = walk(client, survey.link(invitation), lambda item: "2" if item.endswith("c") else "4")
        assert client.post("/answer/send", data=sent | {"X4": "The tills"}).status_code == 303
    survey.close()
    ledger = publish_wave(survey.database, survey.wave_id, now=NOW)
    root = ("Acme & Co",)
    north = ledger.cell((*root, "Sales", "North"), "staff")
    assert north is not None
    assert (north.n, north.seat.value, north.invited) == (17, 100, 17)
    atoms = {label.key: label.atoms for label in ledger.labels}
    assert {level for _, level in atoms[north.members[0]]} == {"F", "S"}
    managers = ledger.cell(root, "M")
    assert managers is not None
    assert managers.n_band == "5-9"
    assert publish_wave(survey.database, survey.wave_id, now=NOW) == ledger
