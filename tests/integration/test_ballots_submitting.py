from __future__ import annotations

import pytest
from fixtures_waves import AWave, an_open_wave
from sqlalchemy import delete, func, select

from coherence.ballots.ballot import Ballot
from coherence.ballots.errors import BallotTooLong
from coherence.ballots.seal import BallotBox
from coherence.ballots.submit import Submission
from coherence.store import Invitation, SealedBallot


def _ballots(wave: AWave) -> list[bytes]:
    with wave.database.read() as session:
        query = select(SealedBallot.ciphertext).where(SealedBallot.wave_id == wave.wave_id)
        return list(session.scalars(query))


def _used(wave: AWave) -> int:
    with wave.database.read() as session:
        query = select(func.count()).select_from(Invitation).where(Invitation.used)
        return session.scalars(query).one()


def test_an_accepted_ballot_holds_what_was_sent_under_the_label_that_was_shown(wave: AWave) -> None:
    invitation = wave.invitations[0]
    sent = {"X4": "too few tills", "X5": "zwei Kassen mehr, „sofort“"}
    assert wave.answer(invitation, '{"items":[5]}', language="de", comments=sent) is Submission.ACCEPTED
    admitted = wave.admit(invitation)
    (sealed,) = _ballots(wave)
    opened = BallotBox(wave.private_key, wave.wave_id, wave.key.name).open(sealed)
    assert opened == Ballot(admitted.label, "de", '{"items":[5]}', sent)
    assert admitted.used


def test_the_same_form_sent_again_is_known_and_not_counted(wave: AWave) -> None:
    assert wave.answer(wave.invitations[0]) is Submission.ACCEPTED
    assert wave.answer(wave.invitations[0], '{"items":[1]}') is Submission.ALREADY_RECEIVED
    assert (len(_ballots(wave)), _used(wave)) == (1, 1)


def test_everybody_has_one_vote(wave: AWave) -> None:
    results = [wave.answer(invitation) for invitation in wave.invitations]
    assert set(results) == {Submission.ACCEPTED}
    assert (len(_ballots(wave)), _used(wave)) == (26, 26)


def test_a_closed_wave_takes_no_ballot(wave: AWave) -> None:
    late = wave.invitations[-1]
    for invitation in wave.invitations[:-1]:
        wave.answer(invitation)
    wave.close()
    assert wave.answer(late) is Submission.CLOSED
    assert _ballots(wave) == []


def test_an_invitation_that_is_gone_is_thanked_for_nothing(wave: AWave) -> None:
    gone = wave.invitations[0]
    with wave.database.write() as session:
        session.execute(delete(Invitation).where(Invitation.id == gone))
    assert wave.answer(gone) is Submission.UNKNOWN
    assert _ballots(wave) == []


def test_what_is_too_long_is_not_stored_and_can_be_sent_shortened(wave: AWave) -> None:
    with pytest.raises(BallotTooLong, match="X4"):
        wave.answer(wave.invitations[0], comments={"X4": "x" * 1001})
    assert (_ballots(wave), _used(wave)) == ([], 0)
    assert wave.answer(wave.invitations[0], comments={"X4": "x" * 1000}) is Submission.ACCEPTED


def test_waves_that_run_side_by_side_keep_their_ballots_apart(wave: AWave) -> None:
    other = an_open_wave(wave.database, wave.key_folder, name="Spring")
    for invitation in wave.invitations:
        wave.answer(invitation, '{"wave":"first"}')
    for invitation in other.invitations:
        other.answer(invitation, '{"wave":"second"}')
    report = wave.close()
    assert (report.ballots, report.responses) == (26, 26)
    assert len(_ballots(other)) == 26
    assert other.close().responses == 26
