"""The two databases: records, and the keys that open them.

Every table declares in `info` its `scope`, which says how it spreads over machines,
and its `grants`, which say what each database role may do with it:

- `resident`: a resident's rows; the primary key and every unique key begin with
  `resident_id`, so the table can be distributed by it as it is.
- `secret`: found by the hash of a secret or by a keyed index; a listed exception.
- `log`: the access log, one sequence for the whole bank.
- `reference`: small, the same everywhere.
"""

from sqlalchemy import MetaData

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

records = MetaData(naming_convention=_NAMES)
"""Sealed records, consents, tokens, the access log, releases."""

keys = MetaData(naming_convention=_NAMES)
"""Wrapped keys alone, so that their backups can live shorter."""


def declare(scope: str, **grants: str) -> dict[str, object]:
    """Return a table's `info`: its scope, and per role the privileges it is granted.

    Whoever makes backups reads every table, and nothing but reads.
    """
    return {"scope": scope, "grants": {**grants, "backup": "SELECT"}}
