"""Launch a wave: a draft is made and opened; from then on everybody on the roster may answer once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coherence.ballots.opening import open_wave
from coherence.errors import CoherenceError
from coherence.store import Database, FormLength, Headcount, Organisation, Wave, WaveState
from coherence.use_cases.audit_log import record
from coherence.use_cases.organisations import organisation_named
from scoring.vocabulary import Form
from survey_forms.questionnaire import default_questionnaire


class NoSuchWave(CoherenceError):
    """The organisation has no wave of this name."""


class WaveExists(CoherenceError):
    """A wave of this name was launched before."""


@dataclass(frozen=True, slots=True)
class LaunchedWave:
    """An open wave, its name in the respondents' addresses, and how many people may answer in it."""

    wave_id: int
    slug: str
    invited: int


def launch_wave(
    database: Database,
    *,
    organisation: str,
    name: str,
    key_folder: Path,
    now: datetime,
    k: int = 5,
    form: Form = "full",
    sector: str | None = None,
    closes_at: datetime | None = None,
    escrow_holder: str | None = None,
) -> LaunchedWave:
    """Freeze tree, head counts and questionnaire, make the key, and open the box.

    sector: None takes the organisation's own. escrow_holder: who will hold a copy of the key; every
    respondent is told, so it is decided before the wave opens.

    Raises:
        NoSuchOrganisation, WaveExists: by name.
        TooFewInvited: the roster is smaller than k; the wave stays a draft that can be launched again.
    """
    with database.write() as session:
        firm = organisation_named(session, organisation)
        wave = session.scalar(select(Wave).where(Wave.organisation_id == firm.id, Wave.name == name))
        if wave is not None and wave.state is not WaveState.DRAFT:
            raise WaveExists(f"“{name}” is {wave.state} already; choose another name")
        if wave is None:
            wave = Wave(organisation_id=firm.id, name=name)
            session.add(wave)
        wave.questionnaire, wave.questionnaire_version = "coherence", default_questionnaire().version
        wave.form, wave.k, wave.closes_at = FormLength(form), k, closes_at
        wave.sector = firm.sector if sector is None else sector
        wave.escrow_holder = escrow_holder
        session.flush()
        wave_id, slug = wave.id, wave.slug
    open_wave(database, wave_id, key_folder=key_folder, now=now)
    with database.write() as session:
        invited = session.scalar(select(func.sum(Headcount.invited)).where(Headcount.wave_id == wave_id)) or 0
        wave = session.get_one(Wave, wave_id)
        record(session, "wave.open", wave, now=now, by=None, invited=invited, k=k)
    return LaunchedWave(wave_id, slug, invited)


def wave_named(session: Session, organisation: str, name: str | None) -> Wave:
    """A wave by name; without one, the organisation's newest.

    Raises:
        NoSuchOrganisation, NoSuchWave: the message says what is there.
    """
    firm: Organisation = organisation_named(session, organisation)
    waves = session.scalars(
        select(Wave).where(Wave.organisation_id == firm.id).order_by(Wave.id.desc())
    ).all()
    found = waves[:1] if name is None else [wave for wave in waves if wave.name == name]
    if not found:
        there = ", ".join(wave.name for wave in waves) or "none yet; begin with 'coherence wave open'"
        raise NoSuchWave(f"{organisation} has no wave “{name or ''}”; waves: {there}")
    return found[0]


def address_name(database: Database, wave_id: int) -> str:
    """The name of a wave in the addresses that respondents see."""
    with database.read() as session:
        return session.get_one(Wave, wave_id).slug
