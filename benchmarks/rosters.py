"""How long a list of 20,000 people takes, from the file to the stored roster.

    python benchmarks/rosters.py [--people 20000]

Prints one line a step, on SQLite in a temporary folder: reading the workbook (XLSX and CSV), the preview,
taking all rows as a worker does, and a second list in which a tenth has moved and a twentieth has left.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
from machine import load, machine

from coherence.accounts.access import Grant, Rights
from coherence.jobs.run import perform
from coherence.store import Database, Department, JobStatus, Membership, Organisation, Role, User, upgrade
from coherence.use_cases.staff.import_roster import roster_plan, upload_roster
from coherence.use_cases.staff.take_in_background import ROSTER, start_taking, take_task
from coherence.use_cases.waves.staff_waves import Staff

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HEAD = ("Department", "Level", "E-mail", "Name", "Number", "Language")


def a_row(number: int, moved: bool) -> tuple[str, ...]:
    place = (number + moved) % 200
    level = "M" if number % 12 == 0 else "F"
    return (
        f"Region {place // 20}/Shop {place}",
        level,
        f"p{number}@a.example",
        f"Žana {number}",
        f"N{number}",
        "en",
    )


def as_workbook(rows: list[tuple[str, ...]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEAD, *rows]):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def as_csv(rows: list[tuple[str, ...]]) -> bytes:
    return "\n".join(";".join(row) for row in [HEAD, *rows]).encode()


@contextmanager
def timed(step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    print(f"{step:<40}{time.perf_counter() - start:7.2f} s")


def an_office(database: Database) -> tuple[int, Staff]:
    with database.write() as session:
        firm = Organisation(name="Acme", sector="", languages=["en"], created_at=NOW)
        user = User(email="hr@acme.example", name="HR", created_at=NOW)
        session.add_all([firm, user])
        session.flush()
        session.add(Department(organisation_id=firm.id, parent_id=None, name="Acme"))
        session.add(Membership(user_id=user.id, organisation_id=firm.id, role=Role.HR))
        return firm.id, Staff(user.id, Rights((Grant(firm.id, Role.HR),)))


def main() -> None:
    options = argparse.ArgumentParser(description="Time the import of a list of people.")
    options.add_argument("--people", type=int, default=20_000)
    people = options.parse_args().people
    print(machine(("sqlalchemy", "python-calamine")), f"load {load()}")
    first = [a_row(number, moved=False) for number in range(people)]
    second = [a_row(number, moved=number % 10 == 0) for number in range(people // 20, people)]
    with tempfile.TemporaryDirectory() as folder:
        database = Database.connect(f"sqlite:///{Path(folder) / 'coherence.sqlite'}")
        upgrade(database)
        firm, staff = an_office(database)
        for name, content in (
            ("xlsx", as_workbook(first)),
            ("csv", as_csv(first)),
            ("second xlsx", as_workbook(second)),
        ):
            with timed(f"{name}: upload, {len(content) / 1e6:.1f} MB"):
                upload_roster(database, firm, staff, file=name, content=content, now=NOW)
            with timed(f"{name}: preview"):
                plan = roster_plan(database, firm, staff, now=NOW)
            with timed(f"{name}: a worker takes {plan.good_rows} rows"):
                job = start_taking(
                    database, firm, staff, fingerprint=plan.fingerprint, leavers_go=True, now=NOW
                )
                if perform(database, job, {ROSTER: take_task}, lambda: NOW) is not JobStatus.DONE:
                    raise SystemExit("the list was not taken")
        database.dispose()


if __name__ == "__main__":
    main()
