"""Passwords: what is accepted, and how it is kept (argon2id, RFC 9106)."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from coherence.errors import CoherenceError

SHORTEST: Final = 12
LONGEST: Final = 200

# OWASP's setting of 19 MiB: a burst of sign-ins must not take the memory of the people who answer.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_DUMMY: Final = _HASHER.hash("nobody has this password")

_TRIED_FIRST: Final = (
    "password", "passwort", "passw0rd", "p@ssw0rd", "p@ssword", "haslo", "slaptazodis", "parol",
    "1234567890", "123456789", "12345678", "1234567", "123456", "12345", "1234", "123", "987654321", "654321",
    "qwertyuiop", "qwertzuiop", "qwerty", "qwertz", "asdfghjkl", "asdfgh", "zxcvbnm", "1q2w3e4r", "1qaz2wsx",
    "abcdefgh", "abcdef", "abc", "letmein", "welcome", "changeme", "iloveyou", "administrator", "admin",
    "secret", "dragon", "monkey", "football", "sunshine", "princess", "coherence", "survey", "login",
)  # fmt: skip
"""Pieces that guessing begins with; a longer one stands before the shorter one within it."""

_FEWEST_OWN: Final = 6
_FEWEST_DIFFERENT: Final = 5
_SHORTEST_NAME: Final = 4


class Weakness(StrEnum):
    """Why a new password is not accepted."""

    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    HOLDS_THE_ADDRESS = "holds the e-mail address"
    TOO_COMMON = "too common"


class WeakPassword(CoherenceError):
    """A new password is not accepted; `weakness` says why."""

    def __init__(self, weakness: Weakness) -> None:
        super().__init__(f"the password is {weakness}; choose {SHORTEST} characters or more of your own")
        self.weakness = weakness


def weakness(password: str, email: str) -> Weakness | None:
    """Why a password should not be chosen; None where it is good.

    There are no rules of composition: length counts, and not being among the first guesses. What is left
    when the pieces that are tried first are taken out must still be six characters.

    >>> weakness("blue kettle on the hill", "ann@firm.example") is None
    True
    >>> weakness("Password123456!", "ann@firm.example")
    <Weakness.TOO_COMMON: 'too common'>
    >>> weakness("ann.meyer-2026-berlin", "ann.meyer@firm.example")
    <Weakness.HOLDS_THE_ADDRESS: 'holds the e-mail address'>
    """
    plain = _normalised(password).casefold()
    if len(plain) < SHORTEST:
        return Weakness.TOO_SHORT
    if len(plain) > LONGEST:
        return Weakness.TOO_LONG
    names = [name for name in email.casefold().split("@") if len(name) >= _SHORTEST_NAME]
    if any(name in plain for name in names):
        return Weakness.HOLDS_THE_ADDRESS
    own = plain
    for piece in _TRIED_FIRST:
        own = own.replace(piece, "")
    if len(own) < _FEWEST_OWN or len(set(own)) < _FEWEST_DIFFERENT:
        return Weakness.TOO_COMMON
    return None


def hash_new_password(password: str, email: str) -> str:
    """The hash to keep of a new password.

    Raises:
        WeakPassword: it is too short, too long, or easy to guess.
    """
    found = weakness(password, email)
    if found is not None:
        raise WeakPassword(found)
    return _HASHER.hash(_normalised(password))


def is_correct(password_hash: str | None, password: str) -> bool:
    """Whether a password fits; without a hash (no such account) it takes as long and is False."""
    try:
        _HASHER.verify(password_hash or _DUMMY, _normalised(password[: LONGEST + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def _normalised(password: str) -> str:
    # The same letter typed on another keyboard may arrive in another Unicode form (RFC 8265).
    return unicodedata.normalize("NFC", password)
