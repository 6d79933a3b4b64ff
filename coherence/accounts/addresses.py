"""E-mail addresses as accounts keep them."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address
from typing import Final

from coherence.errors import CoherenceError

LONGEST: Final = 254


class BadAddress(CoherenceError):
    """This is no e-mail address that mail can be sent to."""


def normalised_address(typed: str) -> str:
    """In lower case, without space around.

    >>> normalised_address(" Ann@Firm.Example ")
    'ann@firm.example'
    """
    return typed.strip().lower()


def checked_address(typed: str) -> str:
    """A normalised address that is written as the standard (RFC 5322) wants it.

    Raises:
        BadAddress: it is not.
    """
    address = normalised_address(typed)
    try:
        parsed = Address(addr_spec=address)
    except (MessageError, ValueError, IndexError):
        parsed = Address()
    if not parsed.username or not parsed.domain or len(address) > LONGEST:
        raise BadAddress(f"“{typed}” is no e-mail address; write it like ann@firm.example")
    return address
