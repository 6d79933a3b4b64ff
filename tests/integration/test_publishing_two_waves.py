"""Publishing: facts and outcomes count, moments are kept beside the ledger, the next wave is compared."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
import pytest
from fixtures_waves import NOW
from sqlalchemy import select

from coherence.reports.scores_json import as_json
from coherence.store import (
    Database,
    Department,
    FormLength,
    Headcount,
    KeptStatistic,
    Organisation,
    Publication,
    Response,
    Wave,
    WaveState,
    WaveUnit,
)
from coherence.use_cases.fact_sheet import FactEntry, save_fact_sheet
from coherence.use_cases.outcomes import save_outcomes
from coherence.use_cases.publish_wave import UnsafePublication, publish_wave
from scoring.estimable import NotEstimable
from scoring.outcomes import OutcomeKind, OutcomeValue
from scoring.vocabulary import FACETS, KEYS, Level
from survey_forms.answers import Answers

DEPARTMENTS = ("North", "South", "West")
AUTUMN = NOW + timedelta(days=365)


def a_firm(database: Database) -> int:
    with database.write() as session:
        firm = Organisation(name="Firm", sector="retail", languages=["en"], created_at=NOW)
        session.add(firm)
        session.flush()
        root = Department(organisation_id=firm.id, parent_id=None, name="Firm")
        session.add(root)
        session.flush()
        session.add_all(Department(organisation_id=firm.id, parent_id=root.id, name=n) for n in DEPARTMENTS)
        return firm.id


def a_closed_wave(
    database: Database,
    firm: int,
    name: str,
    closed_at: datetime,
    answered: Mapping[str, int],
    *,
    better: int = 0,
    form: FormLength = FormLength.FULL,
) -> int:
    """A wave as the closing leaves it: final labels, answers without names. better: answer steps."""
    rng = np.random.default_rng(len(name))
    with database.write() as session:
        ids = dict(
            session.execute(
                select(Department.name, Department.id).where(Department.organisation_id == firm)
            ).all()
        )
        wave = Wave(
            organisation_id=firm, name=name, questionnaire="service", questionnaire_version="1",
            sector="retail", form=form, state=WaveState.CLOSED, opened_at=NOW, closed_at=closed_at,
            public_key=b"k" * 1216, key_name=name,
        )  # fmt: skip
        session.add(wave)
        session.flush()
        paths = [["Firm"], *(["Firm", one] for one in answered)]
        session.add_all(
            WaveUnit(wave_id=wave.id, position=i, department_id=ids[path[-1]], path=path)
            for i, path in enumerate(paths)
        )
        session.flush()
        for unit, people in enumerate(answered.values(), start=1):
            label = {"unit": unit, "level": Level.F}
            session.add(
                Headcount(
                    wave_id=wave.id, invited=people + 4, shown_unit=unit, shown_level=Level.F,
                    final_unit=unit, final_level=Level.F, **label,
                )
            )  # fmt: skip
            for _ in range(people):
                good = np.clip(rng.integers(2, 5, 51) + better, 1, 5)
                items = tuple(int(x) if key > 0 else 6 - int(x) for x, key in zip(good, KEYS, strict=True))
                session.add(
                    Response(
                        key=secrets.token_bytes(16), wave_id=wave.id, language="en",
                        answers=Answers(items).to_json().decode(), **label,
                    )
                )  # fmt: skip
        return wave.id


EVERYBODY = dict.fromkeys(DEPARTMENTS, 14)


def test_the_next_wave_is_compared_with_what_was_kept_of_the_one_before(database: Database) -> None:
    firm = a_firm(database)
    first = a_closed_wave(database, firm, "Spring", NOW, EVERYBODY)
    ledger = publish_wave(database, first, now=NOW)
    assert ledger.change is None
    assert ledger.facts == {}
    second = a_closed_wave(database, firm, "Autumn", AUTUMN, EVERYBODY | {"West": 7}, better=1)
    save_fact_sheet(database, second, {"M02": FactEntry("yes"), "C05": FactEntry("partly")}, now=NOW)
    north = OutcomeValue(("Firm", "North"), "2026-Q1", OutcomeKind.RETENTION, 91.0)
    save_outcomes(database, firm, [north], now=NOW)
    ledger = publish_wave(database, second, now=AUTUMN)
    assert ledger.facts == {"M02": "yes", "C05": "partly"}
    assert ledger.findings is not None
    assert ledger.findings.outcomes["retention"].departments == 1
    assert ledger.change is not None
    assert (ledger.change.earlier, ledger.change.covered) == ("Spring", 100)
    organisation = ledger.change.cell(("Firm",), "staff")
    assert organisation is not None
    assert not isinstance(organisation.scores, NotEstimable)
    assert organisation.scores["seat"].verdict == "real"
    assert set(organisation.facets) == set(FACETS)
    west = ledger.change.cell(("Firm", "West"), "staff")
    assert west is not None
    assert not isinstance(west.scores, NotEstimable)
    assert west.scores["D"].shrunken is None
    assert publish_wave(database, second, now=AUTUMN) == ledger


def test_what_is_kept_stands_in_no_released_document(sqlite_database: Database) -> None:
    firm = a_firm(sqlite_database)
    ledger = publish_wave(
        sqlite_database, a_closed_wave(sqlite_database, firm, "Spring", NOW, EVERYBODY), now=NOW
    )
    with sqlite_database.read() as session:
        kept = session.scalars(select(KeptStatistic)).all()
        assert {one.statistic for one in kept} == {"legs", *FACETS}
        document = session.scalars(select(Publication.document)).one()
    assert json.loads(document) == json.loads(json.dumps(as_json(ledger)))
    assert not {"kept", "cross", "moments", "pool"} & set(_keys(json.loads(document)))


def _keys(data: object) -> list[str]:
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return [*(data if isinstance(data, dict) else ()), *(key for one in parts for key in _keys(one))]


def test_a_pulse_is_not_compared_with_the_audit_before_it(sqlite_database: Database) -> None:
    firm = a_firm(sqlite_database)
    first = a_closed_wave(sqlite_database, firm, "Spring", NOW, EVERYBODY)
    publish_wave(sqlite_database, first, now=NOW)
    pulse = a_closed_wave(
        sqlite_database, firm, "Pulse", NOW + timedelta(days=90), EVERYBODY, form=FormLength.SHORT
    )
    assert publish_wave(sqlite_database, pulse, now=AUTUMN).change is None
    third = a_closed_wave(sqlite_database, firm, "Autumn", AUTUMN, EVERYBODY)
    change = publish_wave(sqlite_database, third, now=AUTUMN).change
    assert change is not None
    assert change.earlier == "Spring"


def test_a_change_about_a_label_below_five_is_never_published(sqlite_database: Database) -> None:
    """Whatever went wrong with what was kept, the count before publishing finds it."""
    firm = a_firm(sqlite_database)
    first = a_closed_wave(sqlite_database, firm, "Spring", NOW, EVERYBODY)
    publish_wave(sqlite_database, first, now=NOW)
    with sqlite_database.write() as session:
        kept = session.get_one(KeptStatistic, (first, "legs"))
        data = json.loads(kept.document)
        data["n"][0] = 4
        kept.document = json.dumps(data)
    second = a_closed_wave(sqlite_database, firm, "Autumn", AUTUMN, EVERYBODY)
    with pytest.raises(UnsafePublication, match="change of Firm"):
        publish_wave(sqlite_database, second, now=AUTUMN)
    with sqlite_database.read() as session:
        assert session.get(Publication, second) is None
