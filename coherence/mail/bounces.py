"""Messages that come back: addresses that name an invitation, and reports of failed delivery.

A bounce goes to an address that only this invitation has, so it is recognised without reading whom
the report is about. It names the invitation, never an answer.
"""

from __future__ import annotations

import hashlib
import hmac
import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message as Email
from email.utils import getaddresses, parseaddr
from pathlib import Path
from typing import Final

from coherence.errors import CoherenceError
from coherence.mail.status_codes import words_for

_MARK: Final = re.compile(r"\bi(\d{1,18})-([0-9a-f]{16})\b")
_ADDRESSED: Final = ("to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


class NoMailbox(CoherenceError):
    """The path names no folder or file that holds messages."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A message about an invitation that could not be delivered for good. reason: in words."""

    invitation_id: int
    reason: str


def bounce_address(base: str, secret: bytes, invitation_id: int) -> str:
    """The envelope sender of messages about one invitation.

    Args:
        base: an address, whose name gets "+MARK"; or one with {} where the mark belongs.
        secret: of the server; without it nobody can forge a bounce.
        invitation_id: what the mark names.

    >>> bounce_address("survey@acme.example", b"s" * 32, 7)
    'survey+i7-f214120798120cec@acme.example'
    """
    mark = mark_of(secret, invitation_id)
    if "{}" in base:
        return base.replace("{}", mark)
    name, _, domain = parseaddr(base)[1].rpartition("@")
    return f"{name}+{mark}@{domain}"


def mark_of(secret: bytes, invitation_id: int) -> str:
    """What names an invitation in addresses, with a check that only the server can make."""
    return f"i{invitation_id}-{_check(secret, invitation_id)}"


def read_bounces(path: Path, secret: bytes) -> Iterator[Bounce]:
    """The final failures among the messages of a Maildir or an mbox file; others are passed over.

    Raises:
        NoMailbox: the path is neither.
    """
    for email in _messages(path):
        invitation = _invitation(email, secret)
        reason = _failure(email)
        if invitation is not None and reason is not None:
            yield Bounce(invitation, reason)


def _messages(path: Path) -> Iterator[Email]:
    if path.is_dir() and {"cur", "new"} <= {entry.name for entry in path.iterdir()}:
        box: mailbox.Mailbox[mailbox.MaildirMessage] | mailbox.mbox = mailbox.Maildir(path, create=False)
    elif path.is_file():
        box = mailbox.mbox(path, create=False)
    else:
        raise NoMailbox(f"{path} is no mailbox; name a Maildir (a folder with cur and new) or an mbox file")
    try:
        yield from box
    finally:
        box.close()


def _invitation(email: Email, secret: bytes) -> int | None:
    """The invitation that the address of the report names, if its check is right."""
    written = [str(value) for header in _ADDRESSED for value in email.get_all(header, [])]
    for _, address in getaddresses(written):
        mark = _MARK.search(address.lower())
        if mark and hmac.compare_digest(mark[2], _check(secret, int(mark[1]))):
            return int(mark[1])
    return None


def _failure(email: Email) -> str | None:
    """The reason of a report (RFC 3464) that says "failed"; None for delays and everything else."""
    for part in email.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if isinstance(block, Email) and str(block.get("Action", "")).strip().lower() == "failed":
                status = _STATUS.search(str(block.get("Status", "")))
                return words_for(status.group() if status else "")
    return None


def _check(secret: bytes, invitation_id: int) -> str:
    return hmac.digest(secret, f"bounce:{invitation_id}".encode(), hashlib.sha256).hex()[:16]
