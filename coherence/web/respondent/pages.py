"""The respondent's pages: made once for everybody who sees the same, and filled in for one person."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from flask import g, render_template, request, url_for
from flask_babel import force_locale
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from coherence.web.respondent.kept import KeptPage
from coherence.web.respondent.visit import Sent, Visit
from coherence.web.sheets import Sheet, hidden_fields, sheet
from scoring.disclosure import BOARD_SIZES
from scoring.vocabulary import Form, Level
from survey_forms.extra_questions import ExtraQuestion
from survey_forms.pages import Page, asked, one_page, pages
from survey_forms.questionnaire import default_questionnaire

Trouble = Literal["", "failed", "unsure"]
"""Why a review is shown again: the answers could not be stored, or could be forged."""


def welcome_page(visit: Visit) -> str:
    """What a person reads before the first statement."""
    kept = _welcome(
        visit.language,
        visit.form,
        visit.level,
        visit.k,
        bool(visit.escrow),
        bool(visit.kiosk),
        visit.board_column,
    )
    return kept.filled(_frame(visit) | {"invited": str(visit.invited), "escrow": visit.escrow})


def statements_page(
    visit: Visit, number: int, given: Mapping[str, str], faults: Mapping[str, str] | None = None
) -> str:
    """A page of statements, or all of them (0), with the answers given so far; others travel hidden."""
    shown = _sheet(_seen(visit, number))
    elsewhere = {name: value for name, value in given.items() if name not in shown.fields}
    values = _frame(visit) | {"token": _token(), "hidden": hidden_fields(elsewhere)}
    if len(elsewhere) == len(given) and not faults:
        return _blank(_seen(visit, number), bool(visit.kiosk)).filled(values)
    marked = {name: fault for name, fault in (faults or {}).items() if name in shown.fields}
    with force_locale(visit.language):
        return render_template("answer/page.html", sheet=shown, given=given, faults=marked, **values)


def review_page(visit: Visit, given: Mapping[str, str], trouble: Trouble = "") -> str:
    """What was answered and what was left out, before it is sent."""
    left_out = {page.number: _left_out(visit, page, given) for page in visit.pages}
    missing = sum(map(len, left_out.values()))
    last = len(visit.pages)
    kept = _review(visit.language, visit.form, visit.level, last, missing, trouble, bool(visit.kiosk))
    listed = _listed(visit, left_out) if missing else Markup("")
    hidden = hidden_fields(given)
    return kept.filled(_frame(visit) | {"token": _token(), "hidden": hidden, "left_out": listed})


def thanks_page(sent: Sent) -> str:
    """The answers lie in the box."""
    kept = _thanks(sent.language, sent.again, bool(sent.kiosk))
    return kept.filled({"draft": sent.draft, "kiosk": kiosk_address(sent.kiosk)})


def kiosk_address(slug: str) -> str:
    """Where the next person at a kiosk begins; empty elsewhere."""
    return url_for("doors.kiosk", slug=slug) if slug else ""


def _frame(visit: Visit) -> dict[str, str]:
    """What stands around every page of a visit; draft lets the person's own device keep one."""
    draft = Markup(' data-draft="{}"').format(visit.draft) if visit.draft else Markup("")
    return {"group": visit.group, "kiosk": kiosk_address(visit.kiosk), "draft": draft}


def _token() -> str:
    """What guards the next form: the token that has just been found good, since none of them runs out."""
    good = request.form.get("csrf_token") if g.get("csrf_valid") else None
    return good or str(generate_csrf())


def _left_out(visit: Visit, page: Page, given: Mapping[str, str]) -> list[str]:
    shown = _sheet(_seen(visit, page.number))
    return [one.text for one in shown.statements if one.id not in given]


def _listed(visit: Visit, left_out: Mapping[int, list[str]]) -> Markup:
    """The statements that were left out, by page, as a section of the review."""
    found = {number: texts for number, texts in left_out.items() if texts}
    with force_locale(visit.language):
        return Markup(render_template("answer/left_out.html", left_out=found, pages=len(visit.pages)))


@lru_cache(maxsize=512)
def _welcome(
    language: str, form: Form, level: Level, k: int, escrow: bool, kiosk: bool, board_column: bool
) -> KeptPage:
    return KeptPage(
        "answer/welcome.html",
        language,
        ("group", "invited", *_if(escrow, "escrow"), *_if(kiosk, "kiosk")),
        form=form,
        count=len(asked(form, level)),
        k=k,
        board_column=board_column,
        fewest=BOARD_SIZES.start,
    )


class Seen(NamedTuple):
    """What a page depends on. extra: the questions outside the scores; number: 0 is all pages in one."""

    form: Form
    level: Level
    sector: str
    language: str
    order: int
    number: int
    extra: tuple[ExtraQuestion, ...]


def _seen(visit: Visit, number: int) -> Seen:
    return Seen(visit.form, visit.level, visit.sector, visit.language, visit.order, number, visit.extra)


@lru_cache(maxsize=4096)
def _blank(seen: Seen, kiosk: bool) -> KeptPage:
    holes = ("group", "draft", "token", "hidden", *_if(kiosk, "kiosk"))
    return KeptPage("answer/page.html", seen.language, holes, sheet=_sheet(seen), given={}, faults={})


@lru_cache(maxsize=2048)
def _review(
    language: str, form: Form, level: Level, last: int, missing: int, trouble: Trouble, kiosk: bool
) -> KeptPage:
    count = len(asked(form, level))
    return KeptPage(
        "answer/review.html",
        language,
        ("group", "draft", "token", "hidden", "left_out", *_if(kiosk, "kiosk")),
        answered=count - missing,
        count=count,
        last=last,
        trouble=trouble,
    )


@lru_cache(maxsize=64)
def _thanks(language: str, again: bool, kiosk: bool) -> KeptPage:
    return KeptPage("answer/thanks.html", language, ("draft", *_if(kiosk, "kiosk")), again=again)


@lru_cache(maxsize=1024)
def _sheet(seen: Seen) -> Sheet:
    every = pages(seen.form, seen.level, seen.order, tuple(one.code for one in seen.extra))
    page = one_page(every) if seen.number == 0 else every[seen.number - 1]
    return sheet(default_questionnaire(), page, seen.level, seen.sector or None, seen.language, seen.extra)


def _if(present: bool, hole: str) -> tuple[str, ...]:
    return (hole,) if present else ()
