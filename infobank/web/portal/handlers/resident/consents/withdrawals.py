"""End many consents at once: of a recipient, a purpose, a kind of data, some, or all."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web

from infobank.accounts.provider import Provider
from infobank.consent.consent import Consent, ConsentState
from infobank.consent.ending.withdrawal import Scope
from infobank.errors import InvalidInputError, NotFoundError
from infobank.vocabulary.identifiers import ConsentId, ProviderId
from infobank.vocabulary.text.language import Text
from infobank.web.forms import read_pairs
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import PAGES, see_other, show, terms_writer
from infobank.web.portal.handlers.resident.consents.withdrawing import chosen_afterwards
from infobank.web.portal.views.resident.consents import Meant, WithdrawalsPage
from infobank.web.portal.wording.consents.cards import CardWriter
from infobank.web.state import BANK, PRINCIPAL

Pairs = Sequence[tuple[str, str]]
Held = list[tuple[Consent, Provider]]

_IN_FORCE = frozenset({ConsentState.LIVE, ConsentState.WAITING})
_NAMES = frozenset({"provider", "purpose", "category", "field", "everything", "consent"})


class Wanted(NamedTuple):
    """What is to end: whatever fits a scope, or the consents that are named."""

    scope: Scope
    named: frozenset[ConsentId]
    pairs: Pairs

    def means(self, consent: Consent) -> bool:
        """Tell whether a consent is meant, whole or in part."""
        named = not self.named or consent.consent_id in self.named
        return named and self.scope.means(consent)


async def ask(request: web.Request) -> web.Response:
    """Ask what is to end; once it is named, say what would, before the one button."""
    wanted = _wanted(list(request.query.items()))
    if wanted is None:
        return await show(request, "withdraw_many", await _choices(request))
    return await _confirm(request, wanted)


async def withdraw(request: web.Request) -> web.Response:
    """Withdraw all that is meant, or nothing; when the answer arrives, nothing more leaves."""
    pairs = await read_pairs(request)
    wanted, afterwards = _wanted(pairs), chosen_afterwards(dict(pairs))
    if wanted is None:
        return see_other(address("withdraw_many"))
    if afterwards is None:
        return await _confirm(request, wanted, fault=True)
    bank, principal = request.app[BANK].withdraw, request[PRINCIPAL]
    who = (principal.resident, principal.by, afterwards)
    if wanted.named:
        await bank.several(who[0], wanted.named, *who[1:])
    else:
        await bank.all_of(who[0], wanted.scope, *who[1:])
    return see_other(f"{address('consents')}?{urlencode({'withdrawn': 1})}")


async def _in_force(request: web.Request) -> Held:
    bank = request.app[BANK]
    now = bank.clock.now()
    found = await bank.review.of_resident(request[PRINCIPAL].resident)
    return [each for each in found if each[0].state(now) in _IN_FORCE]


async def _choices(request: web.Request) -> WithdrawalsPage:
    """Return what can be meant, each with how many consents it would end."""
    held, policies = await _in_force(request), request.app[BANK].policies
    names = {str(provider.provider_id): provider.name for _, provider in held}
    recipients = Counter(str(provider.provider_id) for _, provider in held)
    purposes = Counter(consent.terms.purpose for consent, _ in held)
    categories = Counter(code for consent, _ in held for code in consent.terms.categories)
    return WithdrawalsPage(
        recipients=_meant("provider", recipients, names),
        purposes=_meant(
            "purpose", purposes, {code: policies.purpose(code).label for code in purposes}
        ),
        categories=_meant(
            "category", categories, {code: policies.category(code).label for code in categories}
        ),
        everything=len(held),
    )


def _meant(name: str, counts: Mapping[str, int], labels: Mapping[str, Text]) -> tuple[Meant, ...]:
    place = address("withdraw_many")
    return tuple(
        Meant(f"{place}?{urlencode({name: code})}", labels[code], count)
        for code, count in counts.items()
    )


async def _confirm(request: web.Request, wanted: Wanted, *, fault: bool = False) -> web.Response:
    held = [each for each in await _in_force(request) if wanted.means(each[0])]
    if not held:
        return see_other(address("withdraw_many"))
    writer = CardWriter(terms_writer(request))
    view = WithdrawalsPage(
        scope=tuple(wanted.pairs),
        what=_what(request, wanted.scope, held),
        cards=tuple(writer.card(*each) for each in held),
        some=wanted.scope.category is not None,
        ending=writer.ending(fault=fault),
    )
    return await show(request, "withdraw_many", view, status=422 if fault else 200)


def _what(request: web.Request, scope: Scope, held: Held) -> Text | None:
    """Return what a scope means in words; None where consents are named one by one."""
    policies, words = request.app[BANK].policies, request.app[PAGES].words
    if scope.provider is not None:
        return held[0][1].name
    if scope.purpose is not None:
        return policies.purpose(scope.purpose).label
    if scope.category is None:
        return None
    category = policies.category(scope.category)
    fields = [category.field(name).label for name in scope.fields]
    return (
        words("withdrawals.field", category=category.label, field=fields[0])
        if fields
        else category.label
    )


def _wanted(pairs: Pairs) -> Wanted | None:
    """Return what is named; None where nothing is.

    Raises:
        InvalidInputError: it names fields without their category.
        NotFoundError: a name is none that the bank gives.
    """
    known = [(name, value) for name, value in pairs if name in _NAMES and value]
    if not known:
        return None
    named, one = [value for name, value in known if name == "consent"], dict(reversed(known))
    try:
        consents = frozenset(ConsentId(UUID(value)) for value in named)
        provider = ProviderId(UUID(one["provider"])) if "provider" in one else None
    except ValueError:
        raise NotFoundError("there is no such consent or provider") from None
    fields = frozenset({one["field"]} if "field" in one else ())
    if fields and "category" not in one:
        raise InvalidInputError("name the category of the field", field="category")
    scope = Scope(None, provider, one.get("purpose"), one.get("category"), fields)
    return Wanted(scope, consents, known)
