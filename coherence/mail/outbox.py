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
    """The message was not handed over: the server cannot be reached or refuses to take mail."""


class RecipientRefused(MailNotSent):
    """The server takes mail, but not for this address."""


class Outbox(Protocol):
    """A way out for messages.

    `with outbox.connect() as send: send(message)`: one connection for as many messages as there are.
    """

    def connect(self) -> AbstractContextManager[Send]:
        """Open the way out.

        Raises:
            MailNotSent: it cannot be opened.
        """
        ...
