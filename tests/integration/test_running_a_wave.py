"""A consultant runs a whole diagnostic from the command line, with clear words when something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from fixtures_commands import run, told

from coherence.cli import main
from coherence.demo.answering import links_in


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COHERENCE_INSTANCE", str(tmp_path / "state"))
    monkeypatch.setenv("COHERENCE_OUTBOX", str(tmp_path / "outbox"))
    (tmp_path / "tree.csv").write_text("department\nSales/North\nSales/South\nClaims\n")
    rows = [f"Sales/North,F,n{i}@example.org,," for i in range(12)]
    rows += [f"Sales/South,F,s{i}@example.org,," for i in range(11)]
    rows += [f"Claims,S,,C-{i},Name {i}" for i in range(7)]
    (tmp_path / "people.csv").write_text("department,level,email,reference,name\n" + "\n".join(rows))
    return tmp_path


ACME = ("--organisation", "Acme")


@pytest.fixture
def prepared(folder: Path) -> Path:
    assert told("org", "import", folder / "tree.csv", "--name", "Acme")["departments"] == 5
    assert told("roster", "import", folder / "people.csv", *ACME)["added"] == 30
    return folder


def test_from_import_to_report(prepared: Path) -> None:
    opened = told("wave", "open", *ACME, "--name", "Autumn")
    assert opened["invited"] == 30
    assert opened["mail"] == {"round": 1, "sent": 23, "refused": 0, "note": ""}
    assert len(links_in(prepared / "outbox")) == 23
    codes = told("wave", "codes", *ACME, "--out", prepared / "codes.csv")
    assert codes["codes"] == 7
    assert (prepared / "codes.csv").stat().st_mode & 0o077 == 0
    assert told("wave", "status", *ACME)["state"] == "open"
    assert told("wave", "remind", *ACME)["sent"] is None
    assert told("wave", "close", *ACME, "--yes")["ballots"] == 0
    assert told("wave", "publish", *ACME)["cells"] == 0
    told("report", *ACME, "--out", prepared / "results")
    assert (prepared / "results" / "report.pdf").read_bytes().startswith(b"%PDF")
    assert told("wave", "status", *ACME)["state"] == "published"


def test_a_lost_key_comes_back_from_the_copy_that_respondents_were_told_of(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COHERENCE_ESCROW_PASSPHRASE", "of the works council alone")
    opened = told(
        "wave", "open", *ACME, "--name", "Autumn", "--no-mail", "--escrow-holder", "Ada, works council"
    )
    assert str(opened["address"]).rpartition("/")[2] == str(opened["kiosk"]).rpartition("/")[2]
    told("wave", "escrow", "copy", *ACME, "--out", prepared / "copy")
    assert (prepared / "copy").stat().st_mode & 0o077 == 0
    assert "nothing was restored" in run("wave", "escrow", "restore", prepared / "copy", *ACME).output

    (key,) = (prepared / "state" / "keys").iterdir()
    key.unlink()
    assert "is not in" in run("wave", "close", *ACME, "--yes", "--escrow-kept").output
    assert told("wave", "status", *ACME)["state"] == "open"
    wrong = run(
        "wave", "escrow", "restore", prepared / "copy", *ACME, "--passphrase", "somebody else's words"
    )
    assert "does not open this escrow copy" in wrong.output
    told("wave", "escrow", "restore", prepared / "copy", *ACME)

    asked = CliRunner().invoke(main, ["wave", "close", *ACME], input="y\ny\n")
    assert "Ada, works council holds a copy of the key. Is the copy deleted?" in asked.output
    assert asked.exit_code == 0
    assert list((prepared / "state" / "keys").iterdir()) == []


def test_no_copy_is_made_of_a_key_of_which_respondents_were_told_that_nobody_holds_one(
    prepared: Path,
) -> None:
    told("wave", "open", *ACME, "--name", "Autumn", "--no-mail")
    refused = run(
        "wave", "escrow", "copy", *ACME, "--out", prepared / "copy", "--passphrase", "a long passphrase"
    )
    assert refused.exit_code == 2
    assert "without an escrow holder" in refused.output
    assert not (prepared / "copy").exists()


def test_rates_are_told_in_steps_and_never_counted_twice_a_day(prepared: Path) -> None:
    told("wave", "open", *ACME, "--name", "Autumn")
    status = told("wave", "status", *ACME)
    again = told("wave", "status", *ACME)
    assert status["counted_at"] == again["counted_at"]
    rates = {rate["unit"]: (rate["at_least"], rate["half"]) for rate in status["rates"]}  # type: ignore[attr-defined]
    assert rates["Acme"] == (0, None)
    assert rates["Acme / Sales / North"] == (None, False)


def test_a_second_import_changes_people_instead_of_doubling_them(prepared: Path) -> None:
    (prepared / "moved.csv").write_text("department,level,email\nSales/South,M,n0@example.org\n")
    assert told("roster", "import", prepared / "moved.csv", *ACME) == {"people": 30, "added": 0, "changed": 1}


def test_every_bad_row_is_named_and_nobody_is_taken(prepared: Path) -> None:
    (prepared / "bad.csv").write_text(
        "department,level,email,language\n"
        "Nowhere,F,a@example.org,\nClaims,X,b@example.org,\nClaims,F,not-an-address,\n"
        "Claims,F,,\nClaims,F,c@example.org,xx\nClaims,F,d@example.org,\nClaims,F,D@example.org,\n"
    )
    result = run("roster", "import", prepared / "bad.csv", *ACME)
    assert result.exit_code == 2
    for message in (
        "row 2, column department: 'Nowhere' is no department of Acme",
        "row 3, column level: 'X' is not a level; write T, M, F or S",
        "row 4, column email: 'not-an-address' is not an e-mail address",
        "row 5: e-mail, reference or name is needed to tell people apart",
        "row 6, column language: 'xx' is not asked here; known are en",
        "row 8, column email: 'd@example.org' stands in row 7 already",
        "6 problems; nothing was written.",
    ):
        assert message in result.output
    assert told("roster", "import", prepared / "people.csv", *ACME)["added"] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("wave", "status", "--organisation", "Nobody"), "there is no organisation “Nobody”"),
        (("wave", "status", *ACME), "Acme has no wave “”; waves: none yet"),
        (("wave", "open", *ACME, "--name", "Big", "--k", "31"), "30 people are on the list"),
        (("report", *ACME, "--wave", "Autumn", "--out", "x"), "Acme has no wave “Autumn”"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(
    prepared: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.output


def test_a_published_wave_cannot_be_opened_again(prepared: Path) -> None:
    told("wave", "open", *ACME, "--name", "Autumn", "--no-mail")
    told("wave", "close", *ACME, "--yes")
    again = run("wave", "open", *ACME, "--name", "Autumn", "--no-mail")
    assert again.exit_code == 2
    assert "“Autumn” is closed already" in again.output
    early = run("report", *ACME, "--out", prepared / "x")
    assert "nothing is published yet" in early.output


def test_without_a_way_out_for_messages_nothing_is_opened(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COHERENCE_OUTBOX")
    result = run("wave", "open", *ACME, "--name", "Autumn")
    assert result.exit_code == 2
    assert "COHERENCE_MAIL_SERVER" in result.output
    assert "none yet" in run("wave", "status", *ACME).output


def test_accounts_are_made_with_a_link_to_choose_a_password(prepared: Path) -> None:
    added = told("user", "add", "hr@example.org", "--role", "hr", *ACME)
    assert str(added["password_link"]).startswith("http://127.0.0.1:8000/password/new/")
    assert "link" in told("user", "link", "hr@example.org")
    assert told("user", "remove", "hr@example.org", *ACME) == {"account_closed": True}
