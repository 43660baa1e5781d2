"""The shipped statistic, and a month to publish it for."""

import tomllib
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from infobank.publication.parsing import parse_statistic
from infobank.publication.release import Edition
from infobank.publication.statistic import Statistic
from infobank.vocabulary.period import Period

SHIPPED = Path(__file__).parents[3] / "policies" / "statistics" / "monthly_steps.toml"


@pytest.fixture
def document() -> dict[str, Any]:
    return tomllib.loads(SHIPPED.read_text(encoding="utf-8"))


@pytest.fixture
def statistic(document: dict[str, Any]) -> Statistic:
    return parse_statistic(document)


@pytest.fixture
def edition() -> Edition:
    return Edition(
        period=Period.month(2026, 9),
        version=1,
        published_at=datetime(2026, 10, 5, 3, 0, tzinfo=UTC),
        consent_epoch=4711,
        policy_digest="ab" * 32,
        spent_in_year=Fraction(1),
    )
