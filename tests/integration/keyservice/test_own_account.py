"""Under the embedded server the key service may have an account, and database roles, of its own."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from infobank.db.embedded import EmbeddedServer
from infobank.db.postgres.roles import KEYS, RECORDS

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")

ACCOUNT = "nobody"
APART = (KEYS.granted["keys"], RECORDS.granted["keyservice"])

CONNECT = """
import asyncio, os, sys
import asyncpg
os.setgroups([]); os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[1]))
async def main():
    try:
        connection = await asyncpg.connect(sys.argv[3])
    except asyncpg.PostgresError:
        print("refused")
    else:
        print(await connection.fetchval("SELECT current_user"))
        await connection.close()
asyncio.run(main())
"""


def connected(account: str, url: str) -> str:
    """Connect as an account of the operating system; return the role it got."""
    found = pwd.getpwnam(account)
    arguments = [sys.executable, "-c", CONNECT, str(found.pw_uid), str(found.pw_gid), url]
    done = subprocess.run(arguments, capture_output=True, check=False, text=True, cwd="/")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_key_services_account_takes_its_roles_and_the_banks_account_takes_them_no_more(
    open_folder: Path,
):
    with EmbeddedServer(open_folder, keys_account=ACCOUNT) as server:
        for roles in (RECORDS, KEYS):
            for role in roles.everyone:
                url = server.libpq(role, roles.database)
                apart = role in APART
                assert connected(ACCOUNT, url) == (role if apart else "refused")
                assert connected("root", url) == ("refused" if apart else role)
