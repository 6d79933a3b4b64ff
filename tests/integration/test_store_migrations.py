from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from coherence.store import Base, Database, UnsuitableDatabase, upgrade

Constraints = dict[str, dict[str, Any]]


def _checks(database: Database) -> Constraints:
    inspector = inspect(database.engine)
    return {
        table: {check["name"]: check["sqltext"] for check in inspector.get_check_constraints(table)}
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def test_the_migrated_schema_is_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_make_every_check_constraint_of_the_models(database: Database) -> None:
    migrated = _checks(database)
    Base.metadata.drop_all(database.engine)
    Base.metadata.create_all(database.engine)
    assert migrated == _checks(database)
    assert sum(map(len, migrated.values())) > 40


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    before = _checks(database)
    upgrade(database)
    assert _checks(database) == before


def test_processes_that_start_together_migrate_once(empty_database_url: str) -> None:
    databases = [Database.connect(empty_database_url) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(upgrade, databases))
    assert "ballot" in inspect(databases[0].engine).get_table_names()
    for database in databases:
        database.dispose()


def test_a_failed_migration_leaves_nothing_behind(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import op

    database = Database.connect(empty_database_url)
    create: Callable[..., Any] = op.create_table

    def fail_at_ballot(name: str, *rest: Any) -> Any:
        if name == "ballot":
            raise RuntimeError("the power went")
        return create(name, *rest)

    monkeypatch.setattr(op, "create_table", fail_at_ballot)
    with pytest.raises(RuntimeError, match="the power went"):
        upgrade(database)
    monkeypatch.undo()
    assert inspect(database.engine).get_table_names() == []
    upgrade(database)
    database.dispose()


def test_only_databases_that_can_keep_the_promise_are_taken(tmp_path: Path) -> None:
    with pytest.raises(UnsuitableDatabase, match="file"):
        Database.connect("sqlite://")
    with pytest.raises(UnsuitableDatabase, match="mysql"):
        Database.connect("mysql://localhost/coherence")
