"""Who is admitted: links and codes given out, and recognised again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, bindparam, delete, func, select
from sqlalchemy.orm import Session

from coherence.ballots.tokens import new_code, new_link_token, normalised_code, token_digest
from coherence.store import (
    Headcount,
    Invitation,
    InvitationToken,
    Limit,
    Person,
    TokenKind,
    Wave,
    WaveState,
)
from coherence.store.rate_limits import count_try, is_exhausted
from scoring.disclosure import Label

WRONG_CODES: Final = Limit("invitation code", tries=100, window=timedelta(minutes=10))
"""Wrong codes typed in one wave. A code has 60 bits: the limit is for the peace of the server."""

_ADMISSIONS: Final = (
    select(
        Invitation.id,
        Invitation.wave_id,
        Wave.state,
        Invitation.used,
        Headcount.shown_unit,
        Headcount.shown_level,
        Person.language,
        Wave.public_key,
        Wave.key_name,
    )
    .join(Wave, Wave.id == Invitation.wave_id)
    .join(
        Headcount,
        (Headcount.wave_id == Invitation.wave_id)
        & (Headcount.unit == Invitation.unit)
        & (Headcount.level == Invitation.level),
    )
    .outerjoin(Person, Person.id == Invitation.person_id)
)
_BY_ID: Final = _ADMISSIONS.where(Invitation.id == bindparam("invitation_id"))
_BY_TOKEN: Final = _ADMISSIONS.join(InvitationToken, InvitationToken.invitation_id == Invitation.id).where(
    InvitationToken.digest == bindparam("digest"), InvitationToken.kind == bindparam("kind")
)


@dataclass(frozen=True, slots=True)
class Admission:
    """One invitation as the respondent's pages need it.

    label: the group that the answers will count in. language: from the roster, if the person is
    still on it. public_key, key_name: of the box that the ballot goes into.
    """

    invitation_id: int
    wave_id: int
    state: WaveState
    used: bool
    label: Label
    language: str | None
    public_key: bytes
    key_name: str


class Refusal(StrEnum):
    """Why a typed code does not admit."""

    UNKNOWN = "unknown"
    TOO_MANY_TRIES = "too many tries"


def issue_link(session: Session, secret: bytes, invitation_id: int) -> str:
    """A fresh link token for one message; earlier ones stay good until one of them is used."""
    token = new_link_token()
    _store(session, secret, invitation_id, TokenKind.LINK, token)
    return token


def issue_code(session: Session, secret: bytes, invitation_id: int) -> str:
    """A code for a printed slip, in groups of four; it replaces an earlier code of the invitation."""
    session.execute(
        delete(InvitationToken).where(
            InvitationToken.invitation_id == invitation_id, InvitationToken.kind == TokenKind.CODE
        )
    )
    code = new_code()
    _store(session, secret, invitation_id, TokenKind.CODE, code.replace("-", ""))
    return code


def admit_by_link(session: Session, secret: bytes, token: str) -> Admission | None:
    """The invitation that a link belongs to, whatever its state; None if it is unknown."""
    digest = token_digest(secret, TokenKind.LINK, token)
    return _first(session, _BY_TOKEN, digest=digest, kind=TokenKind.LINK)


def admit_by_code(
    session: Session, secret: bytes, wave_id: int, typed: str, now: datetime
) -> Admission | Refusal:
    """The invitation that a typed code belongs to in this wave.

    A wrong code is counted against the wave, so the caller commits also after a refusal. Something
    that cannot be a code at all (a slip of the finger) is refused without counting.
    """
    code = normalised_code(typed)
    if code is None:
        return Refusal.UNKNOWN
    subject = f"wave:{wave_id}"
    if is_exhausted(session, WRONG_CODES, subject, now):
        return Refusal.TOO_MANY_TRIES
    digest = token_digest(secret, TokenKind.CODE, code)
    found = _first(session, _BY_TOKEN, digest=digest, kind=TokenKind.CODE)
    if found is None or found.wave_id != wave_id:
        count_try(session, WRONG_CODES, subject, now)
        return Refusal.UNKNOWN
    return found


def admission(session: Session, invitation_id: int) -> Admission | None:
    """The same invitation again, on the pages after the link was exchanged for a cookie."""
    return _first(session, _BY_ID, invitation_id=invitation_id)


def group_size(session: Session, wave_id: int, label: Label) -> int:
    """How many people were invited in the group that a label names."""
    return (
        session.scalar(
            select(func.sum(Headcount.invited)).where(
                Headcount.wave_id == wave_id,
                Headcount.shown_unit == label.unit,
                Headcount.shown_level == label.level,
            )
        )
        or 0
    )


def _store(session: Session, secret: bytes, invitation_id: int, kind: TokenKind, token: str) -> None:
    digest = token_digest(secret, kind, token)
    session.add(InvitationToken(digest=digest, invitation_id=invitation_id, kind=kind))
    session.flush()


def _first(session: Session, query: Select[*tuple[Any, ...]], **values: object) -> Admission | None:
    row = session.execute(query, values).first()
    if row is None:
        return None
    invitation, wave, state, used, unit, level, language, public_key, key_name = row
    return Admission(invitation, wave, state, used, Label(unit, level), language, public_key, key_name)
