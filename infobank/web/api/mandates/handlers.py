"""A resident gives, narrows and stops mandates, and is told what they do."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from aiohttp import web

from infobank.clock import day_begins
from infobank.consent.ending.notice import Afterwards
from infobank.consent.errors import UnknownMandateError
from infobank.consent.mandate import Conditions, Mandate
from infobank.usecases.mandates.reach import Reach
from infobank.vocabulary.identifiers import MandateId
from infobank.vocabulary.outputmode import OutputMode
from infobank.web.api.bodies import json_body
from infobank.web.api.mandates import documents
from infobank.web.api.schemas import read
from infobank.web.named import named
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS


async def listing(request: web.Request) -> web.Response:
    """List the resident's mandates, newest first."""
    bank = request.app[BANK]
    found = await bank.mandates.reach.of_resident(request[PRINCIPAL].resident)
    now = bank.clock.now()
    return web.json_response({"mandates": [_document(each, now) for each in found]})


async def give(request: web.Request) -> web.Response:
    """Give a mandate."""
    document = read(documents.GivenMandateDocument(), await json_body(request))
    bank, principal = request.app[BANK], request[PRINCIPAL]
    given = await bank.mandates.give(
        principal.resident, _conditions(document), _end(request, document["until"]), principal.by
    )
    return web.json_response(_document(given, bank.clock.now()), status=201)


async def preview(request: web.Request) -> web.Response:
    """Tell whom conditions would let in today, before they are agreed to."""
    conditions = _conditions(read(documents.ConditionsDocument(), await json_body(request)))
    reach = request.app[BANK].mandates.reach
    return _covers(await reach.preview(request[PRINCIPAL].resident, conditions))


async def covers(request: web.Request) -> web.Response:
    """Tell whom a mandate lets in today."""
    reach = request.app[BANK].mandates.reach
    return _covers(await reach.covers(request[PRINCIPAL].resident, _mandate_in(request)))


async def narrow(request: web.Request) -> web.Response:
    """Let in less; when this answers, nothing outside is released under the mandate."""
    document = read(documents.NarrowMandateDocument(), await json_body(request))
    bank, principal = request.app[BANK], request[PRINCIPAL]

    def wanted(held: Mandate) -> tuple[Conditions, datetime]:
        until = document.get("until")
        ends = held.valid_until if until is None else _end(request, until)
        return _narrower(held.conditions, document), ends

    changed = await bank.mandates.change.narrow(
        principal.resident,
        _mandate_in(request),
        wanted,
        principal.by,
        Afterwards(document["afterwards"]),
    )
    return web.json_response(_document(changed, bank.clock.now()))


async def stop(request: web.Request) -> web.Response:
    """Stop a mandate; when this answers, nothing more is released under it."""
    body = await json_body(request) if request.body_exists else {}
    document = read(documents.StopMandateDocument(), body)
    bank, principal = request.app[BANK], request[PRINCIPAL]
    stopped = await bank.mandates.change.stop(
        principal.resident,
        _mandate_in(request),
        principal.by,
        Afterwards(document["afterwards"]),
    )
    return web.json_response(_document(stopped, bank.clock.now()))


async def told(request: web.Request) -> web.Response:
    """List what the resident was told, newest first."""
    found = await request.app[BANK].mandates.tell.of_resident(request[PRINCIPAL].resident)
    shown = [
        {
            "told": each.told_id,
            "kind": each.kind.value,
            "mandate": each.mandate,
            "provider": each.provider,
            "consent": each.consent,
            "made_at": each.made_at,
            "seen_at": each.seen_at,
        }
        for each in found
    ]
    return web.json_response(documents.AllToldDocument().dump({"told": shown}))


async def seen(request: web.Request) -> web.Response:
    """Note that the resident saw something she was told."""
    told_id = named(request, "told")
    await request.app[BANK].mandates.tell.seen(request[PRINCIPAL].resident, told_id)
    return web.Response(status=204)


def _mandate_in(request: web.Request) -> MandateId:
    return MandateId(named(request, "mandate", UnknownMandateError))


def _conditions(document: Mapping[str, Any]) -> Conditions:
    return Conditions(
        group=document["group"],
        classes=frozenset(document["classes"]),
        categories=frozenset(document["categories"]),
        mode=OutputMode(document["mode"]),
        least_points=document["least_points"],
    )


def _narrower(held: Conditions, document: Mapping[str, Any]) -> Conditions:
    wanted: dict[str, Any] = {
        name: frozenset(document[name]) for name in ("classes", "categories") if name in document
    }
    if "least_points" in document:
        wanted["least_points"] = document["least_points"]
    return replace(held, **wanted)


def _end(request: web.Request, last: date) -> datetime:
    return day_begins(request.app[SURROUNDINGS].zone, last + timedelta(days=1))


def _document(mandate: Mandate, now: datetime) -> object:
    conditions = mandate.conditions
    return documents.MandateDocument().dump(
        {
            "mandate": mandate.mandate_id,
            "version": mandate.version,
            "group": conditions.group,
            "classes": sorted(conditions.classes),
            "categories": sorted(conditions.categories),
            "mode": conditions.mode.value,
            "least_points": conditions.least_points,
            "abroad": False,
            "valid_from": mandate.valid_from,
            "valid_until": mandate.valid_until,
            "given_by": mandate.given_by.value,
            "live": mandate.live(now),
            "stopped_at": mandate.stopped_at,
        }
    )


def _covers(found: Iterable[Reach]) -> web.Response:
    shown = [
        {
            "provider": each.provider.provider_id,
            "provider_name": {"ja": each.provider.name.ja, "en": each.provider.name.en},
            "recipient_class": each.provider.kind,
            "purposes": each.purposes,
        }
        for each in found
    ]
    return web.json_response(documents.CoversDocument().dump({"covers": shown}))
