"""One month published: who counts, what is spent, what is logged, and where it runs."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from bank_processes import infobank
from running_bank import BankServer, keys_at

from infobank.accesslog.commitment import check_shown
from infobank.accesslog.leaf import Leaf
from infobank.app.installation import Databases
from infobank.app.parts import Parts
from infobank.app.processes import open_publisher
from infobank.clock import ShiftedClock
from infobank.consent.consent import Consent
from infobank.consent.terms import Terms
from infobank.demo.city import make_city
from infobank.errors import ConflictError
from infobank.publication.errors import BudgetExceededError
from infobank.publication.release import Release
from infobank.publication.statistic import Statistic
from infobank.usecases.consent.disclose import LEASE
from infobank.usecases.publication.gather import items_of
from infobank.usecases.publication.publish import Draw, Publish
from infobank.usecases.vault.deposit import EARLIEST
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period

SOURCE = "publication_test"
WITH_CONSENT, WITHOUT = 30, 10
YEAR_LATER = timedelta(days=366)
PERMITTED = "SELECT count(*) FROM log_pending WHERE resident_id IS NOT NULL"


@dataclass
class Recorder:
    """A draw without noise that keeps what it was asked to draw for."""

    asked: list[tuple[list[int], int, Fraction]] = field(default_factory=list)

    def __call__(self, values: Sequence[int], sensitivity: int, epsilon: Fraction) -> list[int]:
        """Keep the figures before noise, and return them as they are."""
        self.asked.append((list(values), sensitivity, epsilon))
        return list(values)

    @property
    def people(self) -> int:
        """How many residents were counted."""
        return sum(self.asked[0][0])

    @property
    def sums(self) -> int:
        """The sum of the centred means, in hundreds of steps."""
        return sum(self.asked[1][0])


@dataclass(frozen=True)
class Town:
    """A bank with residents of whom some take part in the statistics."""

    server: BankServer
    taking_part: tuple[ResidentId, ...]
    others: tuple[ResidentId, ...]
    consents: tuple[Consent, ...]
    month: Period

    def publish(self, draw: Draw, later: timedelta = timedelta(0)) -> Release:
        """Publish the month as the publisher's process does."""
        return self.server.run(publish_once(self, draw, later))

    def entries(self) -> list[dict[str, object]]:
        """Return the shown fields of every entry that waits, in the order of each writer."""
        rows = self.server.rows(
            "SELECT leaf, shown, writer_seq, writer_id FROM log_pending ORDER BY 4, 3"
        )
        return [
            {
                each.name: each.value
                for each in check_shown(row["shown"], Leaf.parse(row["leaf"])).openings
            }
            for row in rows
        ]

    def statistic(self) -> Statistic:
        """Return the statistic's definition."""

        async def work() -> Statistic:
            async with publisher(self.server, Recorder()) as (parts, _):
                return parts.statistics["monthly_steps"]

        return self.server.run(work())


@asynccontextmanager
async def publisher(
    server: BankServer, draw: Draw, later: timedelta = timedelta(0)
) -> AsyncIterator[tuple[Parts, Publish]]:
    """Open the publisher at a time of its own."""
    clock = ShiftedClock(later)
    async with (
        keys_at(server.settings, clock if later else None) as settings,
        open_publisher(settings, Databases(settings, None), draw, clock) as opened,
    ):
        yield opened


async def publish_once(town: Town, draw: Draw, later: timedelta = timedelta(0)) -> Release:
    """Publish the town's month."""
    async with publisher(town.server, draw, later) as (parts, publish):
        return await publish(parts.statistics["monthly_steps"], town.month)


def permitted(town: Town) -> int:
    """Return how many entries about one resident wait in the log."""
    found: int = town.server.rows(PERMITTED)[0]["count"]
    return found


@pytest.fixture(scope="module")
def town(bank_server: BankServer) -> Town:
    """A town of 40, of whom 30 take part."""
    return bank_server.run(settle(bank_server))


