"""Published figures as NGSI-LD entities, to read (ETSI GS CIM 009 V1.9.1 clause 6).

Only the newest version of each release is served here; older ones stay where their files are.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from aiohttp import hdrs, web
from yarl import URL

from infobank.errors import InvalidInputError, NotFoundError
from infobank.web.opendata.answering import ASK_AGAIN, answer
from infobank.web.opendata.errors import ContextNotAvailableError, UnknownTenantError
from infobank.web.opendata.media import JSON, LD_JSON, preferred
from infobank.web.opendata.published import PublishedEntity, published
from infobank.web.opendata.representation import Representation
from infobank.web.opendata.selection import (
    QUERY,
    RETRIEVE,
    Projection,
    Selection,
    check_names,
    entity_id,
    read_projection,
    read_selection,
)
from infobank.web.opendata.terms import terms_url
from infobank.web.state import SURROUNDINGS

CONTEXT_RELATION: Final = "http://www.w3.org/ns/json-ld#context"
CORE_CONTEXTS: Final = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context"
COUNT: Final = "NGSILD-Results-Count"

_CONTEXT_LINK = re.compile(rf'<([^>]*)>\s*;[^<]*rel="?{re.escape(CONTEXT_RELATION)}"?')


async def query(request: web.Request) -> web.Response:
    """Return one page of the entities asked for (clause 6.4.3.2)."""
    asked = _parameters(request, QUERY)
    projection, selection = read_projection(asked), read_selection(asked)
    media_type = preferred(request, (JSON, LD_JSON))
    shown = await published(request)
    found = [
        entity
        for entity in shown.entities.values()
        if selection.admits(entity) and projection.admits(entity)
    ]
    page = found[selection.offset : selection.offset + selection.limit]
    bodies = [_body(entity, projection, media_type) for entity in page]
    headers = {COUNT: str(len(found))} if selection.count else {}
    links = _pages(request, selection, len(found))
    return _answer(request, b"[" + b",".join(bodies) + b"]", media_type, headers, links)


async def retrieve(request: web.Request) -> web.Response:
    """Return one entity (clause 6.5.3.1)."""
    projection = read_projection(_parameters(request, RETRIEVE))
    wanted = entity_id(request.match_info["entity"])
    media_type = preferred(request, (JSON, LD_JSON))
    entity = (await published(request)).entities.get(wanted)
    if entity is None or not projection.admits(entity):
        raise NotFoundError("no published entity has this id and these attributes")
    return _answer(request, _body(entity, projection, media_type), media_type)


def _parameters(request: web.Request, known: frozenset[str]) -> Mapping[str, str]:
    """Return the parameters, after what goes for every request here.

    Raises:
        UnknownTenantError: a tenant is named.
        ContextNotAvailableError: terms are to be read in a context that is not ours.
        InvalidInputError: a parameter comes twice.
    """
    if "NGSILD-Tenant" in request.headers:
        raise UnknownTenantError("the bank has no tenants")
    _check_context(request)
    if len(set(request.query)) != len(request.query):
        raise InvalidInputError("a parameter must not come twice")
    check_names(request.query, known)
    return request.query


def _check_context(request: web.Request) -> None:
    for link in request.headers.getall(hdrs.LINK, ()):
        for context in _CONTEXT_LINK.findall(link):
            if context != terms_url(request) and not context.startswith(CORE_CONTEXTS):
                raise ContextNotAvailableError(
                    f"terms are read in the context {terms_url(request)} only; none is fetched"
                )


def _body(entity: PublishedEntity, projection: Projection, media_type: str) -> bytes:
    form = Representation(projection.style, context_inside=media_type == LD_JSON)
    if projection.attributes:
        return entity.chosen(projection.attributes, form)
    return entity.whole(form)


def _answer(
    request: web.Request,
    body: bytes,
    media_type: str,
    headers: Mapping[str, str] | None = None,
    links: Sequence[str] = (),
) -> web.Response:
    """Send entities; plain JSON has its @context in a header (clause 6.3.6)."""
    if media_type == JSON:
        context = f'<{terms_url(request)}>; rel="{CONTEXT_RELATION}"; type="{LD_JSON}"'
        links = (context, *links)
    every: dict[str, str] = {hdrs.VARY: hdrs.ACCEPT, **(headers or {})}
    if links:
        every[hdrs.LINK] = ", ".join(links)
    return answer(request, body, media_type, ASK_AGAIN, every)


def _pages(request: web.Request, selection: Selection, found: int) -> list[str]:
    """Return the links to the neighbouring pages (clause 6.3.10)."""
    if selection.limit == 0:
        return []
    wanted = {
        "prev": max(0, selection.offset - selection.limit) if selection.offset else None,
        "next": selection.offset + selection.limit,
    }
    here = URL(request.app[SURROUNDINGS].public_url).join(request.rel_url)
    return [
        f'<{here.update_query(offset=offset, limit=selection.limit)}>; rel="{relation}"'
        for relation, offset in wanted.items()
        if offset is not None and offset < found
    ]
