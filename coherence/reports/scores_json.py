"""scores.json: the ledger as a file (docs/scores-json.md); written and read back without loss."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter

from scoring.estimable import plain
from scoring.released import (
    Estimate,
    Ledger,
    ReleasedCell,
    ReleasedFacet,
    ReleasedItem,
    ReleasedLabel,
    Stool,
)
from scoring.released_change import WaveChange
from scoring.released_diagnosis import FactAnswer, OrganisationFindings, UnitDiagnosis
from scoring.released_figures import Comparison, FinerFigures, Gap, Quantity, Shift
from scoring.released_questions import OwnQuestion, ReleasedQuestion
from scoring.vocabulary import Leg

SCHEMA: Final = 1
FILE: Final = "scores.json"

Read = TypeVar("Read")

_GAPS: Final = TypeAdapter(Mapping[str, Gap])
_SHIFT: Final = TypeAdapter(Shift | None)
_IMPUTED: Final = TypeAdapter(Mapping[Leg, int])
_COMPARISON: Final = TypeAdapter(Mapping[Quantity, Comparison])
_FINER: Final = TypeAdapter(FinerFigures | None)
_DIAGNOSIS: Final = TypeAdapter(UnitDiagnosis | None)
_FACTS: Final = TypeAdapter(Mapping[str, FactAnswer])
_FINDINGS: Final = TypeAdapter(OrganisationFindings | None)
_CHANGE: Final = TypeAdapter(WaveChange | None)
_OWN_QUESTIONS: Final = TypeAdapter(Mapping[str, OwnQuestion])
_ANSWERED: Final = TypeAdapter(Mapping[str, ReleasedQuestion])


class UnreadableScores(Exception):
    """A scores.json cannot be used; says why and what to do."""


def as_json(ledger: Ledger) -> dict[str, Any]:
    """The ledger as plain data, in the shape of schema 1."""
    return {
        "schema": SCHEMA,
        "k": ledger.k,
        "wave": ledger.wave,
        "form": ledger.form,
        "sector": ledger.sector,
        "moved_up": ledger.moved_up,
        "careless": ledger.careless,
        "careless_moves_seat": ledger.careless_moves_seat,
        "facts": dict(ledger.facts),
        "own_questions": plain(ledger.own_questions),
        "organisation": plain(ledger.findings),
        "change": plain(ledger.change),
        "cells": [_cell(cell) for cell in ledger.cells],
        "members": [
            {"unit": list(cell.unit), "level": cell.level, "labels": list(cell.members)}
            for cell in ledger.cells
        ],
        "labels": [
            {
                "key": label.key,
                "unit": list(label.unit),
                "level": label.level,
                "atoms": [{"unit": list(unit), "level": level} for unit, level in label.atoms],
                "n_band": label.n_band,
            }
            for label in ledger.labels
        ],
    }


def write_scores(ledger: Ledger, path: Path) -> None:
    """Write scores.json whole or not at all; a line for each cell, so that it can be read and searched."""
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(_in_lines(as_json(ledger)), encoding="utf-8")
    os.replace(unfinished, path)


def _in_lines(document: Mapping[str, Any]) -> str:
    """JSON with one line for each entry and for each element of a list in it."""

    def written(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def entry(value: Any) -> str:
        if not isinstance(value, list) or not value:
            return written(value)
        return "[\n  " + ",\n  ".join(written(one) for one in value) + "\n ]"

    entries = (f" {written(key)}: {entry(value)}" for key, value in document.items())
    return "{\n" + ",\n".join(entries) + "\n}\n"


def read_scores(path: Path) -> Ledger:
    """The ledger that a scores.json holds.

    Raises:
        UnreadableScores: no such file, not JSON, another schema, or a part is missing.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UnreadableScores(f"{path} does not exist; make it with 'coherence score'") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UnreadableScores(
            f"{path} is not JSON ({error}); make it again with 'coherence score'"
        ) from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise UnreadableScores(
            f"{path} is not a scores file of schema {SCHEMA}; make it with 'coherence score'"
        )
    try:
        return from_json(data)
    except (KeyError, TypeError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise UnreadableScores(
            f"{path} lacks something ({reason}); make it again with 'coherence score'"
        ) from None


def _cell(cell: ReleasedCell) -> dict[str, Any]:
    return {
        "unit": list(cell.unit),
        "level": cell.level,
        "size": cell.size,
        "n": cell.n,
        "n_band": cell.n_band,
        "invited": cell.invited,
        "response": cell.response,
        "response_percent": cell.response_percent,
        "legs": {leg.value: _estimate(estimate) for leg, estimate in cell.legs.items()},
        "seat": _estimate(cell.seat),
        "stool": {
            "tilt": cell.stool.tilt,
            "imbalance": cell.stool.imbalance,
            "stability": cell.stool.stability,
            "verdict": cell.stool.verdict,
            "toward": [leg.value for leg in cell.stool.toward],
        },
        "facets": {
            name: {**_estimate(facet.estimate), "labels": list(facet.members)}
            for name, facet in cell.facets.items()
        },
        "gaps": plain(cell.gaps),
        "one_to_one": cell.one_to_one,
        "shift": plain(cell.shift),
        "imputed": plain(cell.imputed),
        "comparison": plain(cell.comparison),
        "finer": plain(cell.finer),
        "diagnosis": plain(cell.diagnosis),
        "items": {name: _item(item, _usual(cell.finer)) for name, item in cell.items.items()},
        "own_questions": plain(cell.own_questions),
        "board_consent": cell.board_consent,
    }


def _usual(finer: FinerFigures | None) -> tuple[str, ...]:
    """The labels of most items of a cell, which need not be written with each of them."""
    return () if finer is None else finer.members


def _item(item: ReleasedItem, usual: tuple[str, ...]) -> dict[str, Any]:
    written = {**_estimate(item.estimate), "shares": list(item.shares)}
    return written if item.members == usual else {**written, "labels": list(item.members)}


def _estimate(estimate: Estimate) -> dict[str, int | None]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}


