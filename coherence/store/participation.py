"""How many have answered, as it was counted once a day; between counts nothing newer can be seen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base


class Participation(Base):
    """The last daily count of a wave. rates: already in steps; the numbers behind them are not kept."""

    __tablename__ = "participation"

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    counted_at: Mapped[datetime]
    rates: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
