"""The real application, driven by Flask's test client, and small scored folders for it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from coherence import create_app
from coherence.reports.scores_json import write_scores
from scoring.released import Estimate, Ledger, ReleasedCell, Size, Stool
from scoring.vocabulary import CellLevel, Leg

HOSTILE = """<img src=x onerror="alert(1)">&{{ 7*7 }}'"""
"""A department's name as an attacker would write it."""


def a_cell(
    *unit: str,
    level: CellLevel = "staff",
    size: Size = "exact",
    legs: Mapping[Leg, int] | None = None,
    stool: Stool | None = None,
) -> ReleasedCell:
    """A released cell of 40 people, or of 5 to 9."""
    values = legs or {Leg.D: 46, Leg.R: -4, Leg.B: 14}
    half = 57 if size == "small" else 6
    seat = round(sum(values.values()) / 3)
    exact = size == "exact"
    return ReleasedCell(
        unit=unit,
        level=level,
        members=("label-1",),
        size=size,
        n=40 if exact else None,
        n_band="5-9" if size == "small" else "40-49",
        invited=50 if exact else None,
        response="withheld" if size == "small" else "usual",
        legs={leg: Estimate(value, value - half, value + half) for leg, value in values.items()},
        seat=Estimate(seat, seat - half, seat + half),
        stool=stool or Stool(tilt=4.2, imbalance=31, stability=64, verdict="leaning", toward=(Leg.R,)),
        response_percent=80 if exact else None,
    )


def a_ledger(*cells: ReleasedCell, wave: str = "Autumn") -> Ledger:
    """A ledger of these cells, or of a company with three departments."""
    unsure = Stool(tilt=2.1, imbalance=12, stability=82, verdict="cannot be said")
    made = cells or (
        a_cell("Acme", level="all"),
        a_cell("Acme", level="T", size="small", legs={Leg.D: 88, Leg.R: 52, Leg.B: 54}, stool=unsure),
        a_cell("Acme", level="M", legs={Leg.D: 64, Leg.R: 21, Leg.B: 30}),
        a_cell("Acme", level="staff"),
        a_cell("Acme", "Claims", size="small", stool=unsure),
        a_cell("Acme", "Sales", legs={Leg.D: 120, Leg.R: 60, Leg.B: 71}, stool=unsure),
        a_cell("Acme", "Sales", HOSTILE),
    )
    return Ledger(wave=wave, k=5, form="full", labels=(), cells=made, moved_up="5-9", careless="1-4")


@pytest.fixture
def scored(tmp_path: Path) -> Path:
    """A results folder with scores and a report."""
    folder = tmp_path / "results"
    folder.mkdir()
    write_scores(a_ledger(), folder / "scores.json")
    (folder / "report.pdf").write_bytes(b"%PDF-1.7 for a test")
    return folder


@pytest.fixture
def app(scored: Path) -> Flask:
    """The application with results."""
    return create_app({"SECRET_KEY": "only for tests", "RESULTS_DIR": scored})


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser with cookies."""
    return app.test_client()


@pytest.fixture
def bare() -> FlaskClient:
    """A browser on a server without results."""
    return create_app({"SECRET_KEY": "only for tests"}).test_client()


@pytest.fixture
def token(client: FlaskClient) -> Callable[[str], str]:
    """The CSRF token of the form on a page."""

    def read(path: str = "/questionnaire/page/1") -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
        assert found, f"no form on {path}"
        return html.unescape(found[1])

    return read
