"""kill -9 at every step of the closing: nothing is lost, nothing counts twice, the key goes last."""

from __future__ import annotations

import signal
from collections import Counter

import pytest
from fixtures_waves import AWave
from sqlalchemy import func, select

from coherence.ballots.closing import Step
from coherence.ballots.emptying import KeptAnswers, KeptComment, checksum
from coherence.ballots.keys import has_key
from coherence.store import Base, Comment, Response, SealedBallot, Wave, WaveState

BEFORE_THE_ANSWERS_ARE_SAFE = {Step.SEALED, Step.OPENED, Step.WRITING}
WITH_BALLOTS = BEFORE_THE_ANSWERS_ARE_SAFE | {Step.WRITTEN, Step.EMPTYING}
WITHOUT_KEY = {Step.KEY_DESTROYED, Step.FINISHED}


def _count(wave: AWave, table: type[Base]) -> int:
    with wave.database.read() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def _stored_checksum(wave: AWave) -> str:
    with wave.database.read() as session:
        answers = [
            KeptAnswers(row.unit, row.level, row.language, row.answers)
            for row in session.scalars(select(Response))
        ]
        comments = [
            KeptComment(row.question, row.language, row.text) for row in session.scalars(select(Comment))
        ]
    return checksum(answers, comments)


@pytest.mark.parametrize("step", list(Step))
def test_a_closing_that_is_killed_goes_on_with_equal_counts(wave: AWave, step: Step) -> None:
    for number, invitation in enumerate(wave.invitations):
        wave.answer(invitation, f'{{"person":{number}}}', comments={"X5": f"said {number}"})
    key = wave.key.name
    wave.database.dispose()

    assert wave.close_until(step) == -signal.SIGKILL
    assert has_key(wave.key_folder, key) == (step not in WITHOUT_KEY)
    assert _count(wave, SealedBallot) == (26 if step in WITH_BALLOTS else 0)
    assert _count(wave, Response) == (0 if step in BEFORE_THE_ANSWERS_ARE_SAFE else 26)

    report = wave.close()
    assert (report.ballots, report.responses, report.comments) == (26, 26, 26)
    assert report.checksum == _stored_checksum(wave)
    with wave.database.read() as session:
        answers = Counter(session.scalars(select(Response.answers)))
        comments = Counter(session.scalars(select(Comment.text)))
        assert session.get_one(Wave, wave.wave_id).state is WaveState.CLOSED
    assert answers == Counter(f'{{"person":{number}}}' for number in range(26))
    assert comments == Counter(f"said {number}" for number in range(26))
    assert _count(wave, SealedBallot) == 0
    assert not has_key(wave.key_folder, key)


def test_a_closing_that_is_killed_again_and_again_still_ends(wave: AWave) -> None:
    for number, invitation in enumerate(wave.invitations):
        wave.answer(invitation, f'{{"person":{number}}}')
    wave.database.dispose()
    for step in (Step.WRITING, Step.OPENED, Step.WRITTEN, Step.EMPTYING, Step.COMPACTED):
        assert wave.close_until(step) == -signal.SIGKILL
    report = wave.close()
    assert (report.ballots, report.responses) == (26, 26)
    assert report.checksum == _stored_checksum(wave)
