"""The words of a report in one language: of its drawings, its levels, its facets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coherence.reports.drawings.words import Words
from coherence.reports.texts import _
from scoring.released import Ledger
from scoring.vocabulary import CellLevel, Leg
from survey_forms.questionnaire import ENGLISH, default_questionnaire


@dataclass(frozen=True, slots=True)
class Wording:
    """words: of drawings; levels: names of levels as they begin a row; facets: names by code."""

    words: Words
    levels: Mapping[CellLevel, str]
    facets: Mapping[str, str]

    def leg(self, leg: Leg) -> str:
        """A leg's name inside a sentence."""
        return self.words.legs[leg].lower()


def wording(ledger: Ledger, language: str) -> Wording:
    """The words for a wave; where the top was folded into managers, the two are named together.

    Names of legs and facets are those of the questionnaire, in English where it lacks the language.
    """
    questionnaire = default_questionnaire()
    texts = questionnaire.texts(language if language in questionnaire.languages else ENGLISH)
    folded = top_is_folded(ledger)
    return Wording(
        words=Words(
            legs={leg: texts.legs[leg].name for leg in Leg},
            levels={
                "all": _("everybody"),
                "staff": _("front line"),
                "M": _("board and managers") if folded else _("managers"),
                "T": _("board"),
            },
            steps=(_("very low"), _("low"), _("middle"), _("high"), _("very high")),
            seat=_("Seat"),
            interval=_("{} to {}"),
            rough=_("about ±{}"),
            answers=_("{} answers"),
            points=_("{} points"),
            slope=_("Slope drawn {} × steeper"),
        ),
        levels={
            "all": _("Everybody"),
            "staff": _("Front line and support"),
            "F": _("Front line alone"),
            "S": _("Support alone"),
            "M": _("Board and managers") if folded else _("Managers"),
            "T": _("Board"),
        },
        # The questionnaire names B5 by the problem, but a high score means that it is absent.
        facets={code: term.name for code, term in texts.facets.items()}
        | {"B5": _("No counterproductive behaviours")},
    )


def top_is_folded(ledger: Ledger) -> bool:
    """Whether the board counts among the managers, because it was too small to stand alone."""
    return any(
        label.level == "M" and any(level == "T" for _unit, level in label.atoms) for label in ledger.labels
    )
