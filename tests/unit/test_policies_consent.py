"""Recipients, the board, places, the house's deadlines: what their files may say."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from infobank.demo.city.anchors import anchors
from infobank.demo.city.trips import mesh_code
from infobank.errors import ConfigurationError
from infobank.policies import read_files, read_policies, read_rules
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.rules.house import HouseRules

POLICIES = Path(__file__).parents[2] / "policies"
ZONE = "Asia/Tokyo"
BOARD = "board/city_research.toml"
ADVICE = "purposes/energy_saving_advice.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the project's policies that a test may spoil."""
    return Path(shutil.copytree(POLICIES, tmp_path / "policies"))


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_projects_own_recipients_show_what_their_class_needs():
    recipients = read_policies(POLICIES, ZONE).policies.recipients
    assert set(recipients) == {
        "service",
        "publication",
        "energy_adviser",
        "health_service",
        "research_institute",
        "municipality",
        "data_broker",
        "sandbox",
    }
    assert [code for code, one in recipients.items() if one.passes_on] == ["data_broker"]
    assert recipients["research_institute"].certificates == {
        "information_security",
        "research_ethics",
    }


def test_each_purpose_of_the_project_belongs_to_a_named_class():
    policies = read_policies(POLICIES, ZONE).policies
    assert {one.group for one in policies.purposes.values()} <= set(policies.groups)
    assert [code for code, one in policies.purposes.items() if one.board] == ["research"]


def test_a_purpose_retires_at_midnight_of_its_day_in_the_banks_zone(folder: Path):
    spoil(folder, ADVICE, "profiling = true", "profiling = true\nretired = 2027-04-01")
    purpose = read_policies(folder, ZONE).policies.purpose("energy_saving_advice")
    assert purpose.retired_at == datetime(2027, 3, 31, 15, tzinfo=UTC)
    assert purpose.profiling
    elsewhere = read_policies(folder, "Europe/Paris").policies.purpose("energy_saving_advice")
    assert elsewhere.retired_at == datetime(2027, 3, 31, 22, tzinfo=UTC)


def test_a_decision_of_the_board_holds_from_its_first_day_to_the_end_of_its_last(folder: Path):
    spoil(folder, BOARD, "last = 2030-12-31", "last = 2026-01-01")
    policies = read_policies(folder, ZONE).policies
    use = ("research", "trips", OutputMode.RECORDS)
    begin, end = datetime(2025, 12, 31, 15, tzinfo=UTC), datetime(2026, 1, 1, 15, tzinfo=UTC)
    at = {
        instant: policies.approves(use, UUID(int=1), "municipality", instant)
        for instant in (begin.replace(hour=14), begin, end.replace(hour=14), end)
    }
    assert list(at.values()) == [False, True, True, False]
    assert not policies.approves(use, UUID(int=1), "service", begin)
    health = ("research", "health_check", OutputMode.RECORDS)
    assert not policies.approves(health, UUID(int=1), "municipality", begin)


def test_the_board_may_name_a_single_provider(folder: Path):
    provider = UUID(int=7)
    spoil(folder, BOARD, 'classes = ["municipality", "research_institute"]', "")
    spoil(folder, BOARD, "purposes", f'providers = ["{provider}"]\npurposes')
    policies = read_policies(folder, ZONE).policies
    use, now = ("research", "trips", OutputMode.RECORDS), datetime(2026, 6, 1, tzinfo=UTC)
    assert policies.approves(use, provider, "service", now)
    assert not policies.approves(use, UUID(int=8), "municipality", now)


def test_bands_are_kept_in_the_unit_of_their_field():
    policies = read_policies(POLICIES, ZONE).policies
    check = policies.category("health_check")
    assert {one.name: check.field(one.name).band for one in check.fields} == {
        "systolic": 10,
        "diastolic": 10,
        "bmi": 10,
        "waist": 50,
        "hba1c": 5,
    }
    assert all(not category.bandless for category in policies.categories.values())


def test_places_are_marked_where_a_field_tells_one():
    categories = read_policies(POLICIES, ZONE).policies.categories.values()
    assert {
        (category.code, each.name)
        for category in categories
        for each in category.fields
        if each.place
    } == {("profile", "area"), ("trips", "origin"), ("trips", "destination")}


def test_shared_data_of_a_household_is_marked():
    categories = read_policies(POLICIES, ZONE).policies.categories.values()
    assert {category.code for category in categories if category.household} == {
        "household_electricity",
        "half_hourly_electricity",
    }


def test_every_district_of_the_demonstration_lies_where_its_mesh_does():
    places = read_policies(POLICIES, ZONE).policies.places
    homes = {area: mesh_code(*at) for area, at in anchors()["places"].items() if area != "source"}
    assert len(homes) == 10
    assert {area: places[area] for area in homes} == {area: places[homes[area]] for area in homes}
    assert set(places.values()) == {"12208", "12217", "12220", "12222"}


def test_the_projects_own_deadlines_are_those_of_the_house():
    assert read_policies(POLICIES, ZONE).policies.house == HouseRules(18, 12, 1, 366, 3, 30)


def test_rules_are_read_again_from_their_kept_bytes(folder: Path):
    found = read_policies(folder, ZONE)
    shutil.rmtree(folder)
    assert read_files(found.files, ZONE) == found
    assert read_rules(found.files, ZONE) == found.policies


