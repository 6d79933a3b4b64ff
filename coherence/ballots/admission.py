"""Who is admitted: links and codes given out, and recognised again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, bindparam, case, delete, exists, select
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
    WaveQuestion,
    WaveState,
    WaveUnit,
)
from coherence.store.rate_limits import count_try, is_exhausted
from scoring.answers import Path
from scoring.disclosure import BOARD, Label
from scoring.vocabulary import Form, Level

WRONG_CODES: Final = Limit("invitation code", tries=100, window=timedelta(minutes=10))
"""Wrong codes typed in one wave. A code has 60 bits: the limit is for the peace of the server."""

_BY_TOKEN: Final = (
    select(
        Invitation.id,
        Invitation.wave_id,
        Wave.state,
        Invitation.used,
        Invitation.level,
        Headcount.shown_unit,
        Headcount.shown_level,
        Person.language,
        Wave.form,
        Wave.sector,
        Wave.k,
        Wave.escrow_holder,
        Wave.board_column,
        case((exists().where(WaveQuestion.wave_id == Wave.id), Wave.slug), else_="").label("extra_of"),
    )
    .join(Wave, Wave.id == Invitation.wave_id)
    .join(
        Headcount,
        (Headcount.wave_id == Invitation.wave_id)
        & (Headcount.unit == Invitation.unit)
        & (Headcount.level == Invitation.level),
    )
    .join(InvitationToken, InvitationToken.invitation_id == Invitation.id)
    .outerjoin(Person, Person.id == Invitation.person_id)
    .where(InvitationToken.digest == bindparam("digest"), InvitationToken.kind == bindparam("kind"))
)
_GROUP: Final = (
    select(WaveUnit.path, Headcount.level, Headcount.invited)
    .join(WaveUnit, (WaveUnit.wave_id == Headcount.wave_id) & (WaveUnit.position == Headcount.shown_unit))
    .where(
        Headcount.wave_id == bindparam("wave_id"),
        Headcount.shown_unit == bindparam("unit"),
        Headcount.shown_level == bindparam("level"),
    )
)


@dataclass(frozen=True, slots=True)
class Admission:
    """One invitation as the respondent's pages need it, with what was frozen when its wave opened.

    level: as the roster had it. label: the group that the answers will count in. language: from the
    roster, if the person is still on it. board_column: this person's board of fewer than k members agreed
    to a column of its own.
    extra_of: the wave's name in addresses where it asks questions outside the scores, else empty.
    """

    invitation_id: int
    wave_id: int
    state: WaveState
    used: bool
    level: Level
    label: Label
    language: str | None
    form: Form
    sector: str
    k: int
    escrow_holder: str | None
    board_column: bool
    extra_of: str


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """The group that a label names: the path of its department, who counts there, how many were invited."""

    path: Path
    levels: frozenset[Level]
    invited: int


class Refusal(StrEnum):
    """Why a typed code does not admit."""

    UNKNOWN = "unknown"
    TOO_MANY_TRIES = "too many tries"


def issue_link(session: Session, secret: bytes, invitation_id: int) -> str:
    """A fresh link token for one message; earlier ones stay good until one of them is used."""
    token = new_link_token()
    _store(session, secret, invitation_id, TokenKind.LINK, token)
    return token


def has_link(session: Session, invitation_id: int) -> bool:
    """Whether a link leads to the invitation; none does once the person is erased or has another address."""
    found = exists().where(
        InvitationToken.invitation_id == invitation_id, InvitationToken.kind == TokenKind.LINK
    )
    return bool(session.scalar(select(found)))


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


def admit_by_link(reader: Session | Connection, secret: bytes, token: str) -> Admission | None:
    """The invitation that a link belongs to, whatever its state; None if it is unknown."""
    return _admission(reader, secret, TokenKind.LINK, token)


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
    found = _admission(session, secret, TokenKind.CODE, code)
    if found is None or found.wave_id != wave_id:
        count_try(session, WRONG_CODES, subject, now)
        return Refusal.UNKNOWN
    return found


def shown_group(reader: Session | Connection, wave_id: int, label: Label) -> ShownGroup:
    """What a person is told of the group that the answer counts in.

    Raises:
        LookupError: nobody of this wave was told of such a label.
    """
    values = {"wave_id": wave_id, "unit": label.unit, "level": label.level}
    rows = reader.execute(_GROUP, values).all()
    if not rows:
        raise LookupError(f"wave {wave_id} shows no group of department {label.unit}, level {label.level}")
    return ShownGroup(
        path=tuple(rows[0].path),
        levels=frozenset(row.level for row in rows),
        invited=sum(row.invited for row in rows),
    )


def _store(session: Session, secret: bytes, invitation_id: int, kind: TokenKind, token: str) -> None:
    digest = token_digest(secret, kind, token)
    session.add(InvitationToken(digest=digest, invitation_id=invitation_id, kind=kind))
    session.flush()


def _admission(reader: Session | Connection, secret: bytes, kind: TokenKind, token: str) -> Admission | None:
    row = reader.execute(_BY_TOKEN, {"digest": token_digest(secret, kind, token), "kind": kind}).first()
    if row is None:
        return None
    return Admission(
        invitation_id=row.id,
        wave_id=row.wave_id,
        state=row.state,
        used=row.used,
        level=row.level,
        label=Label(row.shown_unit, row.shown_level),
        language=row.language,
        form=row.form.value,
        sector=row.sector,
        k=row.k,
        escrow_holder=row.escrow_holder,
        board_column=row.board_column and row.level is BOARD.level,
        extra_of=row.extra_of,
    )
