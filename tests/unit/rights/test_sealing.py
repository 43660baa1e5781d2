"""What a correction is about opens for its own request alone."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from infobank.accounts.rights import Right, RightsRequest, begun
from infobank.errors import InvalidInputError
from infobank.usecases.rights.sealing import Told, open_told, open_value, seal_told, seal_value
from infobank.vault.errors import SealBrokenError
from infobank.vocabulary.category import Category, Field, FieldType, Span
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.text.language import Text

TENANT, KEY = UUID(int=9), bytes(range(32))
TOLD = Told("trial", "count", date(2026, 11, 1), 90, "canary 記録")
WORDS = Text("試し", "trial")
CATEGORY = Category(
    "trial", 9, 1, WORDS, WORDS, Span.MONTH, (Field("count", FieldType.NUMBER, WORDS, maximum=9),)
)


def request(number: int = 1) -> RightsRequest:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    return begun(
        UUID(int=number),
        ResidentId(UUID(int=2)),
        Right.CORRECTION,
        GivenBy.SELF,
        at=at,
        due=at.date(),
    )


def sealed(number: int = 1) -> RightsRequest:
    made = request(number)
    return replace(
        made,
        sealed=seal_told(KEY, TENANT, made, TOLD),
        sealed_value=seal_value(KEY, TENANT, made, 7),
    )


@pytest.mark.parametrize("value", [7, None, "text", -(10**15)])
def test_what_was_sealed_is_opened(value: int | str | None):
    made = replace(sealed(), sealed_value=seal_value(KEY, TENANT, request(), value))
    assert open_told(KEY, TENANT, made) == TOLD
    assert open_value(KEY, TENANT, made) == value


@pytest.mark.parametrize(
    "other",
    [
        replace(sealed(), request_id=UUID(int=5)),
        replace(sealed(), resident=ResidentId(UUID(int=5))),
        replace(sealed(), sealed=sealed().sealed_value, sealed_value=sealed().sealed),
        replace(sealed(), sealed=sealed().sealed[:-1], sealed_value=b""),
    ],
    ids=["another request", "another resident", "the parts swapped", "cut short"],
)
def test_what_is_not_this_requests_own_does_not_open(other: RightsRequest):
    with pytest.raises(SealBrokenError):
        open_told(KEY, TENANT, other)
    with pytest.raises(SealBrokenError):
        open_value(KEY, TENANT, other)


def test_short_and_shorter_look_alike():
    short = replace(TOLD, note="")
    assert len(seal_told(KEY, TENANT, request(), short)) == len(sealed().sealed)


@pytest.mark.parametrize("changed", [{"field": "x"}, {"minute": 1_500}, {"note": "x" * 1_001}])
def test_what_no_record_may_hold_is_refused(changed: dict[str, object]):
    TOLD.check(CATEGORY)
    with pytest.raises(InvalidInputError):
        replace(TOLD, **changed).check(CATEGORY)


def test_the_note_is_not_in_a_repr():
    assert "canary" not in repr(TOLD)
