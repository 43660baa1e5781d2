"""Let the years pass for a resident: her majority as the bank itself would have kept it."""

from datetime import datetime
from uuid import UUID

from running_bank import BankServer

from infobank.accounts.circumstances import majority_bytes
from infobank.usecases.vault.keyservice import Row
from infobank.vault.bankkeys import RowKind
from infobank.vocabulary.identifiers import ResidentId


def comes_of_age(server: BankServer, resident: UUID, at: datetime | None) -> None:
    """Keep, with its mark, from when on a resident decides alone; None is for from the start."""
    row = Row(RowKind.MAJORITY, majority_bytes(ResidentId(resident), at))
    (mac,) = server.run(server.bank.holdings.keyservice.authenticate([row]))
    server.rows(
        "UPDATE residents SET of_age_from = $2, majority_mac = $3 WHERE resident_id = $1",
        resident,
        at,
        mac,
    )
