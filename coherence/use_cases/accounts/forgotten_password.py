"""A forgotten password: ask for a link, and mail it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from coherence.accounts import limits, links
from coherence.accounts.addresses import normalised_address
from coherence.mail.message import Message
from coherence.mail.outbox import Outbox
from coherence.mail.texts import render
from coherence.store import Database, LinkPurpose, User


def ask_for_password_link(database: Database, email: str, *, secret: bytes, now: datetime) -> int | None:
    """The user to mail a link to; None where there is no such account, or enough links were asked for.

    The page that is shown is the same in every case. The link is mailed after the answer has left, by
    `mail_password_link`, so that how long the answer takes tells nothing either.
    """
    address = normalised_address(email)
    with database.write() as session:
        subject = limits.subject_of_address(secret, address)
        allowed = limits.take_try(session, limits.LINKS, subject, now) and limits.take_try(
            session, limits.ALL_LINKS, limits.EVERYBODY, now
        )
        found = session.scalar(select(User.id).where(User.email == address, User.active))
    return found if allowed else None


def mail_password_link(
    database: Database, outbox: Outbox, user_id: int, *, base_url: str, now: datetime
) -> None:
    """Make a link and send it to the address of the account.

    Raises:
        MailNotSent: the link is stored, but nobody has it; it expires by itself.
    """
    with database.write() as session:
        user = session.get(User, user_id)
        if user is None or not user.active:
            return
        link = links.issue(
            session,
            user.id,
            LinkPurpose.PASSWORD_RESET,
            base_url=base_url,
            now=now,
            lasts=links.RESET_LASTS,
        )
        address = user.email
    message: Message = render("password_link", to=address, link=link)
    with outbox.connect() as send:
        send(message)
