"""The same form sent many times at once, and forms sent while the wave is being closed."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fixtures_waves import AWave, an_open_wave
from sqlalchemy import func, select

from coherence.ballots.submit import Submission
from coherence.store import Database, Response, SealedBallot
from scoring.vocabulary import Level

AT_ONCE = 8


def test_of_equal_forms_sent_at_once_exactly_one_counts(wave: AWave) -> None:
    for invitation in wave.invitations[:5]:
        ready = threading.Barrier(AT_ONCE)

        def send(number: int, invitation: int = invitation, ready: threading.Barrier = ready) -> Submission:
            ready.wait(timeout=30)
            return wave.answer(invitation, f'{{"sent":{number}}}')

        with ThreadPoolExecutor(AT_ONCE) as pool:
            results = Counter(pool.map(send, range(AT_ONCE)))
        assert results == {Submission.ACCEPTED: 1, Submission.ALREADY_RECEIVED: AT_ONCE - 1}
    with wave.database.read() as session:
        assert session.scalars(select(func.count()).select_from(SealedBallot)).one() == 5


def test_every_ballot_that_was_accepted_while_the_wave_closed_is_counted(
    database: Database, key_folder: Path
) -> None:
    wave = an_open_wave(database, key_folder, {("North", Level.F): 120})
    under_way = threading.Event()

    def send(number: int) -> Submission:
        if number == 20:
            under_way.set()
        return wave.answer(wave.invitations[number], f'{{"person":{number}}}')

    with ThreadPoolExecutor(AT_ONCE) as pool:
        sent = [pool.submit(send, number) for number in range(120)]
        assert under_way.wait(timeout=30)
        report = wave.close()
        results = Counter(future.result() for future in sent)
    assert set(results) <= {Submission.ACCEPTED, Submission.CLOSED}
    assert results[Submission.ACCEPTED] == report.ballots == report.responses
    with database.read() as session:
        assert session.scalars(select(func.count()).select_from(Response)).one() == report.responses
        assert session.scalars(select(func.count()).select_from(SealedBallot)).one() == 0


def test_two_workers_that_close_at_once_write_the_answers_once(wave: AWave) -> None:
    for invitation in wave.invitations:
        wave.answer(invitation)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: wave.close(), range(2))
    assert first == second
    with wave.database.read() as session:
        assert session.scalars(select(func.count()).select_from(Response)).one() == 26
