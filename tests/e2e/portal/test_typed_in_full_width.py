"""What people type on a Japanese keyboard is taken as they meant it."""

import pytest
import requests
from running_bank import BankServer
from signed_in import SECONDS, signed_in

FORM = "/rights/correction?category=health_check&field=waist"


def send(server: BankServer, program: requests.Session, **typed: str) -> requests.Response:
    form = {"category": "health_check", "field": "waist", "note": "", **typed}
    return program.post(f"{server.url}/rights/correction", data=form, timeout=SECONDS)


def in_era(day: str) -> str:
    """Return an ISO day of the era Reiwa in full width."""
    year, month, number = map(int, day.split("-"))
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    return f"令和{year - 2018}年{month}月{number}日".translate(wide)


def test_a_correction_takes_full_width_digits_and_years_of_the_era(bank_server: BankServer):
    day = bank_server.deposited("hanako", "health_check")[-1].observed.isoformat()
    with signed_in(bank_server, "hanako") as hanako:
        answer = send(bank_server, hanako, observed=in_era(day), value="８１．５")
    assert answer.status_code == 200
    assert "/rights/requests/" in answer.url


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"observed": "令和99年2月30日", "value": "81"}, "observed"),
        ({"observed": "<script>alert(1)</script>", "value": "81"}, "observed"),
        ({"observed": "2026-01-01", "value": "八十一"}, "value"),
    ],
)
def test_what_cannot_be_read_comes_back_as_it_was_typed(
    bank_server: BankServer, typed: dict[str, str], fault: str
):
    with signed_in(bank_server, "hanako") as hanako:
        answer = send(bank_server, hanako, **typed)
    assert answer.status_code == 422
    assert f'id="{fault}-fault"' in answer.text
    assert "<script>alert" not in answer.text
    for said in typed.values():
        assert said.replace("<", "&lt;").replace(">", "&gt;") in answer.text
