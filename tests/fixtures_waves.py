"""Waves for tests: an organisation with a roster, opened for answers."""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import select

from coherence.ballots.admission import Admission, admit_by_link, issue_link
from coherence.ballots.closing import Ceremony, ClosingReport, Step
from coherence.ballots.keys import NewKey, read_private
from coherence.ballots.opening import open_wave
from coherence.ballots.submit import Submission, submit
from coherence.store import Database, Department, Invitation, Organisation, Person, Wave
from scoring.vocabulary import Level

# A server that has imported everything forks each process; one of its own would take seconds to begin.
_PROCESSES = get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    ["pytest", "psycopg", "coherence.ballots.closing", "coherence.ballots.opening"]
)

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

ROSTER: Mapping[tuple[str, Level], int] = {("North", Level.F): 12, ("South", Level.F): 8, ("", Level.M): 6}
"""People by department ("" is the organisation itself) and level."""


@dataclass(frozen=True)
class AWave:
    """An open wave on a database, and what a test does with it."""

    database: Database
    wave_id: int
    key_folder: Path

    @property
    def invitations(self) -> list[int]:
        with self.database.read() as session:
            ids = select(Invitation.id).where(Invitation.wave_id == self.wave_id).order_by(Invitation.id)
            return list(session.scalars(ids))

    @property
    def key(self) -> NewKey:
        """What the wave's row says of its key."""
        with self.database.read() as session:
            wave = session.get_one(Wave, self.wave_id)
        return NewKey(wave.key_name or "", wave.public_key or b"")

    @property
    def private_key(self) -> bytes:
        return read_private(self.key_folder, self.key.name, self.key.public)

    def admit(self, invitation_id: int) -> Admission:
        """As through a link of its own, which is not kept."""
        secret = secrets.token_bytes(32)
        with self.database.write() as session:
            admitted = admit_by_link(session, secret, issue_link(session, secret, invitation_id))
            session.rollback()
        assert admitted is not None
        return admitted

    def answer(
        self,
        invitation_id: int,
        answers: str = '{"items":[4]}',
        *,
        language: str = "en",
        comments: Mapping[str, str] | None = None,
    ) -> Submission:
        return submit(
            self.database,
            invitation_id,
            language=language,
            answers=answers,
            comments=comments or {},
        )

    def ceremony(self, watch: Callable[[Step], None] = lambda step: None) -> Ceremony:
        return Ceremony(
            self.database,
            self.key_folder,
            is_valid=lambda answers: "invalid" not in answers,
            clock=lambda: NOW,
            watch=watch,
        )

    def close_until(self, step: Step) -> int | None:
        """Close in a process of its own that kills itself, as kill -9 does, at that step; its exit code."""
        url = self.database.engine.url.render_as_string(hide_password=False)
        process = _PROCESSES.Process(target=_close_and_die, args=(url, self.wave_id, self.key_folder, step))
        process.start()
        process.join()
        return process.exitcode

    def close(self) -> ClosingReport:
        return self.ceremony().close(self.wave_id)


def _close_and_die(url: str, wave_id: int, key_folder: Path, step: Step) -> None:
    def watch(reached: Step) -> None:
        if reached is step:
            os.kill(os.getpid(), signal.SIGKILL)

    AWave(Database.connect(url), wave_id, key_folder).ceremony(watch).close(wave_id)


def a_draft(
    database: Database,
    roster: Mapping[tuple[str, Level], int] = ROSTER,
    *,
    name: str = "Autumn",
    escrow_holder: str | None = None,
) -> int:
    """A draft wave of a new organisation with that roster; gives its number."""
    with database.write() as session:
        firm = Organisation(name=f"Firm of {name}", sector="retail", languages=["en"], created_at=NOW)
        session.add(firm)
        session.flush()
        root = Department(organisation_id=firm.id, parent_id=None, name="Firm")
        session.add(root)
        session.flush()
        ids = {"": root.id}
        for department in sorted({name for name, _ in roster} - {""}):
            child = Department(organisation_id=firm.id, parent_id=root.id, name=department)
            session.add(child)
            session.flush()
            ids[department] = child.id
        for (department, level), people in roster.items():
            session.add_all(
                Person(
                    organisation_id=firm.id,
                    department_id=ids[department],
                    level=level,
                    language="en",
                    reference=f"{department}-{level}-{number}",
                )
                for number in range(people)
            )
        wave = Wave(
            organisation_id=firm.id,
            name=name,
            questionnaire="service",
            questionnaire_version="1",
            sector="retail",
            escrow_holder=escrow_holder,
        )
        session.add(wave)
        session.flush()
        return wave.id


def an_open_wave(
    database: Database,
    key_folder: Path,
    roster: Mapping[tuple[str, Level], int] = ROSTER,
    *,
    name: str = "Autumn",
    escrow_holder: str | None = None,
) -> AWave:
    """A wave that takes answers; everybody is invited, nobody has answered."""
    wave_id = a_draft(database, roster, name=name, escrow_holder=escrow_holder)
    open_wave(database, wave_id, key_folder=key_folder, now=NOW)
    return AWave(database, wave_id, key_folder)


@pytest.fixture
def key_folder(tmp_path: Path) -> Path:
    """A folder for private keys, apart from the database."""
    return tmp_path / "keys"


@pytest.fixture
def wave(database: Database, key_folder: Path) -> AWave:
    """An open wave of 26 people in three groups; the test runs on both kinds of database."""
    return an_open_wave(database, key_folder)
