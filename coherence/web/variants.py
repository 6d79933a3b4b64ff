"""Which of the many questionnaires a preview shows: level, sector, form and order, as the address says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _

from scoring.vocabulary import Form, Level
from survey_forms.extra_questions import ExtraQuestion
from survey_forms.pages import ORDERS, Page, pages
from survey_forms.questionnaire import Questionnaire

GENERAL: Final = "general"
ORDER_NUMBERS: Final = range(1, ORDERS + 1)


class NoSuchVariant(LookupError):
    """An address asks for a level, sector, form or order that does not exist."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One questionnaire as one kind of person sees it.

    sector: None is the general wording. order: 1 to 8, as people count. survey: name in addresses of the
    survey whose questions outside the scores are shown too; empty for none. extra: these questions.
    """

    level: Level = Level.F
    sector: str | None = None
    form: Form = "full"
    order: int = 1
    survey: str = ""
    extra: tuple[ExtraQuestion, ...] = ()

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages that this person goes through."""
        return pages(self.form, self.level, self.order - 1, tuple(one.code for one in self.extra))

    @property
    def address(self) -> dict[str, Any]:
        """The part of an address that leads back to this variant."""
        address = {
            "level": self.level.value,
            "sector": self.sector or GENERAL,
            "form": self.form,
            "order": str(self.order),
        }
        return {**address, "survey": self.survey} if self.survey else address


def read_variant(address: Mapping[str, str], questionnaire: Questionnaire) -> Variant:
    """The variant that an address asks for, without questions outside the scores.

    What it leaves out is as in `Variant`.

    Raises:
        NoSuchVariant: it asks for something that does not exist.
    """
    asked = {**Variant().address, **address}
    sector = None if asked["sector"] == GENERAL else asked["sector"]
    if (
        asked["level"] not in set(Level)
        or (sector is not None and sector not in questionnaire.sectors)
        or asked["form"] not in ("full", "short")
        or asked["order"] not in {str(number) for number in ORDER_NUMBERS}
    ):
        raise NoSuchVariant
    form: Form = "short" if asked["form"] == "short" else "full"
    return Variant(Level(asked["level"]), sector, form, int(asked["order"]))


@dataclass(frozen=True, slots=True)
class LevelChoice:
    """A level to choose: its code, its name and who belongs to it."""

    code: Level
    name: str
    description: str


def level_choices() -> tuple[LevelChoice, ...]:
    """The four levels in the language of the request."""
    return (
        LevelChoice(Level.F, _("Front line"), _("People who meet customers, by phone and in writing too.")),
        LevelChoice(Level.S, _("Support"), _("People without direct contact with customers.")),
        LevelChoice(Level.M, _("Managers"), _("People with others to lead.")),
        LevelChoice(Level.T, _("Board"), _("Board, executive directors, owners.")),
    )


@dataclass(frozen=True, slots=True)
class Group:
    """The group that an answer counts in."""

    name: str
    invited: int


def example_group(level: Level) -> Group:
    """An invented group, such as a person of this level might belong to."""
    return {
        Level.F: Group(_("Sales North, front line"), 23),
        Level.S: Group(_("Accounting, support"), 14),
        Level.M: Group(_("Sales, managers"), 9),
        Level.T: Group(_("Whole company, board"), 7),
    }[level]
