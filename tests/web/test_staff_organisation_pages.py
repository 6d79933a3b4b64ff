"""Organisations, departments and colleagues, as a person without JavaScript works with them."""

from __future__ import annotations

import html
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures_accounts import NOW, AService, AUser, Browser, a_firm, a_service, a_user, hidden_fields
from sqlalchemy import func, select

from coherence.store import AuditEntry, Database, Department, Membership, Organisation, Person, Role, User
from scoring.vocabulary import Level

TREE = b"Department\nSales/North\nSales/East\nClaims/Motor/Glass\n"


@pytest.fixture(scope="module")
def service(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AService]:
    """One service for all tests here, since choosing passwords is slow by design."""
    folder = tmp_path_factory.mktemp("staff")
    shutil.copy(migrated_sqlite, folder / "coherence.sqlite")
    database = Database.connect(f"sqlite:///{folder / 'coherence.sqlite'}")
    a_firm(database)
    yield a_service(database, folder)
    database.dispose()


@pytest.fixture(scope="module")
def ann(service: AService) -> AUser:
    """The consultant of Acme."""
    return a_user(service.database, "ann@advice.example", Role.CONSULTANT)


@pytest.fixture(scope="module")
def hr(service: AService) -> Browser:
    return _signed_in(service, a_user(service.database, "hr@acme.example"))


@pytest.fixture(scope="module")
def consultant(service: AService, ann: AUser) -> Browser:
    return _signed_in(service, ann)


@pytest.fixture
def firm(service: AService) -> int:
    """The number of Acme, in which others may have left departments and people behind."""
    with service.database.read() as session:
        return session.scalars(select(Organisation.id).where(Organisation.name == "Acme")).one()


def _signed_in(service: AService, user: AUser) -> Browser:
    browser = service.browser()
    browser.sign_in(user, NOW)
    return browser


def _department(database: Database, name: str) -> int:
    with database.read() as session:
        return session.scalars(
            select(Department.id).where(Department.name == name, Department.organisation_id == 1)
        ).one()


def _names(database: Database) -> set[str]:
    with database.read() as session:
        return set(session.scalars(select(Department.name)))


def _token(page: str) -> str:
    return hidden_fields(page)["csrf_token"]


def _alert(page: str) -> str:
    found = re.search(r'role="alert">(.*?)</section>', page, re.DOTALL)
    assert found, "no error is shown"
    return html.unescape(found[1])


def _entry(page: str, name: str) -> str:
    return next(entry for entry in page.split("<li>") if f">{name}<" in entry)


def test_staff_land_on_their_organisation_and_readers_on_results(
    service: AService, hr: Browser, firm: int
) -> None:
    assert hr.get("/staff/").location == f"/staff/organisations/{firm}/"
    page = hr.get(f"/staff/organisations/{firm}/").text
    for place in ("Organisation", "People", "Surveys", "Colleagues", "Account", "Sign out"):
        assert f">{place}<" in page
    reader = service.browser()
    reader.sign_in(a_user(service.database, "first.reader@acme.example", Role.READER, department="Sales"))
    assert reader.get("/staff/").location == "/published/"
    assert reader.get(f"/staff/organisations/{firm}/").status_code == 404


def test_a_consultant_of_several_lands_on_the_list(consultant: Browser, firm: int) -> None:
    answer = consultant.send("/staff/organisations/new", name="  Beta  Ltd ", sector="RET", languages="en")
    made = answer.location
    assert made.startswith("/staff/organisations/")
    page = consultant.get(made).text
    assert "Beta Ltd" in page
    assert "There are no departments yet" in page
    assert consultant.get("/staff/").location == "/staff/organisations/"
    page = consultant.get("/staff/organisations/").text
    assert "Acme" in page
    assert "Beta Ltd" in page


def test_an_organisation_needs_a_name_of_its_own_and_a_language(consultant: Browser) -> None:
    page = "/staff/organisations/new"
    assert "Please write a name" in _alert(consultant.send(page, name=" ", sector="", languages="en").text)
    taken = consultant.send(page, name="Acme", sector="", languages="en")
    assert taken.status_code == 400
    assert "Another organisation has this name" in _alert(taken.text)
    assert "Choose at least one language" in _alert(consultant.send(page, name="New", sector="").text)
    assert "cannot hold" in _alert(consultant.send(page, name="A/B", sector="", languages="en").text)


