"""The home page sums up what happened since the last visit, as far back as it looks."""

from provider_client import register
from running_bank import BankServer
from signed_in import SECONDS, signed_in

from infobank.web.portal.handlers.resident.home import MOST_LOOKED_AT


def home(server: BankServer) -> str:
    """Return the home page of Hanako, who signs in anew."""
    program = signed_in(server, "hanako")
    found = program.get(f"{server.url}/home?lang=en", timeout=SECONDS)
    assert found.status_code == 200
    return found.text


def test_it_says_so_where_it_does_not_look_back_to_the_last_visit(bank_server: BankServer):
    client = register(bank_server)
    token = client.tokens("hanako")["access_token"]
    assert {client.read(token).status_code for _ in range(MOST_LOOKED_AT)} == {200}
    assert f"the newest {MOST_LOOKED_AT} entries" in home(bank_server)
    again = home(bank_server)
    assert "Since your last visit" in again
    assert "the newest" not in again
