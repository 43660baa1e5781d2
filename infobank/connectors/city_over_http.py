"""Call the city's own sign-in over HTTP: addresses of the operator's choice, and no others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from infobank.errors import UnavailableError
from infobank.oauth.city.client import LONGEST_ANSWER, Answer, Call

SECONDS: Final = 10.0
"""How long one call may take, from the name's address to the answer's end."""


@dataclass(frozen=True)
class CityPlace:
    """Where the city's sign-in is, and as whom the bank is registered there."""

    issuer: str
    client_id: str
    secret_file: Path


@dataclass(frozen=True)
class CityOverHttp:
    """Make calls, one request each, with no cookies, no proxy and no second address."""

    http: aiohttp.ClientSession

    async def __call__(self, call: Call) -> Answer:
        """Return what is answered.

        Raises:
            UnavailableError: nobody answers, not in time, or at too great a length.
        """
        try:
            async with asyncio.timeout(SECONDS):
                return await self._ask(call)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise UnavailableError(
                "the city's sign-in does not answer", detail=type(error).__name__
            ) from None

    async def _ask(self, call: Call) -> Answer:
        method = "GET" if call.body is None else "POST"
        async with self.http.request(
            method, call.url, data=call.body, headers=call.headers, allow_redirects=False
        ) as answer:
            body = await answer.content.read(LONGEST_ANSWER + 1)
            if len(body) > LONGEST_ANSWER:
                raise ValueError("the answer is too long")
            return Answer(answer.status, body)


@asynccontextmanager
async def calling() -> AsyncIterator[CityOverHttp]:
    """Open what calls."""
    async with aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=SECONDS),
        trust_env=False,
    ) as http:
        yield CityOverHttp(http)
