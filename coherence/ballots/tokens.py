"""Links and typed codes that admit to a wave; the database only ever sees their digests."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from coherence.store import TokenKind

CODE_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U."""

CODE_LENGTH: Final = 12
SHORTEST_SECRET: Final = 32

_READ_ALIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, "\u2013": None, "\u2212": None})


def new_link_token() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """60 random bits in twelve characters, as printed: three groups of four.

    >>> len(new_code())
    14
    """
    characters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(characters[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def normalised_code(typed: str) -> str | None:
    """The code that somebody meant: small letters, spaces, dashes, O for 0, I or L for 1; None if it is none.

    >>> normalised_code(" abcd efgh-jkmO ")
    'ABCDEFGHJKM0'
    >>> normalised_code("ABCD-EFGH") is None
    True
    """
    code = "".join(typed.upper().split()).translate(_READ_ALIKE)
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET) else None


def token_digest(secret: bytes, kind: TokenKind, token: str) -> bytes:
    """HMAC-SHA256 under the server's secret: whoever holds only the database cannot test a guess.

    Raises:
        ValueError: the secret is shorter than 32 bytes.
    """
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"the server's secret has {len(secret)} bytes; it needs {SHORTEST_SECRET} or more")
    return hmac.digest(secret, f"{kind.value}:{token}".encode(), hashlib.sha256)
