"""What the key service does for whoever looks after the vault, and for nobody else."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from infobank.usecases.vault.keyservice import OpenedResident, Settled, Wanted
from infobank.vocabulary.identifiers import ResidentId


class Caretaker(Protocol):
    """Look at every resident's keys in turn, decoys among them: no alarm is sounded here.

    It opens no record but to retire it: see `retire`.  Only the key service's own account
    reaches it, whoever else the key service serves.

    Every method raises `UnavailableError` when the key service or its database is away.
    """

    async def residents(self, after: UUID, limit: int) -> list[ResidentId]:
        """Return who has keys, in order, from the one after `after` on."""

    async def survey(
        self, residents: Sequence[ResidentId]
    ) -> dict[ResidentId, OpenedResident | None]:
        """Open what may be known of residents; who has no key is left out.

        None stands where a wrapped key is not what was stored.
        """

    async def retire(self, wanted: Sequence[Wanted]) -> list[bytes]:
        """Give out category keys, to take records out of blocks whose time is over.

        Each against a durable entry of retention that names the category and, by one
        digest, all residents it is shown for; no other entry counts here.

        Raises:
            KeyRefusedError: an entry does not permit what is asked; none is given out.
        """

    async def settle(self) -> Settled:
        """Destroy the log keys whose time is over, and give to the holders those that wait."""

    async def add_decoys(self, residents: Sequence[ResidentId]) -> None:
        """Make it known that residents do not exist: who opens one from now on is heard."""