def test_rules_of_an_earlier_day_are_read_without_the_words_of_today(folder: Path):
    (folder / "texts" / "reasons.toml").write_text("")
    spoil(folder, "house.toml", "proxy_years = 1", "proxy_years = 2")
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.toml")
    }
    assert read_rules(files, ZONE).house.proxy_years == 2
    with pytest.raises(ConfigurationError, match="reasons"):
        read_files(files, ZONE)


@pytest.mark.parametrize(
    ("name", "old", "new", "named"),
    [
        ("recipients/data_broker.toml", '"audit_contract"', '"a_smile"', "certificates"),
        ("recipients/data_broker.toml", "certificates", "# certificates", "certificates"),
        ("recipients/data_broker.toml", "passes_on", "passes_off", "passes_off"),
        ("recipients/service.toml", 'en = "Service provider"', 'en = ""', "label.en"),
        ("certificates.toml", "audit_contract", "audit-contract", "audit-contract"),
        ("groups.toml", 'ja = "研究", ', "", "research.ja"),
        (ADVICE, 'group = "energy"', 'group = "magic"', "group"),
        (ADVICE, 'group = "energy"', "", "group"),
        (ADVICE, 'group = "energy"', 'group = "energy"\nretired = "2027-04-01"', "retired"),
        (ADVICE, 'group = "energy"', 'group = "energy"\nretired = 2027-04-01T00:00:00Z', "retired"),
        (ADVICE, 'group = "energy"', 'group = "energy"\nretired = 2027-02-29', "not TOML"),
        (BOARD, '"municipality"', '"prefecture"', "classes"),
        (BOARD, '"research"', '"studies"', "purposes"),
        (BOARD, '"research"', '"open_statistics"', "purposes"),
        (BOARD, '"trips"', '"moods"', "categories"),
        (BOARD, '"records"', '"rumours"', "modes"),
        (BOARD, "last = 2030-12-31", "last = 2025-12-31", "last"),
        (BOARD, "first = 2026-01-01", "first = 2026-01-01T09:00:00+09:00", "first"),
        (BOARD, 'classes = ["municipality", "research_institute"]', "", "classes"),
        (BOARD, "classes", 'providers = ["city hall"]\nclasses', "providers"),
        (BOARD, "https://infobank.example/board", "ask at the desk", "minutes"),
        (BOARD, "https://", "http://", "minutes"),
        ("purposes/research.toml", '"trips"', '"daily_activity"', "categories"),
        ("purposes/research.toml", ', "trips"', "", "categories"),
        ("purposes/research.toml", '"records", ', "", "modes"),
        ("purposes/research.toml", "board = true", "", "purposes"),
        ("places.toml", '"12217"', '"122173"', "code"),
        ("places.toml", '"12217"', '"12208"', "code"),
        ("places.toml", '"12217"', '"48217"', "code"),
        ("places.toml", "53396794", "53398794", "meshes"),
        ("places.toml", '"syn-01"', '"53396776"', "districts"),
        ("places.toml", '"syn-01", ', '"syn-10", ', "districts"),
        ("places.toml", 'en = "Kashiwa"', 'en = "Kashiwa", fr = "Kashiwa"', "label.fr"),
        ("house.toml", "heard_years = 12", "heard_years = 19", "heard_years"),
        ("house.toml", "deletion_days = 30", "deletion_days = 0", "deletion_days"),
        ("house.toml", "notice_days = 3", "", "notice_days"),
        ("house.toml", "proxy_years", "proxy_weeks", "proxy_years"),
        ("categories/health_check.toml", 'band = "10"', 'band = "0"', "band"),
        ("categories/health_check.toml", 'band = "10"', 'band = "300"', "band"),
        ("categories/health_check.toml", 'band = "10"', 'band = "0.5"', "band"),
        ("categories/health_check.toml", 'band = "10"', "place = true", "place"),
        ("categories/profile.toml", "place = true", 'place = "home"', "place"),
    ],
)
def test_a_wrong_rule_is_refused_by_key(folder: Path, name: str, old: str, new: str, named: str):
    spoil(folder, name, old, new)
    with pytest.raises(ConfigurationError) as refused:
        read_policies(folder, ZONE)
    assert named in refused.value.message
    assert ".toml: " in refused.value.message


@pytest.mark.parametrize(
    "place", ["recipient/bank.toml", "boards.toml", "board/2026/january.toml", "texts/words.toml"]
)
def test_a_rule_in_a_place_nobody_reads_is_refused(folder: Path, place: str):
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).write_text('label = "a rule that would silently not hold"\n')
    with pytest.raises(ConfigurationError, match=f"{place}: nobody reads this file"):
        read_policies(folder, ZONE)


@pytest.mark.parametrize(
    "name", ["house.toml", "places.toml", "groups.toml", "certificates.toml", "texts/terms.toml"]
)
def test_a_folder_without_one_of_its_files_is_refused(folder: Path, name: str):
    (folder / name).unlink()
    with pytest.raises(ConfigurationError, match=f"needs {name}"):
        read_policies(folder, ZONE)


def test_a_folder_without_classes_of_recipients_is_refused(folder: Path):
    shutil.rmtree(folder / "recipients")
    shutil.rmtree(folder / "board")
    with pytest.raises(ConfigurationError, match="recipient class"):
        read_policies(folder, ZONE)
