"""The three settings files of the embedded server, as text.

They are written anew before every start, so a release may change them.
"""

from collections.abc import Iterable
from pathlib import Path

from infobank.db.postgres.roles import KEYS, RECORDS, DatabaseRoles

PORT = 5432
"""Names the socket file; nothing listens on a port."""

_IDENTITY_MAP = "infobank"

# INVARIANT: no line of the server's log holds a statement, a parameter or a row:
# terse errors leave out "Key (column)=(value)".
_SETTINGS = """\
# Written by infobank before every start; changes here are lost.
listen_addresses = ''
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = {mode}
max_connections = 100

shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
effective_cache_size = 1GB
jit = off

fsync = on
full_page_writes = on
synchronous_commit = on
max_wal_size = 2GB

timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'

logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_rotation_age = 1d
log_truncate_on_rotation = on
log_line_prefix = '%m [%p] %u@%d '
log_error_verbosity = terse
log_min_error_statement = panic
log_min_duration_statement = -1
log_statement = none
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""


def server_settings(sockets: Path, *, shared: bool) -> str:
    """Return `postgresql.conf`: one socket folder, no TCP, durable commits, silent logs.

    A `shared` socket may be opened by every account; who gets in is said by the other files.
    """
    quoted = str(sockets).replace("'", "''")
    return _SETTINGS.format(port=PORT, sockets=quoted, mode="0777" if shared else "0700")


def host_rules() -> str:
    """Return `pg_hba.conf`: each role on its own database and its named copies, nothing else.

    INVARIANT: every line is `local`; nobody but the listed roles has one that admits.
    """
    lines = [_rule(roles) for roles in (RECORDS, KEYS)]
    return "\n".join([*lines, "local all all reject", ""])


def identity_map(account: str, roles: Iterable[str]) -> str:
    """Return `pg_ident.conf`: the roles that one account of the operating system may take."""
    quoted = account.replace('"', '""')
    return "".join(f'{_IDENTITY_MAP} "{quoted}" {role}\n' for role in roles)


def _rule(roles: DatabaseRoles) -> str:
    databases = f'"/^{roles.database}(_[a-z0-9_]+)?$"'
    return f"local {databases} {','.join(roles.everyone)} peer map={_IDENTITY_MAP}"
