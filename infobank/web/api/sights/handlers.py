"""Who sees what, what a withdrawal would stop, why something was decided, and how many."""

from aiohttp import web

from infobank.usecases.consent.ask import Sight
from infobank.usecases.decisions.cohort import Wanted
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.outputmode import OutputMode
from infobank.web.api.bodies import query
from infobank.web.api.consents import consent_in
from infobank.web.api.log import entry_number
from infobank.web.api.records import wish_in, wished_by
from infobank.web.api.schemas import read
from infobank.web.api.sights.documents import (
    CohortDocument,
    CohortQuery,
    CoveringQuery,
    ReplayDocument,
    SightsDocument,
    StopsDocument,
)
from infobank.web.state import BANK, PRINCIPAL


async def covering(request: web.Request) -> web.Response:
    """Tell who may see a category or a field, now, or could see it on a day."""
    wanted = read(CoveringQuery(), query(request))
    ask, resident = request.app[BANK].ask, request[PRINCIPAL].resident
    what = (wanted["category"], wanted["field"])
    if wanted["on"] is None:
        found = await ask.covering(resident, *what)
    else:
        found = await ask.covering_on(resident, *what, wanted["on"])
    return web.json_response(SightsDocument().dump({"sights": [_sight(each) for each in found]}))


async def stops(request: web.Request) -> web.Response:
    """Tell what would be seen no more if a consent were withdrawn now."""
    resident = request[PRINCIPAL].resident
    found = await request.app[BANK].ask.stops(resident, consent_in(request))
    documents = [{**_sight(each.sight), "kept": each.kept} for each in found]
    return web.json_response(StopsDocument().dump({"stops": documents}))


async def replay(request: web.Request) -> web.Response:
    """Decide again what an entry of the resident's history says was decided."""
    index = entry_number(request.match_info["index"])
    found = await request.app[BANK].replay(request[PRINCIPAL].resident, index)
    again = found.again
    document = {
        "at": found.at,
        "permitted": found.permitted,
        "reasons": found.recorded,
        "again": again.reasons,
        "same": found.same,
        "policies": again.policy_digest.hex(),
        "consent": again.consent_id,
        "version": again.consent_version,
    }
    return web.json_response(ReplayDocument().dump(document))


async def cohort(request: web.Request) -> web.Response:
    """Tell a steward how many residents would give a provider what it asks for."""
    asked = wished_by(request, CohortQuery())
    item, mode = wish_in(asked).item(None), OutputMode(asked["mode"])
    wanted = Wanted(ProviderId(asked["provider"]), asked["purpose"], item, mode)
    staff = request[PRINCIPAL].signed_in.account.account_id
    counted = await request.app[BANK].count_cohort(wanted, staff)
    document = {"residents": counted.number, "more": counted.more}
    return web.json_response(CohortDocument().dump(document))


def _sight(sight: Sight) -> dict[str, object]:
    consent, provider, item = sight.consent, sight.provider, sight.item
    return {
        "consent": consent.consent_id,
        "version": consent.version,
        "provider": provider.provider_id,
        "provider_name": {"ja": provider.name.ja, "en": provider.name.en},
        "purpose": consent.terms.purpose,
        "mode": consent.terms.mode.value,
        "item": {
            "category": item.category,
            "fields_": item.fields,
            "period": {"from_": item.period.first, "to": item.period.last},
            "precision": item.precision.steps,
        },
        "since": sight.since,
        "reasons": sight.reasons,
    }
