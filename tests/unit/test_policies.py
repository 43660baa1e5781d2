"""The operator's rules: what a policies folder may say, and how the bank refuses the rest."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from infobank.accounts.rights import Right
from infobank.errors import ConfigurationError
from infobank.policies import read_policies
from infobank.vocabulary.category import FieldType, Span, TimeUnit
from infobank.vocabulary.outputmode import OutputMode

POLICIES = Path(__file__).parents[2] / "policies"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the project's policies that a test may spoil."""
    return Path(shutil.copytree(POLICIES, tmp_path / "policies"))


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_projects_own_rules_are_read():
    policies = read_policies(POLICIES, "Asia/Tokyo").policies
    assert {code: one.number for code, one in policies.categories.items()} == {
        "daily_activity": 1,
        "household_electricity": 2,
        "health_check": 3,
        "profile": 4,
        "half_hourly_electricity": 5,
        "trips": 6,
    }
    assert policies.category("trips").time is TimeUnit.MINUTE
    assert policies.category("daily_activity").time is TimeUnit.DAY
    assert policies.category("health_check").special_care
    assert policies.category("daily_activity").span is Span.YEAR
    distance = policies.category("daily_activity").field("distance")
    assert (distance.type, distance.places, distance.maximum) == (FieldType.NUMBER, 2, 20_000)
    assert [code for code, _ in policies.category("profile").field("sex").codes] == [
        "female",
        "male",
        "other",
    ]


def test_open_statistics_allow_statistics_only():
    purpose = read_policies(POLICIES, "Asia/Tokyo").policies.purpose("open_statistics")
    assert purpose.modes == {OutputMode.STATISTICS}
    assert purpose.categories == {"daily_activity", "profile"}
    assert purpose.longest == timedelta(days=1827)


def test_deadlines_are_thirty_days_where_nothing_is_said(folder: Path):
    spoil(folder, "rights.toml", "export = 30\n", "")
    spoil(folder, "rights.toml", "closure = 30", "closure = 7")
    rights = read_policies(folder, "Asia/Tokyo").rights
    assert (rights.days[Right.EXPORT], rights.days[Right.CLOSURE]) == (30, 7)
    assert rights.by_resident == {"profile", "daily_activity"}


def test_a_folder_without_rules_for_the_rights_desk_is_refused(folder: Path):
    (folder / "rights.toml").unlink()
    with pytest.raises(ConfigurationError, match=r"needs rights\.toml"):
        read_policies(folder, "Asia/Tokyo")


def test_statistics_are_passed_on_as_documents(folder: Path):
    (folder / "statistics" / "invented.toml").write_text("number = 7\n")
    assert read_policies(folder, "Asia/Tokyo").statistics["invented"] == {"number": 7}


@pytest.mark.parametrize(
    ("name", "old", "new", "named"),
    [
        ("categories/profile.toml", "number = 4", "number = 1", "number"),
        ("categories/profile.toml", "number = 4", "number = 70000", "number"),
        ("categories/profile.toml", "number = 4", "", "number"),
        ("categories/profile.toml", 'span = "life"', 'span = "decade"', "span"),
        ("categories/profile.toml", "schema = 1", "schema = 1\ncolour = 1", "colour"),
        ("categories/profile.toml", ', en = "Profile"', "", "label.en"),
        ("categories/profile.toml", 'name = "birth_year"', 'name = "name"', "fields"),
        ("categories/profile.toml", 'name = "area"', 'name = "Area"', "fields[4].name"),
        ("categories/profile.toml", "female = {", '"Fe male" = {', "Fe male"),
        ("categories/profile.toml", "longest = 100", "longest = true", "longest"),
        ("categories/health_check.toml", 'maximum = "300"', 'maximum = "30"', "maximum"),
        ("categories/health_check.toml", 'maximum = "300"', 'maximum = "3e2"', "maximum"),
        ("categories/health_check.toml", "special_care = true", "special_care = 1", "special_care"),
        ("purposes/research.toml", '"health_check"', '"moods"', "categories"),
        ("purposes/research.toml", '"records"', '"rumours"', "modes"),
        ("purposes/research.toml", '"records", ', '"answers", ', "modes"),
        ("purposes/research.toml", "1827", "0", "longest_days"),
        ("purposes/research.toml", "dpv:ScientificResearch", "science", "term"),
        ("purposes/research.toml", "label = ", "label = = ", "not TOML"),
        ("rights.toml", "export = 30", "export = 31", "deadline_days.export"),
        ("rights.toml", "export = 30", "exports = 30", "deadline_days.exports"),
        ("rights.toml", '"profile"', '"moods"', "correction.by_resident"),
        ("rights.toml", "[correction]", "[corrections]", "correction"),
    ],
)
def test_a_wrong_rule_is_refused_by_file_and_key(
    folder: Path, name: str, old: str, new: str, named: str
):
    spoil(folder, name, old, new)
    with pytest.raises(ConfigurationError) as refused:
        read_policies(folder, "Asia/Tokyo")
    assert named in refused.value.message
    # two categories that share a number are found at the later of the two
    assert name in refused.value.message or "is already" in refused.value.message


@pytest.mark.parametrize("name", ["Steps", "steps2", "my-steps", "_steps"])
def test_a_file_name_that_is_no_code_is_refused(folder: Path, name: str):
    shutil.copy(folder / "purposes" / "research.toml", folder / "purposes" / f"{name}.toml")
    with pytest.raises(ConfigurationError, match=f"purposes/{name}.toml"):
        read_policies(folder, "Asia/Tokyo")


def test_bytes_that_are_not_utf8_are_refused(folder: Path):
    (folder / "purposes" / "broken.toml").write_bytes(b"term = '\xff'")
    with pytest.raises(ConfigurationError, match=r"purposes/broken.toml: not UTF-8 at byte 8"):
        read_policies(folder, "Asia/Tokyo")


def test_a_huge_file_is_refused(folder: Path):
    (folder / "purposes" / "huge.toml").write_bytes(b"#" * (1 << 20) + b"#")
    with pytest.raises(ConfigurationError, match="larger than"):
        read_policies(folder, "Asia/Tokyo")


def test_a_missing_folder_is_refused(tmp_path: Path):
    with pytest.raises(ConfigurationError, match="does not exist"):
        read_policies(tmp_path / "nowhere", "Asia/Tokyo")


def test_the_digest_covers_names_and_bytes_of_every_rule(folder: Path):
    first = read_policies(folder, "Asia/Tokyo").policies.digest
    assert len(first) == 32
    assert read_policies(folder, "Asia/Tokyo").policies.digest == first
    (folder / "rules.cedar").write_text("// nothing is allowed\n")
    second = read_policies(folder, "Asia/Tokyo").policies.digest
    (folder / "rules.cedar").rename(folder / "other.cedar")
    third = read_policies(folder, "Asia/Tokyo").policies.digest
    spoil(folder, "mappings/fitbit_daily_activity.toml", "create", "refuse")
    fourth = read_policies(folder, "Asia/Tokyo").policies.digest
    assert len({first, second, third, fourth}) == 4


def test_a_readme_is_no_rule(folder: Path):
    first = read_policies(folder, "Asia/Tokyo").policies.digest
    (folder / "README.md").write_text("other words")
    assert read_policies(folder, "Asia/Tokyo").policies.digest == first
