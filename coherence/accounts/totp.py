"""The second factor: codes of an authenticator app (TOTP, RFC 6238), each good for once."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Final

import pyotp
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from coherence.store import User

ISSUER: Final = "Coherence"
DIGITS: Final = 6

_STEPS_OFF: Final = 1
"""A phone's clock may be half a minute off, either way."""


def pending_secret(session_id: str) -> str:
    """The secret offered to one session that enrols: 160 bits in base32.

    Derived from the session's id, so it need not be kept before it is confirmed, stays the same when the
    page is loaded again, and no other session of the same account sees it.
    """
    derived = hmac.digest(session_id.encode(), b"authenticator secret", hashlib.sha256)
    return base64.b32encode(derived[:20]).decode("ascii")


def enrolment_address(secret: str, email: str) -> str:
    """What the QR code says: otpauth://totp/..."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def matching_step(secret: str, typed: str, now: datetime) -> int | None:
    """The time step that a code belongs to; None if it is wrong. Spaces between the digits are allowed."""
    code = "".join(typed.split())
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=now, valid_window=_STEPS_OFF)
    except OTPVerificationError:
        return None


def accept_code(session: Session, user: User, typed: str, now: datetime) -> bool:
    """Whether a code is right and newer than the last one; if so it is used up.

    The database compares and sets in one statement: of two equal codes sent at once, one is accepted.
    """
    if user.totp_secret is None:
        return False
    step = matching_step(user.totp_secret, typed, now)
    if step is None:
        return False
    newer = or_(User.totp_step.is_(None), User.totp_step < step)
    used = session.scalar(
        update(User)
        .where(User.id == user.id, User.totp_secret == user.totp_secret, newer)
        .values(totp_step=step)
        .returning(User.id)
    )
    return used == user.id
