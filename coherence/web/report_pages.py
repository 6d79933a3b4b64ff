"""A report's chapters as pages: the chapter, its neighbours, the ways to departments and other waves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from werkzeug.exceptions import NotFound

from coherence.reports.chapters.comparison import side_by_side
from coherence.reports.chapters.surroundings import alphabetical
from coherence.reports.document import Chapter
from coherence.use_cases.serve_results import Results


@dataclass(frozen=True, slots=True)
class OtherWave:
    """A wave of the same organisation that may be read; url of its first page."""

    name: str
    url: str
    present: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a report is read: addresses of its chapters, of the comparison, of the printed report.

    home: of the first chapter. report: the printed one. files: everything to take away. plan: of
    actions. waves: those of the same organisation, this one among them; empty where there is only this.
    """

    chapter: Callable[[str], str]
    home: str
    compare: str
    report: str | None
    files: str | None = None
    plan: str | None = None
    waves: Sequence[OtherWave] = field(default=())
    signed_in: bool = False


def chapter_page(results: Results, place: Place, ident: str | None) -> ResponseReturnValue:
    """A chapter by its name, the first one without; ?chapter=… of the switcher leads to its own address.

    Raises:
        NotFound: no such chapter.
    """
    if ident is None and "chapter" in request.args:
        return redirect(place.chapter(_found(results, request.args["chapter"]).ident), 303)
    chapter = results.document.chapters[0] if ident is None else _found(results, ident)
    return _page(results, place, chapter)


def comparison_page(results: Results, place: Place) -> ResponseReturnValue:
    """Two departments beside each other, the first two unless others are asked for.

    Raises:
        NotFound: fewer than two departments, or one that is not there.
    """
    departments = alphabetical(results.ledger.departments)
    if len(departments) < 2:
        raise NotFound
    try:
        one, other = (int(request.args.get(name, start)) for name, start in (("one", 1), ("two", 2)))
    except ValueError:
        raise NotFound from None
    if not (1 <= one <= len(departments) and 1 <= other <= len(departments)):
        raise NotFound
    chapter = side_by_side(results.ledger, departments[one - 1], departments[other - 1], str(get_locale()))
    names = [" / ".join(cell.unit[1:]) for cell in departments]
    return _page(results, place, chapter, chosen=(one, other), names=names)


def _found(results: Results, ident: str) -> Chapter:
    chapter = results.chapter(ident)
    if chapter is None:
        raise NotFound
    return chapter


def _page(results: Results, place: Place, chapter: Chapter, **more: object) -> str:
    chapters = results.document.chapters
    at = chapters.index(chapter) if chapter in chapters else None
    return render_template(
        "report/chapter.html",
        results=results,
        chapter=chapter,
        place=place,
        plannable=chapter.ident == "recommendations" or chapter.ident.endswith("-reasons"),
        before=chapters[at - 1] if at else None,
        after=chapters[at + 1] if at is not None and at + 1 < len(chapters) else None,
        **more,
    )
