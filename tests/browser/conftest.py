"""A real server on a free port, and a real Chromium to look at it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from waitress.server import create_server

from coherence import create_app
from coherence.reports.scores_json import write_scores
from scoring.released import Estimate, Ledger, ReleasedCell, Stool
from scoring.vocabulary import CellLevel, Leg

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def a_cell(*unit: str, level: CellLevel = "staff", small: bool = False, better: int = 0) -> ReleasedCell:
    """A released cell of 40 people, or of 5 to 9."""
    half = 57 if small else 8
    legs = {
        leg: Estimate(v + better, v + better - half, v + better + half)
        for leg, v in {Leg.D: 46, Leg.R: -4, Leg.B: 14}.items()
    }
    return ReleasedCell(
        unit=unit,
        level=level,
        members=("label",),
        size="small" if small else "exact",
        n=None if small else 40,
        n_band="5-9" if small else "40-49",
        invited=None if small else 50,
        response="withheld" if small else "usual",
        legs=legs,
        seat=Estimate(19 + better, 19 + better - half, 19 + better + half),
        stool=Stool(4.2, 31, 64, "cannot be said") if small else Stool(4.2, 31, 64, "leaning", (Leg.R,)),
        response_percent=None if small else 80,
    )


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running server with results: the address that it answers at."""
    results = tmp_path_factory.mktemp("results")
    cells = (
        a_cell("Acme", level="all"),
        a_cell("Acme", level="T", small=True, better=50),
        a_cell("Acme", level="M", better=25),
        a_cell("Acme", level="staff"),
        a_cell("Acme", "Claims", small=True, better=-60),
        a_cell("Acme", "Sales", better=80),
        a_cell("Acme", "Sales", "A department with a long name, north of the river", better=-30),
    )
    write_scores(Ledger("Autumn", 5, "full", (), cells, "5-9", "1-4"), results / "scores.json")
    (results / "report.pdf").write_bytes(b"%PDF-1.7 for a test")
    yield from _serve({"SECRET_KEY": "only for tests", "RESULTS_DIR": results})


@pytest.fixture(scope="session")
def bare_address() -> Iterator[str]:
    """A running server without results."""
    yield from _serve({"SECRET_KEY": "only for tests"})


def _serve(config: dict[str, str | Path]) -> Iterator[str]:
    server = create_server(create_app(config), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; the tests that need it are left out where it is missing."""
    if CHROMIUM is None:
        pytest.skip("chromium is missing: install it, or name it in the environment variable CHROMIUM")
    with sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()
