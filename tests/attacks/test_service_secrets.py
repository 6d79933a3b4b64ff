"""What a person types, holds or is must not stand in logs, tracebacks, error pages or the open database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from fixtures_service import Browser, OpenSurvey, Reply, an_open_survey, running_server
from sqlalchemy import text

from scoring.vocabulary import ITEMS

DEPARTMENT = "Wolfsangel Depot"
COMMENT = "Kestrel-7 broke the till"
ANSWERS = dict.fromkeys(ITEMS, "4") | {"X4": COMMENT, "X5": COMMENT}
UNREADABLE = "zzz" * 9
"""A token and an answer that nobody was given."""


@dataclass
class Secrets:
    """Everything that was given out or typed, to be looked for afterwards."""

    tokens: list[str]
    codes: list[str]
    cookies: set[str]

    @property
    def everything(self) -> list[str]:
        plain = [code.replace("-", "") for code in self.codes]
        cookies = [one for one in self.cookies if len(one) > 20]
        return [*self.tokens, *self.codes, *plain, *cookies, COMMENT, "Kestrel", UNREADABLE]


PEOPLE = ["@people.example", "person0", DEPARTMENT, "Wolfsangel"]
"""Whose answers: addresses and departments of the roster."""


@contextmanager
def _without(survey: OpenSurvey, table: str) -> Iterator[None]:
    """While a table is missing, every page that needs it fails."""
    with survey.database.write() as session:
        session.execute(text(f"ALTER TABLE {table} RENAME TO {table}_away"))
    yield
    with survey.database.write() as session:
        session.execute(text(f"ALTER TABLE {table}_away RENAME TO {table}"))


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> OpenSurvey:
    return an_open_survey(tmp_path_factory.mktemp("secrets") / "instance", 6, department=DEPARTMENT)


@dataclass
class Seen:
    """What an attacker may read: the log, the error pages, and the files while the wave is open."""

    secrets: Secrets
    log: str
    error_pages: list[Reply]
    files: dict[str, bytes]


@pytest.fixture(scope="module")
def seen(survey: OpenSurvey) -> Seen:
    """People answer, mistype and tamper; tables go missing under them; then everything is collected."""
    links = [survey.link(invitation) for invitation in survey.invitations]
    codes = [survey.code(invitation) for invitation in survey.invitations]
    door = f"/survey/{survey.slug}"
    errors: list[Reply] = []
    with running_server(survey.instance) as server:
        first, second, third = (Browser(server.port) for _ in range(3))
        form = first.walk(links[0], ANSWERS)
        assert first.send(form)
        typed = second.open(door).hidden | {"code": codes[1]}
        assert second.open(door, typed).location == "/answer/"
        page = second.open("/answer/page/0")
        review = second.open("/answer/review", page.hidden | ANSWERS).hidden
        errors += [
            third.open(f"/i/{UNREADABLE}"),
            third.open(door, third.open(door).hidden | {"code": UNREADABLE}),
            third.open(door, third.open(door).hidden | {"code": "0000-0000-0000"}),
            third.open(door, {"code": codes[2]}),
            third.open("/answer/page/1"),
            third.open("/answer/send", review),
        ]
        tampered = [
            second.open("/answer/send", review | {"R3a": UNREADABLE}),
            second.open("/answer/send", review | {"csrf_token": UNREADABLE}),
            second.open("/answer/page/1", {**review, "X4": "x" * 300_000}),
        ]
        assert [one.status for one in tampered] == [400, 400, 413]
        errors.append(tampered[2])
        for table in ("invitation_token", "headcount"):
            with _without(survey, table):
                errors.append(third.open(links[3]))
                errors.append(third.open(door, third.open(door).hidden | {"code": codes[3]}))
        with _without(survey, "rate_limit"):
            errors.append(third.open(door, third.open(door).hidden | {"code": codes[4][:-1] + "0"}))
        for table in ("ballot", "headcount"):
            with _without(survey, table):
                assert second.open("/answer/send", review).status == 503
        assert second.send(review)
        cookies = {value for one in (first, second, third) for value in one.cookies.values()}
        files = {file.name: file.read_bytes() for file in survey.instance.glob("*") if file.is_file()}
        for _ in range(2):
            third.open("/no-such-page")
    tokens = [link.removeprefix("/i/") for link in links]
    return Seen(Secrets(tokens, codes, cookies), server.log, errors, files)


def _hits(content: str, wanted: list[str]) -> list[str]:
    return [one for one in wanted if one in content]


def test_the_errors_really_happened_and_are_in_the_log(seen: Seen) -> None:
    assert seen.log.count("Traceback") >= 5
    assert "no such table: invitation_token" in seen.log
    assert "no such table: ballot" in seen.log
    assert {reply.status for reply in seen.error_pages} >= {400, 403, 404, 413, 500}


def test_the_log_names_nobody_and_repeats_nothing(seen: Seen) -> None:
    assert _hits(seen.log, [*seen.secrets.everything, *PEOPLE]) == []
    assert "Exception on /i/<token>" in seen.log
    assert "127.0.0.1" not in re.sub(r"Coherence is at http://127\.0\.0\.1:\d+", "", seen.log)


def test_error_pages_repeat_nothing_and_tell_nothing_about_the_program(seen: Seen) -> None:
    for reply in seen.error_pages:
        assert _hits(reply.text, [*seen.secrets.everything, *PEOPLE]) == [], reply.status
        assert _hits(reply.text, ["Traceback", "sqlite", "SQL", "no such table", ".py"]) == [], reply.status


def test_the_files_of_the_open_wave_hold_no_token_no_code_and_no_answer(seen: Seen) -> None:
    database = b"".join(content for name, content in seen.files.items() if "sqlite" in name)
    assert b"person0@people.example" in database, "the right files are looked at"
    for one in (*seen.secrets.everything, '"items":[', "[4,4,4"):
        assert one.encode() not in database, one
        assert one.encode("utf-16-le") not in database, one


def test_a_ballot_row_has_no_time_no_address_and_no_way_to_a_person(survey: OpenSurvey) -> None:
    with survey.database.read() as session:
        columns = session.execute(text("SELECT name, type FROM pragma_table_info('ballot')")).all()
        foreign = session.execute(text("SELECT \"table\" FROM pragma_foreign_key_list('ballot')")).all()
    assert {name for name, _ in columns} == {"key", "wave_id", "ciphertext"}
    assert {table for (table,) in foreign} == {"wave"}


def test_nothing_of_a_visit_is_kept_on_the_server(survey: OpenSurvey, seen: Seen) -> None:
    """Who opened a link, when, and from where: no table has a row for it. Wrong codes count for a wave."""
    with survey.database.read() as session:
        limits = session.execute(text("SELECT scope, subject, tries FROM rate_limit")).all()
        tables = session.scalars(text("SELECT name FROM sqlite_schema WHERE type = 'table'")).all()
        filled = {table for table in tables if session.scalars(text(f'SELECT count(*) FROM "{table}"')).one()}
    assert filled == {
        *("alembic_version", "organisation", "department", "person"),
        *("wave", "wave_unit", "headcount", "invitation", "invitation_token", "ballot"),
        *("audit_entry", "rate_limit", "job"),
    }
    assert limits == [("invitation code", f"wave:{survey.wave_id}", 1)]
