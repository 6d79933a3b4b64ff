"""Answers for researchers as an SPSS file, with the texts of the questionnaire as labels."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

from coherence.reports.files.answers_table import AnswersTable
from coherence.reports.texts import _
from scoring.answers import DONT_KNOW
from scoring.vocabulary import ITEMS, KEYS, Level
from survey_forms.questionnaire import ENGLISH, default_questionnaire
from survey_forms.structure import PRIORITIES
from survey_forms.texts import Language

DONT_KNOW_CODE: Final = 9
"""The code of "I do not know" in the file, declared there as a missing value."""

LONGEST_LABEL: Final = 120
LONGEST_VARIABLE_LABEL: Final = 255
LONGEST_FILE_LABEL: Final = 64
"""In bytes; SPSS cuts what is longer, if need be inside a letter."""


def answers_sav(table: AnswersTable, language: str = ENGLISH) -> bytes:
    """The .sav file. "I do not know" is a user-missing value, no answer a system-missing one."""
    # Imported here: both take half a second, and no other page needs them.
    import pandas  # type: ignore[import-untyped]
    import pyreadstat

    questionnaire = default_questionnaire()
    texts = questionnaire.texts(language if language in questionnaire.languages else ENGLISH)
    frame = pandas.DataFrame({table.attribute: [float(group + 1) for group in table.group]})
    for name, codes in table.columns.items():
        frame[name] = [_code(name, code) for code in codes]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "answers.sav")
        pyreadstat.write_sav(
            frame,
            str(file),
            file_label=_cut(f"{table.organisation}, {table.wave}", LONGEST_FILE_LABEL),
            column_labels=_variable_labels(table, texts),
            variable_value_labels=_value_labels(table, texts),
            missing_ranges={name: [DONT_KNOW_CODE] for name in table.columns if name in ITEMS},
            variable_measure=_measures(table),
            variable_format=dict.fromkeys(frame.columns, "F4.0"),
            note=_cut(_("In random order; one attribute; groups of ten or more."), LONGEST_LABEL),
        )
        return file.read_bytes()


def _code(column: str, code: int | None) -> float:
    if code is None:
        return float("nan")
    if column == "X2":
        return float(code + 1)
    return float(DONT_KNOW_CODE if code == DONT_KNOW else code)


def _variable_labels(table: AnswersTable, texts: Language) -> dict[str, str | None]:
    labels: dict[str, str] = {table.attribute: _("Level") if table.attribute == "level" else _("Department")}
    reversed_items = {item for item, key in zip(ITEMS, KEYS, strict=True) if key < 0}
    for name in table.columns:
        if name in ITEMS:
            mark = _(" (reversed)") if name in reversed_items else ""
            said = texts.items[name].wording(Level.F, table.sector or None)
            labels[name] = f"{name}{mark}: {said}"
        else:
            labels[name] = f"{name}: {texts.questions[name].text}"
    return {name: _cut(label, LONGEST_VARIABLE_LABEL) for name, label in labels.items()}


def _value_labels(table: AnswersTable, texts: Language) -> dict[str, dict[int | float, str]]:
    scale: dict[int | float, str] = {float(code): text for code, text in enumerate(texts.scale, 1)}
    scale[float(DONT_KNOW_CODE)] = texts.dont_know
    labels: dict[str, dict[int | float, str]] = {
        table.attribute: {float(place): name for place, name in enumerate(table.values, 1)}
    }
    for name in table.columns:
        if name in ITEMS:
            labels[name] = scale
        elif name == "X2":
            options = texts.questions[name].options
            labels[name] = {float(place): options[option] for place, option in enumerate(PRIORITIES, 1)}
        else:
            ends = texts.questions[name]
            labels[name] = {0.0: ends.lowest or "0", 10.0: ends.highest or "10"}
    return {
        name: {code: _cut(text, LONGEST_LABEL) for code, text in found.items()}
        for name, found in labels.items()
    }


def _measures(table: AnswersTable) -> dict[str, Any]:
    kinds = {name: "ordinal" if name in ITEMS else "scale" for name in table.columns}
    return kinds | {name: "nominal" for name in (table.attribute, "X2") if name != "X2" or name in kinds}


def _cut(text: str, longest: int) -> str:
    """The text, shortened to a number of bytes without breaking a letter."""
    written = text.encode()
    return text if len(written) <= longest else written[: longest - 3].decode(errors="ignore") + "…"
