"""Open a scored folder, so that its results can be shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from coherence.errors import ResultsMissing, ResultsUnreadable
from coherence.reports.document import Block, Chapter, Columns, Document, Figure
from coherence.reports.organisation import organisation_report
from coherence.reports.scores_json import UnreadableScores, read_scores
from coherence.use_cases.score_files import REPORT, SCORES
from scoring.released import Ledger


@dataclass(frozen=True, slots=True)
class Results:
    """What a scored folder holds: the report as pages, and the printed one if it was made.

    ledger: what the report was made of.
    """

    document: Document
    report: Path | None
    ledger: Ledger

    @property
    def contents(self) -> tuple[Chapter, ...]:
        """The chapters about the whole organisation."""
        return tuple(chapter for chapter in self.document.chapters if chapter.depth == 0)

    @property
    def departments(self) -> tuple[Chapter, ...]:
        """The first chapter of each department."""
        return tuple(chapter for chapter in self.document.chapters if chapter.depth == 1)

    @property
    def emblem(self) -> str:
        """The organisation's small stool as SVG; empty where nothing can be shown."""
        blocks = (one for block in self.document.chapters[0].blocks for one in _flat(block))
        drawn = next((block.slim for block in blocks if isinstance(block, Figure)), "")
        first, end, _ = drawn.partition("</svg>")
        return first + end

    def chapter(self, ident: str) -> Chapter | None:
        """The chapter of this name, or None."""
        return next((chapter for chapter in self.document.chapters if chapter.ident == ident), None)


def open_results(folder: str | Path | None, language: str) -> Results:
    """The results of a folder made by `coherence score`; a file that has changed is read anew.

    Raises:
        ResultsMissing: no folder was given, or it is not there.
        ResultsUnreadable: its scores are missing or broken.
    """
    if folder is None or not Path(folder).is_dir():
        raise ResultsMissing
    scores, report = Path(folder) / SCORES, Path(folder) / REPORT
    try:
        state = scores.stat()
        ledger = _ledger(scores, state.st_mtime_ns, state.st_size)
        document = _document(scores, state.st_mtime_ns, state.st_size, language)
    except UnreadableScores as error:
        raise ResultsUnreadable(f"{error}.") from error
    except OSError as error:
        raise ResultsUnreadable(f"{scores} cannot be read: {error.strerror}.") from error
    return Results(document, report if report.is_file() else None, ledger)


def _flat(block: Block) -> tuple[Block, ...]:
    return (*block.left, *block.right) if isinstance(block, Columns) else (block,)


@lru_cache(maxsize=4)
def _document(scores: Path, modified: int, size: int, language: str) -> Document:
    return organisation_report(_ledger(scores, modified, size), language)


@lru_cache(maxsize=4)
def _ledger(scores: Path, modified: int, size: int) -> Ledger:
    return read_scores(scores)
