"""What leaves the pages by mail: the way out, and the address that links in messages begin with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app
from werkzeug.wrappers import Response

from coherence.mail.folder import FolderOutbox
from coherence.mail.outbox import MailNotSent, Outbox
from coherence.mail.ways_out import NOBODY, configured_outbox
from coherence.settings import Settings, instance

_NAME: Final = "coherence.outgoing"


@dataclass(frozen=True)
class Outgoing:
    """Given to the application when it is made.

    base_url: the address of this service as people write it; never taken from a request, whose Host
    header anybody may write.
    """

    outbox: Outbox
    base_url: str


def local_outgoing(settings: Settings) -> Outgoing:
    """The way out of this machine; without settings of mail, a folder where nothing is sent."""
    return Outgoing(
        configured_outbox(settings) or FolderOutbox(instance() / "outbox", NOBODY), settings.base_url
    )


def provide(app: Flask, outgoing: Outgoing) -> None:
    """Let the pages of an application send messages."""
    app.extensions[_NAME] = outgoing


def outgoing() -> Outgoing:
    """The way out of the present application."""
    found: Outgoing = current_app.extensions[_NAME]
    return found


def after(response: Response, send: Callable[[], None]) -> Response:
    """Send when the answer has left: how long it takes does not tell whether there was anything to send.

    A message that cannot be sent is logged, without address and text.
    """
    logger = current_app.logger

    def try_to_send() -> None:
        try:
            send()
        except MailNotSent as error:
            logger.error("a message was not sent: %s", error)

    response.call_on_close(try_to_send)
    return response
