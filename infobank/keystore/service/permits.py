"""Check that a durable entry of the access log permits a key.

Nothing that a caller says is believed: the entry is read from the log, its writer's MAC
and its commitment are checked, and what it leans on is read and checked again.  What a
worker that was taken over can still do is written in `docs/threat-model.md`.
"""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accesslog.errors import LogTamperedError, MalformedProofError
from infobank.accesslog.leaf import Leaf
from infobank.accesslog.writer import check_mac, open_sealed
from infobank.accounts.circumstances import KeptCircumstances
from infobank.accounts.provider import Provider, certificate_bytes, certified_until
from infobank.consent.consent import UNUSED, Consent, consent_bytes
from infobank.consent.decision import decide
from infobank.consent.mandate import Mandate, mandate_bytes
from infobank.consent.question import UNKNOWN, Circumstances, Question, Recipient
from infobank.db.across.permits import KeptPermit
from infobank.errors import InvalidInputError
from infobank.usecases.circumstances import believed, rows_of
from infobank.usecases.decisions.entries import request_in
from infobank.usecases.vault.keyservice import EXPORT, Wanted
from infobank.vault.bankkeys import PREFIX_LENGTH, BankKeys, RowKind
from infobank.vault.errors import KeyRefusedError
from infobank.vocabulary.rules.policies import Policies

WINDOW = timedelta(seconds=30)
"""How long an entry permits a key: a caller that crashed and came back records anew."""


ABOUT_MANY = frozenset({EntryKind.DEPOSIT_BEGUN, EntryKind.RETENTION})
"""Kinds whose entry names residents by one digest over all of them."""


class OvertakenError(Exception):
    """Say that a consent changed after its permit was recorded: refused, and nobody's fault."""


@dataclass(frozen=True)
class Permits:
    """Judge one request for keys, at one instant.

    `retiring` judges for the caretaker: the entries of retention count then, and no others.
    """

    bank: BankKeys
    policies: Policies
    now: datetime
    retiring: bool = False

    def opened(self, kept: KeptPermit | None, log_key: bytes | None) -> Entry:
        """Return the entry that is stored, after making sure that a writer of ours made it.

        `log_key` is the resident's, None for an entry that concerns no resident.

        Raises:
            KeyRefusedError: there is none, it is void, too old, or not as it was written.
        """
        if kept is None:
            raise KeyRefusedError
        try:
            leaf = Leaf.parse(kept.leaf)
            writer = self.bank.writer_keys(leaf.writer_id[:PREFIX_LENGTH])
            check_mac(writer.mac_key(leaf.writer_id), kept.leaf, kept.mac)
            entry, _ = open_sealed(log_key or writer.seal_key(), kept.sealed, leaf)
        except (LogTamperedError, MalformedProofError):
            raise KeyRefusedError from None
        if not leaf.in_effect or abs(self.now - entry.at) > WINDOW:
            raise KeyRefusedError
        return entry

    def check(self, entry: Entry, wanted: Wanted, kept: KeptPermit, asked: str) -> None:
        """Accept that an entry permits a category's key.

        `asked` is the digest of all residents for whom the same entry is shown.

        Raises:
            KeyRefusedError: it does not.
            OvertakenError: it did, until its consent was changed or withdrawn.
        """
        if entry.kind in ABOUT_MANY:
            permitted = entry.resident is None and hmac.compare_digest(
                str(entry.shown.get("residents_digest", "")), asked
            )
        else:
            permitted = entry.resident == wanted.resident
        retires = entry.kind is EntryKind.RETENTION
        if not permitted or retires != self.retiring or not self._covers(entry, wanted):
            raise KeyRefusedError
        if entry.kind is EntryKind.PERMIT:
            self._check_consent(entry, kept)

    def _covers(self, entry: Entry, wanted: Wanted) -> bool:
        """Tell whether an entry's kind opens the category that is asked for."""
        if entry.kind is EntryKind.EXPORT:
            return True
        if wanted.category == EXPORT:
            return False
        named = self.policies.categories.get(str(entry.shown.get("category", "")))
        return (
            entry.kind in {EntryKind.PERMIT, EntryKind.OWN_READ, *ABOUT_MANY}
            and named is not None
            and named.number == wanted.category
        )

    def _check_consent(self, entry: Entry, kept: KeptPermit) -> None:
        consent, provider = kept.consent, kept.provider
        if consent is None or provider is None or entry.resident is None:
            raise KeyRefusedError
        if not self._genuine(consent, provider):
            raise KeyRefusedError
        if consent.version > int(entry.hidden.get("version", 0)):
            raise OvertakenError
        if not (_same(entry, consent) and _counted(consent) and self._permitted(entry, kept)):
            raise KeyRefusedError

    def _genuine(self, consent: Consent, provider: Provider) -> bool:
        return self.bank.check_row(
            RowKind.CONSENT, consent_bytes(consent), consent.mac
        ) and self.bank.check_row(
            RowKind.CERTIFICATE, certificate_bytes(provider), provider.certificate_mac
        )

    def _permitted(self, entry: Entry, kept: KeptPermit) -> bool:
        """Decide again what the entry says was permitted, from what is stored now."""
        consent, provider = kept.consent, kept.provider
        if consent is None or provider is None or entry.resident is None:
            return False
        recipient = Recipient(
            provider.provider_id,
            provider.active,
            certified_until(provider, self.policies.recipients.get(provider.kind)),
            provider.kind,
            provider.abroad,
        )
        try:
            request = request_in(entry.shown, entry.resident, recipient)
        except (ValueError, InvalidInputError):
            return False
        # The use that the entry stands for is among those counted: it must not refuse itself.
        unused = replace(consent, uses=UNUSED)
        mandate = self._genuine_mandate(kept.mandate)
        known = self._circumstances(kept.circumstances)
        question = Question(request, unused, self.policies, self.now, known, mandate)
        return known is not UNKNOWN and decide(question).permitted

    def _circumstances(self, kept: KeptCircumstances | None) -> Circumstances:
        if kept is None:
            return UNKNOWN
        rows = rows_of(kept)
        return believed(kept, [self.bank.check_row(row.kind, row.content, row.mac) for row in rows])

    def _genuine_mandate(self, mandate: Mandate | None) -> Mandate | None:
        if mandate is None:
            return None
        marked = self.bank.check_row(RowKind.MANDATE, mandate_bytes(mandate), mandate.mac)
        return mandate if marked else None


def _counted(consent: Consent) -> bool:
    """Tell whether a use of a consent that counts its uses was counted, within what it allows."""
    terms, uses = consent.terms, consent.uses
    within_most = terms.most_uses is None or uses.total <= terms.most_uses
    within_stretch = terms.frequency is None or uses.recent <= terms.frequency.times
    return not terms.counted or (uses.recent > 0 and within_most and within_stretch)


def _same(entry: Entry, consent: Consent) -> bool:
    """Tell whether a permit leans on exactly this consent."""
    return (
        entry.hidden.get("consent") == str(consent.consent_id)
        and entry.hidden.get("version") == consent.version
        and entry.shown.get("provider") == str(consent.provider)
    )
