"""Publish one month of a statistic: spend first, then gather, draw, render and sign."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accesslog.note import Signer, sign_note
from infobank.clock import Clock, day_in
from infobank.db import accesslog, accounts, publication
from infobank.db.publication import PublishedFile, PublishedRelease
from infobank.db.unit import Units
from infobank.errors import ConflictError, NotFoundError
from infobank.publication.budget import PrivacyBudget, Spend, check_spend, spent_since
from infobank.publication.document import to_document
from infobank.publication.noise import add_noise
from infobank.publication.release import Edition, Release, make_release
from infobank.publication.rendering.bundle import MANIFEST_NAME, render_release
from infobank.publication.rendering.site import RenderedFile, Site
from infobank.publication.statistic import Statistic
from infobank.publication.tally import Tally
from infobank.usecases.accesslog.record import Record
from infobank.usecases.publication.gather import Gather
from infobank.vocabulary.period import Period
from infobank.vocabulary.rules.policies import Policies

Draw = Callable[[Sequence[int], int, Fraction], list[int]]


@dataclass(frozen=True)
class Publish:
    """Make a release.  Runs in a process of its own, on a schedule, never in a web worker.

    `draw` is the one mechanism (`publication.mechanism.draw`); it is handed in so that
    only the process that publishes loads its library.  A month is over when it is over
    in the bank's own `zone`.
    """

    units: Units
    gather: Gather
    record: Record
    clock: Clock
    policies: Policies
    signer: Signer
    site: Site
    draw: Draw
    zone: str

    async def __call__(self, statistic: Statistic, period: Period) -> Release:
        """Publish the next version of a statistic's month.

        The privacy budget is spent, durably, before anything is opened or drawn: a run
        that fails has cost its budget, and no one's privacy.

        Raises:
            BudgetExceededError: the year's budget does not allow it yet.
            ConflictError: the month is not over.
            NotFoundError: the bank has no publication desk.
        """
        now = self.clock.now()
        if period.last >= day_in(self.zone, now):
            raise ConflictError("a month can be published when it is over")
        async with self.units() as unit:
            desk = await accounts.publication_desk(unit)
        if desk is None:
            raise NotFoundError("the bank has no publication desk; run `infobank setup` first")
        edition = await self._spend(statistic, period, now)
        tally = Tally.empty(statistic)
        async for contribution in self.gather(statistic, period, desk):
            tally.add(contribution)
        release = make_release(statistic, add_noise(statistic, tally, self.draw), edition)
        await self._keep(release, render_release(statistic, release, self.site))
        return release

    async def _spend(self, statistic: Statistic, period: Period, now: datetime) -> Edition:
        wanted = statistic.epsilon.release
        async with self.units() as unit:
            await publication.lock_budget(unit)
            spends = [
                spend
                for spend in await publication.all_spends(unit)
                if spend.statistic == statistic.code
            ]
            check_spend(PrivacyBudget(wanted, statistic.epsilon_per_year), spends, now, wanted)
            month = f"{statistic.code}-{period.first:%Y-%m}-v"
            version = 1 + sum(spend.release.startswith(month) for spend in spends)
            spend = Spend(statistic.code, f"{month}{version}", wanted, now)
            await publication.add_spend(unit, spend)
            await self.record(unit, _entry("spend", spend.release, now, self.policies))
            newest = await accesslog.newest_checkpoint(unit)
            await unit.commit()
        return Edition(
            period=period,
            version=version,
            published_at=now,
            consent_epoch=newest.size if newest else 0,
            policy_digest=self.policies.digest.hex(),
            spent_in_year=spent_since([*spends, spend], now),
        )

    async def _keep(self, release: Release, files: Sequence[RenderedFile]) -> None:
        manifest = next(file for file in files if file.name == MANIFEST_NAME)
        signed = sign_note(manifest.body.decode() + "\n", [self.signer])
        edition = release.edition
        kept = PublishedRelease(
            release_id=release.release_id,
            statistic=release.statistic,
            first=edition.period.first,
            last=edition.period.last,
            version=edition.version,
            published_at=edition.published_at,
            figures=to_document(release),
            signed_manifest=signed,
        )
        rendered = [
            PublishedFile(file.name, file.media_type, bytes.fromhex(file.sha256), file.body)
            for file in files
        ]
        entry = _entry(
            "release", release.release_id, self.clock.now(), self.policies, manifest.sha256
        )
        async with self.units() as unit:
            await publication.add_release(unit, kept, rendered)
            await self.record(unit, entry)
            await unit.commit()


def _entry(
    step: str, release_id: str, now: datetime, policies: Policies, manifest: str = ""
) -> Entry:
    return Entry(
        kind=EntryKind.PUBLICATION,
        at=now,
        resident=None,
        shown={
            "step": step,
            "release": release_id,
            "manifest_digest": manifest,
            "policies": policies.digest.hex(),
        },
        hidden={},
    )
