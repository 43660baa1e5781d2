"""Let a drafted revision carry the grants of the tables it makes.

Only `alembic revision --autogenerate` comes here.  A change of the grants of a table
that exists is written by hand; the test of the schema finds one that was forgotten.
"""

from collections.abc import Callable, Iterator
from typing import Any

from alembic.operations import ops
from sqlalchemy import MetaData

from infobank.db.postgres.roles import DatabaseRoles, declared_grants, grant_statement

Drafting = Callable[[Any, Any, list[ops.MigrationScript]], None]


def with_grants(metadata: MetaData, roles: DatabaseRoles) -> Drafting:
    """Return the hook that adds to each new table its GRANTs, and leaves out its `info`."""

    def grants(step: ops.MigrateOperation) -> Iterator[ops.MigrateOperation]:
        if isinstance(step, ops.CreateTableOp):
            step.info.clear()
            table = metadata.tables[step.table_name]
            for role, privileges in declared_grants(table, roles).items():
                yield ops.ExecuteSQLOp(grant_statement(table, role, privileges))

    def add(_context: object, _revision: object, drafts: list[ops.MigrationScript]) -> None:
        for draft in drafts:
            steps = draft.upgrade_ops
            if steps is not None:
                steps.ops = [each for step in steps.ops for each in (step, *grants(step))]

    return add
