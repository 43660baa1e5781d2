"""Stewards certify providers, register households, and ask and approve what takes two of them."""

import json
from datetime import date, datetime

from aiohttp import web

from infobank.accounts.account import Account
from infobank.accounts.approval import Approval
from infobank.accounts.provider import Provider
from infobank.accounts.proxy import Scope
from infobank.clock import day_ends
from infobank.usecases.accounts.grant_proxy import Standing
from infobank.usecases.accounts.stewardship import Stewardship
from infobank.vocabulary.identifiers import ProviderId
from infobank.web.api.bodies import json_body
from infobank.web.api.people import documents
from infobank.web.api.schemas import read
from infobank.web.named import named
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS


async def certify(request: web.Request) -> web.Response:
    """Keep a certificate that a provider showed."""
    document = read(documents.CertificateDocument(), await json_body(request))
    provider = await _stewardship(request).certify(
        _provider(request),
        document["kind"],
        _after(request, document["until"]),
        document["reference"],
        _steward(request),
    )
    return _certificates(provider)


async def revoke_certificate(request: web.Request) -> web.Response:
    """Let a certificate count no more."""
    kind, steward = request.match_info["certificate"], _steward(request)
    return _certificates(
        await _stewardship(request).certify.revoke(_provider(request), kind, steward)
    )


async def renew_vetting(request: web.Request) -> web.Response:
    """Vet a provider anew."""
    steward = _steward(request)
    return _certificates(await _stewardship(request).certify.renew(_provider(request), steward))


async def ask_keys(request: web.Request) -> web.Response:
    """Ask that a provider have other keys."""
    document = read(documents.KeysDocument(), await json_body(request))
    jwks = json.dumps(document["jwks"])
    return _asked(
        await _stewardship(request).replace_keys(_provider(request), jwks, _steward(request))
    )


async def ask_proxy(request: web.Request) -> web.Response:
    """Ask that somebody may act for a resident."""
    document = read(documents.AskProxyDocument(), await json_body(request))
    standing = Standing(
        scopes=frozenset(map(Scope, document["scopes"])),
        valid_until=_after(request, document["until"]),
        label=document["label"],
        born=document["born"],
    )
    return _asked(
        await _stewardship(request).grant_proxy(
            document["resident"], document["guardian"], standing, _steward(request)
        )
    )


async def ask_recovery(request: web.Request) -> web.Response:
    """Ask that a resident who lost every way in come back."""
    document = read(documents.RecoveryDocument(), await json_body(request))
    approval, half = await _stewardship(request).recover(document["handle"], _steward(request))
    values = {**documents.approval_values(approval), "code": half}
    return web.json_response(documents.AskedRecoveryDocument().dump(values), status=201)


async def approvals(request: web.Request) -> web.Response:
    """List what waits for a second steward."""
    found = await _stewardship(request).approvals.waiting()
    values = [documents.approval_values(each) for each in found]
    return web.json_response(documents.ApprovalsDocument().dump({"approvals": values}))


async def decide(request: web.Request) -> web.Response:
    """Do what another steward asked for, or refuse it; a provider's wish waits for one more."""
    document = read(documents.SecondWordDocument(), await json_body(request))
    waiting, steward = _stewardship(request).approvals, _steward(request)
    decide = waiting.approve if document["approve"] else waiting.refuse
    decided = await decide(named(request, "approval"), steward)
    done = document["approve"] and decided.asked_by != steward.account_id
    values = {**documents.approval_values(decided), "done": done, "told": decided.told}
    return web.json_response(documents.DecidedDocument().dump(values))


async def register_household(request: web.Request) -> web.Response:
    """Register who lives together."""
    document = read(documents.HouseholdDocument(), await json_body(request))
    household = await request.app[BANK].households.register(
        document["adults"], document["minors"], _steward(request)
    )
    registered = documents.RegisteredHouseholdDocument().dump({"household": household})
    return web.json_response(registered, status=201)


async def leave_out(request: web.Request) -> web.Response:
    """Ask for a member's agreement no more, without telling anybody."""
    document = read(documents.LeaveOutDocument(), await json_body(request))
    await request.app[BANK].households.leave_out(
        named(request, "household"), document["handle"], document["reason"], _steward(request)
    )
    return web.Response(status=204)


def _stewardship(request: web.Request) -> Stewardship:
    return request.app[BANK].stewardship


def _steward(request: web.Request) -> Account:
    return request[PRINCIPAL].signed_in.account


def _provider(request: web.Request) -> ProviderId:
    return ProviderId(named(request, "provider"))


def _after(request: web.Request, last: date) -> datetime:
    return day_ends(request.app[SURROUNDINGS].zone, last)


def _asked(approval: Approval) -> web.Response:
    asked = documents.ApprovalDocument().dump(documents.approval_values(approval))
    return web.json_response(asked, status=201)


def _certificates(provider: Provider) -> web.Response:
    return web.json_response(
        documents.CertificatesDocument().dump(
            {
                "provider": provider.provider_id,
                "vetted_until": provider.vetted_until,
                "certificates": provider.certificates,
            }
        )
    )
