"""Prepare the demo: keys, schema, a synthetic city in the vault, and who may sign in.

Every step may be interrupted and run again: what is there already stays as it is.
"""

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from infobank.accounts.account import Role
from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.app.schema import upgrade_schema
from infobank.clock import day_in
from infobank.config import Settings
from infobank.consent.terms import Terms
from infobank.demo.city import SyntheticResident, make_city
from infobank.demo.city.cast import AUDITOR, PROVIDER, RESIDENTS, STEWARD
from infobank.demo.keys import public_keys
from infobank.entropy import SystemEntropy
from infobank.errors import ConfigurationError, ConflictError
from infobank.keystore.making import make_keys
from infobank.keystore.roots.folder import RootFolder
from infobank.usecases.bank import Bank
from infobank.usecases.vault.deposit import EARLIEST
from infobank.vocabulary.identifiers import ProviderId, ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.text.language import Text

SOURCE = "demo_city"
"""The source whose identifiers are the numbers of synthetic residents."""

SEED = 20_261_121
DAYS = 90
CHUNK = 200
"""Residents in one transaction."""

SHARE = 7
"""Of ten residents this many take part in the open statistics, the cast among them."""

Tell = Callable[[str, int, int], None]
"""Show how far a step has come: its name, how much is done, of how much."""


@dataclass(frozen=True)
class Plan:
    """What a demo folder was prepared with; kept in it, so that a second start is the same."""

    last_day: date
    residents: int
    client_id: str
    bank: str
    redirect_uri: str

    def months(self) -> list[Period]:
        """Return the whole months the city has data for, oldest first."""
        first = self.last_day - timedelta(days=DAYS - 1)
        found, month = [], Period.month(first.year, first.month)
        while month.last <= self.last_day:
            if month.first >= first:
                found.append(month)
            following = month.last + timedelta(days=1)
            month = Period.month(following.year, following.month)
        return found


def read_plan(state: Path) -> Plan | None:
    """Return the plan a folder was prepared with, or None when it never was."""
    try:
        kept = json.loads((state / "plan.json").read_text(encoding="utf-8"))
        return Plan(**{**kept, "last_day": date.fromisoformat(kept["last_day"])})
    except FileNotFoundError:
        return None


async def make_ready(settings: Settings, found: Databases, tell: Tell) -> None:
    """Make sure that keys and schema are there, which the key service needs to start."""
    if not RootFolder(settings.root_key).state().live:
        make_keys(settings.root_key, settings.log_key, settings.log_origin, SystemEntropy())
    tell("schema", 0, 1)
    await upgrade_schema(settings, found)
    tell("schema", 1, 1)


async def prepare(
    settings: Settings, found: Databases, residents: int, redirect_uri: str, tell: Tell
) -> Plan:
    """Make sure that the city and its people are there; return the demo's plan.

    Raises:
        ConfigurationError: the folder was prepared for other addresses.
        UnavailableError: the key service is away.
    """
    _check_addresses(read_plan(settings.state), settings.public_url, redirect_uri)
    async with open_bank(settings, found) as bank:
        plan = read_plan(settings.state)
        if plan is None:
            today = day_in(settings.zone, bank.clock.now())
            client_id = await _provider(bank, settings.state, redirect_uri)
            yesterday = today - timedelta(days=1)
            plan = Plan(yesterday, residents, client_id, settings.public_url, redirect_uri)
            known = await _city(bank, plan, tell)
            await _accounts(bank, known, ProviderId(UUID(client_id)))
            _keep_plan(settings.state, plan)
    return plan


async def _provider(bank: Bank, state: Path, redirect_uri: str) -> str:
    name = Text("ウォークコーチ", "WalkCoach")
    found = [each for each in await bank.register_provider.all() if each.name == name]
    if found:
        return str(found[0].provider_id)
    keys = public_keys(state / "keys" / "provider.pem")
    provider = await bank.register_provider(name, [redirect_uri], json.dumps(keys))
    return str(provider.provider_id)


async def _city(bank: Bank, plan: Plan, tell: Tell) -> dict[int, ResidentId]:
    """Bring the synthetic residents in, chunk by chunk; return them by their number."""
    known: dict[int, ResidentId] = {}
    city = make_city(bank.policies, SEED, plan.last_day, plan.residents, DAYS)
    for chunk in _chunks(city):
        numbers = [str(each.number) for each in chunk]
        homes = await bank.enrol(SOURCE, numbers, create=True, synthetic=True)
        found = {each.number: homes[str(each.number)] for each in chunk}
        await _deposit(bank, chunk, found)
        await _take_part(bank, plan, found)
        known |= found
        tell("city", len(known), plan.residents)
    return known


def _chunks(city: Iterator[SyntheticResident]) -> Iterator[list[SyntheticResident]]:
    chunk: list[SyntheticResident] = []
    for each in city:
        chunk.append(each)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


async def _deposit(
    bank: Bank, chunk: Sequence[SyntheticResident], homes: dict[int, ResidentId]
) -> None:
    for category in bank.policies.categories.values():
        records = {
            homes[each.number]: each.records[category.code]
            for each in chunk
            if each.records.get(category.code)
        }
        await bank.deposit(category, SOURCE, records)


async def _take_part(bank: Bank, plan: Plan, homes: dict[int, ResidentId]) -> None:
    """Let seven in ten consent to the open statistics; nobody consents twice."""
    desk = await bank.register_provider.desk()
    willing = [home for number, home in homes.items() if number % 10 < SHARE]
    asked = [home for home in willing if not await bank.review.of_resident(home)]
    now = bank.clock.now()
    until = now + timedelta(days=365)
    first = plan.last_day - timedelta(days=DAYS - 1)
    terms = Terms(
        purpose="open_statistics",
        mode=OutputMode.STATISTICS,
        items=(
            Item("daily_activity", ("steps",), Period(first, until.date())),
            Item("profile", ("birth_year", "sex"), Period(EARLIEST, until.date())),
        ),
        valid_from=now,
        valid_until=until,
        retention_days=0,
    )
    await bank.grant(asked, desk.provider_id, terms)


async def _accounts(bank: Bank, homes: dict[int, ResidentId], provider: ProviderId) -> None:
    for person in RESIDENTS:
        if person.number in homes:
            with contextlib.suppress(ConflictError):  # an earlier start got this far
                await bank.sign_in.open_account(
                    person.handle, Role.RESIDENT, resident=homes[person.number]
                )
    for staff, role in ((STEWARD, Role.STEWARD), (AUDITOR, Role.AUDITOR)):
        with contextlib.suppress(ConflictError):
            await bank.sign_in.open_account(staff.handle, role)
    with contextlib.suppress(ConflictError):
        await bank.sign_in.open_account(PROVIDER.handle, Role.PROVIDER, provider=provider)


def _check_addresses(plan: Plan | None, bank: str, redirect_uri: str) -> None:
    # The provider is registered with its address, and the log is named after the bank's.
    if plan is not None and (plan.bank, plan.redirect_uri) != (bank, redirect_uri):
        raise ConfigurationError(
            f"this demo's data belongs to {plan.bank} and {plan.redirect_uri}; "
            "use the same ports again, or start over with --fresh"
        )


def _keep_plan(state: Path, plan: Plan) -> None:
    document = {**asdict(plan), "last_day": plan.last_day.isoformat()}
    partial = state / "plan.json.partial"
    partial.write_text(json.dumps(document), encoding="utf-8")
    partial.replace(state / "plan.json")
