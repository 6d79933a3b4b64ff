"""A clock that is set by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from fixtures_waves import NOW


@dataclass
class Clock:
    """The present moment, moved by hand."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)
