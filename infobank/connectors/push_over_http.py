"""Bring a signed event to a recipient's endpoint over HTTP (RFC 8935).

An endpoint is another's machine: it may hang, answer for ever, send us elsewhere, or have a
name that leads into our own network.  None of that may do more than fail one attempt.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from infobank.errors import InvalidInputError
from infobank.oauth.events.delivery import (
    AWAY,
    CONTENT_TYPE,
    LONGEST_ANSWER,
    Outcome,
    check_endpoint,
    may_call,
    read_answer,
)

SECONDS: Final = 10.0
"""How long one attempt may take, from the name's address to the answer's end."""


class PublicResolver(AbstractResolver):
    """Resolve names to addresses that the bank may call, and to no others."""

    def __init__(self, *, loopback: bool) -> None:
        self._found = ThreadedResolver()
        self._loopback = loopback

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a name.

        INVARIANT: looked at here, where they are used: a name that changes its address between
        a check and the call gains nothing.

        Raises:
            OSError: the name leads nowhere, or into a private network.
        """
        found = await self._found.resolve(host, port, family)
        allowed = [each for each in found if may_call(each["host"], loopback=self._loopback)]
        if len(allowed) < len(found) or not allowed:
            raise OSError("the name leads into a private network")
        return allowed

    async def close(self) -> None:
        """Close what the resolver holds."""
        await self._found.close()


@dataclass(frozen=True)
class PushOverHttp:
    """Push tokens, one request each, with no cookies, no proxy and no second address."""

    http: aiohttp.ClientSession
    loopback: bool
    seconds: float = SECONDS

    async def __call__(self, url: str, token: str) -> Outcome:
        """Push one token; every failure on the way is `AWAY`."""
        try:
            # Asked anew: an address that may not be called any more is not called.
            check_endpoint(url, loopback=self.loopback)
            async with asyncio.timeout(self.seconds):
                return await self._post(url, token)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, InvalidInputError):
            return AWAY

    async def _post(self, url: str, token: str) -> Outcome:
        headers = {"Content-Type": CONTENT_TYPE, "Accept": "application/json"}
        async with self.http.post(
            url, data=token.encode(), headers=headers, allow_redirects=False
        ) as answer:
            body = await answer.content.read(LONGEST_ANSWER)
            return read_answer(answer.status, body)


@asynccontextmanager
async def pushing(*, loopback: bool, seconds: float = SECONDS) -> AsyncIterator[PushOverHttp]:
    """Open what pushes; `loopback` allows this machine's own addresses, in the demo."""
    connector = aiohttp.TCPConnector(
        resolver=PublicResolver(loopback=loopback), force_close=True, use_dns_cache=False
    )
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=seconds),
        trust_env=False,
        auto_decompress=False,
    ) as http:
        yield PushOverHttp(http, loopback, seconds)
