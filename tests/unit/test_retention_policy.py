"""What the files of retention and of the escrow's holders may say."""

import shutil
from base64 import b64encode
from pathlib import Path

import pytest

from infobank.errors import ConfigurationError
from infobank.policies import read_policies

POLICIES = Path(__file__).parents[2] / "policies"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(POLICIES, tmp_path / "policies"))


def holders(*keys: bytes) -> str:
    """Return a file of holders with these public keys."""
    return "\n".join(
        f'[[holder]]\nname = "holder {number}"\nkey = "{b64encode(key).decode()}"'
        for number, key in enumerate(keys)
    )


def test_the_projects_own_rules_keep_what_the_law_asks_for():
    found = read_policies(POLICIES, "Asia/Tokyo")
    assert found.retention.record_days == {"half_hourly_electricity": 1827, "trips": 1096}
    assert found.retention.provision_years == 3
    assert found.retention.epoch_days == 31
    kept = (found.retention.mandate_days, found.retention.told_days, found.retention.answer_days)
    assert kept == (1096, 366, 1827)
    assert found.holders == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("trips = 1096", "walks = 1096", "walks: is not a category"),
        ("trips = 1096", "trips = 0", "trips: must be between 1 and"),
        ("[told]\ndays = 366", "[told]\ndays = 0", "told.days: must be between 1 and"),
        ("days = 1827", "days = 1826", "answers.days: must be between 1827 and"),
        ("years = 3", "years = 2", "years: must be between 3 and"),
        ("epoch_days = 31", "epoch_day = 31", "epoch_days: is missing"),
        ("days = 1096\n", "days = 1096\nmonths = 1\n", "months: is unknown here"),
    ],
)
def test_a_rule_that_is_misspelt_or_too_short_is_refused(
    folder: Path, old: str, new: str, said: str
):
    path = folder / "retention.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(ConfigurationError, match=said):
        read_policies(folder, "Asia/Tokyo")


def test_a_bank_without_rules_of_retention_does_not_start(folder: Path):
    (folder / "retention.toml").unlink()
    with pytest.raises(ConfigurationError, match=r"needs retention\.toml"):
        read_policies(folder, "Asia/Tokyo")


@pytest.mark.parametrize("count", [2, 6])
def test_two_to_six_holders_are_read(folder: Path, count: int):
    keys = [bytes([number]) * 32 for number in range(9, 9 + count)]
    (folder / "holders.toml").write_text(holders(*keys))
    found = read_policies(folder, "Asia/Tokyo")
    assert [holder.public_key for holder in found.holders] == keys
    # Who may open what outlives an erasure is a rule, and its hash is in the log.
    assert found.policies.digest != read_policies(POLICIES, "Asia/Tokyo").policies.digest


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ([b"1" * 32], "must be 2 to 6"),
        ([bytes([number]) * 32 for number in range(9, 16)], "must be 2 to 6"),
        ([b"1" * 32, b"1" * 32], "must be 2 to 6 different"),
        ([b"1" * 31, b"2" * 32], "must be an X25519 public key"),
    ],
    ids=["one", "seven", "one twice", "short"],
)
def test_holders_who_could_not_watch_each_other_are_refused(
    folder: Path, keys: list[bytes], said: str
):
    (folder / "holders.toml").write_text(holders(*keys))
    with pytest.raises(ConfigurationError, match=said):
        read_policies(folder, "Asia/Tokyo")
