"""Devices in plain words, and codes as people type them."""

import pytest

from infobank.accounts.entrance.device import Browser, Device, Machine, device_of
from infobank.accounts.entrance.enrolment import new_half, read_code, spelled
from infobank.accounts.entrance.errors import CodeRefusedError
from infobank.entropy import SystemEntropy

SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"


@pytest.mark.parametrize(
    ("said", "device"),
    [
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) {SAFARI}",
            Device(Browser.SAFARI, Machine.IPHONE),
        ),
        (
            f"Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) CriOS/142 {SAFARI}",
            Device(Browser.CHROME, Machine.IPAD),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {CHROME} Mobile Safari/537.36",
            Device(Browser.CHROME, Machine.ANDROID),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 15) SamsungBrowser/27 {CHROME} Safari/537.36",
            Device(Browser.SAMSUNG, Machine.ANDROID),
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/142.0",
            Device(Browser.EDGE, Machine.WINDOWS),
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0",
            Device(Browser.FIREFOX, Machine.MAC),
        ),
        ("curl/8.11", Device()),
        ("", Device()),
        ("x" * 100_000 + "Firefox", Device()),
    ],
    ids=range(9),
)
def test_a_device_is_told_by_its_family(said: str, device: Device):
    assert device_of(said) == device


def test_a_code_is_sixteen_digits_in_two_halves_and_read_as_it_was_spelled():
    halves = tuple(new_half(SystemEntropy()) for _ in range(2))
    code = "".join(halves)
    assert code.isdecimal()
    assert len(spelled(code).split()) == 4
    assert read_code(spelled(code)) == halves


@pytest.mark.parametrize("typed", ["", "1234", "1" * 15, "1" * 17, "a" * 16, "¹" * 15, "٣" * 16])
def test_what_is_no_code_is_refused(typed: str):
    with pytest.raises(CodeRefusedError):
        read_code(typed)
