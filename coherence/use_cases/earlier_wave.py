"""The wave before, to compare with: what a run keeps in a file of its own, and reads again."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Final

from coherence.errors import CoherenceError
from coherence.reports.scores_json import FILE, UnreadableScores, as_json, read_scores
from scoring.kept_moments import KeptWave
from scoring.publication import Publication
from scoring.released import Ledger
from scoring.wave_change import EarlierWave

SCHEMA: Final = 1
MOMENTS: Final = "moments.json"
CONFIDENTIAL: Final = (
    "Confidential: sums of answers in every group, as secret as the answers themselves. Not for readers of "
    "the report; keep this file only to compare with the next wave, and delete it then."
)


class EarlierWaveUnusable(CoherenceError):
    """The results of an earlier wave cannot be compared with; says why and what to do."""


def keep_moments(publication: Publication, path: Path) -> None:
    """Write what the comparison with the next wave needs, readable by the owner alone."""
    data = {
        "schema": SCHEMA,
        "note": CONFIDENTIAL,
        "wave": publication.ledger.wave,
        "scores_sha256": _fingerprint(publication.ledger),
        "statistics": publication.kept.as_data(),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(json.dumps(data, ensure_ascii=False))
    os.replace(unfinished, path)


def read_earlier_wave(folder: Path, moments: Path | None = None, months: float = 0.0) -> EarlierWave:
    """The wave of a folder that `coherence score` has written, with the moments that it kept.

    moments: where they were kept; moments.json in the folder unless told. months: since that wave.

    Raises:
        EarlierWaveUnusable: a file is missing, broken, or the two do not belong together.
    """
    kept = moments or folder / MOMENTS
    try:
        ledger = read_scores(folder / FILE)
    except UnreadableScores as error:
        raise EarlierWaveUnusable(str(error)) from error
    try:
        data = json.loads(kept.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise EarlierWaveUnusable(
            f"{kept} does not exist; a wave can be compared with only if its run kept its moments "
            "(coherence score ... --keep-moments FILE). Name the file with --previous-moments"
        ) from None
    except (UnicodeDecodeError, json.JSONDecodeError, OSError) as error:
        raise EarlierWaveUnusable(f"{kept} cannot be read: {error}") from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise EarlierWaveUnusable(f"{kept} holds no moments of a wave; make it with --keep-moments")
    if data.get("scores_sha256") != _fingerprint(ledger):
        raise EarlierWaveUnusable(
            f"{kept} and {folder / FILE} come from two different runs; score that wave again and keep its "
            "moments in the same run"
        )
    try:
        return EarlierWave(ledger, KeptWave.from_data(data["statistics"]), months)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EarlierWaveUnusable(f"{kept} is broken ({type(error).__name__}: {error})") from None


def _fingerprint(ledger: Ledger) -> str:
    return hashlib.sha256(json.dumps(as_json(ledger), sort_keys=True).encode()).hexdigest()
