"""Whether this process lives, whether it can work, and how it has been doing."""

import os
from pathlib import Path

from aiohttp import web

from infobank.web.observing import metrics as collected
from infobank.web.state import BANK

SHARED = "PROMETHEUS_MULTIPROC_DIR"


async def live(_: web.Request) -> web.Response:
    """Answer: the process lives."""
    return web.json_response({"live": True})


async def ready(request: web.Request) -> web.Response:
    """Answer when databases, keys and clock are fit for work; a 503 otherwise."""
    await request.app[BANK].readiness()
    return web.json_response({"ready": True})


async def metrics(_: web.Request) -> web.Response:
    """Answer with the metrics of all workers."""
    # The metrics library itself reads this variable when it is imported: no setting of ours.
    folder = os.environ.get(SHARED)  # noqa: TID251 - see above
    body, kind = collected(Path(folder) if folder else None)
    return web.Response(body=body, headers={"Content-Type": kind})
