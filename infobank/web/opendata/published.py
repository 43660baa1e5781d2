"""What is published now, kept ready in this process.

Published bytes never change, so keeping them can show nothing wrong; only the list of
newest releases is asked for again, once a second.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from infobank.usecases.bank import Bank
from infobank.web.opendata.representation import Representation, represented
from infobank.web.state import BANK


def ngsi_ld_name(release_id: str) -> str:
    """Return the name of the file with a release's entities."""
    return f"{release_id}.ngsi-ld.jsonld"


def dcat_name(release_id: str) -> str:
    """Return the name of the file with a release's catalogue record."""
    return f"{release_id}.dcat.jsonld"


FRESH = timedelta(seconds=1)
"""For how long the list of newest releases is believed."""


@dataclass(frozen=True)
class PublishedEntity:
    """One NGSI-LD entity of a release: its attributes, and the @context it came with."""

    entity_id: str
    type: str
    attributes: Mapping[str, Any]
    context: object
    rendered: dict[Representation, bytes] = field(default_factory=dict, compare=False, repr=False)

    def whole(self, form: Representation) -> bytes:
        """Return the entity in a representation; made once, because it never changes."""
        found = self.rendered.get(form)
        if found is None:
            found = self._rendered(self.attributes, form)
            self.rendered[form] = found
        return found

    def chosen(self, names: frozenset[str], form: Representation) -> bytes:
        """Return the entity with some of its attributes only."""
        chosen = {name: self.attributes[name] for name in self.attributes if name in names}
        return self._rendered(chosen, form)

    def _rendered(self, attributes: Mapping[str, Any], form: Representation) -> bytes:
        document = {"id": self.entity_id, "type": self.type}
        document |= represented(attributes, form.style)
        if form.context_inside:
            document["@context"] = self.context  # type: ignore[assignment]
        return json.dumps(document, ensure_ascii=False).encode()


@dataclass(frozen=True)
class PublishedRelease:
    """The newest version of one month of a statistic: its entities and its DCAT record."""

    release_id: str
    entities: Sequence[PublishedEntity]
    record: Mapping[str, Any]


@dataclass
class Published:
    """Every newest release, by name, newest month first."""

    releases: Mapping[str, PublishedRelease] = field(default_factory=dict)
    entities: Mapping[str, PublishedEntity] = field(default_factory=dict)
    asked_at: datetime | None = None
    asking: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    async def refresh(self, bank: Bank) -> None:
        """Learn of releases that came since; what was published is not read twice.

        Raises:
            UnavailableError: the database is away.
        """
        if self._fresh(bank.clock.now()):
            return
        async with self.asking:  # one request asks, the others wait for what it learns
            now = bank.clock.now()
            if not self._fresh(now):
                await self._ask(bank)
                self.asked_at = now

    def _fresh(self, now: datetime) -> bool:
        return self.asked_at is not None and abs(now - self.asked_at) < FRESH

    async def _ask(self, bank: Bank) -> None:
        newest = await bank.catalogue.newest()
        if list(newest) != list(self.releases):
            releases = {name: self.releases.get(name) or await _read(bank, name) for name in newest}
            self.entities = {
                entity.entity_id: entity
                for release in releases.values()
                for entity in release.entities
            }
            self.releases = releases


async def _read(bank: Bank, release_id: str) -> PublishedRelease:
    entities = await bank.catalogue.file(release_id, ngsi_ld_name(release_id))
    record = await bank.catalogue.file(release_id, dcat_name(release_id))
    return PublishedRelease(
        release_id=release_id,
        entities=tuple(map(_entity, json.loads(entities.body))),
        record=json.loads(record.body),
    )


def _entity(document: dict[str, Any]) -> PublishedEntity:
    apart = {"id", "type", "@context"}
    return PublishedEntity(
        entity_id=document["id"],
        type=document["type"],
        attributes={name: part for name, part in document.items() if name not in apart},
        context=document["@context"],
    )


PUBLISHED: web.AppKey[Published] = web.AppKey("published", Published)


async def published(request: web.Request) -> Published:
    """Return what is published now.

    Raises:
        UnavailableError: the database is away.
    """
    shown = request.app[PUBLISHED]
    await shown.refresh(request.app[BANK])
    return shown
