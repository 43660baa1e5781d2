"""How long records are kept, and which blocks hold some whose time is over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from infobank.vault.manifest import Manifest, ManifestEntry


@dataclass(frozen=True)
class RetentionPolicy:
    """The operator's rules of retention (`policies/retention.toml`).

    `record_days` says per category how many days after its day a record is kept; records of
    a category that is not named are kept until the resident corrects or erases them.
    `consent_days` is how long a consent is remembered after it ended and its recipient had
    to have deleted what it got.  `mandate_days` is how long a mandate is remembered after it
    ended, `told_days` what a resident was told, `answer_days` that an answer was given.
    `provision_years` is how long provision records are kept
    after the last provision (APPI article 29(2)).  `epoch_days` is how long one root key is
    planned to live.
    """

    record_days: Mapping[str, int]
    consent_days: int
    mandate_days: int
    told_days: int
    answer_days: int
    provision_years: int
    epoch_days: int

    def first_kept(self, category: str, today: date) -> date | None:
        """Return the earliest day whose records are kept today; None where all are."""
        days = self.record_days.get(category)
        return None if days is None else today - timedelta(days=days)

    def provision_until(self, last: date) -> date:
        """Return the last day on which the record of a provision made on `last` is kept."""
        year = last.year + self.provision_years
        try:
            return last.replace(year=year)
        except ValueError:  # 29 February: a day more, never a day less
            return date(year, 3, 1)


@dataclass(frozen=True)
class Over:
    """The blocks of one category that hold records whose time is over.

    `whole` hold no other: they go unopened.  Of `partly` the rest is sealed again.
    """

    whole: tuple[ManifestEntry, ...] = ()
    partly: tuple[ManifestEntry, ...] = ()


def over(manifest: Manifest, category_number: int, first_kept: date) -> Over:
    """Return what a manifest lists of a category before the earliest day that is kept."""
    listed = [each for each in manifest.entries if each.category == category_number]
    return Over(
        whole=tuple(each for each in listed if each.last < first_kept),
        partly=tuple(each for each in listed if each.first < first_kept <= each.last),
    )


def without(
    manifest: Manifest, gone: Iterable[ManifestEntry], written: Iterable[ManifestEntry]
) -> Manifest:
    """Return the next version, in which some blocks are gone and the written ones count.

    Raises:
        ConflictError: a written block's generation does not follow the one listed.
    """
    tags = {each.tag for each in gone}
    following = manifest.put(written)
    return replace(
        following, entries=tuple(each for each in following.entries if each.tag not in tags)
    )
