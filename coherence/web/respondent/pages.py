"""Pages of statements: made once for everybody who sees the same, and filled in for one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from flask import render_template
from flask_babel import force_locale
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from coherence.web.respondent.visit import Visit
from coherence.web.sheets import Sheet, hidden_fields, sheet
from scoring.vocabulary import Form, Level
from survey_forms.pages import Page, pages
from survey_forms.questionnaire import default_questionnaire

_HIDDEN: Final = "<!--answers of other pages-->"
_TOKEN: Final = "\ue000token\ue000"
_GROUP: Final = "\ue000group\ue000"
_DRAFT: Final = "\ue000draft\ue000"
"""Stand in a kept page for what differs between people; from a private area of Unicode, in no text."""


def whole_sheet(visit: Visit, number: int) -> Sheet:
    """What a page asks; number 0 is one long page with everything."""
    return _sheet(visit.form, visit.level, visit.sector, visit.language, visit.order, number)


def blank_page(visit: Visit, number: int) -> str:
    """A page without any answer: the same for all of one level, sector, language and order."""
    kept = _blank(visit.form, visit.level, visit.sector, visit.language, visit.order, number)
    token, group, draft = generate_csrf(), escape(visit.group), _draft(visit)
    return kept.replace(_TOKEN, token).replace(_GROUP, group).replace(_DRAFT, draft)


def full_page(
    visit: Visit, number: int, given: Mapping[str, str], *, faults: Mapping[str, str] | None = None
) -> str:
    """A page with the answers given so far; those of other pages travel hidden."""
    shown = whole_sheet(visit, number)
    here = {name: value for name, value in given.items() if name in shown.fields}
    if not here and not faults:
        return blank_page(visit, number).replace(_HIDDEN, hidden_fields(given))
    return _render(visit.language, shown, visit.group, _draft(visit), generate_csrf(), given, faults or {})


def _draft(visit: Visit) -> Markup:
    """The attribute that lets the person's own device keep a draft; none at a kiosk."""
    return Markup(' data-draft="{}"').format(visit.draft) if visit.draft else Markup("")


@lru_cache(maxsize=4096)
def _blank(form: Form, level: Level, sector: str, language: str, order: int, number: int) -> str:
    shown = _sheet(form, level, sector, language, order, number)
    return _render(language, shown, _GROUP, _DRAFT, _TOKEN, {}, {})


@lru_cache(maxsize=1024)
def _sheet(form: Form, level: Level, sector: str, language: str, order: int, number: int) -> Sheet:
    every = pages(form, level, order)
    page = _joined(every) if number == 0 else every[number - 1]
    return sheet(default_questionnaire(), page, level, sector or None, language)


def _joined(every: tuple[Page, ...]) -> Page:
    """All pages as one."""
    return replace(
        every[-1], number=1, of=1, first=1, items=tuple(item for page in every for item in page.items)
    )


def _render(
    language: str,
    shown: Sheet,
    group: str,
    draft: str,
    token: str,
    given: Mapping[str, str],
    faults: Mapping[str, str],
) -> str:
    elsewhere = {name: value for name, value in given.items() if name not in shown.fields}
    variables: dict[str, Any] = {
        "sheet": shown,
        "group": group,
        "draft": draft,
        "token": token,
        "given": given,
        "hidden": hidden_fields(elsewhere) or Markup(_HIDDEN),
        "faults": {name: fault for name, fault in faults.items() if name in shown.fields},
    }
    with force_locale(language):
        return render_template("answer/page.html", **variables)
