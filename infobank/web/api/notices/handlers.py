"""Withdraw; and let recipients, residents and stewards do their part about notices."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from infobank.consent.ending.notice import Afterwards, Followed
from infobank.consent.ending.withdrawal import Scope
from infobank.errors import InvalidInputError
from infobank.oauth.client import Client
from infobank.oauth.events.delivery import error_code
from infobank.oauth.events.statement import CONTENT_TYPE
from infobank.usecases.notices.poll import MOST_EVENTS
from infobank.vocabulary.identifiers import ConsentId, NoticeId, ProviderId
from infobank.web.api.bodies import json_body
from infobank.web.api.consents import consent_document, consent_in
from infobank.web.api.notices import documents
from infobank.web.api.schemas import read
from infobank.web.named import named
from infobank.web.oauth.asserted import by_assertion
from infobank.web.state import BANK, PRINCIPAL


async def withdraw(request: web.Request) -> web.Response:
    """Withdraw whatever is named; when this answers, nothing more is released under it."""
    document = read(documents.WithdrawalDocument(), await json_body(request))
    bank, principal = request.app[BANK], request[PRINCIPAL]
    changed = await bank.withdraw.all_of(
        principal.resident, _scope(document), principal.by, Afterwards(document["afterwards"])
    )
    now = bank.clock.now()
    known = {each.provider_id: each for each in await bank.register_provider.all()}
    shown = [consent_document(each, known[each.provider], now) for each in changed]
    return web.json_response({"consents": shown})


@by_assertion
async def poll(request: web.Request, client: Client) -> web.Response:
    """Take what a recipient acknowledges, and give it what it has not (RFC 8936)."""
    document = read(documents.PollDocument(), await json_body(request))
    refused = {jti: error_code(said["err"]) for jti, said in document["set_errs"].items()}
    most = document["max_events"]
    polled = await request.app[BANK].notices.poll(
        client, document["ack"], refused, MOST_EVENTS if most is None else most
    )
    return web.json_response(
        documents.PolledDocument().dump({"sets": polled.tokens, "more": polled.more})
    )


@by_assertion
async def state_deletion(request: web.Request, client: Client) -> web.Response:
    """Keep a recipient's signed statement that it deleted what it had."""
    if request.content_type != CONTENT_TYPE:
        raise web.HTTPUnsupportedMediaType
    notice = NoticeId(named(request, "notice"))
    try:
        statement = (await request.read()).decode("ascii")
    except UnicodeDecodeError:
        raise InvalidInputError("statement: must be a compact JWS", field="statement") from None
    stated = await request.app[BANK].notices.state_deletion(client, notice, statement)
    return web.json_response(
        documents.DeletionDocument().dump(
            {"notice": notice, "deleted_at": stated.deleted_at, "stated_at": stated.stated_at}
        )
    )


async def aftermath(request: web.Request) -> web.Response:
    """Show the resident what became of what she withdrew."""
    bank = request.app[BANK]
    found = await bank.notices.follow.aftermath(request[PRINCIPAL].resident, consent_in(request))
    now = bank.clock.now()
    return web.json_response({"notices": [_document(each, now) for each in found]})


async def overdue(request: web.Request) -> web.Response:
    """Show the steward who owes an answer."""
    bank = request.app[BANK]
    now = bank.clock.now()
    found = await bank.notices.follow.overdue()
    return web.json_response({"overdue": [_document(each, now) for each, _ in found]})


async def register_endpoint(request: web.Request) -> web.Response:
    """Register where a provider's notices are pushed to."""
    document = read(documents.EndpointDocument(), await json_body(request))
    provider = ProviderId(named(request, "provider"))
    staff = request[PRINCIPAL].signed_in.account.account_id
    await request.app[BANK].notices.register_endpoint(provider, document["url"] or "", staff)
    return web.Response(status=204)


def _scope(document: Mapping[str, Any]) -> Scope:
    named = document.keys() - {"afterwards", "everything"}
    if bool(named) is ("everything" in document):
        raise InvalidInputError("name what is withdrawn, or say everything", field="everything")
    item = document.get("item", {})
    return Scope(
        consent=ConsentId(document["consent"]) if "consent" in document else None,
        provider=ProviderId(document["provider"]) if "provider" in document else None,
        purpose=document.get("purpose"),
        category=item.get("category"),
        fields=frozenset(item.get("fields_", ())),
    )


def _document(followed: Followed, now: datetime) -> object:
    notice = followed.notice
    return documents.NoticeDocument().dump(
        {
            "notice": notice.notice_id,
            "provider": notice.provider,
            "kind": notice.kind.value,
            "afterwards": notice.afterwards.value,
            "made_at": notice.made_at,
            "deadline": notice.deadline,
            "state": followed.state(now).value,
            "delivered_at": followed.delivered_at,
            "acknowledged_at": followed.acknowledged_at,
            "error": followed.error,
            "deleted_at": followed.deleted_at,
            "stated_at": followed.stated_at,
        }
    )
