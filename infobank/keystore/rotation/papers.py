"""Seal anew what is no block: corrections, reports, the labels of proxies, where letters go."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar
from uuid import UUID

from infobank.accounts.contact import Address, Contact
from infobank.accounts.rights import Right, RightsRequest
from infobank.db.letters import contacts
from infobank.db.rights import proxies, requests
from infobank.db.unit import Unit
from infobank.usecases.accounts.proxies import LONGEST_LABEL, label_context
from infobank.usecases.letters.sealing import open_address, seal_address
from infobank.usecases.rights.sealing import (
    open_answer,
    open_reported,
    open_told,
    open_value,
    seal_answer,
    seal_reported,
    seal_told,
    seal_value,
)
from infobank.vault.envelope import open_sealed, seal
from infobank.vault.errors import SealBrokenError
from infobank.vault.keyring import ResidentKeys
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.rules.policies import Policies

T = TypeVar("T")

Both = tuple[ResidentKeys, ResidentKeys]
"""A resident's keys as they are, and as they will be."""


@dataclass(frozen=True)
class Papers:
    """Whatever else stands in the records' database under a key of one resident."""

    policies: Policies
    tenant: UUID

    async def __call__(self, unit: Unit, resident: ResidentId, both: Both) -> None:
        """Seal it under the new keys; what a unit before a kill sealed already stays.

        Raises:
            SealBrokenError: something is not what was stored.
        """
        for request in await requests.of_resident(unit, resident):
            if request.sealed:
                await requests.keep_sealed(unit, self._request(request, both))
        for proxy, sealed in await proxies.held_by(unit, resident):
            context = label_context(self.tenant, proxy)
            label = _either(both, partial(_label, context, sealed))
            await proxies.relabel(unit, proxy, seal(both[1].manifest_key(), context, label))
        for contact in await contacts.of_resident(unit, resident):
            to = _either(both, partial(self._address, contact))
            sealed = seal_address(both[1].manifest_key(), self.tenant, contact, to)
            await contacts.keep(unit, replace(contact, sealed=sealed))

    def _request(self, request: RightsRequest, both: Both) -> RightsRequest:
        report = request.right is Right.REPORT
        return self._report(request, both) if report else self._correction(request, both)

    def _report(self, request: RightsRequest, both: Both) -> RightsRequest:
        key, tenant = both[1].manifest_key(), self.tenant
        reported = _either(both, lambda keys: open_reported(keys.manifest_key(), tenant, request))
        answer = _either(both, lambda keys: open_answer(keys.manifest_key(), tenant, request))
        return replace(
            request,
            sealed=seal_reported(key, tenant, request, reported),
            sealed_value=seal_answer(key, tenant, request, answer) if answer else b"",
        )

    def _correction(self, request: RightsRequest, both: Both) -> RightsRequest:
        newer = both[1]
        told = _either(both, lambda keys: open_told(keys.manifest_key(), self.tenant, request))
        sealed_value = b""
        if request.sealed_value:
            number = self.policies.category(told.category).number
            value = _either(
                both, lambda keys: open_value(keys.category_key(number), self.tenant, request)
            )
            sealed_value = seal_value(newer.category_key(number), self.tenant, request, value)
        sealed = seal_told(newer.manifest_key(), self.tenant, request, told)
        return replace(request, sealed=sealed, sealed_value=sealed_value)

    def _address(self, contact: Contact, keys: ResidentKeys) -> Address:
        return open_address(keys.manifest_key(), self.tenant, contact)


def _label(context: bytes, sealed: bytes, keys: ResidentKeys) -> bytes:
    return open_sealed(keys.manifest_key(), context, sealed, longest=LONGEST_LABEL)


def _either(both: Both, read: Callable[[ResidentKeys], T]) -> T:
    """Return what opens under the old keys, or under the new ones after a kill."""
    try:
        return read(both[0])
    except SealBrokenError:
        return read(both[1])
