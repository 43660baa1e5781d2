"""RFC 8935: push-based delivery of Security Event Tokens, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from infobank.connectors.push_over_http import pushing
from infobank.errors import InvalidInputError
from infobank.oauth.events.delivery import (
    AWAY,
    ERRORS,
    LONGEST_WAIT,
    OTHER,
    Outcome,
    check_endpoint,
    may_call,
    wait_after,
)

TOKEN = "eyJ0eXAiOiJzZWNldmVudCtqd3QifQ.e30.c2ln"


@dataclass
class Endpoint:
    """A recipient's endpoint that answers as it is told to; it keeps what came."""

    answer: Callable[[], web.StreamResponse]
    url: str = ""
    came: list[tuple[web.BaseRequest, bytes]] = field(default_factory=list)

    async def take(self, request: web.BaseRequest) -> web.StreamResponse:
        """Keep what came, and answer."""
        self.came.append((request, await request.read()))
        return self.answer()


@asynccontextmanager
async def endpoint(answer: Callable[[], web.StreamResponse]) -> AsyncIterator[Endpoint]:
    found = Endpoint(answer)
    runner = web.ServerRunner(web.Server(found.take))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    found.url = f"http://{host}:{port}/events"
    try:
        yield found
    finally:
        await runner.cleanup()


async def outcome_of(answer: Callable[[], web.StreamResponse]) -> Outcome:
    async with endpoint(answer) as found, pushing(loopback=True) as push:
        return await push(found.url, TOKEN)


async def test_section_2_1_a_token_is_posted_as_it_is():
    async with endpoint(lambda: web.Response(status=202)) as found, pushing(loopback=True) as push:
        await push(found.url, TOKEN)
        ((request, body),) = found.came
    assert request.method == "POST"
    assert request.headers["Content-Type"] == "application/secevent+jwt"
    assert request.headers["Accept"] == "application/json"
    assert body.decode() == TOKEN


async def test_section_2_2_accepted_is_the_one_status_that_means_taken():
    assert (await outcome_of(lambda: web.Response(status=202))).taken
    for status in (200, 204, 301, 404, 500, 503):
        assert await outcome_of(lambda status=status: web.Response(status=status)) == AWAY


@pytest.mark.parametrize("code", sorted(ERRORS))
async def test_section_2_3_and_2_4_a_refusal_carries_a_registered_code(code: str):
    body = {"err": code, "description": "no"}
    assert await outcome_of(lambda: web.json_response(body, status=400)) == Outcome(error=code)


@pytest.mark.parametrize("body", ["", "[", "[]", "{}", '{"err": 5}', '{"err": "made_up"}'])
async def test_section_2_4_another_code_is_not_repeated(body: str):
    answer = await outcome_of(lambda: web.Response(status=400, text=body))
    assert answer == Outcome(error=OTHER)


async def test_section_5_3_a_redirect_is_not_followed():
    async with (
        endpoint(lambda: web.Response(status=202)) as other,
        endpoint(lambda: web.Response(status=307, headers={"Location": other.url})) as found,
        pushing(loopback=True) as push,
    ):
        assert await push(found.url, TOKEN) == AWAY
        assert len(found.came) == 1
        assert other.came == []


async def test_an_endpoint_that_hangs_is_left():
    never = asyncio.Event()

    async def hang(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await never.wait()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with pushing(loopback=True, seconds=0.2) as push:
        assert await push(f"http://127.0.0.1:{port}/", TOKEN) == AWAY
    never.set()
    server.close()


async def test_an_endpoint_that_closes_answered_nothing():
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with pushing(loopback=True) as push:
        assert await push(f"http://127.0.0.1:{port}/", TOKEN) == AWAY
    server.close()


async def test_of_an_endless_answer_little_is_read():
    body = b'{"err": "access_denied", "description": "' + b"x" * 2**20
    answer = await outcome_of(lambda: web.Response(status=400, body=body))
    assert answer == Outcome(error=OTHER)


async def test_nothing_is_pushed_into_our_own_network():
    """A name that leads to this machine is not called where loopback is not allowed."""
    async with endpoint(lambda: web.Response(status=202)) as found:
        port = found.url.rpartition(":")[2].partition("/")[0]
        async with pushing(loopback=False) as push:
            for host in ("127.0.0.1", "localhost", "localhost.", "[::1]", "[::ffff:127.0.0.1]"):
                assert await push(f"https://{host}:{port}/", TOKEN) == AWAY
        assert found.came == []


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address, not a place to listen
        "224.0.0.1",
        "255.255.255.255",
        "127.0.0.1",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "fe80::1%eth0",
        "no address",
    ],
)
def test_an_address_of_a_private_network_is_not_called(address: str):
    assert not may_call(address, loopback=False)


def test_a_public_address_is_called_and_our_own_only_where_it_is_allowed():
    assert may_call("203.0.114.1", loopback=False)
    assert may_call("2001:4860:4860::8888", loopback=False)
    assert may_call("127.0.0.1", loopback=True)
    assert not may_call("10.0.0.1", loopback=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://provider.example/events",
        "https://",
        "https://provider.example/events#part",
        "https://user@provider.example/",
        "https://10.0.0.1/",
        "https://[::ffff:10.0.0.1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://localhost/",
        "https://other.localhost/",
        "https://provider.example:99999/",
        "https://provider.example\\@10.0.0.1/",
        "https://provider.example/ events",
        "https://provider.example/\n",
        "ftp://provider.example/",
        "https://provider.example/" + "x" * 1024,
    ],
)
def test_section_5_only_a_public_https_address_is_registered(url: str):
    with pytest.raises(InvalidInputError):
        check_endpoint(url, loopback=False)


def test_loopback_is_for_the_demo():
    check_endpoint("http://localhost:8081/events", loopback=True)
    check_endpoint("https://provider.example:8443/events?of=bank", loopback=False)
    with pytest.raises(InvalidInputError):
        check_endpoint("http://localhost:8081/events", loopback=False)


def test_waits_double_to_a_limit_and_are_spread():
    longest = [wait_after(attempts, 1.0) for attempts in range(40)]
    assert longest == sorted(longest)
    assert longest[1] == 2 * longest[0]
    assert longest[-1] == LONGEST_WAIT
    assert wait_after(3, 0.0) == longest[3] / 2
