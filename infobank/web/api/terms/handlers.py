"""A resident narrows a consent, and looks at how it came to say what it says."""

from collections.abc import Sequence
from itertools import pairwise

from aiohttp import web

from infobank.consent.consent import Consent
from infobank.consent.difference import Change, difference
from infobank.consent.ending.notice import Afterwards
from infobank.web.api.bodies import json_body
from infobank.web.api.consents import consent_document, consent_in
from infobank.web.api.schemas import read
from infobank.web.api.terms.documents import ChangeDocument, NarrowDocument
from infobank.web.api.terms.wanted import narrower
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS

NARROW, CHANGE = NarrowDocument(), ChangeDocument()


async def narrow(request: web.Request) -> web.Response:
    """Narrow a consent; when this answers, nothing more is released beyond it."""
    document = read(NARROW, await json_body(request))
    bank, principal, zone = request.app[BANK], request[PRINCIPAL], request.app[SURROUNDINGS].zone
    narrowed = await bank.narrow(
        principal.resident,
        consent_in(request),
        lambda held: narrower(held, document, zone),
        principal.by,
        Afterwards(document["afterwards"]),
    )
    _, provider = await bank.review.one(principal.resident, narrowed.consent_id)
    return web.json_response(consent_document(narrowed, provider, bank.clock.now()))


async def versions(request: web.Request) -> web.Response:
    """Tell every version of a consent, and what each changed."""
    bank, consent_id = request.app[BANK], consent_in(request)
    resident = request[PRINCIPAL].resident
    found = await bank.review.versions(resident, consent_id)
    _, provider = await bank.review.one(resident, consent_id)
    changed = [(), *_changes(found)]
    now = bank.clock.now()
    return web.json_response(
        {
            "versions": [
                {
                    "version": each.version,
                    "changed_at": each.changed.at.isoformat(),
                    "changed_by": each.changed.by.value,
                    "terms": consent_document(each, provider, now),
                    "changes": CHANGE.dump(changes, many=True),
                }
                for each, changes in zip(found, changed, strict=True)
            ]
        }
    )


def _changes(found: Sequence[Consent]) -> list[tuple[Change, ...]]:
    """Return what each version but the first changed."""
    return [difference(before.terms, after.terms) for before, after in pairwise(found)]
