"""A provider's keys and how they change, its connection, and what it has to show."""

from aiohttp import web

from infobank.accounts.approval import Approval
from infobank.accounts.provider import certified_until
from infobank.errors import ConflictError, InvalidInputError, NotFoundError
from infobank.oauth.client import check_jwks
from infobank.oauth.errors import InvalidClientMetadataError
from infobank.usecases.accesslog.search import LogQuestion
from infobank.usecases.provider.keys import PrivateKeyError
from infobank.vocabulary.text.language import Text
from infobank.web.forms import read_fields
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import PAGES, see_other, show, terms_writer
from infobank.web.portal.handlers.provider.own import own_account, own_lines, own_provider
from infobank.web.portal.views.filled import FilledForm
from infobank.web.portal.views.provider.keys import (
    KeyChange,
    ProviderCertificatesPage,
    ProviderKeysPage,
)
from infobank.web.portal.wording.providers import certificate_lines, provider_keys
from infobank.web.state import BANK, SURROUNDINGS

ENDPOINTS = (
    ("issuer", ""),
    ("pushed_authorization_request_endpoint", "/oauth/par"),
    ("authorization_endpoint", "/oauth/authorize"),
    ("token_endpoint", "/oauth/token"),
    ("records", "/api/v1/records"),
    ("answers", "/api/v1/answers"),
    ("notices", "/api/v1/notices"),
)
"""What a client has to know, by the names of RFC 8414 where it has one."""


async def keys(request: web.Request) -> web.Response:
    """Show a provider its keys, what waits, and how to reach the bank."""
    return await _keys(request, FilledForm(), 200)


async def change_keys(request: web.Request) -> web.Response:
    """Ask for one more key, or one key less; a key that is refused is told why."""
    provider, form = await own_provider(request), await read_fields(request)
    desk, by = request.app[BANK].provider_desk.keys, own_account(request)
    typed = form.get("jwk", "").strip()
    try:
        if form.get("remove"):
            await desk.remove(provider, form["remove"], by)
        else:
            await desk.add(provider, typed, by)
    except PrivateKeyError:
        # INVARIANT: a private key is not sent back, not even to who typed it.
        words = request.app[PAGES].words("keys.fault_private")
        return await _keys(request, FilledForm({}, {"jwk": words}), 422)
    except (InvalidInputError, InvalidClientMetadataError) as error:
        return await _keys(request, FilledForm({"jwk": typed}, {"jwk": _why(request, error)}), 422)
    except ConflictError:
        return see_other(f"{address('provider_keys')}?known=1")
    except NotFoundError:  # taken away in another window meanwhile
        return see_other(address("provider_keys"))
    return see_other(f"{address('provider_keys')}?done=1")


async def certificates(request: web.Request) -> web.Response:
    """Show what counts until when, and what happened to it."""
    provider, writer = await own_provider(request), terms_writer(request)
    mine = str(provider.provider_id)
    view = ProviderCertificatesPage(
        provider=writer.recipient(provider),
        lines=certificate_lines(provider, request.app[PAGES].words("certificates.vetting"), writer),
        history=await own_lines(request, LogQuestion({"kind": "staff_act", "provider": mine})),
    )
    return await show(request, "provider_certificates", view)


async def _keys(request: web.Request, form: FilledForm, status: int) -> web.Response:
    bank, provider, writer = request.app[BANK], await own_provider(request), terms_writer(request)
    desk, public_url = bank.provider_desk.keys, request.app[SURROUNDINGS].public_url
    until = certified_until(provider, bank.policies.recipients.get(provider.kind))
    view = ProviderKeysPage(
        client=str(provider.provider_id),
        keys=provider_keys(provider),
        since=await desk.changed_at(provider),
        until=writer.last_day(until) if until else None,
        waiting=tuple(_change(each) for each in await desk.waiting(provider.provider_id)),
        redirects=provider.redirect_uris,
        endpoints=tuple((name, public_url + path) for name, path in ENDPOINTS),
        form=form,
        done="done" in request.query,
        known="known" in request.query,
    )
    return await show(request, "provider_keys", view, status=status)


def _change(approval: Approval) -> KeyChange:
    entries = check_jwks(approval.document["jwks"])["keys"]
    found = entries if isinstance(entries, list) else []
    return KeyChange(
        tuple(str(entry["kid"]) for entry in found), approval.asked_at, approval.lapses_at
    )


def _why(request: web.Request, error: InvalidInputError | InvalidClientMetadataError) -> Text:
    return request.app[PAGES].words("keys.fault_jwk", why=error.message)
