"""The portal's pages, one reader at a time, beside a bare page as large.

What is told is when the last byte is there; the first is not later.
"""

from collections.abc import Iterator
from uuid import UUID

from bank_processes import web_worker
from disclosure import bare_server, load
from ground import Ground
from plain_http import request_bytes
from provider_client import register
from signed_in import COOKIE
from table import Line, quantile

from infobank.accounts.account import Role
from infobank.vocabulary.identifiers import ProviderId
from infobank.web.portal.addresses import address

WARM, READS = 10, 60
FEWEST, PATIENCE = 3, 20.0
"""A page that is slow is read less often, but so often; seconds that all its reads may take."""
CONSENTS, USES = 4, 75
"""What the resident who reads has agreed to, and how often each was used."""

PAGES: dict[str, tuple[str, ...]] = {
    "": ("front", "datasets", "about", "sign_in", "api_docs"),
    "hanako": (
        *("home", "holdings", "consents", "waiting", "history", "rights", "settings"),
        *("mandates", "who_can_see", "summary"),
    ),
    "walkcoach": ("provider_home", "provider_consents", "provider_requests", "provider_keys"),
    "auditor": ("log", "log_entries", "log_trends", "log_health"),
    "steward": ("steward_home", "counter", "approvals", "providers", "publications", "keys"),
}
"""The pages in each reader's header, and some more; nobody signed in is empty."""


def measure(ground: Ground) -> Iterator[Line]:
    """Ask for every page over one connection; then for a bare page of the middle size."""
    _furnish(ground)
    sizes = []
    with web_worker(ground.server.settings, ground.folder) as (_, at):
        for handle, names in PAGES.items():
            headers = {"Accept-Language": "ja"}
            if handle:
                secret, _ = ground.server.run(ground.bank.sign_in.by_handle(handle))
                headers["Cookie"] = f"{COOKIE}={secret}"
            for name in names:
                request = request_bytes("GET", address(name), headers)
                line, size = _one(ground, f"page {name}", request, at)
                sizes.append(size)
                yield line
    middle = sorted(sizes)[len(sizes) // 2]
    with bare_server(ground) as at:
        yield _one(ground, "bare page", request_bytes("GET", f"/page/{middle}", {}), at)[0]


def _one(ground: Ground, name: str, request: bytes, at: str) -> tuple[Line, int]:
    (first,) = load(ground.folder, [[request]], at)["latencies"]
    most = max(FEWEST, int(PATIENCE / first))
    load(ground.folder, [[request] * min(WARM, most)], at)
    found = load(ground.folder, [[request] * min(READS, most)], at)
    assert found["statuses"] == [200], f"{name}: {found['statuses']} {found['example']}"
    latencies, size = sorted(found["latencies"]), found["size"]
    p50, p99 = (quantile(latencies, share) * 1000 for share in (0.5, 0.99))
    few = "" if len(latencies) == READS else f"  of {len(latencies)}"
    return Line(name, p50, "ms p50", f"p99 {p99:.1f} ms  {size / 1024:.1f} KiB{few}"), size


def _furnish(ground: Ground) -> None:
    """Let the resident agree to a few things, be read, and leave a request; let a provider in."""
    server = ground.server
    for _ in range(CONSENTS):
        client = register(server)
        token = client.tokens("hanako")["access_token"]
        assert {client.read(token).status_code for _ in range(USES)} == {200}
    provider = ProviderId(UUID(client.client_id))
    server.run(ground.bank.sign_in.open_account("walkcoach", Role.PROVIDER, provider=provider))
    while server.sequence():
        pass
