"""What can go wrong with sealed ballots."""

from __future__ import annotations

from coherence.errors import CoherenceError


class BallotError(CoherenceError):
    """Root of the errors of this package."""


class NotReceived(BallotError):
    """The database did not confirm the ballot. Sending it again is safe: it never counts twice."""


class BallotTooLong(BallotError):
    """The answers do not fit into a ballot."""


class KeyMissing(BallotError):
    """The private key of a wave is not in the key folder."""


class WrongKey(BallotError):
    """A key, a passphrase or a copy of a key does not fit."""


class WrongState(BallotError):
    """The wave is not in the state that the step needs."""


class TooFewInvited(BallotError):
    """The roster is smaller than k, so nothing could ever be released."""


class EscrowUnanswered(BallotError):
    """The wave's key has an escrow copy, and nobody has said yet whether it is deleted."""


class CountsDiffer(BallotError):
    """Ballots, used invitations or written answers do not agree; nothing is deleted."""


class LabelTooSmall(BallotError):
    """The merged labels would leave a group smaller than k."""
