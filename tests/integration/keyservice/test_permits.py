"""A category key is given out against a durable entry that permits it, and against nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from agreement import CATEGORY, Agreement, agree, alarms
from running_bank import BankServer

from infobank.accesslog.entry import Entry, EntryKind, EntryRef
from infobank.entropy import SystemEntropy, new_uuid
from infobank.usecases.vault.keyservice import EXPORT, residents_digest
from infobank.vault.errors import KeyRefusedError
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, ResidentId


@pytest.fixture(scope="module")
def agreement(bank_server: BankServer) -> Agreement:
    return agree(bank_server)


def about(agreement: Agreement, kind: EntryKind, **shown: str) -> EntryRef:
    """Record an entry about the resident."""
    now = agreement.server.bank.clock.now()
    return agreement.recorded(Entry(kind, now, agreement.resident, shown, {}))


def begun(agreement: Agreement, residents: list[ResidentId], category: str = CATEGORY) -> EntryRef:
    """Record that a deposit for residents begins."""
    shown = {
        "category": category,
        "source": "test",
        "residents": len(residents),
        "residents_digest": residents_digest(residents),
    }
    now = agreement.server.bank.clock.now()
    return agreement.recorded(Entry(EntryKind.DEPOSIT_BEGUN, now, None, shown, {}))


def test_a_permit_opens_its_category(agreement: Agreement):
    (key,) = agreement.release(agreement.wanted(agreement.recorded(agreement.permit())))
    own = about(agreement, EntryKind.OWN_READ, category=CATEGORY)
    assert [key] == agreement.release(agreement.wanted(own, consent=None))
    assert len(key) == 32


def test_a_permit_that_was_sequenced_meanwhile_opens_too(agreement: Agreement):
    ref = agreement.recorded(agreement.permit())
    agreement.server.sequence()
    assert agreement.release(agreement.wanted(ref))


def test_a_deposit_opens_the_category_of_the_residents_it_names(agreement: Agreement):
    both = [agreement.resident, agreement.server.residents["taro"]]
    ref = begun(agreement, both)
    wanted = [agreement.wanted(ref, resident=each, consent=None) for each in both]
    assert len(set(agreement.release(*wanted))) == 2


def test_an_export_opens_every_category_and_the_export_key(agreement: Agreement):
    ref = about(agreement, EntryKind.EXPORT)
    numbers = [each.number for each in agreement.server.bank.policies.categories.values()]
    wanted = [agreement.wanted(ref, category=number, consent=None) for number in [*numbers, EXPORT]]
    assert len(set(agreement.release(*wanted))) == len(numbers) + 1


def saying(permit: Entry, **shown: str) -> Entry:
    """Return a permit that says something else, as a worker that was taken over might write it."""
    return replace(permit, shown={**permit.shown, **shown})


Wrong = Callable[[Agreement], object]

WRONG: dict[str, Wrong] = {
    "an entry that does not exist": lambda a: a.release(
        a.wanted(EntryRef(SystemEntropy().bytes(16), 0))
    ),
    "another resident": lambda a: a.release(
        a.wanted(a.recorded(a.permit()), resident=a.server.residents["taro"])
    ),
    "a resident who does not exist": lambda a: a.release(
        a.wanted(a.recorded(a.permit()), resident=ResidentId(new_uuid(SystemEntropy())))
    ),
    "another category": lambda a: a.release(
        a.wanted(a.recorded(a.permit()), category=a.server.bank.policies.category("profile").number)
    ),
    "the export key by a permit": lambda a: a.release(
        a.wanted(a.recorded(a.permit()), category=EXPORT)
    ),
    "no consent named": lambda a: a.release(a.wanted(a.recorded(a.permit()), consent=None)),
    "another consent": lambda a: a.release(
        a.wanted(a.recorded(a.permit()), consent=ConsentId(new_uuid(SystemEntropy())))
    ),
    "an entry of another version of the consent": lambda a: a.release(
        a.wanted(a.recorded(replace(a.permit(), hidden={**a.permit().hidden, "version": 7})))
    ),
    "an entry for another purpose": lambda a: a.release(
        a.wanted(a.recorded(replace(a.permit(), shown={**a.permit().shown, "purpose": "research"})))
    ),
    "an entry for fields that the consent does not hold": lambda a: a.release(
        a.wanted(a.recorded(saying(a.permit(), fields="steps,calories")))
    ),
    "an entry for days that the consent does not hold": lambda a: a.release(
        a.wanted(a.recorded(saying(a.permit(), first="2020-01-01")))
    ),
    "an entry for no field": lambda a: a.release(
        a.wanted(a.recorded(saying(a.permit(), fields="")))
    ),
    "an entry in another form": lambda a: a.release(
        a.wanted(a.recorded(saying(a.permit(), mode="answers")))
    ),
    "an entry that does not say how finely": lambda a: a.release(
        a.wanted(a.recorded(saying(a.permit(), precision="minute")))
    ),
    "an entry that does not say which days": lambda a: a.release(
        a.wanted(a.recorded(saying(a.permit(), last="soon")))
    ),
    "a refusal": lambda a: a.release(
        a.wanted(a.recorded(replace(a.permit(), kind=EntryKind.REFUSAL)))
    ),
    "an old entry": lambda a: a.release(
        a.wanted(a.recorded(a.permit(a.server.bank.clock.now() - timedelta(seconds=31))))
    ),
    "an entry from the future": lambda a: a.release(
        a.wanted(a.recorded(a.permit(a.server.bank.clock.now() + timedelta(seconds=60))))
    ),
    "a sign-in": lambda a: a.release(
        a.wanted(about(a, EntryKind.SIGN_IN, category=CATEGORY), consent=None)
    ),
    "an own read of another category": lambda a: a.release(
        a.wanted(about(a, EntryKind.OWN_READ, category="profile"), consent=None)
    ),
    "a deposit for fewer residents": lambda a: a.release(
        a.wanted(begun(a, [a.server.residents["taro"]]), consent=None)
    ),
    "a deposit for more residents": lambda a: a.release(
        a.wanted(begun(a, [a.resident, a.server.residents["taro"]]), consent=None)
    ),
    "a deposit of another category": lambda a: a.release(
        a.wanted(begun(a, [a.resident], "profile"), consent=None)
    ),
    "an unknown category": lambda a: a.release(
        a.wanted(about(a, EntryKind.OWN_READ, category="nothing"), category=999, consent=None)
    ),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_g4_what_no_entry_permits_is_refused_with_one_and_the_same_error_and_an_alarm(
    agreement: Agreement, wrong: Wrong
):
    before = len(alarms(agreement.server))
    with pytest.raises(KeyRefusedError) as refused:
        wrong(agreement)
    assert (refused.value.code, refused.value.message, refused.value.detail) == (
        "key_refused",
        "no durable entry of the access log permits this key",
        "",
    )
    assert len(alarms(agreement.server)) > before


def test_one_wrong_key_among_many_gives_none_out(agreement: Agreement):
    good = agreement.wanted(agreement.recorded(agreement.permit()))
    with pytest.raises(KeyRefusedError):
        agreement.release(good, replace(good, category=EXPORT))


def test_what_the_resident_restricted_opens_by_no_permit(agreement: Agreement):
    stop = agreement.server.bank.rights.stop
    made = agreement.server.run(stop.restrict(agreement.resident, GivenBy.SELF, CATEGORY))
    (row,) = agreement.server.rows(
        "SELECT version FROM consents WHERE consent_id = $1", agreement.consent.consent_id
    )
    permit = agreement.permit()
    newest = replace(permit, hidden={**permit.hidden, "version": row["version"]})
    with pytest.raises(KeyRefusedError):
        agreement.release(agreement.wanted(agreement.recorded(newest)))
    agreement.server.run(stop.lift(agreement.resident, GivenBy.SELF, made.request_id))
    assert agreement.release(agreement.wanted(agreement.recorded(newest)))


def test_a_void_entry_permits_nothing(agreement: Agreement):
    ref = agreement.recorded(agreement.permit())
    agreement.server.rows(
        "UPDATE log_pending SET leaf = overlay(leaf PLACING '\\x00'::bytea FROM 2)"
        " WHERE writer_id = $1 AND writer_seq = $2",
        ref.writer_id,
        ref.seq,
    )
    with pytest.raises(KeyRefusedError):
        agreement.release(agreement.wanted(ref))
    agreement.server.rows("DELETE FROM log_pending WHERE writer_id = $1", ref.writer_id)


def test_an_entry_that_nobody_of_ours_wrote_permits_nothing(agreement: Agreement):
    ref = agreement.recorded(agreement.permit())
    agreement.server.rows(
        "UPDATE log_pending SET mac = sha256(mac) WHERE writer_id = $1 AND writer_seq = $2",
        ref.writer_id,
        ref.seq,
    )
    with pytest.raises(KeyRefusedError):
        agreement.release(agreement.wanted(ref))
    agreement.server.rows("DELETE FROM log_pending WHERE writer_id = $1", ref.writer_id)
