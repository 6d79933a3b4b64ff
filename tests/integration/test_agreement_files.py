"""Agreement and ICC of files that people bring."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from coherence.use_cases.analyse_agreement import analyse_agreement
from coherence.use_cases.tables import BadTable

REFERENCE = Path(__file__).parent.parent / "reference"


def _file(folder: Path, text: str) -> Path:
    path = folder / "answers.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def companies() -> Any:
    return analyse_agreement(REFERENCE / "lq2002_complete.csv", group="COMPID", items="^LEAD")


def test_companies_come_out_of_their_file_as_in_r(companies: Any) -> None:
    theirs = json.loads((REFERENCE / "ref_lq2002.json").read_text(encoding="utf-8"))["agreement"]["LEAD"]
    json.dumps(companies, allow_nan=False)
    assert list(companies["groups"]) == theirs["group"]
    for ours, key in (
        ("rwg_j", "rwg_j"),
        ("r_star_wg_j", "rwg_j_lindell"),
        ("ad", "ad_mean"),
        ("rwg", "rwg_mean"),
    ):
        assert [one[ours] for one in companies["groups"].values()] == pytest.approx(theirs[key], abs=1e-8)
    assert companies["summary"]["rwg_j"] == pytest.approx(
        {"mean": theirs["rwg_j_mean"], "median": theirs["rwg_j_median"]}, abs=1e-8
    )
    assert companies["icc1"] == pytest.approx(theirs["icc1"], abs=1e-8)
    assert companies["icc2"] == pytest.approx(theirs["icc2"], abs=1e-8)
    assert companies["anova"]["f"] == pytest.approx(theirs["F"], abs=1e-8)


def test_the_scale_is_taken_from_the_answers_where_none_is_given(companies: Any) -> None:
    assert companies["scale"] == {"low": 1, "high": 5, "options": 5, "given": False}
    assert companies["null_variance"] == {"uniform": 2.0, "slight_skew": 1.34}


def test_a_ready_scale_score_has_rwg_and_icc(tmp_path: Path) -> None:
    text = "unit;score\nA;3,5\nA;4\nA;3,0\nB;1,5\nB;2\nB;\n"
    found = analyse_agreement(_file(tmp_path, text), group="unit", items="score", scale=(1, 5))
    assert found["groups"]["A"]["rwg"] == pytest.approx(1 - 0.25 / 2)
    assert found["groups"]["A"]["rwg_j"] == pytest.approx(1 - 0.25 / 2)
    assert found["groups"]["B"]["n"] == 2
    assert found["groups"]["B"]["people"] == 3
    assert 0 < found["icc1"] < 1
    assert found["by_item"]["score"]["icc1"] == pytest.approx(found["icc1"])


def test_an_answer_outside_the_scale_is_named_with_its_row(tmp_path: Path) -> None:
    path = _file(tmp_path, "unit,A1,A2\nx,1,2\nx,9,2\n")
    with pytest.raises(BadTable, match=r"answers\.csv, row 3, column A1: 9 lies outside the scale 1 to 5"):
        analyse_agreement(path, group="unit", items="A", scale=(1, 5))


def test_an_unknown_group_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        BadTable, match="column team: there is no such column to group by; the columns are unit, A1"
    ):
        analyse_agreement(_file(tmp_path, "unit,A1\nx,1\n"), group="team", items="A")


def test_people_without_a_group_are_counted_and_left_out(tmp_path: Path) -> None:
    path = _file(tmp_path, "unit,A1,A2\nx,1,2\nx,2,2\n,5,5\nNA,4,4\ny,3,3\ny,3,4\n")
    found = analyse_agreement(path, group="unit", items="A", scale=(1, 5))
    assert (found["people"], found["people_without_group"]) == (4, 2)
    assert list(found["groups"]) == ["x", "y"]


def test_tiny_groups_and_equal_answers_end_in_reasons(tmp_path: Path) -> None:
    path = _file(tmp_path, "unit,A1,A2\nx,3,3\ny,3,3\nz,,3\n")
    found = analyse_agreement(path, group="unit", items="A", scale=(1, 5))
    assert found["groups"]["x"]["rwg"]["not_estimable"].startswith("only one person of this group")
    assert found["groups"]["z"]["not_estimable"] == "nobody in this group answered every item"
    assert found["summary"]["rwg"]["not_estimable"].startswith("no group has two people")
    one_option = analyse_agreement(path, group="unit", items="A")
    assert one_option["groups"]["x"]["not_estimable"] == "the scale has only one option"
    assert found["icc1"] == {"not_estimable": "no group has two people with a score"}


def test_a_scale_the_wrong_way_round_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="lowest answer first"):
        analyse_agreement(_file(tmp_path, "unit,A1\nx,1\n"), group="unit", items="A", scale=(5, 1))


def test_columns_without_answers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="hold no answers"):
        analyse_agreement(_file(tmp_path, "unit,A1\nx,\ny,NA\n"), group="unit", items="A")


def test_rows_without_any_group_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="no row names a group"):
        analyse_agreement(_file(tmp_path, "unit,A1\n,1\n,2\n"), group="unit", items="A")
