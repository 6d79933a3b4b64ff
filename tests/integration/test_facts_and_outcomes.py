"""Fact sheets and outcomes: read from files, kept with their authors, used when a wave is published."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from fixtures_waves import NOW, a_draft
from sqlalchemy import select

from coherence.ballots.errors import WrongState
from coherence.store import AuditEntry, Database, Outcome, User, Wave, WaveState
from coherence.use_cases.fact_sheet import FactEntry, StoredFact, fact_sheet, read_fact_sheet, save_fact_sheet
from coherence.use_cases.outcomes import (
    UnknownDepartments,
    outcomes_of,
    read_outcomes,
    remove_outcomes,
    save_outcomes,
)
from coherence.use_cases.tables import BadTable
from scoring.facts import UnknownFact
from scoring.outcomes import OutcomeKind, OutcomeValue

LATER = NOW + timedelta(days=1)
NORTH, SOUTH = ("Firm", "North"), ("Firm", "South")
MYSTERY, COMPLAINTS = OutcomeKind.MYSTERY_SHOPPING, OutcomeKind.COMPLAINTS


def a_file(folder: Path, text: str) -> Path:
    file = folder / "sheet.csv"
    file.write_text(text, encoding="utf-8")
    return file


def problems(read: object, *arguments: object) -> list[str]:
    with pytest.raises(BadTable) as refused:
        read(*arguments)  # type: ignore[operator]
    return [str(one) for one in refused.value.problems]


def test_a_fact_sheet_is_read_in_the_order_of_the_sheet(tmp_path: Path) -> None:
    file = a_file(tmp_path, "\ufeffCode;Answer;Note\nc01;NO;\n;;\nM02;yes;Page 3, top\nM03;;\nm01;partly;\n")
    found = read_fact_sheet(file)
    assert list(found.items()) == [
        ("M01", FactEntry("partly")),
        ("M02", FactEntry("yes", "Page 3, top")),
        ("C01", FactEntry("no")),
    ]


def test_every_fault_of_a_fact_sheet_is_told_with_row_and_column(tmp_path: Path) -> None:
    file = a_file(tmp_path, "code,answer\nM01,maybe\nM99,yes\nM02,yes\nM02,no\nM03\n")
    assert problems(read_fact_sheet, file) == [
        "sheet.csv, row 2, column answer: 'maybe' is no answer; write yes, partly or no",
        "sheet.csv, row 3, column code: 'M99' is no fact; they are M01 to M16 and C01 to C05",
        "sheet.csv, row 5, column code: M02 stands here a second time, first in row 4",
        "sheet.csv, row 6: 1 cells, but the header has 2 columns",
    ]
    assert problems(read_fact_sheet, a_file(tmp_path, "code,reply\nM01,yes\n")) == [
        "sheet.csv, row 1, column reply: unknown column; take it out or correct its name",
        "sheet.csv, row 1, column answer: this column is missing",
    ]
    assert "no fact is answered" in problems(read_fact_sheet, a_file(tmp_path, "code,answer\nM01,\n"))[0]


def a_user(database: Database) -> int:
    with database.write() as session:
        user = User(email="sponsor@firm.example", name="Sponsor", created_at=NOW)
        session.add(user)
        session.flush()
        return user.id


def test_a_sheet_is_kept_with_who_answered_what_and_when(database: Database) -> None:
    wave_id, sponsor = a_draft(database), a_user(database)
    sheet = {"M01": FactEntry("yes", "Board minutes"), "C05": FactEntry("no"), "M02": FactEntry("partly")}
    save_fact_sheet(database, wave_id, sheet, now=NOW, by=sponsor)
    changed = {"M01": sheet["M01"], "M02": FactEntry("yes")}
    save_fact_sheet(database, wave_id, changed, now=LATER)
    with database.read() as session:
        assert fact_sheet(session, wave_id) == {
            "M01": StoredFact("yes", "Board minutes", sponsor, NOW),
            "M02": StoredFact("yes", "", None, LATER),
        }
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "facts.save")).all()
        assert [one.actor_id for one in entries] == [sponsor, None]
        assert entries[1].details == {"changed": ["M02"], "taken_back": ["C05"]}


def test_what_the_sheet_does_not_have_is_not_kept(sqlite_database: Database) -> None:
    wave_id = a_draft(sqlite_database)
    with pytest.raises(UnknownFact):
        save_fact_sheet(sqlite_database, wave_id, {"M17": FactEntry("yes")}, now=NOW)
    with pytest.raises(ValueError, match="M01 is longer"):
        save_fact_sheet(sqlite_database, wave_id, {"M01": FactEntry("yes", "x" * 1001)}, now=NOW)
    with sqlite_database.read() as session:
        assert fact_sheet(session, wave_id) == {}


def test_facts_of_a_published_wave_stay(sqlite_database: Database) -> None:
    wave_id = a_draft(sqlite_database)
    with sqlite_database.write() as session:
        wave = session.get_one(Wave, wave_id)
        wave.state, wave.public_key, wave.key_name = WaveState.PUBLISHED, b"k" * 1216, "k"
        wave.opened_at = wave.closed_at = wave.published_at = NOW
    with pytest.raises(WrongState, match="published"):
        save_fact_sheet(sqlite_database, wave_id, {"M01": FactEntry("yes")}, now=NOW)


def test_outcomes_are_read_with_percent_signs_commas_and_gaps(tmp_path: Path) -> None:
    file = a_file(
        tmp_path,
        "department;period;mystery_shopping;Complaints\n"
        "North;2026-q3;71,5 %;12\nFirm/South;2026-09;;0\n;2026;NA;-\n",
    )
    assert read_outcomes(file, [("Firm",), NORTH, SOUTH], "Firm") == (
        OutcomeValue(NORTH, "2026-Q3", MYSTERY, 71.5),
        OutcomeValue(NORTH, "2026-Q3", COMPLAINTS, 12),
        OutcomeValue(SOUTH, "2026-09", COMPLAINTS, 0),
    )


def test_every_fault_of_outcomes_is_told_with_row_and_column(tmp_path: Path) -> None:
    file = a_file(
        tmp_path,
        "department,period,retention\nEast,2026,50\nNorth,Q3 2026,50\nNorth,2026,120\nNorth,2026,x\n",
    )
    assert problems(read_outcomes, file, [NORTH], "Firm") == [
        "sheet.csv, row 2, column department: 'East' is not a department of Firm",
        "sheet.csv, row 3, column period: 'Q3 2026' is no period; write 2026, 2026-Q3 or 2026-09",
        "sheet.csv, row 4, column retention: '120' cannot be; allowed: 0 to 100",
        "sheet.csv, row 5, column retention: 'x' is not a number; leave the cell empty where there is none",
        "sheet.csv, row 5, column period: Firm/North, 2026 stands here a second time, first in row 4",
    ]
    nothing = a_file(tmp_path, "department,period\nNorth,2026\n")
    assert "no column holds outcomes" in problems(read_outcomes, nothing, [NORTH], "Firm")[0]


def test_outcomes_are_kept_replaced_and_taken_back(database: Database) -> None:
    wave_id = a_draft(database)
    with database.read() as session:
        firm = session.get_one(Wave, wave_id).organisation_id
    first = [OutcomeValue(NORTH, "2026", MYSTERY, 60.0), OutcomeValue(SOUTH, "2025-Q4", MYSTERY, 50.5)]
    save_outcomes(database, firm, first, now=NOW)
    save_outcomes(database, firm, [OutcomeValue(NORTH, "2026", MYSTERY, 65.0)], now=LATER)
    with database.read() as session:
        assert outcomes_of(session, firm) == (first[1], OutcomeValue(NORTH, "2026", MYSTERY, 65.0))
        assert session.scalars(select(Outcome.entered_at).order_by(Outcome.entered_at)).all() == [NOW, LATER]
    remove_outcomes(
        database, firm, [(NORTH, "2026", MYSTERY), (("Firm", "East"), "2026", MYSTERY)], now=LATER
    )
    with database.read() as session:
        assert outcomes_of(session, firm) == (first[1],)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (OutcomeValue(("Firm", "East"), "2026", MYSTERY, 60.0), UnknownDepartments),
        (OutcomeValue(NORTH, "2026", MYSTERY, 101.0), ValueError),
        (OutcomeValue(NORTH, "2026", COMPLAINTS, float("nan")), ValueError),
        (OutcomeValue(NORTH, "sometime", MYSTERY, 60.0), ValueError),
    ],
)
def test_a_wrong_outcome_keeps_all_of_them_out(
    sqlite_database: Database, wrong: OutcomeValue, error: type[Exception]
) -> None:
    wave_id = a_draft(sqlite_database)
    with sqlite_database.read() as session:
        firm = session.get_one(Wave, wave_id).organisation_id
    with pytest.raises(error):
        save_outcomes(sqlite_database, firm, [OutcomeValue(SOUTH, "2026", MYSTERY, 60.0), wrong], now=NOW)
    with sqlite_database.read() as session:
        assert outcomes_of(session, firm) == ()
