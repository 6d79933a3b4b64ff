"""The words of a report in one language: of its drawings, its levels, its facets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from coherence.reports.drawings.words import Words
from coherence.reports.points import signed
from coherence.reports.texts import _, ngettext
from scoring.released import Ledger
from scoring.vocabulary import CellLevel, Leg
from survey_forms.patterns import PatternTexts
from survey_forms.questionnaire import ENGLISH, default_questionnaire
from survey_forms.recommendations import Advice
from survey_forms.texts import Language

NAMED_BY_PROBLEM: Final = "B5"


@dataclass(frozen=True, slots=True)
class Wording:
    """words: of drawings; levels: names of levels as they begin a row; facets: names by code.

    meanings: what a high score of a facet means. questionnaire: further words, of facts and questions.
    advice, patterns: what is said of each recommendation and pattern, by its id.
    """

    words: Words
    levels: Mapping[CellLevel, str]
    facets: Mapping[str, str]
    meanings: Mapping[str, str]
    questionnaire: Language
    advice: Mapping[str, Advice]
    patterns: Mapping[str, PatternTexts]

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
            slope=_("Slope drawn {} × steeper"),
            views_differ=_("views differ widely"),
            with_consent=_("with the board’s consent"),
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
        facets={
            code: _("No {problem}").format(problem=uncapitalised(term.name))
            if code == NAMED_BY_PROBLEM
            else term.name
            for code, term in texts.facets.items()
        },
        meanings={code: term.definition for code, term in texts.facets.items()},
        questionnaire=texts,
        advice=questionnaire.advice(texts.language),
        patterns=questionnaire.patterns,
    )


def counted_points(number: int) -> str:
    """A size in points, without a sign.

    >>> counted_points(1), counted_points(-46)
    ('1 point', '46 points')
    """
    return ngettext("{number} point", "{number} points", abs(number)).format(number=abs(number))


def signed_points(number: int) -> str:
    """A difference in points, with its sign.

    >>> signed_points(-1), signed_points(46)
    ('−1 point', '+46 points')
    """
    return ngettext("{number} point", "{number} points", abs(number)).format(number=signed(number))


def capitalised(text: str) -> str:
    """As it begins a sentence; a name inside keeps its letters."""
    return text[:1].upper() + text[1:]


def uncapitalised(text: str) -> str:
    """As it stands inside a sentence; abbreviations keep their letters.

    >>> uncapitalised("Time and staffing"), uncapitalised("IT and data")
    ('time and staffing', 'IT and data')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def as_title(finding: str) -> str:
    """A finding as a title: a single sentence stands without its full stop.

    >>> as_title("Balanced, but low on all three legs.")
    'Balanced, but low on all three legs'
    >>> as_title("People want to serve well. They lack the means.")
    'People want to serve well. They lack the means.'
    """
    return finding if ". " in finding else finding.removesuffix(".")


def top_is_folded(ledger: Ledger) -> bool:
    """Whether the board counts among the managers, because it was too small to stand alone."""
    return any(
        label.level == "M" and any(level == "T" for _unit, level in label.atoms) for label in ledger.labels
    )
