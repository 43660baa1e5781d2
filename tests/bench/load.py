"""The load generator, a process of its own: send prepared requests, tell how long each took.

`python load.py FILE ADDRESS CONNECTIONS` reads a pickled list of requests for each
connection, written by the process that starts this one, and prints JSON.
"""

import asyncio
import json
import pickle
import sys
import time
from pathlib import Path

import uvloop

sys.path.append(str(Path(__file__).parents[1] / "bank"))

from plain_http import Answer, Connection, connect


async def run(requests: list[list[bytes]], at: str) -> dict[str, object]:
    """Send each list over a connection of its own, one request after the other."""
    connections = [await connect(at) for _ in requests]
    begun = time.monotonic()
    found = await asyncio.gather(*map(_send, connections, requests))
    taken = time.monotonic() - begun
    for connection in connections:
        connection.close()
    answers = [answer for each in found for answer in each]
    return {
        "seconds": taken,
        "latencies": [answer.arrived_at - answer.asked_at for answer in answers],
        "statuses": sorted({answer.status for answer in answers}),
        "size": len(answers[-1].body),
        "example": answers[-1].body.decode("utf-8", "replace")[:300],
    }


async def _send(connection: Connection, requests: list[bytes]) -> list[Answer]:
    return [await connection.ask(request) for request in requests]


if __name__ == "__main__":
    prepared = pickle.loads(Path(sys.argv[1]).read_bytes())  # noqa: S301 - written by our parent
    print(json.dumps(uvloop.run(run(prepared, sys.argv[2]))))
