"""Migrations of the operational store, in their order: Alembic runs them when the store is opened."""
