"""The board of a wave, and whether all of it agreed to a column of its own (docs/confidentiality.md, 4)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.store import BoardConsent, Person, Wave
from scoring.disclosure import BOARD_SIZES
from scoring.vocabulary import Level


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the board as the roster has it, and whether this person has agreed."""

    person_id: int
    name: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class BoardCase:
    """The board of a wave; k: the smallest group."""

    members: tuple[Member, ...]
    k: int

    @property
    def askable(self) -> bool:
        """Whether it is of a size at which its members may be asked."""
        return len(self.members) in BOARD_SIZES and len(self.members) < self.k

    @property
    def agreed(self) -> int:
        """How many have agreed."""
        return sum(member.agreed for member in self.members)

    @property
    def complete(self) -> bool:
        """Whether every single member has agreed."""
        return self.askable and self.agreed == len(self.members)


def board_of(session: Session, wave: Wave) -> BoardCase:
    """The board on the present roster."""
    agreed = set(session.scalars(select(BoardConsent.person_id).where(BoardConsent.wave_id == wave.id)))
    people = session.scalars(
        select(Person)
        .where(Person.organisation_id == wave.organisation_id, Person.level == Level.T)
        .order_by(Person.id)
    )
    return BoardCase(
        tuple(
            Member(one.id, one.name or one.email or one.reference or "", one.id in agreed) for one in people
        ),
        wave.k,
    )
