"""A sandbox: a provider's second self, to whom made-up residents always say yes.

It calls the same addresses, and is judged by the same rules, as the provider will be.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid5

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accounts.account import Account
from infobank.accounts.provider import LONGEST_NAME, SANDBOX, Provider
from infobank.clock import Clock, day_in
from infobank.db import accounts
from infobank.db.consenting import provided, requests
from infobank.db.consenting.requests import WaitingRequest
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import ConflictError, InvalidInputError
from infobank.oauth.authorization_details import RequestedAccess
from infobank.oauth.authorize import Reference
from infobank.oauth.checks import check_authorize
from infobank.oauth.client import MOST_KEYS, check_jwks, provider_of
from infobank.oauth.errors import InvalidRequestUriError
from infobank.oauth.token import secret_hash
from infobank.usecases.accesslog.record import Record
from infobank.usecases.genuine import Genuine
from infobank.usecases.oauth.authorize import Authorize
from infobank.usecases.oauth.clients import to_client
from infobank.usecases.provider.keys import keys_of, read_jwk
from infobank.usecases.provider.made_up import made_up
from infobank.usecases.vault.deposit import Deposit
from infobank.usecases.vault.enrol import Enrol
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ProviderId, ResidentId
from infobank.vocabulary.period import Period
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.language import Text

CALLBACK: Final = "http://127.0.0.1/callback"
"""Where the answers of a sandbox lead: a program takes the code from the redirect itself."""

SOURCE: Final = "sandbox"
"""The source of every made-up record, as the log names it."""

OPEN_FOR: Final = timedelta(days=365)
MOST_CONSENTS: Final = 100
"""Consents of a sandbox that are in force at once: each of them has a resident of its own."""


@dataclass(frozen=True)
class Sandbox:
    """Open a sandbox for a provider, and answer its requests as a made-up resident would.

    INVARIANT: a key of a sandbox is registered on the provider's word alone, since nobody real
    is ever before a request of it: `Authorize.open` sees to that.
    """

    units: Units
    record: Record
    genuine: Genuine
    clock: Clock
    entropy: Entropy
    policies: Policies
    enrol: Enrol
    deposit: Deposit
    authorize: Authorize
    zone: str

    async def of(self, provider: ProviderId) -> Provider | None:
        """Return a provider's sandbox, None where it has none yet."""
        async with self.units() as unit:
            return await accounts.provider_of(unit, sandbox_of(provider))

    async def register_key(self, provider: Provider, jwk: str, by: Account) -> Provider:
        """Let a key speak for a provider's sandbox, which is made when there is none.

        The oldest key goes when there are too many; the same key again changes nothing.

        Raises:
            PrivateKeyError: a private key was sent.
            InvalidInputError: it is no key in JWK form.
            OAuthError: the key cannot be accepted; the message says why.
        """
        now, key = self.clock.now(), dict(read_jwk(jwk))
        key.setdefault("kid", f"sandbox-{now:%Y%m%dT%H%M%S}")
        async with self.units() as unit:
            held = await self.genuine.client(
                await accounts.locked_provider(unit, sandbox_of(provider.provider_id))
            )
            kept = [each for each in (keys_of(held) if held else []) if each["kid"] != key["kid"]]
            jwks = check_jwks(json.dumps({"keys": [*kept, key][-MOST_KEYS:]}))
            if held is not None and held.jwks == jwks:
                return held
            drawn = replace(held, jwks=jwks) if held else _second_self(provider, jwks, now)
            made = await self.genuine.register(drawn)
            await (accounts.keep_provider if held else accounts.add_provider)(unit, made)
            kind = EntryKind.STAFF_ACT if held else EntryKind.PROVIDER_REGISTERED
            await self.record(unit, _entry(kind, made, provider, by, now))
            await unit.commit()
        return made

    async def answer(self, reference: Reference) -> str | None:
        """Say yes to a sandbox's request; return where to send the program, None for any other.

        Raises:
            InvalidRequestUriError: the request is unknown, another's, too old, or was answered.
            ConflictError: the sandbox has too many consents; withdraw some, or wait.
        """
        found = await self._asked(reference)
        if found is None:
            return None
        waiting, now = found, self.clock.now()
        resident = await self._resident(waiting.access, now)
        request = await self.authorize.open(reference, resident)
        items = waiting.access.items
        special = {each.category for each in items}
        explicit = frozenset(code for code in special if self.policies.category(code).special_care)
        return await self.authorize.agree(resident, request, items, GivenBy.SELF, explicit)

    async def _asked(self, reference: Reference) -> WaitingRequest | None:
        """Return a sandbox's request that can be answered; nothing is made up before that."""
        now, named = self.clock.now(), provider_of(reference.client_id)
        async with self.units() as unit:
            provider = await accounts.provider_of(unit, named) if named else None
            if provider is None or provider.kind != SANDBOX:
                return None
            waiting = await requests.by_uri(unit, secret_hash(reference.request_uri))
            stored = waiting.stored if waiting else None
            check_authorize(reference, to_client(provider), stored, now)
            if waiting is None or waiting.resident is not None:
                raise InvalidRequestUriError("the request is unknown or no longer open")
            await self._check_room(unit, provider.provider_id, now)
        return waiting

    async def _check_room(self, unit: Unit, sandbox: ProviderId, now: datetime) -> None:
        held = await provided.held(unit, [sandbox], now, MOST_CONSENTS)
        if held[sandbox].live.number >= MOST_CONSENTS:
            raise ConflictError("the sandbox has too many consents in force")

    async def _resident(self, access: RequestedAccess, now: datetime) -> ResidentId:
        """Make up a resident with records of what is asked for: never one who was there before."""
        name = str(new_uuid(self.entropy))
        homes = await self.enrol(SOURCE, [name], create=True, synthetic=True)
        resident, today = homes[name], day_in(self.zone, now)
        periods: dict[str, Period] = {}
        for item in access.items:
            periods[item.category] = item.period
        for code, period in periods.items():
            category = self.policies.category(code)
            records = made_up(category, period, today, self.policies.places)
            if records:
                await self.deposit(category, SOURCE, {resident: records})
        return resident


def sandbox_of(provider: ProviderId) -> ProviderId:
    """Return the identifier of a provider's sandbox: it follows from the provider's own."""
    return ProviderId(uuid5(provider, SANDBOX))


def _second_self(provider: Provider, jwks: dict[str, object], now: datetime) -> Provider:
    if provider.kind == SANDBOX:
        raise InvalidInputError("a sandbox has none of its own", field="provider")
    ja, en = " 試験用", " (sandbox)"
    return Provider(
        provider_id=sandbox_of(provider.provider_id),
        kind=SANDBOX,
        name=Text(_within(provider.name.ja, ja), _within(provider.name.en, en)),
        jwks=jwks,
        redirect_uris=(CALLBACK,),
        active=True,
        vetted_until=now + OPEN_FOR,
        registered_at=now,
        country=provider.country,
    )


def _within(name: str, ending: str) -> str:
    return name[: LONGEST_NAME - len(ending)] + ending


def _entry(
    kind: EntryKind, made: Provider, provider: Provider, by: Account, now: datetime
) -> Entry:
    shown = {
        "what": "sandbox_key",
        "role": by.role.value,
        "staff": str(by.account_id),
        "provider": str(made.provider_id),
        "kind_of_provider": SANDBOX,
        "of": str(provider.provider_id),
    }
    return Entry(kind, now, None, shown, {})
