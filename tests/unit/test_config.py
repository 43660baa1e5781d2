"""Settings: all problems at once, nothing unsafe outside the demo, nothing guessed."""

from pathlib import Path

import pytest

from infobank.config import carried, from_mapping
from infobank.errors import ConfigurationError

DEMO = {"INFOBANK_ENV": "demo", "HOME": "/home/somebody"}


def test_the_demo_needs_no_setting():
    settings = from_mapping(DEMO)
    assert settings.demo
    assert settings.embedded
    assert settings.public_url == "http://localhost:8080"
    assert settings.listen == ("127.0.0.1", 8080)
    assert settings.state.name == "demo"
    assert settings.root_key.parent == settings.state / "keys"


def test_production_is_the_default_and_wants_tls():
    with pytest.raises(ConfigurationError, match="INFOBANK_PUBLIC_URL: must begin with https"):
        from_mapping({})


def test_all_problems_are_reported_at_once():
    wrong = {
        "INFOBANK_ENV": "staging",
        "INFOBANK_LISTEN": "8080",
        "INFOBANK_PUBLIC_URL": "bank.example/path",
        "INFOBANK_DATABASE_URL": "mysql://x",
        "INFOBANK_TRUSTED_PROXIES": "nonsense",
        "INFOBANK_TENANT": "nobody",
        "INFOBANK_ZONE": "Mars/Olympus",
        "INFOBANK_LOG_ORIGIN": "a name",
    }
    with pytest.raises(ConfigurationError) as caught:
        from_mapping(wrong)
    for name in wrong:
        assert f"{name}: " in caught.value.message


def test_one_database_without_the_other_is_refused():
    lone = {**DEMO, "INFOBANK_DATABASE_URL": "postgresql+asyncpg://{role}@db/records"}
    with pytest.raises(ConfigurationError, match="set both or neither"):
        from_mapping(lone)


def test_an_ipv6_address_may_be_listened_on():
    assert from_mapping({**DEMO, "INFOBANK_LISTEN": "[::1]:9000"}).listen == ("::1", 9000)


@pytest.mark.parametrize("port", ["0", "65536", "x", ""])
def test_a_port_out_of_range_is_refused(port):
    with pytest.raises(ConfigurationError, match="INFOBANK_LISTEN"):
        from_mapping({**DEMO, "INFOBANK_LISTEN": f"127.0.0.1:{port}"})


def test_the_log_is_named_after_the_public_address():
    named = from_mapping({**DEMO, "INFOBANK_PUBLIC_URL": "https://bank.example"})
    assert named.log_origin == "bank.example/infobank/log"


def test_the_carried_folders_are_found_beside_the_package():
    assert (carried("policies") / "categories").is_dir()
    assert (carried("migrations") / "records").is_dir()


def test_a_home_can_be_named(tmp_path: Path):
    assert from_mapping({**DEMO, "INFOBANK_STATE": str(tmp_path)}).state == tmp_path.resolve()


def test_a_password_in_a_database_address_is_refused():
    url = "postgresql+asyncpg://{role}:hunter2@db/records"
    both = {**DEMO, "INFOBANK_DATABASE_URL": url, "INFOBANK_KEYS_DATABASE_URL": url}
    with pytest.raises(ConfigurationError, match="must hold no password") as caught:
        from_mapping(both)
    assert "hunter2" not in caught.value.message


def test_the_demo_listens_on_this_machine_alone():
    with pytest.raises(ConfigurationError, match="this machine alone"):
        from_mapping({**DEMO, "INFOBANK_LISTEN": "0.0.0.0:8080"})
