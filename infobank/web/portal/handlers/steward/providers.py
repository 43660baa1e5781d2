"""Vet providers: register them, keep what they show, and see what the board decided."""

from collections.abc import Mapping
from uuid import UUID

from aiohttp import web

from infobank.accounts.account import Account
from infobank.accounts.provider import HOME, OWN_CLASSES, Provider
from infobank.clock import day_ends
from infobank.errors import ConflictError, InfobankError, InvalidInputError, NotFoundError
from infobank.oauth.errors import InvalidClientMetadataError, InvalidRedirectUriError, OAuthError
from infobank.usecases.accounts.register_provider import SERVICE
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.text.language import Text
from infobank.web.forms import read_fields
from infobank.web.named import named
from infobank.web.portal import typed
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import PAGES, see_other, show, terms_writer
from infobank.web.portal.views.filled import FilledForm
from infobank.web.portal.views.steward.providers import (
    CERTIFICATE_FIELDS,
    REGISTER_FIELDS,
    REVOKE_FIELDS,
    BoardPage,
    ProvidersPage,
    RegisterPage,
)
from infobank.web.portal.wording.steward.vetting import VettingWriter
from infobank.web.state import BANK, PRINCIPAL

DONE = frozenset({"registered", "renewed", "issued", "revoked", "keys_asked", "asked_before"})
"""What an address may say was done just now."""

_REFUSED = (InvalidInputError, InvalidRedirectUriError, InvalidClientMetadataError)


async def providers(request: web.Request) -> web.Response:
    """List the providers, the newest first."""
    bank, writer, listed = request.app[BANK], _writer(request), await _listed(request)
    held = await bank.review.counted((each.provider_id for each in listed), writer.terms.now)
    lines = (
        writer.line(each, decided=_decided(request, each), live=held[each.provider_id].live)
        for each in listed
    )
    return await show(request, "providers", ProvidersPage(tuple(lines)))


async def ask_new(request: web.Request) -> web.Response:
    """Show the form for a new provider."""
    return await _form(request, FilledForm({"kind": SERVICE, "country": HOME}), 200)


async def register(request: web.Request) -> web.Response:
    """Register a provider; a form that is refused comes back as it was typed."""
    said = await _typed(request, REGISTER_FIELDS)
    try:
        made = await request.app[BANK].register_provider(
            Text(said["name_ja"], said["name_en"]),
            [said["redirect_uri"]],
            said["jwks"],
            kind=said["kind"],
            country=said["country"].upper(),
        )
    except _REFUSED as error:
        return await _form(request, FilledForm(said, _faults(request, error)), 422)
    return _see(made.provider_id, "registered")


async def one(request: web.Request) -> web.Response:
    """Show one provider."""
    return await _page(request, FilledForm(), 200)


async def certify(request: web.Request) -> web.Response:
    """Issue or renew a certificate, or take one away, for a stated reason."""
    form = await read_fields(request)
    revoking = form.get("act") == "revoke"
    said = await _typed(request, REVOKE_FIELDS if revoking else CERTIFICATE_FIELDS)
    try:
        await (_revoke(request, said) if revoking else _issue(request, said))
    except InvalidInputError as error:
        return await _page(request, FilledForm(said, _faults(request, error)), 422)
    except NotFoundError:
        # Taken away in another window, or the provider never was: the next page tells.
        return _see(_provider(request), "")
    return _see(_provider(request), "revoked" if revoking else "issued")


async def renew(request: web.Request) -> web.Response:
    """Vet a provider anew: the new term follows the one that ends."""
    try:
        await request.app[BANK].stewardship.certify.renew(_provider(request), _steward(request))
    except (
        ConflictError
    ):  # pressed twice, or long before the end: the page says until when it holds
        return _see(_provider(request), "")
    return _see(_provider(request), "renewed")


