"""Take released results away as a file: workbook, CSV, scores.json, the reports of all departments."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from coherence.accounts.access import NotVisible, Rights
from coherence.ballots.errors import WrongState
from coherence.errors import CoherenceError, ResultsUnreadable
from coherence.reports.cover import AnsweringDays
from coherence.reports.files.csv_file import csv_file
from coherence.reports.files.department_zip import department_reports
from coherence.reports.files.workbook import workbook
from coherence.reports.organisation import organisation_report
from coherence.reports.pdf import write_pdf
from coherence.reports.scores_json import UnreadableScores, as_json, read_scores
from coherence.reports.subtree import taken_away
from coherence.reports.texts import ENGLISH
from coherence.store import Database, Wave
from coherence.use_cases.publish_wave import published_ledger
from coherence.use_cases.read_results import answering_days, readable_tops
from coherence.use_cases.score_files import SCORES
from scoring.answers import Path as DepartmentPath
from scoring.released import Ledger

FileForm = Literal["xlsx", "csv", "json"]
FILE_FORMS: Final[tuple[FileForm, ...]] = ("xlsx", "csv", "json")
"""Forms that are made in memory; pdf and zip are written to a file."""

Tell = Callable[[int, int], None]


class NoDepartments(CoherenceError):
    """There is no department that may be shown."""


def scored_ledger(folder: Path) -> Ledger:
    """The ledger of a folder that `coherence score` has written.

    Raises:
        ResultsUnreadable: there are no scores in it, or they cannot be read.
    """
    try:
        return read_scores(folder / SCORES)
    except UnreadableScores as error:
        raise ResultsUnreadable(f"{error}.") from error


def stored_ledger(database: Database, wave_id: int) -> tuple[Ledger, AnsweringDays | None]:
    """The ledger of a published wave and when people answered, for the command line of the machine itself.

    Raises:
        WrongState: there is no such wave, or nothing is published yet.
    """
    with database.read() as session:
        if session.get(Wave, wave_id) is None:
            raise WrongState(f"there is no wave {wave_id}")
        answering = answering_days(session, wave_id)
    return published_ledger(database, wave_id), answering


def file_of(ledger: Ledger, form: FileForm, language: str = ENGLISH, *, mark: bool = True) -> bytes:
    """The ledger as a file; mark: CSV begins with the byte order mark."""
    match form:
        case "xlsx":
            return workbook(ledger, language)
        case "csv":
            return csv_file(ledger, language, mark=mark)
        case "json":
            return (json.dumps(as_json(ledger), ensure_ascii=False, indent=1) + "\n").encode()


def write_file(
    ledger: Ledger,
    form: FileForm | Literal["pdf", "zip"],
    out: Path,
    language: str = ENGLISH,
    *,
    mark: bool = True,
    answering: AnsweringDays | None = None,
    tell: Tell = lambda done, of: None,
) -> None:
    """Write the ledger to a file, whole or not at all.

    answering: the days that stand on the cover, where they are known (pdf only). tell: is given how
    many departments of how many are done (zip only).

    Raises:
        NoDepartments: a ZIP is wanted, but no department may be shown.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    if form == "pdf":
        write_pdf(organisation_report(ledger, language, answering=answering), out)
    elif form == "zip":
        if not ledger.departments:
            raise NoDepartments(
                "no department has enough answers to be shown; there is nothing to put into a ZIP"
            )
        department_reports(ledger, language, out=out, tell=tell)
    else:
        unfinished = out.with_name(f"{out.name}.part")
        unfinished.write_bytes(file_of(ledger, form, language, mark=mark))
        os.replace(unfinished, out)


def wave_file(database: Database, wave_id: int, rights: Rights, form: str, language: str) -> bytes:
    """The results of a published wave, as far as the rights reach.

    Raises:
        NotVisible: no such wave, not published, nothing in it for this person, or no such form.
    """
    wanted = next((one for one in FILE_FORMS if one == form), None)
    if wanted is None:
        raise NotVisible(f"there is no file of the form {form}")
    return _file(database, wave_id, readable_tops(database, wave_id, rights), wanted, language)


# A publication is frozen, so what was made of it once stays right.
@lru_cache(maxsize=16)
def _file(
    database: Database, wave_id: int, tops: frozenset[DepartmentPath], form: FileForm, language: str
) -> bytes:
    return file_of(taken_away(published_ledger(database, wave_id), tops), form, language)
