"""Settings: all problems at once, nothing unsafe outside the demo, nothing guessed."""

from pathlib import Path

import pytest

from infobank.config import carried, from_mapping
from infobank.connectors.city_over_http import CityPlace
from infobank.errors import ConfigurationError
from infobank.keystore.roots.places import FilePlace, TokenPlace, TransitPlace

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
        "INFOBANK_ROOT_KEYSTORE": "paper",
        "INFOBANK_ROOT_DEADLINE": "never",
        "INFOBANK_TRANSIT_URL": "http://keys.example:8200",
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


def test_the_root_key_lives_in_a_folder_of_the_state_when_nothing_is_said():
    settings = from_mapping({**DEMO, "INFOBANK_STATE": "/srv/bank"})
    assert settings.roots == FilePlace(Path("/srv/bank/keys/root"))
    assert settings.root_deadline == 5


def test_a_token_is_named_by_its_library_label_and_pin():
    stated = {
        "INFOBANK_STATE": "/srv/bank",
        "INFOBANK_ROOT_KEYSTORE": "pkcs11",
        "INFOBANK_PKCS11_MODULE": "/usr/lib/hsm.so",
        "INFOBANK_PKCS11_TOKEN": "city",
    }
    assert from_mapping({**DEMO, **stated}).roots == TokenPlace(
        Path("/usr/lib/hsm.so"), "city", Path("/srv/bank/keys/pin")
    )


def test_a_transit_engine_is_named_by_its_server_mount_and_key():
    stated = {
        "INFOBANK_STATE": "/srv/bank",
        "INFOBANK_ROOT_KEYSTORE": "transit",
        "INFOBANK_TRANSIT_URL": "https://keys.example:8200",
        "INFOBANK_TRANSIT_CA": "/etc/ssl/keys.pem",
        "INFOBANK_TRANSIT_NAMESPACE": "city",
    }
    assert from_mapping({**DEMO, **stated}).roots == TransitPlace(
        "https://keys.example:8200",
        "transit",
        "infobank-root",
        Path("/srv/bank/keys/token"),
        Path("/etc/ssl/keys.pem"),
        "city",
    )


@pytest.mark.parametrize(
    ("keystore", "missing"),
    [("pkcs11", "INFOBANK_PKCS11_MODULE"), ("transit", "INFOBANK_TRANSIT_URL")],
)
def test_a_keystore_that_was_chosen_must_be_named(keystore: str, missing: str):
    with pytest.raises(ConfigurationError, match=f"{missing}: must name"):
        from_mapping({**DEMO, "INFOBANK_ROOT_KEYSTORE": keystore})


def test_the_citys_sign_in_is_named_by_its_issuer_and_the_client():
    stated = {
        "INFOBANK_STATE": "/srv/bank",
        "INFOBANK_CITY_ISSUER": "https://login.city.example/realm",
        "INFOBANK_CITY_CLIENT_ID": "bank",
    }
    assert from_mapping(DEMO).city is None
    assert from_mapping({**DEMO, **stated}).city == CityPlace(
        "https://login.city.example/realm", "bank", Path("/srv/bank/keys/city")
    )
    for lone in ("INFOBANK_CITY_ISSUER", "INFOBANK_CITY_CLIENT_ID"):
        with pytest.raises(ConfigurationError, match="set both or neither"):
            from_mapping({**DEMO, lone: stated[lone]})


@pytest.mark.parametrize(
    "issuer",
    [
        "http://login.city.example",
        "ftp://x",
        "https://",
        "https://a@x",
        "https://x/?a",
        "https://x/#b",
    ],
)
def test_the_citys_sign_in_needs_an_address_that_nobody_can_listen_to(issuer: str):
    stated = {"INFOBANK_CITY_ISSUER": issuer, "INFOBANK_CITY_CLIENT_ID": "bank"}
    with pytest.raises(ConfigurationError, match="INFOBANK_CITY_ISSUER: must"):
        from_mapping({**DEMO, **stated})


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_a_transit_engine_on_this_machine_needs_no_tls(host: str):
    stated = {"INFOBANK_ROOT_KEYSTORE": "transit", "INFOBANK_TRANSIT_URL": f"http://{host}:8200"}
    assert from_mapping({**DEMO, **stated}).roots.url.startswith("http://")


@pytest.mark.parametrize(
    "url", ["http://keys.example", "ftp://keys.example", "https://", "https://a:b@keys.example"]
)
def test_an_address_that_gives_the_token_away_is_refused(url: str):
    with pytest.raises(ConfigurationError, match="INFOBANK_TRANSIT_URL"):
        from_mapping({**DEMO, "INFOBANK_TRANSIT_URL": url})


@pytest.mark.parametrize("seconds", ["0", "-1", "61", "inf", "nan", "soon"])
def test_a_deadline_is_seconds_within_reason(seconds: str):
    with pytest.raises(ConfigurationError, match="INFOBANK_ROOT_DEADLINE"):
        from_mapping({**DEMO, "INFOBANK_ROOT_DEADLINE": seconds})
