"""Factor analysis of files that people bring."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from coherence.cli_analyses import factors
from coherence.use_cases.analyse_factors import analyse_factors, scales_by_name
from coherence.use_cases.tables import BadTable

REFERENCE = Path(__file__).parent.parent / "reference"


def _file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "answers.csv"
    path.write_bytes(text.encode(encoding))
    return path


def _rows(answers: Any, names: list[str], delimiter: str = ",") -> str:
    lines = [delimiter.join(names)]
    lines += [
        delimiter.join("" if np.isnan(v) else f"{v:g}" for v in row) for row in np.asarray(answers, float)
    ]
    return "\n".join(lines) + "\n"


def _two_scales(people: int = 300, seed: int = 1) -> Any:
    random = np.random.default_rng(seed)
    factors = random.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], size=people)
    latent = np.repeat(factors, 3, axis=1) + 0.8 * random.standard_normal((people, 6))
    return np.clip(np.rint(3 + latent), 1, 5)


NAMES = ["A1", "A2", "A3", "B1", "B2", "B3"]


def _no_bare_failure(found: Any) -> None:
    text = json.dumps(found, allow_nan=False)
    assert "not finite" not in text


def test_the_big_five_come_out_of_their_file_as_in_r() -> None:
    theirs = json.loads((REFERENCE / "ref_bfi.json").read_text(encoding="utf-8"))
    found = analyse_factors(REFERENCE / "bfi_complete_reversed.csv", items="^[ACENO][1-5]$")
    _no_bare_failure(found)
    assert found["people"] == found["complete"] == 2436
    assert found["kmo"]["overall"] == pytest.approx(theirs["KMO"]["overall"], abs=1e-8)
    assert found["bartlett"]["chi_square"] == pytest.approx(theirs["bartlett"]["chisq"], rel=1e-9)
    assert found["factors"] == 5
    assert found["communalities"] == pytest.approx(theirs["fa_minres_oblimin_5"]["communality"], abs=1e-4)
    assert found["omega_hierarchical"]["omega_hierarchical"] == pytest.approx(
        theirs["omega"]["omega_h"], abs=1e-4
    )
    assert found["alpha"]["N"]["alpha"] == pytest.approx(theirs["alpha"]["N"]["total"]["raw_alpha"], abs=1e-4)
    assert found["confirmatory"]["scales"]["fit"]["cfi"] == pytest.approx(
        theirs["cfa_ml"]["fit"]["cfi"], abs=1e-3
    )
    assert found["factor_analyzer"]["loadings"] < 1e-4


@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8"), (";", "utf-8"), (";", "utf-8-sig")])
def test_comma_and_semicolon_with_and_without_a_byte_order_mark(
    tmp_path: Path, delimiter: str, encoding: str
) -> None:
    found = analyse_factors(
        _file(tmp_path, _rows(_two_scales(), NAMES, delimiter), encoding), factors=2, package=False
    )
    assert found["items"] == NAMES
    assert found["loadings"]["rows"] == NAMES
    assert found["factors_from"] == "option"


def test_every_word_for_a_gap_is_a_gap(tmp_path: Path) -> None:
    answers = _two_scales(60)
    text = _rows(answers, NAMES)
    lines = text.splitlines()
    for row, word in enumerate(("", "NA", "DK", "na", "n/a", "."), start=1):
        lines[row] = ",".join([word, *lines[row].split(",")[1:]])
    found = analyse_factors(_file(tmp_path, "\n".join(lines)), factors=2, package=False)
    assert found["complete"] == 54
    assert found["conditions"]["smallest_pair"] == 54


def test_alpha_and_its_interval_with_a_gap_are_those_of_psych() -> None:
    found = analyse_factors(REFERENCE / "cohesion.csv", items="^COH", package=False)
    alpha = found["alpha"]["COH"]
    assert (found["rows"], found["people"], found["complete"]) == (11, 11, 10)
    assert alpha["alpha"] == pytest.approx(0.883887492292, abs=1e-10)
    assert list(alpha["interval"].values()) == pytest.approx([0.7227046, 0.9643323], abs=1e-6)


def test_a_column_that_numbers_the_rows_is_no_item(tmp_path: Path) -> None:
    lines = _rows(_two_scales(12), NAMES).splitlines()
    text = "\n".join([f"id,{lines[0]}", *(f"{at},{line}" for at, line in enumerate(lines[1:], start=1))])
    path = _file(tmp_path, text)
    found = analyse_factors(path, package=False)
    assert found["items"] == NAMES
    assert found["left_out"]["id"]["not_estimable"].startswith("id has another value in every row")
    assert "id" in analyse_factors(path, items="id|A|B", package=False)["items"]


def test_the_command_says_what_was_left_out_and_what_waits_to_be_turned_round(tmp_path: Path) -> None:
    answers = _two_scales()
    answers[:, 1] = 6 - answers[:, 1]
    path = _file(tmp_path, _rows(np.column_stack([answers, np.arange(300)]), [*NAMES, "id"]))
    out = tmp_path / "found.json"
    said = CliRunner().invoke(factors, [str(path), "--factors", "2", "--json", str(out)])
    assert said.exit_code == 0
    assert "Left out, see left_out for the reasons: id\n" in said.output
    assert "A: A2 answered against the rest; turn round before summing.\n" in said.output
    assert json.loads(out.read_text(encoding="utf-8"))["alpha"]["A"]["keyed_against"] == ["A2"]


def test_constant_and_duplicate_items_are_left_out_and_the_rest_is_analysed(tmp_path: Path) -> None:
    answers = _two_scales()
    odd = np.column_stack([answers, np.full(300, 4), answers[:, 0]])
    found = analyse_factors(_file(tmp_path, _rows(odd, [*NAMES, "C1", "C2"])), factors=2, package=False)
    _no_bare_failure(found)
    assert found["left_out"] == {
        "C1": {"not_estimable": "all answers to C1 are equal"},
        "C2": {"not_estimable": "every answer to C2 equals the answer to A1"},
    }
    assert found["loadings"]["rows"] == NAMES
    assert found["kmo"]["items"]["C1"] == {"not_estimable": "all answers to C1 are equal"}
    assert found["communalities"]["C2"] == {"not_estimable": "every answer to C2 equals the answer to A1"}


def test_more_items_than_people_leave_alpha_and_say_why_the_rest_is_missing(tmp_path: Path) -> None:
    answers = np.random.default_rng(4).integers(1, 6, (6, 6))
    found = analyse_factors(_file(tmp_path, _rows(answers, NAMES)), package=False)
    _no_bare_failure(found)
    reason = {"not_estimable": "6 people answered 6 items; more people than items are needed"}
    assert found["kmo"] == found["loadings"] == found["phi"] == reason
    assert found["factors"] == reason
    assert "alpha" in found["alpha"]["A"]


def test_polychoric_correlations_on_request(tmp_path: Path) -> None:
    path = _file(tmp_path, _rows(_two_scales(), NAMES))
    coarse = analyse_factors(path, factors=2, package=False)
    fine = analyse_factors(path, factors=2, cor="polychoric", method="ml", rotation="promax", package=False)
    assert fine["correlations"]["values"][0][1] > coarse["correlations"]["values"][0][1]
    assert (fine["cor"], fine["method"], fine["rotation"]) == ("polychoric", "ml", "promax")


def test_columns_of_words_and_of_many_numbers_are_left_out_unless_named(tmp_path: Path) -> None:
    answers = _two_scales(50)
    lines = _rows(answers, NAMES).splitlines()
    lines[0] += ",place,income"
    lines[1:] = [f"{line},Hall {i % 3},{1000 + i}" for i, line in enumerate(lines[1:])]
    path = _file(tmp_path, "\n".join(lines))
    found = analyse_factors(path, factors=2, package=False)
    assert found["items"] == NAMES
    assert set(found["left_out"]) == {"place", "income"}
    with pytest.raises(BadTable, match=r"answers\.csv, row 2, column place: 'Hall 0' is not a number"):
        analyse_factors(path, items="A|place")


@pytest.mark.parametrize(
    ("text", "items", "message"),
    [
        ("A1,A2\n1,2\n1\n", None, "row 3: 1 cells under 2 column names"),
        ("A1,A2\n1,x\n", "A", "row 2, column A2: 'x' is not a number; leave the cell empty"),
        ("A1,A2\n1,inf\n", "A", "row 2, column A2: 'inf' is not a number"),
        ("A1,A2\n1,2\n", "Q", "row 1: no column matches --items 'Q'; the columns are A1, A2"),
        ("A1,A2\n1,2\n", "(", "is not a regular expression"),
        ("A1,A2\n", None, "a header but no rows"),
        ("name\nAnn\nBob\n", None, "no column holds answers"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_how_to_mend_it(
    tmp_path: Path, text: str, items: str | None, message: str
) -> None:
    with pytest.raises(BadTable) as caught:
        analyse_factors(_file(tmp_path, text), items=items)
    assert message in str(caught.value)
    assert str(caught.value).startswith("answers.csv")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="there is no such file"):
        analyse_factors(tmp_path / "answers.csv")


@pytest.mark.parametrize("option", ["factors", "draws"])
def test_numbers_below_one_are_refused(tmp_path: Path, option: str) -> None:
    path = _file(tmp_path, _rows(_two_scales(20), NAMES))
    with pytest.raises(ValueError, match="must be 1 or more"):
        analyse_factors(path, **{option: 0})  # type: ignore[arg-type]


def test_scales_are_read_from_the_names_of_items() -> None:
    names = ["LEAD01", "LEAD02", "D1a", "D1b", "D2c", "tsig_1", "tsig_2", "age", "X1"]
    assert scales_by_name(names) == {
        "LEAD": ("LEAD01", "LEAD02"),
        "D": ("D1a", "D1b", "D2c"),
        "tsig": ("tsig_1", "tsig_2"),
    }


@pytest.mark.parametrize("seed", range(12))
def test_tables_of_any_kind_end_in_numbers_or_reasons(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    people, items = int(random.choice([2, 4, 9, 40])), int(random.choice([2, 4, 9]))
    answers = random.integers(-2, random.integers(0, 9), (people, items)).astype(float)
    answers[random.random(answers.shape) < random.choice([0, 0.2, 0.6])] = np.nan
    path = _file(tmp_path, _rows(answers, [f"{'PQ'[i % 2]}{i}" for i in range(items)]))
    for options in ({"cor": "polychoric", "method": "ml"}, {"factors": 2, "rotation": "promax"}):
        found = analyse_factors(path, items="[PQ]", draws=5, package=False, **options)  # type: ignore[arg-type]
        _no_bare_failure(found)
