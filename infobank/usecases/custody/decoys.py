"""Make residents who do not exist: whoever opens one is looking around."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from infobank.entropy import Entropy
from infobank.usecases.custody.caretaker import Caretaker
from infobank.usecases.vault.deposit import Deposit
from infobank.usecases.vault.enrol import Enrol
from infobank.vocabulary.category import Record
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.rules.policies import Policies

Belongings = Mapping[str, Sequence[Record]]
"""One person's records by category."""


@dataclass(frozen=True)
class MakeDecoys:
    """Enrol decoys and deposit for them as for anybody; only then mark them.

    No row of the records' database tells them from others.  They consent to nothing and
    nobody signs in as one, so nothing that the bank does of itself opens them.
    """

    enrol: Enrol
    deposit: Deposit
    caretaker: Caretaker
    entropy: Entropy
    policies: Policies
    synthetic: bool

    async def __call__(self, source: str, people: Sequence[Belongings]) -> list[ResidentId]:
        """Make a decoy of each person's records, said to come from a source; return them.

        Raises:
            InvalidInputError: a record is not one that may be deposited; nobody is marked.
        """
        names = [self.entropy.bytes(16).hex() for _ in people]
        found = await self.enrol(source, names, create=True, synthetic=self.synthetic)
        residents = [found[name] for name in names]
        for code, category in self.policies.categories.items():
            records = {
                resident: person[code]
                for resident, person in zip(residents, people, strict=True)
                if person.get(code)
            }
            await self.deposit(category, source, records)
        # INVARIANT: marked last: nothing is deposited for them from here on.
        await self.caretaker.add_decoys(residents)
        return residents
