"""Watch requests: one wide event each, metrics, and the headers every answer carries."""

import ipaddress
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)

from infobank.web.state import PRINCIPAL, REQUEST_ID, SURROUNDINGS, Network

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOG = structlog.get_logger()

REQUESTS = Counter("infobank_requests", "Requests answered", ["route", "method", "status"])
SECONDS = Histogram("infobank_request_seconds", "Seconds to answer", ["route"])

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No inline script or style, nothing from elsewhere, no frames (CSP level 3).

`form-action` is left out on purpose: browsers apply it to redirects too, and agreeing
to a request ends in a redirect to the provider.
"""

# `Referrer-Policy` tells other sites nothing.  `no-referrer` would too, but under it browsers
# send forms with `Origin: null` (Fetch standard 3.1), and a form's origin is checked.

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers of every answer, before it begins to leave."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Request-Id"] = request[REQUEST_ID]
    response.headers["Server"] = "infobank"  # versions are for attackers
    if request.app[SURROUNDINGS].secure:
        response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT


@web.middleware
async def observe(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request a name, time it, count it, and write its one event."""
    begun = time.perf_counter()
    status = 500
    try:
        response = await handler(request)
        status = response.status
        return response
    finally:
        taken = time.perf_counter() - begun
        route = route_of(request)
        REQUESTS.labels(route, request.method, str(status)).inc()
        SECONDS.labels(route).observe(taken)
        principal = request.get(PRINCIPAL)
        LOG.info(
            "request",
            request_id=request[REQUEST_ID],
            method=request.method,
            route=route,
            status=status,
            milliseconds=round(taken * 1000, 2),
            role=principal.role.value if principal and principal.role else None,
            network=network_of(client_address(request, request.app[SURROUNDINGS].trusted_proxies)),
        )


def route_of(request: web.Request) -> str:
    """Return the pattern of a request's route: never its path, which may hold a name."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "none"


def client_address(request: web.Request, trusted: tuple[Network, ...]) -> str:
    """Return who really called: behind trusted proxies, the last address they did not add.

    A `X-Forwarded-For` of anybody else is not believed.
    """
    addresses = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    caller = request.remote or ""
    while addresses and _within(caller, trusted):
        nearest = addresses.pop()
        if not nearest:
            break
        caller = nearest
    return caller


def network_of(address: str) -> str:
    """Return the network an address is in: enough to see abuse, not enough to name a home."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    length = 24 if parsed.version == 4 else 48  # noqa: PLR2004 - IP's two versions
    return str(ipaddress.ip_network(f"{parsed}/{length}", strict=False))


def _within(address: str, networks: tuple[Network, ...]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


def metrics(folder: Path | None) -> tuple[bytes, str]:
    """Return the metrics of all workers, which share a folder, in Prometheus' text format."""
    registry = CollectorRegistry()
    if folder is not None:
        multiprocess.MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
        return generate_latest(registry), CONTENT_TYPE_LATEST
    return generate_latest(), CONTENT_TYPE_LATEST
