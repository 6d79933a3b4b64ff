"""Receiving a ballot: stored once and for certain, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from coherence.ballots.admission import Admission
from coherence.ballots.ballot import Ballot
from coherence.ballots.errors import NotReceived
from coherence.ballots.seal import seal
from coherence.store import Database, Invitation, SealedBallot, Wave, WaveState

# The shared lock makes closing wait for this ballot, and this ballot see that closing has begun.
_STATE: Final = select(Wave.state).where(Wave.id == bindparam("wave")).with_for_update(read=True)
_USE: Final = (
    update(Invitation)
    .where(Invitation.id == bindparam("invitation"), Invitation.used.is_(False))
    .values(used=True)
    .returning(Invitation.id)
)
_INSERT: Final = insert(SealedBallot)


class Submission(StrEnum):
    """What became of a ballot that was sent."""

    ACCEPTED = "accepted"
    ALREADY_RECEIVED = "already received"
    CLOSED = "closed"


def submit(
    database: Database,
    admitted: Admission,
    *,
    language: str,
    answers: str,
    comments: Mapping[str, str],
) -> Submission:
    """Seal the answers and store them, in one transaction with the mark that the invitation is used.

    It owns that transaction: a result is returned only after the commit, so it can be told to the
    respondent. Sent twice, also at the same moment, the answers count once.

    Raises:
        NotReceived: the database did not confirm; sending the same again is safe.
        BallotTooLong: the answers or a comment exceed their limit.
    """
    ballot = Ballot(admitted.label, language, answers, comments)
    sealed = seal(ballot, admitted.public_key, admitted.wave_id, admitted.key_name)
    try:
        with database.write() as session:
            return _store(session, admitted, sealed)
    except SQLAlchemyError as error:
        raise NotReceived("the answers could not be stored; please send them again") from error


def _store(session: Session, admitted: Admission, sealed: bytes) -> Submission:
    connection = session.connection()
    if connection.scalar(_STATE, {"wave": admitted.wave_id}) is not WaveState.OPEN:
        return Submission.CLOSED
    if connection.scalar(_USE, {"invitation": admitted.invitation_id}) is None:
        return Submission.ALREADY_RECEIVED
    connection.execute(_INSERT, {"wave_id": admitted.wave_id, "ciphertext": sealed})
    return Submission.ACCEPTED