def test_only_consultants_make_organisations(hr: Browser) -> None:
    assert hr.get("/staff/organisations/new").status_code == 404


def test_the_root_department_is_called_like_the_organisation(service: AService, consultant: Browser) -> None:
    made = consultant.send("/staff/organisations/new", name="Gamma", sector="", languages="en").location
    consultant.send(f"{made}details", name="Gamma Group", sector="FIN", languages="en")
    assert "Gamma Group" in _names(service.database)
    assert "Gamma" not in _names(service.database)
    assert "Finance" in consultant.get(made).text


def test_a_foreign_organisation_does_not_exist(service: AService, hr: Browser) -> None:
    other = a_firm(service.database, "Other")
    inside = ("", "details", "departments/import", "departments/1", "people", "people/new",
              "people/import", "colleagues")  # fmt: skip
    for path in inside:
        assert hr.get(f"/staff/organisations/{other}/{path}").status_code == 404, path
    token = _token(hr.get("/staff/organisations/1/").text)
    for path in (*_CHANGING, "details"):
        answer = hr.post(f"/staff/organisations/{other}/{path}", csrf_token=token)
        assert answer.status_code == 404, path


def test_a_foreign_department_or_person_does_not_exist(service: AService, hr: Browser, firm: int) -> None:
    with service.database.write() as session:
        other = Organisation(name="Elsewhere", sector="", languages=["en"], created_at=NOW)
        session.add(other)
        session.flush()
        root = Department(organisation_id=other.id, parent_id=None, name="Elsewhere")
        session.add(root)
        session.flush()
        person = Person(
            organisation_id=other.id, department_id=root.id, level=Level.F, language="en", name="Eve"
        )
        session.add(person)
        session.flush()
        foreign = {"departments": root.id, "people": person.id}
    own = f"/staff/organisations/{firm}"
    token = _token(hr.get(f"{own}/").text)
    for kind, number in foreign.items():
        assert hr.get(f"{own}/{kind}/{number}").status_code == 404
    add = hr.post(f"{own}/departments", csrf_token=token, name="New", parent=str(foreign["departments"]))
    assert add.status_code == 400
    for path in (
        *("departments/{departments}/remove", "people/{people}", "people/{people}/erase", "people/join/7"),
    ):
        assert hr.post(f"{own}/{path.format(**foreign)}", csrf_token=token).status_code == 404, path


_CHANGING = (
    *("departments", "departments/3/rename", "departments/3/move", "departments/3/remove"),
    *("departments/import", "departments/import/take", "departments/import/drop"),
    *("people/import", "people/import/columns", "people/import/take", "people/import/drop"),
    *(
        "people/new",
        "people/1/erase",
        "people/join/1",
        "colleagues",
        "colleagues/1/again",
        "colleagues/1/remove",
    ),
)
"""Addresses below an organisation at which something is changed."""


def test_nothing_is_done_without_the_token_of_our_own_form(hr: Browser, firm: int) -> None:
    for path in (*_CHANGING, "details"):
        answer = hr.post(f"/staff/organisations/{firm}/{path}")
        assert answer.status_code == 400, path
        assert "Please send that once more" in answer.text, path


