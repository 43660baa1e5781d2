"""The demo lets anybody in as anybody, and removes its folder: it must have both to itself."""

from pathlib import Path

import pytest

from infobank.cli.demo import MARK, check_isolated, demo_settings, start_over, take_folder
from infobank.errors import ConfigurationError

DATABASE = "postgresql+asyncpg://{role}@records.example/infobank"
ELSEWHERE = {
    "databases": {"INFOBANK_DATABASE_URL": DATABASE, "INFOBANK_KEYS_DATABASE_URL": DATABASE},
    "the root key": {"INFOBANK_ROOT_KEY": "/etc/infobank/root"},
    "the keystore": {
        "INFOBANK_ROOT_KEYSTORE": "transit",
        "INFOBANK_TRANSIT_URL": "https://keys.example:8200",
    },
    "the log's key": {"INFOBANK_LOG_KEY": "/etc/infobank/log.pem"},
}


def test_its_usual_settings_are_apart_from_any_bank(tmp_path: Path):
    check_isolated(demo_settings(tmp_path / "demo", 8080))


@pytest.mark.parametrize("case", ELSEWHERE)
def test_it_does_not_start_on_a_real_banks_data(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name, value in ELSEWHERE[case].items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match="INFOBANK_"):
        check_isolated(demo_settings(tmp_path / "demo", 8080))


def test_a_folder_with_something_else_in_it_is_never_taken_nor_removed(tmp_path: Path):
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Hanako", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="something else"):
        take_folder(tmp_path)
    assert not (tmp_path / MARK).exists()
    with pytest.raises(ConfigurationError, match="nothing was removed"):
        start_over(tmp_path)
    assert letter.exists()


def test_its_own_folder_is_taken_again_and_removed(tmp_path: Path):
    state = tmp_path / "demo"
    for _ in range(2):
        take_folder(state)
        (state / "keys").mkdir(exist_ok=True)
    start_over(state)
    assert not state.exists()
