"""A list of people taken on the command line: as a whole or not at all, also while a survey is open."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures_accounts import NOW, a_firm
from fixtures_mail import SECRET
from sqlalchemy import func, select

from coherence.ballots.admission import has_link, issue_link
from coherence.store import Database, Invitation, Person
from coherence.use_cases.launch_wave import launch_wave
from coherence.use_cases.rosters import import_roster

HEAD = "department,level,reference,email\n"


def a_list(folder: Path, people: int) -> Path:
    file = folder / "people.csv"
    file.write_text(HEAD + "".join(f"Sales,F,{n},p{n}@acme.example\n" for n in range(people)))
    return file


def test_it_tells_how_far_it_is_and_stopped_half_way_stores_nobody(
    sqlite_database: Database, tmp_path: Path
) -> None:
    a_firm(sqlite_database)
    told = list[float]()

    def stop(share: float) -> None:
        told.append(share)
        if share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_roster(sqlite_database, a_list(tmp_path, 2500), organisation="Acme", now=NOW, watch=stop)
    assert told == sorted(set(told))
    assert len(told) == 2, "once the file is read, and after a thousand people"
    with sqlite_database.read() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_another_address_ends_the_link_to_the_old_one_and_the_invitation_waits_anew(
    database: Database, tmp_path: Path
) -> None:
    a_firm(database)
    file = a_list(tmp_path, 8)
    import_roster(database, file, organisation="Acme", now=NOW)
    launch_wave(database, organisation="Acme", name="Autumn", key_folder=tmp_path / "keys", now=NOW)
    with database.write() as session:
        for invitation in session.scalars(select(Invitation)):
            invitation.mailed_round = 1
            issue_link(session, SECRET, invitation.id)
    file.write_text(file.read_text().replace("p4@", "new@"))
    assert import_roster(database, file, organisation="Acme", now=NOW).changed == 1
    with database.read() as session:
        found = session.execute(select(Person.email, Invitation.id, Invitation.mailed_round).join(Invitation))
        left = {email: (mailed, has_link(session, number)) for email, number, mailed in found}
    assert left.pop("new@acme.example") == (0, False)
    assert set(left.values()) == {(1, True)}
    assert len(left) == 7
