"""Alembic's environment for the keys database."""

from alembic import context

from infobank.db.postgres.migrate import run_environment
from infobank.db.schema import keys

run_environment(context, "keys", keys)
