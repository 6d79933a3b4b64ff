"""The clock that a wave goes by: its time zone and the hours in which nobody is written to."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base


class Timetable(Base):
    """Time zone and quiet hours of one wave; the moments themselves are `Wave.opens_at`, `closes_at`.

    time_zone: an IANA name, such as Europe/Vilnius. quiet_from, quiet_until: full hours on its clock;
    equal where messages may go out at any time.
    """

    __tablename__ = "timetable"
    __table_args__ = (
        CheckConstraint(
            "quiet_from BETWEEN 0 AND 23 AND quiet_until BETWEEN 0 AND 23", name="hours_of_a_day"
        ),
    )

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    time_zone: Mapped[str] = mapped_column(String(60))
    quiet_from: Mapped[int] = mapped_column(default=20)
    quiet_until: Mapped[int] = mapped_column(default=7)
