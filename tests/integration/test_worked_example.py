"""The department of six of docs/worked-example.md, repeated by the program."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from coherence.use_cases.read_answers import read_answers, read_headcounts
from scoring.legs import score_people
from scoring.publication import publish
from scoring.released import Estimate
from scoring.vocabulary import Leg

FOLDER = Path(__file__).parents[2] / "docs" / "worked-example"


def test_the_program_finds_what_the_pocket_calculator_found() -> None:
    tree, invited = read_headcounts(FOLDER / "headcounts.csv")
    matrix = read_answers(FOLDER / "answers.csv", tree, invited)
    assert score_people(matrix).legs == pytest.approx(
        np.array(
            [
                [100, 0, 100],
                [133.33, -33.33, 33.33],
                [66.67, 33.33, 66.67],
                [0, -100, 33.33],
                [200, 100, 166.67],
                [66.67, -66.67, -33.33],
            ]
        ),
        abs=0.005,
    )
    cell = publish(matrix, wave="1").cell(("Workshop",), "staff")
    assert cell is not None
    assert cell.n_band == "5-9"
    assert cell.legs == {
        Leg.D: Estimate(94, 37, 151),
        Leg.R: Estimate(-11, -68, 46),
        Leg.B: Estimate(61, 4, 118),
    }
    assert cell.seat == Estimate(48, 0, 96)
    assert (cell.stool.tilt, cell.stool.imbalance, cell.stool.stability) == (8.3, 72, 10)
    assert (cell.stool.verdict, cell.stool.toward) == ("falling", (Leg.R,))
