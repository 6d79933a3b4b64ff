"""Files of answers from elsewhere: read whole, or refused with every fault named."""

from __future__ import annotations

from pathlib import Path

import pytest

from coherence.use_cases.read_answers import read_answers, read_headcounts
from coherence.use_cases.tables import BadTable
from scoring.answers import DONT_KNOW, NOT_ASKED, SKIPPED, AnswerMatrix, Atom
from scoring.vocabulary import ITEMS, SHORT_ITEMS, Level

REMEDY = "save it as 'CSV UTF-8' and try again"
HEADCOUNTS = "department,level,invited\nOrg,T,5\nOrg/Sales,F,20\nOrg/Sales,S,6\nOrg/Sales/North,F,12\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "headcounts.csv").write_text(HEADCOUNTS, encoding="utf-8")
    return tmp_path


def read(folder: Path, answers: str | bytes, form: str = "full") -> AnswerMatrix:
    content = answers.encode() if isinstance(answers, str) else answers
    (folder / "answers.csv").write_bytes(content)
    tree, invited = read_headcounts(folder / "headcounts.csv")
    return read_answers(folder / "answers.csv", tree, invited, form=form)  # type: ignore[arg-type]


def problems(folder: Path, answers: str | bytes, form: str = "full") -> list[str]:
    with pytest.raises(BadTable) as refused:
        read(folder, answers, form)
    return [str(problem) for problem in refused.value.problems]


def column(matrix: AnswerMatrix, item: str) -> list[int]:
    return matrix.answers[:, ITEMS.index(item)].tolist()


def test_answers_i_do_not_know_and_left_out_are_kept_apart(files: Path) -> None:
    matrix = read(files, "department,level,D1a,D1b\nOrg/Sales,F,4,DK\nOrg/Sales/North,F,,1\n")
    assert column(matrix, "D1a") == [4, SKIPPED]
    assert column(matrix, "D1b") == [DONT_KNOW, 1]
    assert column(matrix, "R1a") == [NOT_ASKED, NOT_ASKED]
    assert [matrix.tree.paths[unit] for unit in matrix.unit] == [("Org", "Sales"), ("Org", "Sales", "North")]


@pytest.mark.parametrize(
    "written",
    [
        "department;level;D1a\nOrg/Sales;F;4\n",
        "\ufeffdepartment,level,D1a\r\nOrg/Sales,F,4\r\n",
        'department,level,D1a\n"Org/Sales","F","4"\n\n',
        "D1a,Level,DEPARTMENT\n4, f , Org / Sales \n",
        "department,level,D1a\nSales,F,4.0\n",
    ],
)
def test_the_usual_ways_of_writing_a_table_are_understood(files: Path, written: str) -> None:
    matrix = read(files, written)
    assert column(matrix, "D1a") == [4]
    assert matrix.tree.paths[matrix.unit[0]] == ("Org", "Sales")


def test_additional_questions_become_codes(files: Path) -> None:
    matrix = read(files, "department,level,D1a,X1,X2,X3\nOrg/Sales,F,4,10,speed,0\nOrg/Sales,F,4,,,\n")
    assert {name: values.tolist() for name, values in matrix.questions.items()} == {
        "X1": [10, -1],
        "X2": [1, -1],
        "X3": [0, -1],
    }


def test_support_staff_are_never_asked_the_greeting(files: Path) -> None:
    matrix = read(files, "department,level,B1a\nOrg/Sales,S,5\nOrg/Sales,F,5\n")
    assert column(matrix, "B1a") == [NOT_ASKED, 5]


def test_the_short_form_takes_its_18_items_and_ignores_the_rest(files: Path) -> None:
    header = ",".join(SHORT_ITEMS)
    matrix = read(files, f"department,level,D1b,{header}\nOrg/Sales,F,5,{','.join('4' * 18)}\n", form="short")
    assert column(matrix, "D1b") == [NOT_ASKED]
    assert column(matrix, "D1a") == [4]


