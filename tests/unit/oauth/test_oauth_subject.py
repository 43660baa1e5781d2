"""Pairwise subjects: one resident, a different name for each provider."""

from uuid import UUID

import pytest

from infobank.oauth.subject import pairwise_subject
from infobank.vocabulary.identifiers import ProviderId, ResidentId

KEY = bytes(range(32))
RESIDENT = ResidentId(UUID(int=1))
OTHER = ResidentId(UUID(int=2))
WALK = ProviderId(UUID(int=2))
CARE = ProviderId(UUID(int=1))


def test_a_resident_keeps_one_name_for_one_provider():
    assert pairwise_subject(KEY, WALK, RESIDENT) == pairwise_subject(KEY, WALK, RESIDENT)
    assert len(pairwise_subject(KEY, WALK, RESIDENT)) == 43


def test_names_differ_by_provider_by_resident_and_by_key():
    names = {
        pairwise_subject(KEY, WALK, RESIDENT),
        pairwise_subject(KEY, CARE, RESIDENT),
        pairwise_subject(KEY, WALK, OTHER),
        pairwise_subject(KEY, CARE, OTHER),
        pairwise_subject(bytes(32), WALK, RESIDENT),
    }
    assert len(names) == 5


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="32"):
        pairwise_subject(b"short", WALK, RESIDENT)
