"""Somebody presses the button twice, or two people add the same person: it is on the list once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from fixtures_accounts import NOW, a_firm
from sqlalchemy import func, select

from coherence.accounts.access import Grant, Rights
from coherence.store import Database, Department, Person, Role
from coherence.use_cases.staff.one_person import PersonRefused, TypedPerson, add_person
from coherence.use_cases.staff.roster_list import Wrong
from coherence.use_cases.waves.staff_waves import Staff

AT_ONCE = 4


def test_a_person_without_address_or_number_is_added_once(database: Database) -> None:
    firm = a_firm(database)
    staff = Staff(1, Rights((Grant(firm, Role.HR),)))
    with database.read() as session:
        claims = session.scalars(select(Department.id).where(Department.name == "Claims")).one()
    eve = TypedPerson(claims, "F", "", email="", reference="", name="Eve")
    begin = Barrier(AT_ONCE)

    def add(_: int) -> list[Wrong]:
        begin.wait()
        try:
            add_person(database, firm, staff, eve, now=NOW)
        except PersonRefused as refused:
            return [fault.wrong for fault in refused.faults]
        return []

    with ThreadPoolExecutor(AT_ONCE) as threads:
        found = sorted(threads.map(add, range(AT_ONCE)))
    assert found == [[], *[[Wrong.TWICE]] * (AT_ONCE - 1)]
    with database.read() as session:
        assert session.scalars(select(func.count()).select_from(Person)).one() == 1