def from_json(data: Mapping[str, Any]) -> Ledger:
    """The ledger that `as_json` wrote; older files of schema 1 lack the diagnosis.

    Raises:
        KeyError, TypeError, ValueError: something is missing or not what it should be.
    """
    return Ledger(
        wave=data["wave"],
        k=data["k"],
        form=data["form"],
        sector=data["sector"],
        moved_up=data["moved_up"],
        careless=data["careless"],
        labels=tuple(
            ReleasedLabel(
                label["key"],
                tuple(label["unit"]),
                label["level"],
                tuple((tuple(atom["unit"]), atom["level"]) for atom in label["atoms"]),
                label["n_band"],
            )
            for label in data["labels"]
        ),
        cells=tuple(
            _read_cell(cell, members) for cell, members in zip(data["cells"], data["members"], strict=True)
        ),
        careless_moves_seat=data.get("careless_moves_seat", False),
        facts=_read(_FACTS, data.get("facts", {})),
        findings=_read(_FINDINGS, data.get("organisation")),
        change=_read(_CHANGE, data.get("change")),
        own_questions=_read(_OWN_QUESTIONS, data.get("own_questions", {})),
    )


def _read_cell(cell: Mapping[str, Any], members: Mapping[str, Any]) -> ReleasedCell:
    stool = cell["stool"]
    finer = _read(_FINER, cell.get("finer"))
    return ReleasedCell(
        unit=tuple(cell["unit"]),
        level=cell["level"],
        members=tuple(members["labels"]),
        size=cell["size"],
        n=cell["n"],
        n_band=cell["n_band"],
        invited=cell["invited"],
        response=cell["response"],
        response_percent=cell["response_percent"],
        legs={leg: _read_estimate(cell["legs"][leg.value]) for leg in Leg},
        seat=_read_estimate(cell["seat"]),
        stool=Stool(
            stool["tilt"],
            stool["imbalance"],
            stool["stability"],
            stool["verdict"],
            tuple(Leg(leg) for leg in stool["toward"]),
        ),
        facets={
            name: ReleasedFacet(_read_estimate(facet), tuple(facet["labels"]))
            for name, facet in cell["facets"].items()
        },
        gaps=_read(_GAPS, cell.get("gaps", {})),
        one_to_one=cell.get("one_to_one"),
        shift=_read(_SHIFT, cell.get("shift")),
        imputed=_read(_IMPUTED, cell.get("imputed", {})),
        comparison=_read(_COMPARISON, cell.get("comparison", {})),
        finer=finer,
        diagnosis=_read(_DIAGNOSIS, cell.get("diagnosis")),
        items={
            name: ReleasedItem(
                _read_estimate(item),
                tuple(item["shares"]),
                tuple(item["labels"]) if "labels" in item else _usual(finer),
            )
            for name, item in cell.get("items", {}).items()
        },
        own_questions=_read(_ANSWERED, cell.get("own_questions", {})),
        board_consent=cell.get("board_consent", False),
    )


def _read_estimate(data: Mapping[str, Any]) -> Estimate:
    return Estimate(data["value"], data["low"], data["high"])


def _read(adapter: TypeAdapter[Read], data: Any) -> Read:
    """A released value from plain data; what is not estimable stands as {"not_estimable": reason}."""
    return adapter.validate_python(_with_reasons(data))


def _with_reasons(data: Any) -> Any:
    if isinstance(data, Mapping):
        if set(data) == {"not_estimable"}:
            return {"reason": data["not_estimable"]}
        return {key: _with_reasons(value) for key, value in data.items()}
    return [_with_reasons(value) for value in data] if isinstance(data, list) else data