def test_departments_are_added_renamed_moved_and_removed(service: AService, hr: Browser, firm: int) -> None:
    root = f"/staff/organisations/{firm}"
    sales, claims = _department(service.database, "Sales"), _department(service.database, "Claims")
    token = _token(hr.get(f"{root}/").text)
    assert (
        hr.post(f"{root}/departments", csrf_token=token, name="South", parent=str(sales)).status_code == 302
    )
    again = hr.post(f"{root}/departments", csrf_token=token, name="south", parent=str(sales))
    assert "There is a department of this name" in _alert(again.text)
    south = _department(service.database, "South")
    one = f"{root}/departments/{south}"
    assert hr.post(f"{one}/rename", csrf_token=token, name="Far South").status_code == 302
    assert hr.post(f"{one}/move", csrf_token=token, parent=str(claims)).status_code == 302
    assert "Acme / Claims / Far South" in hr.get(one).text
    into_itself = hr.post(f"{root}/departments/{claims}/move", csrf_token=token, parent=str(south))
    assert "below itself" in _alert(into_itself.text)
    assert hr.post(f"{one}/remove", csrf_token=token).status_code == 302
    assert hr.get(one).status_code == 404
    with service.database.read() as session:
        done = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    for action in ("add", "rename", "move", "remove"):
        assert f"department.{action}" in done


def test_a_department_with_people_stays(service: AService, hr: Browser, firm: int) -> None:
    north = _department(service.database, "North")
    with service.database.write() as session:
        session.add(
            Person(organisation_id=firm, department_id=north, level=Level.F, language="en", name="Ann")
        )
    sales = f"/staff/organisations/{firm}/departments/{_department(service.database, 'Sales')}"
    page = hr.get(sales).text
    assert "cannot be removed while people are in it" in page
    answer = hr.post(f"{sales}/remove", csrf_token=_token(page))
    assert "There are people in it" in _alert(answer.text)
    assert "Sales" in _names(service.database)


def test_a_department_that_somebody_reads_from_stays(service: AService, hr: Browser, firm: int) -> None:
    a_user(service.database, "reader@acme.example", Role.READER, department="Claims")
    claims = f"/staff/organisations/{firm}/departments/{_department(service.database, 'Claims')}"
    answer = hr.post(f"{claims}/remove", csrf_token=_token(hr.get(claims).text))
    assert "Somebody reads results from here" in _alert(answer.text)


def test_the_root_cannot_be_renamed_or_removed_here(service: AService, hr: Browser, firm: int) -> None:
    root = f"/staff/organisations/{firm}/departments/{_department(service.database, 'Acme')}"
    assert hr.get(root).status_code == 404


def test_departments_come_from_a_list_after_a_preview(service: AService, hr: Browser, firm: int) -> None:
    page = f"/staff/organisations/{firm}/departments/import"
    answer = hr.send(page, file=(io.BytesIO(TREE + b"Sales//West\n"), "tree.csv"))  # type: ignore[arg-type]
    assert answer.location == f"{page}/preview"
    preview = html.unescape(hr.get(answer.location).text)
    assert "3 departments are new" in preview
    assert "Claims / Motor / Glass" in preview
    assert "has an empty part" in preview
    assert "Glass" not in _names(service.database)
    assert hr.post(f"{page}/take", csrf_token=_token(preview)).status_code == 302
    assert {"East", "Motor", "Glass"} <= _names(service.database)
    assert hr.get(f"{page}/preview").location == "/staff/"


def test_a_list_of_departments_needs_their_column(hr: Browser, firm: int) -> None:
    page = f"/staff/organisations/{firm}/departments/import"
    answer = hr.send(page, file=(io.BytesIO(b"a,b\n1,2\n"), "tree.csv"))  # type: ignore[arg-type]
    assert "No column is called" in _alert(answer.text)


def test_a_colleague_is_invited_accepts_and_is_removed(
    service: AService, consultant: Browser, firm: int
) -> None:
    page = f"/staff/organisations/{firm}/colleagues"
    answer = consultant.send(page, email="New@Acme.example", name="New Person", role="hr", department="1")
    assert answer.location == page
    assert "not accepted yet" in _entry(consultant.get(page).text, "New Person")
    newcomer = service.browser()
    path = service.mailed_path()
    newcomer.send(path, new="a quiet garden at noon", again="a quiet garden at noon")
    assert "not accepted yet" not in _entry(consultant.get(page).text, "New Person")
    with service.database.read() as session:
        number = session.scalars(select(User.id).where(User.email == "new@acme.example")).one()
        by = session.scalars(
            select(AuditEntry.actor_id).where(AuditEntry.subject == f"user:{number}")
        ).first()
    assert by is not None
    asked = consultant.get(f"{page}/{number}/remove").text
    assert consultant.post(f"{page}/{number}/remove", csrf_token=_token(asked)).location == page
    assert "New Person" not in consultant.get(page).text


