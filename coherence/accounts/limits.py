"""Limits on tries, by account and for all accounts together, never by network address."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coherence.errors import CoherenceError
from coherence.store import Limit, RateLimit
from coherence.store.rate_limits import count_try

PASSWORDS: Final = Limit("sign-in", tries=10, window=timedelta(minutes=15))
ALL_PASSWORDS: Final = Limit("sign-in all", tries=300, window=timedelta(minutes=5))
CODES: Final = Limit("code", tries=5, window=timedelta(minutes=15))
CODES_A_DAY: Final = Limit("code a day", tries=30, window=timedelta(days=1))
LINKS: Final = Limit("password link", tries=3, window=timedelta(hours=1))
ALL_LINKS: Final = Limit("password link all", tries=200, window=timedelta(hours=1))
"""Three codes in a million fit at any moment: with a stolen password, 30 guesses hit on one day in 11,000."""

EVERYBODY: Final = "everybody"


class TooManyTries(CoherenceError):
    """The tries of this account, or of all together, are spent for a while."""


def subject_of_address(secret: bytes, email: str) -> str:
    """Whom tries with a typed address are counted against, whether or not there is such an account.

    A keyed digest, so that the table holds no addresses and tells nobody which accounts exist.
    """
    return "address:" + hmac.digest(secret, b"rate limit:" + email.encode(), hashlib.sha256).hex()[:40]


def subject_of_user(user_id: int) -> str:
    """Whom tries of a known account are counted against."""
    return f"account:{user_id}"


def take_try(session: Session, limit: Limit, subject: str, now: datetime) -> bool:
    """Count a try, and say whether it was still within the limit.

    Counted before it is judged: of many tries at once none slips through between looking and counting.
    The caller commits also where the answer is no.
    """
    count_try(session, limit, subject, now)
    tries = session.scalar(
        select(RateLimit.tries).where(
            RateLimit.scope == limit.scope,
            RateLimit.subject == subject,
            RateLimit.window_start == limit.window_start(now),
        )
    )
    return tries is not None and tries <= limit.tries


def forget_tries(session: Session, limit: Limit, subject: str) -> None:
    """Begin the count afresh, after a success."""
    session.execute(delete(RateLimit).where(RateLimit.scope == limit.scope, RateLimit.subject == subject))
