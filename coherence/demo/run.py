"""The whole way: company, invitations, answers over HTTP, closing, publication, report."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from coherence.config import token_secret
from coherence.demo.answering import Answered, answer_all, links_in
from coherence.demo.company import ORGANISATION, employees, write_roster
from coherence.demo.server import cpu_seconds
from coherence.mail.folder import FolderOutbox
from coherence.store import Database, Role, upgrade
from coherence.use_cases.accounts.add_user import add_user
from coherence.use_cases.accounts.sign_in_by_link import make_sign_in_link
from coherence.use_cases.close_wave import close_wave
from coherence.use_cases.invite_people import send_invitations
from coherence.use_cases.launch_wave import launch_wave
from coherence.use_cases.organisations import import_organisation
from coherence.use_cases.publish_wave import publish_wave
from coherence.use_cases.rosters import import_roster
from coherence.use_cases.score_files import write_results
from coherence.use_cases.simulate_files import simulate_files
from scoring.released import Ledger

WAVE: Final = "Demonstration"
STATE, OUTBOX = "state", "outbox"
RESPONSE_RATE: Final = 0.85

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Demonstration:
    """One demonstration in its folder; nothing of it lies anywhere else."""

    folder: Path
    base_url: str
    employees: int
    seed: int
    tell: Tell

    @property
    def state(self) -> Path:
        """What COHERENCE_INSTANCE is to the server of this demonstration."""
        return self.folder / STATE

    def database(self) -> Database:
        """The database of this demonstration, made where it is missing."""
        self.state.mkdir(parents=True, exist_ok=True)
        database = Database.connect(f"sqlite:///{self.state / 'coherence.sqlite'}")
        upgrade(database)
        return database

    def invite(self) -> list[tuple[str, dict[str, str]]]:
        """Make the company and invite it; gives link and answers of everybody who will take part."""
        for old in (STATE, OUTBOX):
            shutil.rmtree(self.folder / old, ignore_errors=True)
        self.tell(f"Making a company of {self.employees} people")
        wave = simulate_files(
            self.folder, employees=self.employees, seed=self.seed, response_rate=RESPONSE_RATE
        )
        people = employees(wave)
        database = self.database()
        departments, roster = write_roster(people, self.state)
        import_organisation(database, departments, name=ORGANISATION, now=_now())
        import_roster(database, roster, organisation=ORGANISATION, now=_now())
        opened = launch_wave(
            database, organisation=ORGANISATION, name=WAVE, key_folder=self.state / "keys", now=_now()
        )
        self.tell(f"Inviting {opened.invited} people (messages go to {self.folder / OUTBOX}, none is sent)")
        send_invitations(
            database,
            opened.wave_id,
            secret=token_secret(self.state),
            outbox=FolderOutbox(self.folder / OUTBOX, "coherence@localhost"),
            base_url=self.base_url,
            now=_now(),
        )
        database.dispose()
        links = links_in(self.folder / OUTBOX)
        return [(links[person.email], person.answers) for person in people if person.answers is not None]

    def answer(
        self, people: list[tuple[str, dict[str, str]]], server: int, watch: Callable[[], None]
    ) -> Answered:
        """Let everybody answer through the running server."""
        before = cpu_seconds(server)
        answered = answer_all(people, watch)
        after = cpu_seconds(server)
        rate = answered.people / answered.seconds
        self.tell(
            f"{answered.people} people answered through {answered.requests} HTTP requests in "
            f"{answered.seconds:.1f} s ({rate:.0f} people a second)"
        )
        if before is not None and after is not None:
            each = 1000 * (after - before) / answered.people
            self.tell(f"Server processor time: {each:.1f} ms a respondent")
        return answered

    def finish(self) -> Ledger:
        """Close, publish, and write scores.json and report.pdf."""
        database = self.database()
        self.tell("Closing: the box is emptied in random order, the key is destroyed")
        close_wave(database, 1, key_folder=self.state / "keys", clock=_now)
        self.tell("Publishing")
        ledger = publish_wave(database, 1, now=_now())
        self.tell("Writing the report")
        write_results(ledger, self.folder)
        database.dispose()
        return ledger

    def sign_in_links(self) -> dict[str, str]:
        """One-use links for a consultant, for HR and for a reader of the whole organisation."""
        database = self.database()
        links = {}
        for role, department in ((Role.CONSULTANT, None), (Role.HR, None), (Role.READER, ORGANISATION)):
            address = f"{role.value}@example.org"
            add_user(
                database,
                address,
                role=role,
                organisation=ORGANISATION,
                department=department,
                base_url=self.base_url,
                now=_now(),
            )
            links[role.value] = make_sign_in_link(database, address, base_url=self.base_url, now=_now())
        database.dispose()
        return links


def _now() -> datetime:
    return datetime.now(UTC)