async def new_keys(request: web.Request) -> web.Response:
    """Ask that a provider have other keys; another steward has to approve."""
    said = await _typed(request, ("jwks",))
    replace = request.app[BANK].stewardship.replace_keys
    try:
        await replace(_provider(request), said["jwks"], _steward(request))
    except ConflictError:  # pressed twice: it waits already
        return _see(_provider(request), "asked_before")
    except OAuthError as error:
        return await _page(request, FilledForm(said, _faults(request, error)), 422)
    return _see(_provider(request), "keys_asked")


async def board(request: web.Request) -> web.Response:
    """List the board's decisions, and the providers on whom it decided nothing."""
    writer, listed = _writer(request), await _listed(request)
    names = {str(each.provider_id): each.name for each in listed}
    decided = await request.app[BANK].stewardship.vetting.board()
    without = (each for each in listed if not _decided(request, each))
    view = BoardPage(
        tuple(writer.decision(each, names) for each in decided),
        tuple(writer.line(each, decided=False) for each in without),
    )
    return await show(request, "board", view)


async def _listed(request: web.Request) -> list[Provider]:
    """Return the providers that are vetted, the newest first."""
    found = await request.app[BANK].register_provider.all()
    return [each for each in reversed(found) if each.kind not in OWN_CLASSES]


async def _page(request: web.Request, form: FilledForm, status: int) -> web.Response:
    vetted = await request.app[BANK].stewardship.vetting(_provider(request))
    writer, done = _writer(request), request.query.get("done", "")
    line = writer.line(vetted.provider, decided=bool(vetted.decisions))
    view = writer.page(vetted, line, form, done if done in DONE else "")
    return await show(request, "provider_one", view, status=status)


async def _form(request: web.Request, form: FilledForm, status: int) -> web.Response:
    view = RegisterPage(form, _writer(request).classes())
    return await show(request, "provider_register", view, status=status)


async def _issue(request: web.Request, said: Mapping[str, str]) -> Provider:
    until = day_ends(terms_writer(request).zone, typed.day(said["until"], "until"))
    return await request.app[BANK].stewardship.certify(
        _provider(request), said["kind"], until, said["reference"], _steward(request)
    )


async def _revoke(request: web.Request, said: Mapping[str, str]) -> Provider:
    certify = request.app[BANK].stewardship.certify
    return await certify.revoke(
        _provider(request), said["revoked"], _steward(request), said["reason"]
    )


async def _typed(request: web.Request, names: tuple[str, ...]) -> Mapping[str, str]:
    form = await read_fields(request)
    return {name: typed.plain(form.get(name, "")) for name in names}


def _faults(request: web.Request, error: InfobankError) -> Mapping[str, Text]:
    """Return what is wrong with which field, in the reader's language."""
    words = request.app[PAGES].words
    if isinstance(error, InvalidRedirectUriError):
        return {"redirect_uri": words("register.fault_redirect_uri")}
    if isinstance(error, InvalidInputError):
        known = {
            "name_ja": words("register.fault_name"),
            "name_en": words("register.fault_name"),
            "kind": words("register.fault_kind"),
            "country": words("register.fault_country"),
            "until": words("vetting.fault_until"),
            "reference": words("vetting.fault_reference"),
            "reason": words("vetting.fault_reason"),
        }
        return {error.field: known.get(error.field, words("register.fault_kind"))}
    return {"jwks": words("register.fault_jwks", why=error.message)}


def _writer(request: web.Request) -> VettingWriter:
    return VettingWriter(terms_writer(request))


def _decided(request: web.Request, provider: Provider) -> bool:
    return bool(request.app[BANK].stewardship.vetting.decisions_on(provider))


def _see(provider: UUID, done: str) -> web.Response:
    query = f"?done={done}" if done else ""
    return see_other(f"{address('provider_one', provider=provider)}{query}")


def _provider(request: web.Request) -> ProviderId:
    return ProviderId(named(request, "provider"))


def _steward(request: web.Request) -> Account:
    return request[PRINCIPAL].signed_in.account
