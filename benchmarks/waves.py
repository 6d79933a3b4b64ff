"""An open wave of made-up people, on an empty or a used database."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from coherence.ballots.opening import open_wave
from coherence.store import Database, Department, Organisation, Person, Wave
from scoring.vocabulary import Level


def now() -> datetime:
    return datetime.now(UTC)


def an_open_wave(
    database: Database, keys: Path, people: int, *, name: str = "Autumn", addresses: bool = False
) -> int:
    """A new firm whose people, all at the front line, are invited; gives the number of the wave."""
    with database.write() as session:
        firm = Organisation(name=f"{name} {time.time_ns()}", sector="", languages=["en"], created_at=now())
        session.add(firm)
        session.flush()
        root = Department(organisation_id=firm.id, parent_id=None, name="Firm")
        session.add(root)
        session.flush()
        session.add_all(
            Person(
                organisation_id=firm.id,
                department_id=root.id,
                level=Level.F,
                language="en",
                reference=None if addresses else str(number),
                email=f"person{number}@firm.example" if addresses else None,
            )
            for number in range(people)
        )
        wave = Wave(
            organisation_id=firm.id,
            name=name,
            questionnaire="coherence",
            questionnaire_version="1",
            sector="",
        )
        session.add(wave)
        session.flush()
        wave_id = wave.id
    open_wave(database, wave_id, key_folder=keys, now=now())
    return wave_id
