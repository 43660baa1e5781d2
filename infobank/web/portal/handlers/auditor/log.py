"""The access log: its state, its key and the proof of an entry, for auditors and anybody."""

from aiohttp import web

from infobank.accesslog.paper import to_paper
from infobank.errors import NotFoundError
from infobank.web.api.log import entry_number, proof_file
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import show
from infobank.web.portal.handlers.resident.history import event_writer
from infobank.web.portal.views.auditor.log import LogKeyPage, LogPage
from infobank.web.portal.wording.proofs import VERIFIER_FILE, ProofWriter
from infobank.web.state import BANK, SURROUNDINGS
from infobank.web.verifierfile import build_verifier

CHECKPOINT = "/log/checkpoint"
NEWEST = 10
"""Entries on the first page; the others are found by asking."""


async def log(request: web.Request) -> web.Response:
    """Show the signed state of the log, and its newest entries."""
    bank, around = request.app[BANK], request.app[SURROUNDINGS]
    try:
        newest = await bank.prove.checkpoint()
    except NotFoundError:
        newest = None  # nothing was logged yet
    writer = await event_writer(request, "resident")
    size = newest.size if newest else 0
    events = await bank.inspect(size) if newest else []
    view = LogPage(
        tree_size=size,
        root=newest.root.hex() if newest else "",
        signed_at=newest.signed_at if newest else None,
        checkpoint=newest.note.decode() if newest else "",
        verifier_key=around.verifier_key.text,
        checkpoint_href=CHECKPOINT,
        lines=tuple(writer.row(event) for event in events[:NEWEST]),
        command=verify_command(request),
    )
    return await show(request, "log", view)


def verify_command(request: web.Request) -> str:
    """Return what anybody types to check all of the log."""
    around = request.app[SURROUNDINGS]
    return f"infobank log verify {around.public_url}/log --key '{around.verifier_key.text}'"


async def proof(request: web.Request) -> web.Response:
    """Show one entry as far as auditors may see it, and what proves it."""
    index, file = await _proof(request)
    writer = ProofWriter(
        request.app[SURROUNDINGS].verifier_key, await event_writer(request, "resident")
    )
    view = writer.page(file, address("log_proof_file", entry=index))
    return await show(request, "log_proof", view)


async def download(request: web.Request) -> web.Response:
    """Return the proof as a file that opens what auditors may see."""
    index, file = await _proof(request)
    return proof_file(file, index)


async def key(request: web.Request) -> web.Response:
    """Show the log's public key, to be printed and kept."""
    verifier_key = request.app[SURROUNDINGS].verifier_key
    view = LogKeyPage(
        log_name=verifier_key.name,
        verifier_key=verifier_key.text,
        paper=tuple(to_paper(verifier_key.text).splitlines()),
        printed_at=request.app[BANK].clock.now(),
    )
    return await show(request, "log_key", view)


async def verifier(_: web.Request) -> web.Response:
    """Return the offline verifier: one file that needs only Python and `cryptography`."""
    return web.Response(
        body=build_verifier(),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{VERIFIER_FILE}"'},
    )


async def _proof(request: web.Request) -> tuple[int, bytes]:
    index = entry_number(request.match_info["entry"])
    return index, await request.app[BANK].prove.inclusion(index)
