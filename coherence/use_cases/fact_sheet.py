"""The sponsor's fact sheet of a wave: read from a file, kept, and used when the wave is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.ballots.errors import WrongState
from coherence.store import Database, FactWord, SheetFact, Wave, WaveState
from coherence.use_cases.audit_log import record
from coherence.use_cases.tables import Problems, fits, open_table, positions
from scoring.facts import ANSWERS, FACTS, checked_facts
from scoring.released_diagnosis import FactAnswer

LONGEST_NOTE: Final = 1000


@dataclass(frozen=True, slots=True)
class FactEntry:
    """An answer of the sheet with its evidence in the sponsor's words."""

    answer: FactAnswer
    note: str = ""


@dataclass(frozen=True, slots=True)
class StoredFact(FactEntry):
    """The same with who answered it (an account; None: a file, or the account is gone) and when."""

    answered_by: int | None = None
    answered_at: datetime | None = None


def read_fact_sheet(path: Path) -> dict[str, FactEntry]:
    """A fact sheet from CSV with the columns code, answer (yes, partly, no; empty: not answered), note.

    Raises:
        BadTable: every fault with row and column.
    """
    table = open_table(path)
    problems = Problems(path.name)
    columns = positions(table, problems, required=("code", "answer"), optional=("note",))
    problems.refuse()
    found: dict[str, FactEntry] = {}
    stands: dict[str, int] = {}
    for row, cells in table.rows():
        if not any(cell.strip() for cell in cells) or not fits(table, row, cells, problems):
            continue
        code, answer = cells[columns["code"]].strip().upper(), cells[columns["answer"]].strip().lower()
        note = cells[columns["note"]].strip() if "note" in columns else ""
        if code not in FACTS:
            problems.add(
                row, "code", f"'{cells[columns['code']]}' is no fact; they are M01 to M16 and C01 to C05"
            )
        elif code in stands:
            problems.add(row, "code", f"{code} stands here a second time, first in row {stands[code]}")
        if answer and answer not in ANSWERS:
            problems.add(row, "answer", f"'{cells[columns['answer']]}' is no answer; write yes, partly or no")
        if len(note) > LONGEST_NOTE:
            problems.add(row, "note", f"longer than {LONGEST_NOTE} characters")
        stands.setdefault(code, row)
        if answer:
            found[code] = FactEntry(cast(FactAnswer, answer), note)
    if not found and not problems.found:
        problems.add(None, None, "no fact is answered")
    problems.refuse()
    return {code: found[code] for code in FACTS if code in found}


def fact_sheet(session: Session, wave_id: int) -> dict[str, StoredFact]:
    """The answered facts of a wave, in the order of the sheet; empty where none was answered."""
    rows = session.scalars(select(SheetFact).where(SheetFact.wave_id == wave_id)).all()
    by_code = {
        row.code: StoredFact(row.answer.value, row.note, row.answered_by, row.answered_at) for row in rows
    }
    return {code: by_code[code] for code in FACTS if code in by_code}


def save_fact_sheet(
    database: Database, wave_id: int, sheet: Mapping[str, FactEntry], *, now: datetime, by: int | None = None
) -> None:
    """Keep the whole sheet of a wave; what is not in it is taken back, what is unchanged keeps its name.

    by: the account that answers.

    Raises:
        WrongState: the wave is published, and its facts with it.
        UnknownFact: a fact or an answer that the sheet does not have.
        ValueError: a note of more than 1,000 characters.
    """
    checked_facts({code: entry.answer for code, entry in sheet.items()})
    long = [code for code, entry in sheet.items() if len(entry.note) > LONGEST_NOTE]
    if long:
        raise ValueError(f"the note of {', '.join(long)} is longer than {LONGEST_NOTE} characters")
    with database.write() as session:
        wave = session.get_one(Wave, wave_id, with_for_update=True)
        if wave.state is WaveState.PUBLISHED:
            raise WrongState(f"the survey “{wave.name}” is published; its facts can no longer be changed")
        rows = {
            row.code: row for row in session.scalars(select(SheetFact).where(SheetFact.wave_id == wave_id))
        }
        for code in rows.keys() - sheet.keys():
            session.delete(rows[code])
        changed = []
        for code, entry in sheet.items():
            row = rows.get(code)
            if row is None:
                row = SheetFact(wave_id=wave_id, code=code)
                session.add(row)
            elif (row.answer.value, row.note) == (entry.answer, entry.note):
                continue
            row.answer, row.note = FactWord(entry.answer), entry.note
            row.answered_by, row.answered_at = by, now
            changed.append(code)
        record(
            session,
            "facts.save",
            wave,
            now=now,
            by=by,
            changed=sorted(changed),
            taken_back=sorted(rows.keys() - sheet.keys()),
        )
