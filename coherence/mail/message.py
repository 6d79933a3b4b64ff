"""A message as plain data, and as the internet wants it."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid


@dataclass(frozen=True, slots=True)
class Message:
    """A plain text message. The text may hold a secret link, so it never shows in a log or traceback.

    bounces: where the mail system reports that it could not be delivered; empty means the sender.
    name: the same each time the same message is sent, so that mailboxes may show a repeated one once;
    empty for a message that is sent but once.
    """

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    bounces: str = field(default="", repr=False)
    name: str = field(default="", repr=False)


def as_email(message: Message, sender: str) -> EmailMessage:
    """The message with its headers.

    Raises:
        ValueError: an address or the subject holds a line break.
    """
    email = EmailMessage()
    email["From"] = sender
    email["To"] = message.to
    email["Subject"] = message.subject
    email["Date"] = formatdate()
    domain = sender.rpartition("@")[2].rstrip(">") or None
    email["Message-ID"] = (
        f"<{message.name}@{domain}>" if message.name and domain else make_msgid(domain=domain)
    )
    # Out-of-office replies help nobody here.
    email["Auto-Submitted"] = "auto-generated"
    email.set_content(message.text)
    return email
