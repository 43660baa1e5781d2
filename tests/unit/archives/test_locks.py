"""Several recipients open an archive together; fewer, and others, do not."""

import json
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, permutations
from uuid import UUID

import pyrage
import pytest
from pyrage import x25519

from infobank.archives.lock import (
    LONGEST_LOCK,
    Lock,
    Share,
    check_together,
    new_lock,
    open_lock,
    share_of,
)
from infobank.errors import ConfigurationError
from infobank.recovery.archive import LONGEST_HEAD, MOST_RECIPIENTS, Head
from infobank.recovery.errors import ArchiveError

PEOPLE = [x25519.Identity.generate() for _ in range(MOST_RECIPIENTS)]
MADE = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)


def public(identity: x25519.Identity) -> str:
    return str(identity.to_public())


def head_for(people: Sequence[x25519.Identity], threshold: int) -> Head:
    names = tuple(public(each) for each in people)
    ends = MADE + timedelta(days=14)
    return Head("keys", UUID(int=7), "0.1.0", "0006", 42, MADE, ends, threshold, names)


def locked(count: int, threshold: int):
    """Return a head, its lock and the identity behind it, for the first so many people."""
    people = PEOPLE[:count]
    head = head_for(people, threshold)
    made = new_lock([each.to_public() for each in people], threshold)
    return head, made.lock, made.identity


HEAD, LOCK, BEHIND = locked(3, 2)
SHARES = [share_of(LOCK, HEAD, each) for each in PEOPLE[:3]]


@pytest.mark.parametrize(
    ("count", "threshold"),
    [(n, k) for n in range(2, MOST_RECIPIENTS + 1) for k in range(2, n + 1)],
)
def test_each_so_many_of_the_recipients_open_it_and_no_fewer(count: int, threshold: int):
    head, lock, behind = locked(count, threshold)
    shares = [share_of(lock, head, each) for each in PEOPLE[:count]]
    for some in combinations(shares, threshold):
        assert str(open_lock(lock, head, some)) == str(behind)
    for few in combinations(shares, threshold - 1):
        with pytest.raises(ArchiveError, match="missing: 1 of "):
            open_lock(lock, head, few)
    assert str(open_lock(lock, head, shares)) == str(behind)


