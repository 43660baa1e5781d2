"""Run WalkCoach: five addresses, sessions in memory.

python -m infobank.demo.provider --bank http://localhost:8080 --client-id UUID --key provider.pem
"""

# ruff: noqa: TID251 - a provider stands alone: the bank's entropy is not its own

import argparse
import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import jwt
from aiohttp import web
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from .broker import FIELDS, WHY, Broker, Connection, Key, RefusedError
from .notices import Notices
from .pages import LANGUAGES, Texts, page, reading, received, start

COOKIE = "walkcoach"
BEAT = 5.0
"""Seconds between two looks for notices of the bank."""
MOST_VISITS = 1000
STYLE = Path(__file__).with_name("style.css")
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
ENDED = frozenset({400, 401, 403})
"""With these the bank says that we may not read: what we hold has to go."""


@dataclass
class Visit:
    """One visitor's session: the connection to the bank, what it gave, the last refusal."""

    connection: Connection = field(default_factory=Connection)
    document: dict[str, Any] | None = field(default=None, repr=False)
    refusal: tuple[str, str] = ("", "")
    language: str = ""


BROKER: web.AppKey[Broker] = web.AppKey("broker", Broker)
VISITS: web.AppKey[dict[str, Visit]] = web.AppKey("visits", dict)
VISIT: web.RequestKey[Visit] = web.RequestKey("visit", Visit)


async def show(request: web.Request) -> web.Response:
    """Show what we received, or what we would like to ask for."""
    visit = request[VISIT]
    visit.language = request.query.get("lang") or visit.language or _preferred(request)
    texts = Texts(visit.language)
    body = received(texts, visit.document) if visit.document else ""
    body += reading(texts) if visit.connection.refresh_token else ""
    body += "" if visit.document else start(texts, FIELDS, WHY)
    shown = page(texts, body, *visit.refusal)
    visit.refusal = ("", "")
    return web.Response(text=shown, content_type="text/html")


def _preferred(request: web.Request) -> str:
    """Return the language the browser asks for, as far as this page knows it."""
    wanted = request.headers.get("Accept-Language", "").lower()[:2]
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


async def ask(request: web.Request) -> web.Response:
    """Push the request, and send the resident to the bank."""
    return _see_other(await request.app[BROKER].ask(request[VISIT].connection))


async def callback(request: web.Request) -> web.Response:
    """Take the resident's answer, and read at once; the code leaves the address bar."""
    await request.app[BROKER].answered(request[VISIT].connection, request.query)
    return await read(request)


async def read(request: web.Request) -> web.Response:
    """Read; after a withdrawal the bank refuses, and what we had is deleted."""
    visit = request[VISIT]
    try:
        visit.document = await request.app[BROKER].read(visit.connection)
    except RefusedError as refused:
        if refused.status in ENDED:
            visit.document = None
        raise
    return _see_other("/")


async def style(_: web.Request) -> web.StreamResponse:
    """Return the style sheet."""
    return web.FileResponse(STYLE)


def _see_other(address: str) -> web.Response:
    return web.Response(status=303, headers={"Location": address})


@web.middleware
async def visited(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Find or begin the visitor's session, and tell every refusal on the next page."""
    visits = request.app[VISITS]
    name = request.cookies.get(COOKIE, "")
    if name not in visits:
        name = secrets.token_urlsafe(32)
        visits[name] = Visit()
        if len(visits) > MOST_VISITS:
            del visits[next(iter(visits))]
    visit = request[VISIT] = visits[name]
    try:
        response = await handler(request)
    except RefusedError as refused:
        visit.refusal = (refused.code, refused.words)
        response = _see_other("/")
    except (aiohttp.ClientError, TimeoutError, ValueError):
        visit.refusal = ("away", "")
        response = _see_other("/")
    response.headers.update(HEADERS)
    response.set_cookie(
        COOKIE, name, httponly=True, samesite="Lax", secure=request.scheme == "https"
    )
    return response


async def follow(notices: Notices, visits: dict[str, Visit]) -> None:
    """Look for notices, for as long as we run; who is away now is asked again."""
    known: list[str] = []
    while True:
        with contextlib.suppress(
            RefusedError, aiohttp.ClientError, jwt.PyJWTError, TimeoutError, ValueError, KeyError
        ):
            known = await obey(notices, visits, known)
        await asyncio.sleep(BEAT)


async def obey(notices: Notices, visits: dict[str, Visit], known: list[str]) -> list[str]:
    """Do what waiting notices say; return those to acknowledge next time.

    What must be deleted is deleted before we sign that it is.
    """
    found = await notices.fetch(known)
    for notice in found:
        if notice.deletes:
            forget(notice.grant, visits)
            await notices.state(notice)
    return [notice.name for notice in found]


def forget(grant: str, visits: dict[str, Visit]) -> None:
    """Delete what came under a grant."""
    for visit in visits.values():
        if visit.document is not None and visit.document["grant_id"] == grant:
            visit.document = None


def make_application(bank: str, client_id: str, key: Key, redirect_uri: str) -> web.Application:
    """Return the provider as an application.

    It calls the bank when a visitor acts, and to look for notices.
    """
    application = web.Application(middlewares=[visited])
    application[VISITS] = {}

    async def broker(running: web.Application) -> AsyncIterator[None]:
        timeout = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            running[BROKER] = Broker(bank, client_id, key, redirect_uri, http)
            following = asyncio.create_task(follow(Notices(running[BROKER]), running[VISITS]))
            yield
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    application.cleanup_ctx.append(broker)
    application.add_routes(
        [
            web.get("/", show),
            web.post("/ask", ask),
            web.get("/callback", callback),
            web.post("/read", read),
            web.get("/style.css", style),
        ]
    )
    return application


def read_key(path: Path) -> Key:
    """Return our private key from a PEM file that nobody else can read."""
    if path.stat().st_mode & 0o077:
        raise SystemExit(f"{path} can be read by others: chmod 600 {path}")
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Key):
        raise SystemExit(f"{path} is not an EC key")
    return key


def main() -> None:
    """Read the arguments and serve until asked to end."""
    parser = argparse.ArgumentParser("provider", description=__doc__)
    parser.add_argument("--bank", required=True, help="the bank's public address")
    parser.add_argument("--client-id", required=True, help="given by the bank at registration")
    parser.add_argument("--key", required=True, type=Path, help="private key (PEM, mode 0600)")
    parser.add_argument("--port", type=int, default=8081)
    options = parser.parse_args()
    redirect_uri = f"http://localhost:{options.port}/callback"
    key = read_key(options.key)
    application = make_application(options.bank.rstrip("/"), options.client_id, key, redirect_uri)
    # No access log: the callback's address holds a code.
    web.run_app(application, host="127.0.0.1", port=options.port, access_log=None, print=None)


if __name__ == "__main__":
    main()
