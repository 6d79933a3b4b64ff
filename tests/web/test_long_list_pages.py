"""A long list of people is stored in the background, as a person without JavaScript sees it."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures_accounts import (
    BASE_URL,
    SECRET,
    AService,
    Browser,
    a_firm,
    a_firms_service,
    a_user,
    a_whole_session,
    hidden_fields,
)
from sqlalchemy import func, select

from coherence.jobs.queue import due_jobs
from coherence.store import Person
from coherence.use_cases.background import Workplace
from coherence.use_cases.staff.take_in_background import MOST_ROWS_AT_ONCE

ROOT = "/staff/organisations/1/people"


@pytest.fixture(scope="module")
def service(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AService]:
    with a_firms_service(migrated_sqlite, tmp_path_factory.mktemp("long")) as made:
        yield made


@pytest.fixture(scope="module")
def hr(service: AService) -> Browser:
    browser = service.browser()
    browser.hold(a_whole_session(service.database, a_user(service.database)))
    return browser


def people(service: AService) -> int:
    with service.database.read() as session:
        return session.scalars(select(func.count(Person.id))).one()


def take(hr: Browser, rows: int) -> str:
    """Upload a list of so many rows, press the button, and give the page that this leads to."""
    content = "Department,Level,Number\n" + "".join(f"Sales,F,{number}\n" for number in range(rows))
    uploaded = hr.send(f"{ROOT}/import", file=(io.BytesIO(content.encode()), "list.csv"))  # type: ignore[arg-type]
    return press_take(hr, hr.get(uploaded.location).text)


def press_take(hr: Browser, page: str) -> str:
    seen = re.search(r'name="fingerprint" value="(\w+)"', page)
    assert seen
    token = hidden_fields(page)["csrf_token"]
    return hr.post(f"{ROOT}/import/take", csrf_token=token, fingerprint=seen[1]).location


def work(service: AService) -> None:
    place = Workplace(service.database, SECRET, service.outbox.parent / "keys", None, BASE_URL, service.clock)
    with service.database.read() as session:
        due = due_jobs(session, service.clock())
    for job_id in due:
        place.perform(job_id)


def test_a_long_list_is_stopped_taken_again_and_stored(service: AService, hr: Browser) -> None:
    at = take(hr, MOST_ROWS_AT_ONCE + 1)
    shown = hr.get(at)
    assert "script-src 'self'" in shown.headers["Content-Security-Policy"]
    assert "The list is being checked and stored" in shown.text
    assert f'<a href="{at}">Look again</a>' in shown.text
    assert people(service) == 0
    for elsewhere in ("import", "import/preview"):
        assert hr.get(f"{ROOT}/{elsewhere}").location == at, "a second list would undo the first"

    assert hr.press(at, f"{at}/stop").location == at
    stopped = hr.get(at).text
    assert "Nothing was stored" in stopped
    assert "data-progress" not in stopped
    work(service)
    assert people(service) == 0

    again = press_take(hr, hr.get(f"{ROOT}/import/preview").text)
    work(service)
    done = html.unescape(hr.get(again).text)
    assert "The list is stored" in done
    assert f"Stored: {MOST_ROWS_AT_ONCE + 1:,} new, 0 moved" in done
    assert people(service) == MOST_ROWS_AT_ONCE + 1


def test_what_went_wrong_is_said_and_the_way_back(service: AService, hr: Browser) -> None:
    before = people(service)
    at = take(hr, MOST_ROWS_AT_ONCE + 2)
    service.clock.forward(hours=3)
    work(service)
    hr.hold(a_whole_session(service.database, a_user(service.database, "two@acme.example"), service.clock()))
    failed = html.unescape(hr.get(at).text)
    assert "Nothing was stored" in failed
    assert "please upload it again" in failed
    assert people(service) == before


def test_a_foreign_or_other_job_does_not_exist(service: AService, hr: Browser) -> None:
    a_firm(service.database, "Other")
    for path in (f"{ROOT}/import/999", "/staff/organisations/2/people/import/1"):
        assert hr.get(path).status_code == 404
