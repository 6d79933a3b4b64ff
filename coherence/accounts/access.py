"""Who may do what where: pure functions of a user's memberships."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coherence.errors import CoherenceError
from coherence.store import Role

STAFF: Final = frozenset({Role.CONSULTANT, Role.HR})
"""Roles that prepare and run waves; they need a second factor."""


class NotVisible(CoherenceError):
    """It does not exist for this person; whether it exists for somebody else is not said (404)."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in one organisation; a reader's reaches from a department downwards."""

    organisation_id: int
    role: Role
    department_id: int | None = None


@dataclass(frozen=True, slots=True)
class Rights:
    """Everything that a user may reach.

    >>> rights = Rights((Grant(1, Role.HR), Grant(2, Role.READER, 20)))
    >>> rights.may({Role.HR}, 1), rights.may({Role.HR}, 2), rights.may({Role.HR}, 3)
    (True, False, False)
    """

    grants: tuple[Grant, ...] = ()

    @property
    def need_second_factor(self) -> bool:
        """Whether a password alone is too little."""
        return any(grant.role in STAFF for grant in self.grants)

    def organisations(self, roles: Iterable[Role] = Role) -> frozenset[int]:
        """The organisations in which the user has one of the roles."""
        wanted = frozenset(roles)
        return frozenset(grant.organisation_id for grant in self.grants if grant.role in wanted)

    def may(self, roles: Iterable[Role], organisation_id: int) -> bool:
        """Whether the user has one of the roles in that organisation."""
        return organisation_id in self.organisations(roles)

    def require(self, roles: Iterable[Role], organisation_id: int) -> None:
        """Pass, or say that there is no such organisation.

        Raises:
            NotVisible: the user has none of the roles there.
        """
        if not self.may(roles, organisation_id):
            raise NotVisible(f"there is no organisation {organisation_id} for this user")

    def readable_departments(self, organisation_id: int, parents: Mapping[int, int | None]) -> frozenset[int]:
        """The departments whose published results the user may read.

        Args:
            organisation_id: the organisation.
            parents: its departments, each with its parent; None for the root.

        >>> reader = Rights((Grant(1, Role.READER, 11),))
        >>> sorted(reader.readable_departments(1, {10: None, 11: 10, 12: 10, 13: 11}))
        [11, 13]
        """
        here = [grant for grant in self.grants if grant.organisation_id == organisation_id]
        if any(grant.role in STAFF for grant in here):
            return frozenset(parents)
        tops = {grant.department_id for grant in here}
        return frozenset(one for one in parents if tops & set(_upwards(one, parents)))


class Stage(StrEnum):
    """How far a session has come."""

    SIGNED_IN = "signed in"
    CODE_DUE = "code due"
    ENROLMENT_DUE = "enrolment due"


def stage(*, second_factor: bool, has_authenticator: bool, rights: Rights) -> Stage:
    """What a session with the right password still needs.

    second_factor: the session has shown it already.

    >>> stage(second_factor=False, has_authenticator=False, rights=Rights((Grant(1, Role.HR),)))
    <Stage.ENROLMENT_DUE: 'enrolment due'>
    """
    if second_factor:
        return Stage.SIGNED_IN
    if has_authenticator:
        return Stage.CODE_DUE
    return Stage.ENROLMENT_DUE if rights.need_second_factor else Stage.SIGNED_IN


def _upwards(department: int, parents: Mapping[int, int | None]) -> Iterable[int]:
    above: int | None = department
    while above is not None:
        yield above
        above = parents.get(above)
