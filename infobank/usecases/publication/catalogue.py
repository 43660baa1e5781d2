"""Look up what was published."""

from dataclasses import dataclass

from infobank.db import publication
from infobank.db.publication import PublishedFile, PublishedRelease
from infobank.db.unit import Units
from infobank.errors import NotFoundError
from infobank.publication.budget import Spend
from infobank.publication.document import from_document
from infobank.publication.release import Release


@dataclass(frozen=True)
class Catalogue:
    """Serve releases as they were published: the same bytes for ever."""

    units: Units

    async def newest(self) -> list[str]:
        """Return the names of the newest version of every release, newest month first."""
        async with self.units() as unit:
            return await publication.newest_releases(unit)

    async def releases(self, statistic: str) -> list[PublishedRelease]:
        """Return the releases of a statistic, newest month and version first."""
        async with self.units() as unit:
            return await publication.releases_of(unit, statistic)

    async def spends(self) -> list[Spend]:
        """Return every spend of the privacy budget there ever was, oldest first."""
        async with self.units() as unit:
            return await publication.all_spends(unit)

    async def release(self, release_id: str) -> Release:
        """Return the figures of a release.

        Raises:
            NotFoundError: nothing was published under this name.
        """
        return from_document((await self._kept(release_id)).figures)

    async def file(self, release_id: str, name: str) -> PublishedFile:
        """Return one file of a release.

        Raises:
            NotFoundError: the release, or a file of that name in it, does not exist.
        """
        async with self.units() as unit:
            found = await publication.file_of(unit, release_id, name)
        if found is None:
            raise NotFoundError("no release has a file of this name")
        return found

    async def signed_manifest(self, release_id: str) -> bytes:
        """Return the signed list of a release's files with their hashes.

        Raises:
            NotFoundError: nothing was published under this name.
        """
        return (await self._kept(release_id)).signed_manifest

    async def _kept(self, release_id: str) -> PublishedRelease:
        async with self.units() as unit:
            found = await publication.release_of(unit, release_id)
        if found is None:
            raise NotFoundError("no release has this name")
        return found
