"""Find a user by e-mail address, on the command line."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.accounts.addresses import normalised_address
from coherence.errors import CoherenceError
from coherence.store import User


class NoSuchUser(CoherenceError):
    """There is no active account of this address."""


def active_user(session: Session, email: str) -> User:
    """The active user of an address, the row locked until the transaction ends.

    Raises:
        NoSuchUser: there is none.
    """
    address = normalised_address(email)
    user = session.scalar(select(User).where(User.email == address, User.active).with_for_update())
    if user is None:
        raise NoSuchUser(f"there is no account for {address}; make one with 'coherence user add'")
    return user
