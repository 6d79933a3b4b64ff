"""What a wave asks outside the scores is settled when it opens, whoever writes to the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures_waves import NOW, AWave, a_draft
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from coherence.ballots.opening import open_wave
from coherence.store import Database, Invitation, Wave, WaveQuestion, WaveQuestionKind


def a_question(wave_id: int, code: str) -> WaveQuestion:
    return WaveQuestion(wave_id=wave_id, code=code, kind=WaveQuestionKind.AGREEMENT, text="Why?")


def test_the_questions_of_an_open_wave_cannot_be_changed(database: Database, key_folder: Path) -> None:
    wave_id, other = a_draft(database), a_draft(database, name="Other")
    with database.write() as session:
        session.add_all([a_question(wave_id, "Q01"), a_question(wave_id, "Q02"), a_question(other, "Q09")])
    with database.write() as session:
        session.execute(update(WaveQuestion).where(WaveQuestion.code == "Q02").values(text="Why not?"))
        session.execute(delete(WaveQuestion).where(WaveQuestion.code == "Q02"))
    open_wave(database, wave_id, key_folder=key_folder, now=NOW)
    mine = WaveQuestion.wave_id == wave_id
    for change in (
        update(WaveQuestion).where(mine).values(text="Why not?"),
        update(WaveQuestion).where(WaveQuestion.wave_id == other).values(wave_id=wave_id),
        delete(WaveQuestion).where(mine),
    ):
        with pytest.raises(IntegrityError), database.write() as session:
            session.execute(change)
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(a_question(wave_id, "Q03"))
    with database.read() as session:
        assert session.scalars(select(WaveQuestion.text).where(mine)).all() == ["Why?"]
        mine_first = session.scalars(select(Invitation.id).where(Invitation.wave_id == wave_id)).first()
        slug = session.get_one(Wave, wave_id).slug
    assert AWave(database, wave_id, key_folder).admit(mine_first or 0).extra_of == slug
