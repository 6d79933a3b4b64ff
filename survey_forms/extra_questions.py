"""What a survey asks beyond the method: optional modules and a firm's own questions, outside the scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from survey_forms.fields import SCALE_CODES
from survey_forms.questionnaire import NotInQuestionnaire, Questionnaire

ExtraKind = Literal["agreement", "choice"]

MOST_OWN: Final = 12
"""Own questions of one survey; with every module they fill an eighth of the room in a ballot."""

LONGEST_TEXT: Final = 300
LONGEST_OPTION: Final = 100
FEWEST_OPTIONS: Final = 2
MOST_OPTIONS: Final = 8


@dataclass(frozen=True, slots=True)
class ExtraQuestion:
    """One question of the further page.

    code: Q01 to Q12, or the id of a module's statement. kind: agreement on the scale of the statements, or
    one of several options. module: empty where it is the firm's own. language: of the words, where the firm
    has none in the language of the page; else empty.
    """

    code: str
    kind: ExtraKind
    text: str
    options: tuple[str, ...] = ()
    module: str = ""
    language: str = ""

    @property
    def codes(self) -> Mapping[str, int]:
        """The code of each value that may be sent: of an option its position, from 0.

        >>> dict(ExtraQuestion("Q01", "choice", "Which shift?", ("early", "late")).codes)
        {'0': 0, '1': 1}
        """
        if self.kind == "agreement":
            return SCALE_CODES
        return {str(position): position for position in range(len(self.options))}


def module_questions(questionnaire: Questionnaire, module: str, language: str) -> tuple[ExtraQuestion, ...]:
    """The statements of an optional module.

    Raises:
        NotInQuestionnaire: unknown module or language.
    """
    words = questionnaire.texts(language).modules
    if module not in words:
        raise NotInQuestionnaire("module", module, words)
    return tuple(
        ExtraQuestion(code, "agreement", text, module=module) for code, text in words[module].items.items()
    )
