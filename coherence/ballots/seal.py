"""Sealing a ballot so that only the wave's private key opens it, and opening it at the close.

HPKE (RFC 9180) with the hybrid of ML-KEM-768 and X25519, HKDF-SHA256 and AES-256-GCM. The wave's
number and key name go in as `info`, so that a ballot moved to another wave does not open there.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from coherence.ballots.ballot import Ballot
from coherence.ballots.errors import WrongKey
from coherence.ballots.keys import opening_key, sealing_key

_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def seal(ballot: Ballot, public: bytes, wave_id: int, key_name: str) -> bytes:
    """The ciphertext of a ballot: 9,328 bytes, whatever it holds."""
    return _SUITE.encrypt(ballot.to_bytes(), sealing_key(public), _binding(wave_id, key_name))


class BallotBox:
    """Opens the ballots of one wave."""

    def __init__(self, private: bytes, wave_id: int, key_name: str) -> None:
        self._key = opening_key(private)
        self._info = _binding(wave_id, key_name)

    def open(self, ciphertext: bytes) -> Ballot:
        """The ballot inside.

        Raises:
            WrongKey: it was sealed for another wave, or changed since.
            ValueError, BallotTooLong: it holds no ballot.
        """
        try:
            return Ballot.from_bytes(_SUITE.decrypt(ciphertext, self._key, self._info))
        except InvalidTag as error:
            raise WrongKey("this ballot was not sealed for this wave, or was changed since") from error


def _binding(wave_id: int, key_name: str) -> bytes:
    return f"coherence ballot 1, wave {wave_id}, key {key_name}".encode()
