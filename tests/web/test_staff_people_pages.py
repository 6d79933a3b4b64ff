"""The list of people: import with preview, search, erase, as a person without JavaScript does it."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures_accounts import (
    NOW,
    SECRET,
    AService,
    Browser,
    a_firms_service,
    a_user,
    hidden_fields,
)
from sqlalchemy import delete, func, select

from coherence.ballots.admission import issue_link
from coherence.store import AuditEntry, Department, Invitation, InvitationToken, Person, Wave
from coherence.use_cases.launch_wave import launch_wave
from scoring.vocabulary import Level

ROOT = "/staff/organisations/1/people"
LIST = b"Department,Level,E-mail\n" + b"".join(b"Sales,F,p%d@acme.example\n" % n for n in range(8))


@pytest.fixture(scope="module")
def service(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AService]:
    """One service for all tests here, since choosing passwords is slow by design."""
    with a_firms_service(migrated_sqlite, tmp_path_factory.mktemp("people")) as made:
        yield made


@pytest.fixture(scope="module")
def signed_in(service: AService) -> Browser:
    browser = service.browser()
    browser.sign_in(a_user(service.database, "hr@acme.example"), NOW)
    return browser


@pytest.fixture
def hr(service: AService, signed_in: Browser) -> Browser:
    """HR of a firm with nobody on the list and no survey."""
    with service.database.write() as session:
        session.execute(delete(Wave))
        for person in session.scalars(select(Person)):
            session.delete(person)
    return signed_in


def _people(service: AService) -> int:
    with service.database.read() as session:
        return session.scalars(select(func.count(Person.id))).one()


def _upload(browser: Browser, content: bytes, name: str = "people.csv") -> str:
    """The page after the upload, whether preview or refusal."""
    answer = browser.send(f"{ROOT}/import", file=(io.BytesIO(content), name))  # type: ignore[arg-type]
    page = browser.get(answer.location) if answer.status_code == 302 else answer
    return html.unescape(page.text)


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]


def _take(browser: Browser, page: str, **fields: str) -> str:
    token = hidden_fields(page)["csrf_token"]
    answer = browser.post(
        f"{ROOT}/import/take", csrf_token=token, fingerprint=_field(page, "fingerprint"), **fields
    )
    assert answer.status_code == 302
    return html.unescape(browser.get(answer.location).text)


def _drop(browser: Browser, page: str) -> None:
    browser.post(f"{ROOT}/import/drop", csrf_token=hidden_fields(page)["csrf_token"])


def test_an_empty_list_says_what_to_do_next(hr: Browser) -> None:
    page = hr.get(ROOT).text
    assert "Nobody is on the list yet" in page
    assert f'href="{ROOT}/import"' in page


def test_people_are_imported_after_a_preview(service: AService, hr: Browser) -> None:
    page = _upload(hr, LIST + b"Nowhere,F,x@acme.example\nSales,boss,y@acme.example\n")
    assert "8 of 10 rows can be taken" in page
    assert "Nothing is stored yet" in page
    assert re.search(r'<th scope="row">10</th><td>Department</td><td>“Nowhere” is not among', page)
    assert "tick that under" in page
    assert _people(service) == 0
    page = _take(hr, page)
    assert "Stored: 8 new" in page
    assert "8 people will be asked" in page
    assert "p3@acme.example" in page


def test_columns_are_corrected_on_the_preview(service: AService, hr: Browser) -> None:
    page = _upload(hr, b"Wo,Stufe,E-mail\nSales/New,F,a@acme.example\n")
    assert "Say which column holds what" in page
    assert "Wo: Sales/New" in page
    token = hidden_fields(page)["csrf_token"]
    chosen = {"department": "0", "level": "1", "email": "2", "name": "x", "language": ""}
    hr.post(f"{ROOT}/import/columns", csrf_token=token, add_departments="y", **chosen)
    page = html.unescape(hr.get(f"{ROOT}/import/preview").text)
    assert "The row can be taken" in page
    assert "1 department is added" in page
    _take(hr, page)
    assert _people(service) == 1


def test_a_second_list_shows_who_joined_moved_and_left(service: AService, hr: Browser) -> None:
    _take(hr, _upload(hr, LIST))
    second = LIST.replace(b"Sales,F,p0", b"Claims,M,p0").replace(b"p7@", b"new@")
    page = _upload(hr, second)
    for shown in ("<b>1</b>", "Who is new", "Who moved", "Who is not in the file"):
        assert shown in page
    assert "from Sales, front line to Claims, managers" in page
    assert "1 new, 1 moved, 0 with other details, 1 taken off" in _take(hr, page, leavers_go="y")
    assert _people(service) == 8


def test_a_list_can_be_thrown_away(service: AService, hr: Browser) -> None:
    _drop(hr, _upload(hr, LIST))
    assert "Nothing was changed" in hr.get(ROOT).text
    assert hr.get(f"{ROOT}/import/preview").location == "/staff/"
    assert _people(service) == 0


def test_a_list_that_changed_meanwhile_is_shown_again(service: AService, hr: Browser) -> None:
    page = _upload(hr, LIST)
    _upload(hr, LIST + b"Sales,F,more@acme.example\n")
    answer = hr.post(
        f"{ROOT}/import/take",
        csrf_token=hidden_fields(page)["csrf_token"],
        fingerprint=_field(page, "fingerprint"),
    )
    assert "once more" in hr.get(answer.location).text
    assert _people(service) == 0


def test_a_file_that_cannot_be_read_is_refused_in_words(hr: Browser) -> None:
    assert "This is a PDF" in _upload(hr, b"%PDF-1.4", "people.xlsx")
    assert "Choose a file first" in _upload(hr, b"", "")


def test_a_file_of_a_hundred_megabytes_is_refused_before_it_is_read(hr: Browser) -> None:
    token = hidden_fields(hr.get(f"{ROOT}/import").text)["csrf_token"]
    answer = hr.client.post(
        f"{ROOT}/import",
        data={"csrf_token": token, "file": (io.BytesIO(LIST), "big.csv")},
        base_url=hr.base_url,
        environ_overrides={"CONTENT_LENGTH": str(100 * 1024 * 1024)},
    )
    assert answer.status_code == 400
    assert "larger than 10 MB" in answer.text


def test_an_upload_without_the_token_is_refused(hr: Browser) -> None:
    _drop(hr, _upload(hr, LIST))
    answer = hr.post(f"{ROOT}/import", file=(io.BytesIO(LIST), "people.csv"))  # type: ignore[arg-type]
    assert "Please send that once more" in answer.text
    assert hr.get(f"{ROOT}/import/preview").status_code == 302


def test_somebody_is_found_looked_at_and_erased(service: AService, hr: Browser) -> None:
    _take(
        hr, _upload(hr, LIST.replace(b"E-mail\n", b"E-mail,Name\n").replace(b"p4@acme.example", b",<i>Eve"))
    )
    page = hr.get(f"{ROOT}?search=eve").text
    assert "1 person found" in page
    assert "&lt;i&gt;Eve" in page
    one = re.search(rf'href="({ROOT}/\d+)"', page)
    assert one
    shown = hr.get(one[1]).text
    assert 'value="&lt;i&gt;Eve"' in shown
    hr.post(f"{one[1]}/erase", csrf_token=hidden_fields(shown)["csrf_token"])
    assert hr.get(one[1]).status_code == 404
    assert _people(service) == 7


def test_people_who_join_late_are_added_to_the_open_survey(
    service: AService, hr: Browser, tmp_path: Path
) -> None:
    _take(hr, _upload(hr, LIST))
    wave = launch_wave(
        service.database, organisation="Acme", name="Autumn", key_folder=tmp_path / "keys", now=NOW
    )
    page = _upload(hr, LIST + b"Sales,F,late@acme.example\n")
    assert "“Autumn” is open" in page
    page = _take(hr, page)
    assert "Joined after “Autumn” opened" in page
    assert "Add 1 person to the survey" in page
    hr.post(f"{ROOT}/join/{wave.wave_id}", csrf_token=_field(page, "csrf_token"))
    assert "1 person is added" in hr.get(ROOT).text
    with service.database.read() as session:
        assert session.scalar(select(func.count(Invitation.id))) == 9


EVE = {"name": "Eve", "email": "", "reference": "", "level": "F"}


def _department(service: AService, name: str) -> str:
    with service.database.read() as session:
        return str(session.scalars(select(Department.id).where(Department.name == name)).one())


def _one(service: AService) -> Person:
    with service.database.read() as session:
        return session.scalars(select(Person)).one()


def _alert(page: str) -> str:
    return html.unescape(page.partition('role="alert"')[2].partition("</section>")[0])


def test_one_person_is_added_and_changed_by_hand(service: AService, hr: Browser) -> None:
    sales, claims = _department(service, "Sales"), _department(service, "Claims")
    made = hr.send(f"{ROOT}/new", **EVE | {"name": "  Eve\u00a0 Adams ", "department": sales})
    assert made.location == ROOT
    page = hr.get(ROOT).text
    assert "“Eve  Adams” is on the list" in page.replace("\u00a0", " ")
    assert "1 of them has no e-mail address" in page
    eve = _one(service)
    assert (eve.name, eve.email, eve.level, eve.language) == ("Eve Adams", None, Level.F, "en")
    own = f"{ROOT}/{eve.id}"
    assert f'<option selected value="{sales}">' in hr.get(own).text
    new = {"name": "Eve", "email": "Eve@Acme.example", "reference": "7", "department": claims, "level": "M"}
    assert hr.send(own, **new).location == own
    assert "The change is stored" in hr.get(own).text
    eve = _one(service)
    assert (eve.name, eve.email, eve.reference, eve.level) == ("Eve", "eve@acme.example", "7", Level.M)
    assert str(eve.department_id) == claims
    with service.database.read() as session:
        noted = session.execute(
            select(AuditEntry.action, AuditEntry.details)
            .where(AuditEntry.subject == f"person:{eve.id}")
            .order_by(AuditEntry.id)
        ).all()[-2:]
    fields = ["department_id", "email", "level", "name", "reference"]
    assert list(noted) == [("roster.add", {}), ("person.change", {"fields": fields})]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "eve at acme"}, "“eve at acme” is not an e-mail address"),
        ({"name": ""}, "E-mail, number or name is needed to tell people apart"),
        ({"name": "=1+1"}, "begins with “=” like a formula"),
        ({"name": "x" * 201}, "longer than 200 characters"),
        ({"name": "E\u2028ve"}, "line break or another character that cannot be shown"),
        ({"level": ""}, "Choose a level"),
        ({"department": ""}, "Choose a department"),
        ({"email": "P3@acme.example"}, "“p3@acme.example” is on the list of people already"),
        ({"email": "new@acme.example", "reference": "9"}, "“9” is on the list of people already"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_one_person_is_refused_in_the_words_of_a_list(
    service: AService, hr: Browser, wrong: dict[str, str], said: str
) -> None:
    listed = LIST.replace(b"E-mail\n", b"E-mail,Number\n") + b"Sales,F,,9\n"
    _take(hr, _upload(hr, listed.replace(b"@acme.example\n", b"@acme.example,\n")))
    sales = _department(service, "Sales")
    answer = hr.send(f"{ROOT}/new", **EVE | {"department": sales} | wrong)
    assert answer.status_code == 400
    assert said in _alert(answer.text)
    assert _people(service) == 9
    with service.database.read() as session:
        other = session.scalars(select(Person.id).where(Person.email == "p0@acme.example")).one()
    answer = hr.send(f"{ROOT}/{other}", **EVE | {"department": sales} | wrong)
    assert answer.status_code == 400
    assert said in _alert(answer.text)


def test_while_a_survey_is_open_a_person_stays_in_the_group_that_was_announced(
    service: AService, hr: Browser, tmp_path: Path
) -> None:
    _take(hr, _upload(hr, LIST))
    launch_wave(service.database, organisation="Acme", name="Spring", key_folder=tmp_path, now=NOW)
    with service.database.write() as session:
        person = session.scalars(select(Person).where(Person.email == "p0@acme.example")).one()
        invited = session.scalars(select(Invitation).where(Invitation.person_id == person.id)).one()
        number, invitation, group = person.id, invited.id, (invited.unit, invited.level)
        invited.mailed_round = 1
        issue_link(session, SECRET, invitation)
    own, claims = f"{ROOT}/{number}", _department(service, "Claims")
    assert "“Spring” is open, and this person is invited" in hr.get(own).text
    same = {"name": "", "email": "p0@acme.example", "reference": "", "department": claims, "level": "M"}
    hr.send(own, **same)
    with service.database.read() as session:
        kept = session.get_one(Invitation, invitation)
        assert (kept.unit, kept.level, kept.mailed_round) == (*group, 1)
        assert session.scalars(select(InvitationToken.invitation_id)).all() == [invitation]
    hr.send(own, **same | {"email": "new@acme.example"})
    assert "“Spring”: invite those who have had no message once more" in hr.get(own).text
    with service.database.read() as session:
        assert session.get_one(Invitation, invitation).mailed_round == 0
        assert session.scalars(select(InvitationToken)).all() == []
    hr.send(f"{ROOT}/new", **EVE | {"department": _department(service, "Sales")})
    assert "Joined after “Spring” opened" in hr.get(ROOT).text
