"""A new wave, on its own or as a copy of an earlier one, and its questionnaire."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.accounts.access import NotVisible
from coherence.errors import CoherenceError
from coherence.store import (
    Database,
    FormLength,
    MessageText,
    Organisation,
    Timetable,
    Wave,
    WavePreparation,
    WaveState,
)
from coherence.use_cases.audit_log import record
from coherence.use_cases.launch_wave import WaveExists
from coherence.use_cases.waves.own_questions import copy_questions, set_modules
from coherence.use_cases.waves.staff_waves import (
    Staff,
    preparation,
    staff_draft,
    staff_organisation,
    staff_wave,
)
from scoring.disclosure import LOWEST_THRESHOLD, ThresholdTooLow
from scoring.vocabulary import Form
from survey_forms.questionnaire import default_questionnaire

QUESTIONNAIRE: Final = "coherence"
LONGEST_NAME: Final = 200
HIGHEST_THRESHOLD: Final = 1000


class BadName(CoherenceError):
    """A survey cannot be called like this."""


class UnknownSector(CoherenceError):
    """The questionnaire has no wordings for this sector."""


@dataclass(frozen=True, slots=True)
class EarlierWave:
    """A wave that another one can be copied from."""

    wave_id: int
    name: str


def earlier_waves(database: Database, organisation_id: int, staff: Staff) -> list[EarlierWave]:
    """The waves of an organisation that were opened, the newest first. Errors as create_wave."""
    with database.read() as session:
        staff_organisation(session, organisation_id, staff)
        waves = session.scalars(
            select(Wave)
            .where(Wave.organisation_id == organisation_id, Wave.state != WaveState.DRAFT)
            .order_by(Wave.id.desc())
        )
        return [EarlierWave(wave.id, wave.name) for wave in waves]


def create_wave(
    database: Database,
    organisation_id: int,
    staff: Staff,
    *,
    name: str,
    copy_of: int | None = None,
    now: datetime,
) -> int:
    """Make a draft; gives its number.

    copy_of: a wave of the same organisation, whose questionnaire, own questions, smallest group, messages,
    time zone and quiet hours are taken over; the roster is always the present one.

    Raises:
        NotVisible: no such organisation or earlier wave for this person.
        BadName, WaveExists: nothing is stored.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise BadName(f"a survey needs a name of 1 to {LONGEST_NAME} characters")
    with database.write() as session:
        firm = staff_organisation(session, organisation_id, staff)
        taken = select(Wave.id).where(Wave.organisation_id == firm.id, Wave.name == name)
        if session.scalar(taken) is not None:
            raise WaveExists(f"there is a survey “{name}” already; choose another name")
        earlier = _earlier(session, copy_of, firm, staff)
        wave = Wave(
            organisation_id=firm.id,
            name=name,
            questionnaire=QUESTIONNAIRE,
            questionnaire_version=default_questionnaire().version,
            form=earlier.form if earlier else FormLength.FULL,
            sector=earlier.sector if earlier else firm.sector,
            k=earlier.k if earlier else LOWEST_THRESHOLD,
        )
        session.add(wave)
        session.flush()
        follows = earlier.id if earlier else None
        session.add(
            WavePreparation(wave_id=wave.id, follows=follows, questionnaire_chosen=earlier is not None)
        )
        if earlier:
            _copy_messages(session, earlier.id, wave.id)
            copy_questions(session, earlier.id, wave.id)
        record(session, "wave.create", wave, now=now, by=staff.user_id, copy_of=follows)
        return wave.id


def choose_questionnaire(
    database: Database,
    wave_id: int,
    staff: Staff,
    *,
    form: Form,
    sector: str,
    modules: Collection[str] = (),
    now: datetime,
) -> None:
    """Say which form is asked, in the wording of which sector (empty: the general one), with which modules.

    Raises:
        NotVisible, WrongState: no such draft.
        UnknownSector, UnknownModule: nothing is stored.
    """
    known = default_questionnaire().sectors
    if sector and sector not in known:
        raise UnknownSector(f"there are no wordings for “{sector}”; there are: {', '.join(known)}")
    with database.write() as session:
        wave = staff_draft(session, wave_id, staff)
        wave.form, wave.sector = FormLength(form), sector
        wave.questionnaire_version = default_questionnaire().version
        set_modules(session, wave_id, modules)
        preparation(session, wave_id).questionnaire_chosen = True
        chosen = {"form": form, "sector": sector, "modules": sorted(modules)}
        record(session, "wave.questionnaire", wave, now=now, by=staff.user_id, **chosen)


def choose_threshold(database: Database, wave_id: int, staff: Staff, *, k: int, now: datetime) -> None:
    """Say how many people a group needs to be shown; five or more, and settled when the wave opens.

    Raises:
        NotVisible, WrongState: no such draft.
        ThresholdTooLow: below five.
        ValueError: above 1,000.
    """
    if k < LOWEST_THRESHOLD:
        raise ThresholdTooLow(k)
    if k > HIGHEST_THRESHOLD:
        raise ValueError(f"the smallest group can be at most {HIGHEST_THRESHOLD} people")
    with database.write() as session:
        wave = staff_draft(session, wave_id, staff)
        wave.k = k
        record(session, "wave.threshold", wave, now=now, by=staff.user_id, k=k)


def _earlier(session: Session, wave_id: int | None, firm: Organisation, staff: Staff) -> Wave | None:
    if wave_id is None:
        return None
    wave = staff_wave(session, wave_id, staff)
    if wave.organisation_id != firm.id:
        # A consultant sees several organisations; a copy would carry texts from one to another.
        raise NotVisible(f"wave {wave_id} belongs to another organisation")
    return wave


def _copy_messages(session: Session, source: int, target: int) -> None:
    for text in session.scalars(select(MessageText).where(MessageText.wave_id == source)):
        session.add(
            MessageText(
                wave_id=target,
                kind=text.kind,
                language=text.language,
                subject=text.subject,
                body=text.body,
            )
        )
    table = session.get(Timetable, source)
    if table is not None:
        session.add(
            Timetable(
                wave_id=target,
                time_zone=table.time_zone,
                quiet_from=table.quiet_from,
                quiet_until=table.quiet_until,
            )
        )
