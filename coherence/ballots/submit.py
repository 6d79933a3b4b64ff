"""Receiving a ballot: stored once and for certain, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from coherence.ballots.ballot import Ballot
from coherence.ballots.errors import NotReceived
from coherence.ballots.seal import seal
from coherence.store import Database, Headcount, Invitation, SealedBallot, Wave, WaveState
from scoring.disclosure import Label

# The shared lock makes closing wait for this ballot, and this ballot see that closing has begun.
_BOX: Final = (
    select(Wave.id, Wave.state, Wave.public_key, Wave.key_name, Headcount.shown_unit, Headcount.shown_level)
    .join_from(Invitation, Wave, Wave.id == Invitation.wave_id)
    .join(
        Headcount,
        (Headcount.wave_id == Invitation.wave_id)
        & (Headcount.unit == Invitation.unit)
        & (Headcount.level == Invitation.level),
    )
    .where(Invitation.id == bindparam("invitation"))
    .with_for_update(read=True, of=Wave)
)
_USE: Final = (
    update(Invitation)
    .where(Invitation.id == bindparam("invitation"), Invitation.used.is_(False))
    .values(used=True)
    .returning(Invitation.id)
)
_INSERT: Final = insert(SealedBallot)


class Submission(StrEnum):
    """What became of a ballot that was sent; unknown: its invitation is gone."""

    ACCEPTED = "accepted"
    ALREADY_RECEIVED = "already received"
    CLOSED = "closed"
    UNKNOWN = "unknown"


def submit(
    database: Database,
    invitation_id: int,
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
    try:
        with database.writing_rows() as connection:
            box = connection.execute(_BOX, {"invitation": invitation_id}).first()
            if box is None:
                return Submission.UNKNOWN
            if box.state is not WaveState.OPEN:
                return Submission.CLOSED
            if connection.scalar(_USE, {"invitation": invitation_id}) is None:
                return Submission.ALREADY_RECEIVED
            ballot = Ballot(Label(box.shown_unit, box.shown_level), language, answers, comments)
            sealed = seal(ballot, box.public_key, box.id, box.key_name)
            connection.execute(_INSERT, {"wave_id": box.id, "ciphertext": sealed})
            return Submission.ACCEPTED
    except SQLAlchemyError as error:
        raise NotReceived("the answers could not be stored; please send them again") from error
