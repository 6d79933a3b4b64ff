"""Alembic migrations; `coherence.store.migrate.upgrade` runs them."""