def test_an_invitation_is_sent_again_with_a_fresh_link(service: AService, hr: Browser, firm: int) -> None:
    page = f"/staff/organisations/{firm}/colleagues"
    hr.send(page, email="other@acme.example", name="", role="reader", department="1")
    first = service.mailed_path()
    with service.database.read() as session:
        number = session.scalars(select(User.id).where(User.email == "other@acme.example")).one()
    hr.post(f"{page}/{number}/again", csrf_token=_token(hr.get(page).text))
    assert service.mailed_path() != first
    with service.database.read() as session:
        held = session.scalars(select(func.count()).where(Membership.user_id == number)).one()
    assert held == 1


def test_readers_of_a_survey_are_the_colleagues_who_read(service: AService, hr: Browser, firm: int) -> None:
    survey = hr.send(f"/staff/surveys/new/{firm}", name="Autumn").location
    here, everybody = f"{survey}readers", f"/staff/organisations/{firm}/colleagues"
    assert 'name="role"' not in hr.get(here).text
    department = re.search(r'<option value="(\d+)">Claims<', hr.get(here).text)
    assert department
    hr.send(here, email="boss@acme.example", name="Bo", department=department[1])
    assert "Results of Acme are open to you" in service.messages()[-1]["Subject"]
    first = service.mailed_path()
    assert first.startswith("/password/new/")
    for page in (here, everybody):
        entry = _entry(hr.get(page).text, "Bo")
        assert "from “Claims” downwards" in entry
        assert "not accepted yet" in entry
    assert "ann@advice.example" not in hr.get(here).text
    again, leave = re.findall(r'(?:action|href)="([^"]+\?survey=\d+)"', _entry(hr.get(here).text, "Bo"))
    assert hr.press(here, again).location == here
    assert service.mailed_path() != first
    assert f'href="{here}"' in hr.get(leave).text
    assert hr.press(leave, leave).location == here
    assert "boss@acme.example" not in hr.get(here).text
    own = hr.send(here, email="hr@acme.example", name="", department=department[1])
    assert "has another role here" in _alert(own.text)


def test_hr_neither_makes_nor_removes_consultants(
    service: AService, hr: Browser, ann: AUser, firm: int
) -> None:
    page = f"/staff/organisations/{firm}/colleagues"
    answer = hr.send(page, email="more@advice.example", name="", role="consultant", department="1")
    assert answer.status_code == 400
    hr.post(f"{page}/{ann.id}/remove", csrf_token=_token(hr.get(page).text))
    assert "Only a consultant can do this" in hr.get(page).text
    as_reader = hr.send(page, email="ann@advice.example", name="", role="reader", department="1")
    assert "has another role here" in _alert(as_reader.text)
    with service.database.read() as session:
        here = (Membership.user_id == ann.id, Membership.organisation_id == firm)
        roles = list(session.scalars(select(Membership.role).where(*here)))
    assert roles == [Role.CONSULTANT]


def test_nobody_removes_the_own_role(service: AService, consultant: Browser, ann: AUser, firm: int) -> None:
    page = f"/staff/organisations/{firm}/colleagues"
    consultant.post(f"{page}/{ann.id}/remove", csrf_token=_token(consultant.get(page).text))
    assert "changed by a colleague" in consultant.get(page).text


def test_a_bad_address_is_said_beside_the_field(hr: Browser, firm: int) -> None:
    page = f"/staff/organisations/{firm}/colleagues"
    answer = hr.send(page, email="not an address", name="", role="hr", department="1")
    assert "no e-mail address" in _alert(answer.text)


def test_a_name_is_only_ever_text(consultant: Browser) -> None:
    made = consultant.send("/staff/organisations/new", name="<b>bold{{ 7*7 }}", sector="", languages="en")
    page = consultant.get(made.location).text
    assert "<b>bold" not in page
    assert "&lt;b&gt;bold{{ 7*7 }}" in page
