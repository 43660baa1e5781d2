"""The counter, as a steward's browser uses it: forms, without script."""

from uuid import UUID

import requests
from running_bank import BankServer
from signed_in import SECONDS, signed_in
from stewards import STEWARDS, stewards

from infobank.vocabulary.givenby import GivenBy
from infobank.web.access import CSRF_HEADER
from infobank.web.portal.addresses import address


class Counter:
    """One steward's browser; answers come with their status, redirects are not followed."""

    def __init__(self, server: BankServer, handle: str = STEWARDS[0]) -> None:
        stewards(server)
        self.server = server
        self.program = signed_in(server, handle)
        self.csrf = str(self.program.headers.pop(CSRF_HEADER))

    def get(self, name: str, **parts: object) -> requests.Response:
        """Open a page."""
        url = self.server.url + address(name, **parts)
        return self.program.get(url, allow_redirects=False, timeout=SECONDS)

    def post(self, name: str, form: dict[str, str], **parts: object) -> requests.Response:
        """Send a form."""
        url = self.server.url + address(name, **parts)
        sent = {"csrf": self.csrf, **form}
        return self.program.post(url, data=sent, allow_redirects=False, timeout=SECONDS)

    def begin(self, handle: str, code: str) -> requests.Response:
        """Say a number and a code."""
        return self.post("counter", {"number": handle, "code": code})

    def visit(self, handle: str) -> UUID:
        """Begin a visit by a code that the resident makes now."""
        answer = self.begin(handle, own_code(self.server, handle))
        assert answer.status_code == 303, answer.text
        return UUID(answer.headers["Location"].rpartition("/")[2])


def own_code(server: BankServer, handle: str) -> str:
    """Let a resident make a code in her portal."""
    codes = server.bank.stewardship.counter.codes
    return server.run(codes.own(server.residents[handle], GivenBy.SELF))