def test_the_largest_head_and_lock_can_be_read_again():
    head, lock, _ = locked(MOST_RECIPIENTS, MOST_RECIPIENTS // 2)
    assert len(head.encode()) <= LONGEST_HEAD
    assert len(lock.encode()) <= LONGEST_LOCK
    assert Head.parse(head.encode()) == head
    assert Lock.parse(lock.encode(), head) == lock


def test_shares_and_identities_come_in_any_order_and_mixed():
    for brought in permutations([SHARES[0], PEOPLE[2]]):
        assert str(open_lock(LOCK, HEAD, brought)) == str(BEHIND)


def test_one_person_twice_is_one_person():
    for brought in ([SHARES[0], SHARES[0]], [PEOPLE[0], SHARES[0]]):
        with pytest.raises(ArchiveError, match="missing: 1 of "):
            open_lock(LOCK, HEAD, brought)


def test_who_is_missing_is_said_and_who_is_there_is_not():
    with pytest.raises(ArchiveError) as refused:
        open_lock(LOCK, HEAD, [SHARES[1]])
    said = refused.value.message
    assert said.startswith("2 of the 3 recipients open this archive together; missing: 1 of ")
    assert public(PEOPLE[0]) in said
    assert public(PEOPLE[2]) in said
    assert public(PEOPLE[1]) not in said


def test_a_share_of_another_archive_for_the_same_people_opens_nothing():
    other, lock, _ = locked(3, 2)
    foreign = share_of(lock, other, PEOPLE[0])
    with pytest.raises(ArchiveError, match="is no recipient of this archive"):
        open_lock(LOCK, HEAD, [SHARES[1], foreign])


def test_somebody_else_is_named_and_refused():
    stranger = PEOPLE[5]
    for act in (
        lambda: share_of(LOCK, HEAD, stranger),
        lambda: open_lock(LOCK, HEAD, [*SHARES, stranger]),
    ):
        with pytest.raises(ArchiveError, match=public(stranger)):
            act()


def test_a_share_is_not_what_its_holder_holds_and_opens_no_archive_alone():
    for share, holder in zip(SHARES, PEOPLE, strict=False):
        assert str(share) != str(holder)
        for seal in LOCK.seals:
            try:
                opened = pyrage.decrypt(seal, [share])
            except pyrage.DecryptError:
                continue
            assert opened.startswith(b"age-encryption.org/v1\n")


def test_the_usual_tools_open_it_too():
    """As the format's page tells it: the first and the third of three, so the second seal."""
    read = json.loads(LOCK.encode())
    opened = [
        pyrage.decrypt(b64decode(read["shares"][at][1]), [PEOPLE[at]]).decode() for at in (0, 2)
    ]
    sealed = b64decode(read["seals"][1])
    for share in opened:
        sealed = pyrage.decrypt(sealed, [x25519.Identity.from_str(share)])
    assert sealed.decode() == str(BEHIND)


def test_every_changed_part_of_a_lock_is_found():
    swapped = LOCK.shares[0]._replace(sealed=LOCK.shares[1].sealed)
    renamed = Share(LOCK.shares[1].public, LOCK.shares[0].sealed)
    for shares in ((swapped, *LOCK.shares[1:]), (renamed, *LOCK.shares[1:])):
        with pytest.raises(ArchiveError, match="changed or cut short"):
            open_lock(replace(LOCK, shares=shares), HEAD, PEOPLE[:2])
    foreign = locked(3, 2)[1].seals
    for seals in (LOCK.seals[::-1], (b"", *LOCK.seals[1:]), foreign):
        with pytest.raises(ArchiveError, match="changed or cut short"):
            open_lock(replace(LOCK, seals=seals), HEAD, SHARES[:2])


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"{}\n",
        b"[" * 50_000,
        LOCK.encode()[:-1],
        LOCK.encode()[: len(LOCK.encode()) // 2],
        LOCK.encode().replace(b'"seals":[', b'"seals": ['),
        LOCK.encode().replace(b'"shares":[[', b'"shares":[[1,'),
        locked(3, 3)[1].encode(),
        locked(4, 2)[1].encode(),
    ],
)
def test_what_is_no_lock_of_this_archive_is_refused(line: bytes):
    with pytest.raises(ArchiveError):
        Lock.parse(line, HEAD)


def test_a_lock_that_was_written_wrong_is_no_lock():
    made = new_lock([each.to_public() for each in PEOPLE[:3]], 2)
    made.check(Lock.parse(made.lock.encode(), HEAD), HEAD)
    wrong = replace(made.lock, seals=made.lock.seals[::-1])
    with pytest.raises(ArchiveError):
        made.check(wrong, HEAD)


@pytest.mark.parametrize(
    ("recipients", "threshold", "why"),
    [
        (["a", "b", "a"], 2, "named twice"),
        (["a", "b"], 0, "1 or more"),
        (["a", "b"], -2, "1 or more"),
        (["a", "b"], 3, "3 of 2 recipients cannot"),
        (["a"], 2, "2 of 1 recipients cannot"),
        (list("abcdefg"), 2, "at most 6"),
    ],
)
def test_a_number_that_cannot_come_together_is_refused(
    recipients: list[str], threshold: int, why: str
):
    with pytest.raises(ConfigurationError, match=why):
        check_together(recipients, threshold)


@pytest.mark.parametrize(("count", "threshold"), [(1, 1), (9, 1), (2, 2), (6, 5)])
def test_any_other_number_is_accepted(count: int, threshold: int):
    check_together(list("abcdefghi"[:count]), threshold)


@pytest.mark.parametrize(
    "changed",
    [
        (b'"threshold":2', b'"threshold":1'),
        (b'"threshold":2', b'"threshold":4'),
        (b'"threshold":2', b'"threshold":true'),
        (b'"threshold":2', b'"threshold":2.0'),
        (b"archive/v2", b"archive/v1"),
        (public(PEOPLE[0]).encode(), public(PEOPLE[1]).encode()),
        (b'"recipients":[', b'"recipients":[7,'),
    ],
)
def test_a_head_for_several_has_one_form(changed: tuple[bytes, bytes]):
    line = HEAD.encode()
    assert Head.parse(line) == HEAD
    assert changed[0] in line
    with pytest.raises(ArchiveError):
        Head.parse(line.replace(*changed))