async def settle(server: BankServer) -> Town:
    """Bring residents with records in, and let some consent to the statistics."""
    bank, size = server.bank, WITH_CONSENT + WITHOUT
    city = list(make_city(bank.policies, 5, server.last_day, size, 90))
    homes = await bank.enrol(SOURCE, [str(each.number) for each in city], create=True)
    order = [homes[str(each.number)] for each in city]
    for code in ("daily_activity", "profile"):
        records = {home: each.records[code] for home, each in zip(order, city, strict=True)}
        await bank.deposit(bank.policies.category(code), SOURCE, records)
    desk = await bank.register_provider.desk()
    consents = await bank.grant(order[:WITH_CONSENT], desk.provider_id, terms_of(server))
    return Town(
        server,
        tuple(order[:WITH_CONSENT]),
        tuple(order[WITH_CONSENT:]),
        tuple(consents),
        whole_month_before(server),
    )


def terms_of(server: BankServer) -> Terms:
    """Return what a resident agrees to who takes part."""
    now = server.bank.clock.now()
    until = now + timedelta(days=365)
    first = server.last_day - timedelta(days=89)
    return Terms(
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


def whole_month_before(server: BankServer) -> Period:
    """Return the last whole month the town has data for."""
    last = server.last_day.replace(day=1) - timedelta(days=1)
    return Period.month(last.year, last.month)


def test_only_who_consents_is_counted(town: Town):
    drawn = Recorder()
    before = len(town.entries())
    town.publish(drawn)
    means = {home: mean_of(town, home) for home in town.taking_part}
    eligible = [mean for mean in means.values() if mean is not None]
    assert 0 < drawn.people == len(eligible) <= WITH_CONSENT
    middle = town.statistic().measure.midpoint
    assert drawn.sums == sum(mean - middle for mean in eligible)
    check_entries(town, before)


def mean_of(town: Town, home: ResidentId) -> int | None:
    """Return a resident's mean of the month in hundreds, worked out from her own records.

    None when she is not counted: under three days, or no age band of the domain.
    """
    bank = town.server.bank
    activity, profile = bank.policies.category("daily_activity"), bank.policies.category("profile")

    async def records() -> tuple[list[int], int | None]:
        days = await bank.holdings.records(home, activity)
        about = await bank.holdings.records(home, profile)
        steps = activity.field_names.index("steps")
        found = [
            record.values[steps]
            for record in days
            if record.observed in town.month and record.values[steps] is not None
        ]
        born = about[-1].values[profile.field_names.index("birth_year")]
        return found, born

    steps, born = town.server.run(records())
    if len(steps) < 3 or born is None or not 15 <= town.month.last.year - born <= 130:
        return None
    mean = Fraction(sum(steps), len(steps))
    clipped = min(max(mean, Fraction(0)), Fraction(20_000)) / 100
    return int(clipped + Fraction(1, 2))


def check_entries(town: Town, before: int) -> None:
    """Check that the log has one permit for each resident and item, and spend and release."""
    entries = town.entries()
    assert len(entries) > before
    permits = [entry for entry in entries if entry["kind"] == "permit"]
    items = items_of(town.statistic(), town.month, town.server.bank.policies)
    # On a slow machine some are permitted again, fewer at a time.
    assert len(permits) >= WITH_CONSENT * len(items)
    assert {entry["mode"] for entry in permits} == {"statistics"}
    assert {entry["category"] for entry in permits} == {"daily_activity", "profile"}
    steps = [entry["step"] for entry in entries if entry["kind"] == "publication"]
    assert sorted(steps) == ["release", "spend"]


def test_permits_that_run_out_are_asked_for_again_for_fewer_residents(town: Town):
    """A machine too slow for a chunk: nothing may be opened until its permits have run out."""
    quick, slow = Recorder(), Recorder()
    town.publish(quick)
    before = permitted(town)

    async def work() -> None:
        owner = await asyncpg.connect(town.server.databases.libpq("infobank_owner"))
        try:
            async with owner.transaction(), asyncio.timeout(30):
                await owner.execute("LOCK TABLE blocks IN ACCESS EXCLUSIVE MODE")
                publishing = asyncio.create_task(publish_once(town, slow))
                while await owner.fetchval(PERMITTED) == before:  # noqa: ASYNC110 - another process's doing
                    await asyncio.sleep(0.02)
                await asyncio.sleep(LEASE)  # the time that the permits last
            await publishing
        finally:
            await owner.close()

    town.server.run(work())
    assert (slow.people, slow.sums) == (quick.people, quick.sums)
    items = items_of(town.statistic(), town.month, town.server.bank.policies)
    assert permitted(town) - before > WITH_CONSENT * len(items)


def test_who_withdrew_is_absent_next_time(town: Town):
    first, second = Recorder(), Recorder()
    town.publish(first)
    leaving = town.consents[3]
    counted = mean_of(town, leaving.resident) is not None
    town.server.run(town.server.bank.withdraw(leaving.resident, leaving.consent_id))
    town.publish(second)
    assert second.people == first.people - counted


def spends(town: Town) -> int:
    """Return how many spends were ever written."""
    return len(town.server.rows("SELECT FROM spends"))


def test_a_draw_that_fails_leaves_its_spend_and_publishes_nothing(town: Town):
    before = spends(town)
    releases = len(town.server.rows("SELECT FROM releases"))

    def broken(*_: object) -> list[int]:
        assert spends(town) == before + 1, "drawn before the spend was durable"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        publish_here(town, broken)
    assert spends(town) == before + 1
    assert len(town.server.rows("SELECT FROM releases")) == releases


def publish_here(town: Town, draw: Draw) -> None:
    """Publish in this thread, so that the draw may look at the database meanwhile."""
    asyncio.run(publish_once(town, draw))


def test_a_month_that_is_not_over_is_refused_and_costs_nothing(town: Town):
    before = spends(town)
    following = Period.month(town.server.last_day.year + 1, 1)
    early = Town(**{**vars(town), "month": following})
    with pytest.raises(ConflictError, match="over"):
        early.publish(Recorder())
    assert spends(town) == before


def test_a_month_is_over_at_midnight_in_the_banks_zone(town: Town):
    today = town.server.last_day
    month = Period.month(today.year, today.month)
    midnight = datetime.combine(
        month.last + timedelta(days=1), time(), ZoneInfo(town.server.settings.zone)
    )
    left = midnight - datetime.now(UTC)
    current = Town(**{**vars(town), "month": month})
    with pytest.raises(ConflictError, match="over"):
        current.publish(Recorder(), left - timedelta(minutes=30))
    release = current.publish(Recorder(), left + timedelta(minutes=30))
    assert release.edition.period == month


def test_the_thirteenth_release_of_a_year_is_refused_with_when_it_fits(town: Town):
    while spends(town) < 12:
        town.publish(Recorder())
    with pytest.raises(BudgetExceededError) as refused:
        town.publish(Recorder())
    assert spends(town) == 12
    oldest = town.server.rows("SELECT min(spent_at) AS at FROM spends")[0]["at"]
    assert refused.value.fits_at == oldest + timedelta(days=365)
    town.publish(Recorder(), YEAR_LATER)


def test_the_command_publishes_in_a_process_without_the_web(town: Town):
    settings, month = town.server.settings, f"{town.month.first:%Y-%m}"
    town.server.rows("UPDATE spends SET spent_at = spent_at - interval '800 days'")
    done = infobank(settings, "publish", "monthly_steps", "--month", month)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(rf"published monthly_steps-{month}-v\d+\n", done.stdout)
    name = done.stdout.split()[1]
    files = town.server.rows("SELECT name FROM release_files WHERE release_id = $1", name)
    assert len(files) >= 3


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("monthly_steps", "--month", "2026-13"), "a month is written like"),
        (("unknown", "--month", "2026-01"), "no statistic is called that"),
    ],
)
def test_the_command_explains_what_it_cannot_publish(town: Town, words: tuple[str, ...], why: str):
    done = infobank(town.server.settings, "publish", *words)
    assert done.returncode == 1
    assert why in done.stderr
    assert "Traceback" not in done.stderr
