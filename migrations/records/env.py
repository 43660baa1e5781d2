"""Alembic's environment for the records database."""

from alembic import context

from infobank.db.postgres.migrate import run_environment
from infobank.db.schema import records

run_environment(context, "records", records)
