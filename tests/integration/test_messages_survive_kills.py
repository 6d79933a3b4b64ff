"""kill -9 in the middle of a mailing: everybody gets the message, at most one person a kill gets it twice.

The long form, with 10,000 people and on PostgreSQL too, is benchmarks/messages.py.
"""

from __future__ import annotations

import importlib
import random
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_a_killed_mailing_goes_on_at_the_next_message(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    messages = importlib.import_module("messages")
    sent = messages.measure(sqlite_url, tmp_path, people=150, kills=1, chance=random.Random(1))
    assert sent.kills == 1
    assert sent.reached == sent.people == sent.envelope_senders == 150
    assert sent.repeated <= 1
