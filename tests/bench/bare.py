"""What the bank is compared with: the least code that does the work without any promise.

As a program, a server: a key in the URL, one statement, one AES-256-GCM opening, JSON.
No token, no proof, no consent, no log; and a page that asks nobody anything.  As a module, a
bulk loader: csv.reader, AES-256-GCM over each person's year, one COPY.
"""

import asyncio
import csv
import json
import os
import sys
from collections import defaultdict
from pathlib import Path
from uuid import UUID, uuid5

import asyncpg
import uvloop
from aiohttp import web
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY = bytes(range(32))
NAMESPACE = UUID(int=7)
TABLE = "CREATE TABLE IF NOT EXISTS bare (person uuid PRIMARY KEY, sealed bytea NOT NULL)"
POOL: web.AppKey[asyncpg.Pool] = web.AppKey("pool", asyncpg.Pool)
CIPHER = AESGCM(KEY)


def seal(document: object) -> bytes:
    """Return a document as JSON, sealed."""
    nonce = os.urandom(12)
    return nonce + CIPHER.encrypt(nonce, json.dumps(document).encode(), None)


async def read(request: web.Request) -> web.Response:
    """Return one person's records."""
    person = UUID(request.match_info["person"])
    sealed = await request.app[POOL].fetchval("SELECT sealed FROM bare WHERE person = $1", person)
    document = json.loads(CIPHER.decrypt(sealed[:12], sealed[12:], None))
    return web.json_response({"records": document})


async def page(request: web.Request) -> web.Response:
    """Return a page of so many bytes, always the same."""
    return web.Response(text="x" * int(request.match_info["size"]), content_type="text/html")


async def serve(database: str, port: int) -> None:
    """Serve until the process is ended."""
    application = web.Application()
    application.router.add_get("/{person}", read)
    application.router.add_get("/page/{size}", page)
    async with asyncpg.create_pool(database, min_size=10, max_size=10) as pool:
        application[POOL] = pool
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()


async def load(database: str, path: Path) -> int:
    """Seal a file's rows, a person's year at a time, and copy them in; return how many rows."""
    groups: dict[tuple[str, str], list[list[str]]] = defaultdict(list)
    count = 0
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for row in rows:
            groups[row[0], row[1][-4:]].append(row[1:])
            count += 1
    sealed = [(uuid5(NAMESPACE, "".join(name)), seal(found)) for name, found in groups.items()]
    connection = await asyncpg.connect(database)
    try:
        await connection.copy_records_to_table("bare", records=sealed)
    finally:
        await connection.close()
    return count


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], int(sys.argv[2])))
