"""Where messages leave: what every outbox offers, and how it fails."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from coherence.errors import CoherenceError
from coherence.mail.message import Message

Send = Callable[[Message], None]
"""Hands one message over; raises MailNotSent."""


class MailNotSent(CoherenceError):
    """The message was not handed over. Of this class itself: trying again without a change is useless."""


class ServerUnavailable(MailNotSent):
    """The mail server cannot be reached, went away in the middle, or asks to come back later.

    A message that was on its way may have arrived nevertheless.
    """


class RecipientRefused(MailNotSent):
    """The server takes mail, but not for this address.

    reason: in words, without the address. policy: it is more about us than about the address.
    """

    def __init__(
        self, message: str, reason: str = "the address was refused", *, policy: bool = False
    ) -> None:
        super().__init__(message)
        self.reason, self.policy = reason, policy


class RecipientDeferred(RecipientRefused):
    """The server wants this address to be tried again later (greylisting, a full mailbox)."""


class Outbox(Protocol):
    """A way out for messages.

    `with outbox.connect() as send: send(message)`: one connection for as many messages as there are.
    """

    @property
    def sender(self) -> str:
        """The address that messages come from, with or without a name."""
        ...

    @property
    def bounces(self) -> str:
        """The address that undelivered messages come back to (see coherence.mail.bounces)."""
        ...

    def connect(self) -> AbstractContextManager[Send]:
        """Open the way out.

        Raises:
            MailNotSent: it cannot be opened.
        """
        ...
