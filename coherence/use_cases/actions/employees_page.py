"""The page "what you said, what we do": HR writes and shows it, whoever has its address reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.accounts.access import STAFF, NotVisible, Rights
from coherence.store import (
    ActionState,
    Database,
    EmployeesPage,
    Organisation,
    PlannedAction,
    Wave,
    WaveState,
)
from coherence.store.waves import new_slug
from coherence.use_cases.audit_log import record
from coherence.use_cases.publish_wave import published_ledger
from scoring.released import Ledger


@dataclass(frozen=True, slots=True)
class ToldAction:
    """An action as employees read it."""

    title: str
    owner: str
    first_step: str
    due_on: date
    state: ActionState


@dataclass(frozen=True, slots=True)
class Told:
    """All that the page needs. ledger: of the whole organisation; the page shows only its own line."""

    organisation: str
    wave: str
    words: str
    actions: tuple[ToldAction, ...]
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class PageSettings:
    """What HR decides about the page."""

    organisation_id: int
    wave_id: int
    wave: str
    slug: str
    shown: bool
    words: str
    actions: int


def read_page(database: Database, slug: str) -> Told:
    """The page at an address.

    Raises:
        NotVisible: there is none, or it is not shown yet.
    """
    with database.read() as session:
        page = session.scalars(
            select(EmployeesPage).where(EmployeesPage.slug == slug, EmployeesPage.shown)
        ).first()
        wave = None if page is None else session.get(Wave, page.wave_id)
        if page is None or wave is None or wave.state is not WaveState.PUBLISHED:
            raise NotVisible("there is no such page")
        return _told(session, page, wave, published_ledger(database, wave.id))


def preview_page(database: Database, wave_id: int, rights: Rights) -> Told:
    """The page as it would be shown.

    Raises:
        NotVisible: no such published wave for HR or a consultant of its organisation.
    """
    with database.read() as session:
        wave = _published(session, wave_id, rights)
        return _told(session, _page(session, wave_id), wave, published_ledger(database, wave_id))


def read_settings(database: Database, wave_id: int, rights: Rights) -> PageSettings:
    """What is decided so far. Errors as `preview_page`."""
    with database.read() as session:
        wave = _published(session, wave_id, rights)
        page = _page(session, wave_id)
        actions = len(_actions(session, wave.organisation_id))
        return PageSettings(
            wave.organisation_id, wave_id, wave.name, page.slug, page.shown, page.words, actions
        )


def save_settings(
    database: Database, wave_id: int, rights: Rights, *, shown: bool, words: str, by: int, now: datetime
) -> None:
    """Show or hide the page and change its words. Errors as `preview_page`."""
    with database.write() as session:
        wave = _published(session, wave_id, rights)
        page = _page(session, wave_id)
        page.shown, page.words, page.changed_at = shown, words.strip(), now
        session.add(page)
        record(session, "employees-page.change", wave, now=now, by=by, shown=shown)


def _published(session: Session, wave_id: int, rights: Rights) -> Wave:
    wave = session.get(Wave, wave_id)
    if wave is None or wave.state is not WaveState.PUBLISHED or not rights.may(STAFF, wave.organisation_id):
        raise NotVisible(f"there is no published wave {wave_id} for this user")
    return wave


def _page(session: Session, wave_id: int) -> EmployeesPage:
    """The page as stored, or an empty one that nobody has stored yet."""
    stored = session.get(EmployeesPage, wave_id)
    return stored or EmployeesPage(wave_id=wave_id, slug=new_slug(), shown=False, words="")


def _actions(session: Session, organisation_id: int) -> list[PlannedAction]:
    return list(
        session.scalars(
            select(PlannedAction)
            .where(
                PlannedAction.organisation_id == organisation_id,
                PlannedAction.told,
                PlannedAction.state != ActionState.DROPPED,
            )
            .order_by(PlannedAction.due_on, PlannedAction.id)
        )
    )


def _told(session: Session, page: EmployeesPage, wave: Wave, ledger: Ledger) -> Told:
    actions = tuple(
        ToldAction(one.title, one.owner, one.first_step, one.due_on, one.state)
        for one in _actions(session, wave.organisation_id)
    )
    organisation = session.get_one(Organisation, wave.organisation_id).name
    return Told(organisation, wave.name, page.words, actions, ledger)
