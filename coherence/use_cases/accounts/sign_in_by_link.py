"""Sign in with a one-use link that was made on the command line."""

from __future__ import annotations

from datetime import datetime

from coherence.accounts import links, sessions
from coherence.accounts.audit_trail import Action, record
from coherence.errors import CoherenceError
from coherence.store import Database, LinkPurpose
from coherence.use_cases.accounts.users_by_address import active_user


class LinkUnusable(CoherenceError):
    """The link is unknown, was used, has expired or is for something else; which of these is not said."""


def make_sign_in_link(database: Database, email: str, *, base_url: str, now: datetime) -> str:
    """A link that signs a user in once, within twelve hours.

    It stands for both factors: who can run this command holds the database already. Never mail it.

    Raises:
        NoSuchUser: there is no active account of that address.
    """
    with database.write() as session:
        user = active_user(session, email)
        record(session, Action.LINK, user.id, now=now, by=None)
        return links.issue(
            session, user.id, LinkPurpose.SIGN_IN, base_url=base_url, now=now, lasts=links.SIGN_IN_LASTS
        )


def is_sign_in_link(database: Database, token: str, *, now: datetime) -> bool:
    """Whether a link would sign somebody in; looking does not use it up."""
    with database.read() as session:
        return links.owner(session, LinkPurpose.SIGN_IN, token, now) is not None


def sign_in_by_link(database: Database, token: str, *, replacing: str | None, now: datetime) -> str:
    """Use the link up and begin a whole session; gives its id.

    replacing: the id that the browser came with; that session ends.

    Raises:
        LinkUnusable: the link was not good.
    """
    with database.write() as session:
        user = links.use(session, LinkPurpose.SIGN_IN, token, now)
        if user is None:
            raise LinkUnusable("this link does not work, or no longer")
        if replacing is not None:
            sessions.end(session, replacing)
        record(session, Action.SIGN_IN, user.id, now=now, by=user.id, means="link")
        return sessions.start(session, user.id, second_factor=True, half=False, now=now)
