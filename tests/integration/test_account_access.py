from __future__ import annotations

import pytest

from coherence.accounts.access import STAFF, Grant, NotVisible, Rights, Stage, stage
from coherence.store import Role

PARENTS = {1: None, 2: 1, 3: 2, 4: 1, 5: 2, 6: 5}
"""A tree: 1 holds 2 and 4, 2 holds 3 and 5, 5 holds 6."""


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reaches_its_own_organisation_and_no_other(role: Role) -> None:
    rights = Rights((Grant(7, role, 1 if role is Role.READER else None),))
    assert rights.may({role}, 7)
    assert not rights.may(set(Role) - {role}, 7)
    assert not rights.may(Role, 8)
    rights.require({role}, 7)
    with pytest.raises(NotVisible):
        rights.require(Role, 8)


def test_without_a_membership_nothing_is_open() -> None:
    rights = Rights()
    assert rights.organisations() == frozenset()
    assert not rights.need_second_factor
    assert rights.readable_departments(7, PARENTS) == frozenset()


@pytest.mark.parametrize(
    ("tops", "readable"),
    [([1], {1, 2, 3, 4, 5, 6}), ([2], {2, 3, 5, 6}), ([6], {6}), ([3, 4], {3, 4}), ([99], set())],
)
def test_a_reader_reads_from_the_department_downwards(tops: list[int], readable: set[int]) -> None:
    rights = Rights(tuple(Grant(7, Role.READER, top) for top in tops))
    assert rights.readable_departments(7, PARENTS) == readable
    assert rights.readable_departments(8, PARENTS) == frozenset()


@pytest.mark.parametrize("role", sorted(STAFF))
def test_staff_read_every_department_of_their_organisation_alone(role: Role) -> None:
    rights = Rights((Grant(7, role),))
    assert rights.readable_departments(7, PARENTS) == set(PARENTS)
    assert rights.readable_departments(8, PARENTS) == frozenset()


def test_organisations_are_listed_by_role() -> None:
    rights = Rights((Grant(1, Role.HR), Grant(2, Role.READER, 20), Grant(2, Role.READER, 21)))
    assert rights.organisations() == {1, 2}
    assert rights.organisations({Role.READER}) == {2}
    assert rights.organisations({Role.CONSULTANT}) == frozenset()


@pytest.mark.parametrize(
    ("role", "shown", "enrolled", "expected"),
    [
        (Role.READER, False, False, Stage.SIGNED_IN),
        (Role.READER, False, True, Stage.CODE_DUE),
        (Role.READER, True, True, Stage.SIGNED_IN),
        (Role.HR, False, False, Stage.ENROLMENT_DUE),
        (Role.HR, False, True, Stage.CODE_DUE),
        (Role.HR, True, True, Stage.SIGNED_IN),
        (Role.CONSULTANT, False, False, Stage.ENROLMENT_DUE),
        (Role.CONSULTANT, False, True, Stage.CODE_DUE),
        (Role.CONSULTANT, True, False, Stage.SIGNED_IN),
    ],
)
def test_what_a_session_still_needs(role: Role, shown: bool, enrolled: bool, expected: Stage) -> None:
    rights = Rights((Grant(1, role, 1 if role is Role.READER else None),))
    assert stage(second_factor=shown, has_authenticator=enrolled, rights=rights) is expected
