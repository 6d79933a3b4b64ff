"""Tell a person by mail that the password of the account was changed."""

from __future__ import annotations

from coherence.mail.outbox import Outbox
from coherence.mail.texts import render
from coherence.store import Database, User

FORGOTTEN = "/password/forgotten"


def tell_password_changed(database: Database, outbox: Outbox, user_id: int, *, base_url: str) -> None:
    """Send the message, which says what to do if it was somebody else.

    Raises:
        MailNotSent: the password is changed all the same.
    """
    with database.read() as session:
        user = session.get(User, user_id)
    if user is None:
        return
    message = render("password_changed", to=user.email, forgotten=base_url.rstrip("/") + FORGOTTEN)
    with outbox.connect() as send:
        send(message)