def test_every_fault_is_named_with_row_and_column(files: Path) -> None:
    found = problems(
        files,
        "department,level,D1a,X1,X2\n"
        "Org/Sales,F,6,,\n"
        "Org/Nowhere,F,3,,\n"
        "Org/Sales,Q,3,,\n"
        "Org/Sales,F,x,11,beauty\n"
        "Org/Sales,F\n",
    )
    assert found == [
        "answers.csv, row 2, column D1a: '6' is no answer here; allowed: 1 to 5, DK or empty",
        "answers.csv, row 3, column department: 'Org/Nowhere' is not among the head counts",
        "answers.csv, row 4, column level: 'Q' is not a level; write T, M, F or S",
        "answers.csv, row 5, column D1a: 'x' is no answer here; allowed: 1 to 5, DK or empty",
        "answers.csv, row 5, column X1: '11' is no answer here; allowed: 0 to 10 or empty",
        "answers.csv, row 5, column X2: 'beauty' is no answer here; allowed: quality, speed, sales, costs, "
        "procedures, safety, hard_to_say or empty",
        "answers.csv, row 6: 2 cells, but the header has 5 columns",
    ]


def test_more_answers_than_invited_people_are_refused(files: Path) -> None:
    rows = "Org/Sales,S,4\n" * 7 + "Org,M,4\n"
    assert problems(files, "department,level,D1a\n" + rows) == [
        f"answers.csv, row {row}, column department: more answers than people invited: {group} invited"
        for row, group in ((8, "Org/Sales, level S, 6"), (9, "Org, level M, 0"))
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("department,level,D1a,D1z\n", "row 1, column D1z: unknown column; take it out or correct its name"),
        ("department,D1a\n", "row 1, column level: this column is missing"),
        ("department,level\n", "row 1: no column holds answers; items are named like D1a or B6c"),
        ("department,level,D1a,D1a\n", "row 1, column D1a: this column stands more than once"),
        ("department,level,D1a\n", "there are no answers below the header"),
        ("", "row 1: the first row must hold the names of the columns"),
        ("department,level,D1a\nSprzedaż,F,4\n".encode("cp1250"), f"not UTF-8 (byte 29); {REMEDY}"),
        (b"PK\x03\x04rest of a workbook", f"this is not a text file; {REMEDY.replace('it', 'the table', 1)}"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_with_a_remedy(
    files: Path, content: str | bytes, reason: str
) -> None:
    (found,) = problems(files, content)
    assert found.endswith(reason)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match=r"nothing\.csv: there is no such file"):
        read_headcounts(tmp_path / "nothing.csv")


class TestHeadCounts:
    def write(self, folder: Path, rows: str) -> Path:
        path = folder / "headcounts.csv"
        path.write_text("department,level,invited\n" + rows, encoding="utf-8")
        return path

    def test_departments_without_a_common_root_get_one(self, tmp_path: Path) -> None:
        tree, invited = read_headcounts(self.write(tmp_path, "Sales/North,F,7\nClaims,F,9\n,T,5\n"))
        assert tree.paths[0] == ("Organisation",)
        assert invited[Atom(0, Level.T)] == 5
        assert ("Organisation", "Sales", "North") in tree.index

    def test_faults_are_named_with_row_and_column(self, tmp_path: Path) -> None:
        with pytest.raises(BadTable) as refused:
            read_headcounts(self.write(tmp_path, "Org,F,many\nOrg//North,F,4\nOrg,F,7\nOrg,F,8\nOrg,,8\n"))
        assert [str(problem).removeprefix("headcounts.csv, ") for problem in refused.value.problems] == [
            "row 2, column invited: 'many' is not a whole number of people",
            "row 3, column department: 'Org//North' has an empty part between two '/'",
            "row 5, column department: Org, level F stands here a second time",
            "row 6, column level: '' is not a level; write T, M, F or S",
        ]

    def test_an_empty_table_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(BadTable, match="there are no departments below the header"):
            read_headcounts(self.write(tmp_path, ""))


def test_only_the_first_thousand_faults_are_kept_and_all_are_counted(files: Path) -> None:
    with pytest.raises(BadTable) as refused:
        read(files, "department,level,D1a\n" + "Org/Sales,F,9\n" * 5000)
    assert len(refused.value.problems) == 1000
    assert refused.value.found == 5000
