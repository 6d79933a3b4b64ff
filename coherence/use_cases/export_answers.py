"""Export the answers of a published wave for researchers: one attribute, chosen once, written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.accounts.access import NotVisible, Rights
from coherence.errors import CoherenceError
from coherence.reports.files.answers_csv import answers_csv
from coherence.reports.files.answers_sav import answers_sav
from coherence.reports.files.answers_table import AnswersTable, Attribute
from coherence.reports.texts import ENGLISH, written_in
from coherence.reports.wording import wording
from coherence.store import AuditEntry, Database, Role, Wave, WaveState
from coherence.use_cases.audit_log import record
from coherence.use_cases.export_selection import select_answers
from coherence.use_cases.publish_wave import published_ledger, stored_answers

ACTION: Final = "answers.export"
AnswersFormat = Literal["csv", "sav"]


class AttributeChosen(CoherenceError):
    """The answers of this wave were exported before, with another attribute."""


def export_answers(
    database: Database,
    wave_id: int,
    attribute: Attribute,
    form: AnswersFormat,
    *,
    now: datetime,
    rights: Rights | None = None,
    actor_id: int | None = None,
    language: str = ENGLISH,
) -> bytes:
    """The file. The first export of a wave fixes its attribute; each export is written to the audit log.

    rights, actor_id: of the consultant; None for the command line of the machine itself.

    Raises:
        NotVisible: no such published wave, or the user is no consultant of its organisation.
        AttributeChosen: it was exported with another attribute before.
        NothingToExport: no group of the wave may be told apart.
    """
    with database.read() as session:
        wave = _published(session, wave_id, rights)
        matrix, roster = stored_answers(session, wave)
        _check_attribute(session, wave_id, attribute)
    ledger = published_ledger(database, wave_id)
    with written_in(language):
        levels = wording(ledger, language).levels
    table = select_answers(matrix, roster, ledger, attribute, levels)
    file = _written(table, form, language)
    with database.write() as session:
        wave = session.get_one(Wave, wave_id, with_for_update=True)
        _check_attribute(session, wave_id, attribute)
        record(session, ACTION, wave, now=now, by=actor_id, attribute=attribute, format=form)
    return file


@dataclass(frozen=True, slots=True)
class AnswersOffer:
    """Whether a person may export the answers of a wave, and by what; chosen: None before the first time."""

    allowed: bool
    chosen: Attribute | None


def answers_offer(database: Database, wave_id: int, rights: Rights) -> AnswersOffer:
    """What this person may do with the answers of a published wave; only consultants may do anything.

    Raises:
        NotVisible: no such published wave.
    """
    with database.read() as session:
        wave = _published(session, wave_id, None)
        allowed = rights.may((Role.CONSULTANT,), wave.organisation_id)
        return AnswersOffer(allowed, chosen_attribute(session, wave_id) if allowed else None)


def chosen_attribute(session: Session, wave_id: int) -> Attribute | None:
    """The attribute that the first export of a wave has fixed; the audit log cannot be changed."""
    first = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.action == ACTION, AuditEntry.subject == f"wave:{wave_id}")
        .order_by(AuditEntry.id)
        .limit(1)
    ).first()
    return None if first is None else cast("Attribute", first.details["attribute"])


def _published(session: Session, wave_id: int, rights: Rights | None) -> Wave:
    wave = session.get(Wave, wave_id)
    if wave is None or wave.state is not WaveState.PUBLISHED:
        raise NotVisible(f"there is no published wave {wave_id}")
    if rights is not None:
        rights.require((Role.CONSULTANT,), wave.organisation_id)
    return wave


def _check_attribute(session: Session, wave_id: int, wanted: Attribute) -> None:
    chosen = chosen_attribute(session, wave_id)
    if chosen not in (None, wanted):
        raise AttributeChosen(
            f"the answers of this survey were exported by {chosen} before, and that choice stays: both "
            f"together would tell too much about single people. Choose {chosen}"
        )


def _written(table: AnswersTable, form: AnswersFormat, language: str) -> bytes:
    with written_in(language):
        return answers_csv(table) if form == "csv" else answers_sav(table, language)
