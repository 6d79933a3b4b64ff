"""An uploaded list between upload and confirmation: kept for one person and for a short time."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coherence.errors import CoherenceError
from coherence.store import ImportKind, PendingImport
from coherence.use_cases.staff.sheets import Sheet
from coherence.use_cases.waves.staff_waves import Staff

KEPT: Final = timedelta(hours=2)


class NothingPending(CoherenceError):
    """The list was confirmed, thrown away, or waited too long."""


@dataclass(frozen=True, slots=True)
class PendingList:
    """An uploaded list. choices: which column is what, as the person corrected it."""

    file: str
    sheet: Sheet
    choices: dict[str, Any]


def keep_list(
    session: Session,
    staff: Staff,
    organisation_id: int,
    kind: ImportKind,
    uploaded: PendingList,
    *,
    now: datetime,
) -> None:
    """Keep the list in place of an earlier one, and forget everybody's that have run out."""
    session.execute(delete(PendingImport).where(PendingImport.expires_at <= now))
    forget_list(session, staff, organisation_id, kind)
    session.add(
        PendingImport(
            user_id=staff.user_id,
            organisation_id=organisation_id,
            kind=kind,
            file=uploaded.file[-200:],
            cells=_packed(uploaded.sheet),
            choices=uploaded.choices,
            expires_at=now + KEPT,
        )
    )


def pending_list(
    session: Session, staff: Staff, organisation_id: int, kind: ImportKind, *, now: datetime
) -> PendingList:
    """The list that waits for this person.

    Raises:
        NothingPending: there is none any more.
    """
    row = _row(session, staff, organisation_id, kind, now)
    return PendingList(row.file, _unpacked(row.cells), row.choices)


def choose(
    session: Session,
    staff: Staff,
    organisation_id: int,
    kind: ImportKind,
    choices: dict[str, Any],
    *,
    now: datetime,
) -> None:
    """Keep other choices with the list. Errors as pending_list."""
    _row(session, staff, organisation_id, kind, now).choices = choices


def forget_list(session: Session, staff: Staff, organisation_id: int, kind: ImportKind) -> None:
    """Delete the list that waits for this person, if there is one."""
    session.execute(
        delete(PendingImport).where(
            PendingImport.user_id == staff.user_id,
            PendingImport.organisation_id == organisation_id,
            PendingImport.kind == kind,
        )
    )


def _row(
    session: Session, staff: Staff, organisation_id: int, kind: ImportKind, now: datetime
) -> PendingImport:
    row = session.scalar(
        select(PendingImport).where(
            PendingImport.user_id == staff.user_id,
            PendingImport.organisation_id == organisation_id,
            PendingImport.kind == kind,
            PendingImport.expires_at > now,
        )
    )
    if row is None:
        raise NothingPending("no list waits for you here any more; please upload it again")
    return row


def _packed(sheet: Sheet) -> bytes:
    text = json.dumps([sheet.columns, sheet.rows], ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), level=1)


def _unpacked(cells: bytes) -> Sheet:
    columns, rows = json.loads(zlib.decompress(cells).decode("utf-8", "surrogatepass"))
    return Sheet(tuple(columns), tuple((number, tuple(row)) for number, row in rows))
