"""The counter, as a steward's browser uses it: forms, without script."""

from uuid import UUID

import requests
from asked_requests import Pushed
from running_bank import BankServer
from signed_in import SECONDS, signed_in
from stewards import STEWARDS, stewards

from infobank.accounts.approval import Act
from infobank.vocabulary.givenby import GivenBy
from infobank.web.access import CSRF_HEADER
from infobank.web.portal.addresses import address

ALL = {"item.0": "yes"}
"""A yes to a request for one item."""


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


def waiting(server: BankServer, request: Pushed) -> list[UUID]:
    """Return the approvals that wait for a request's answer."""
    found = server.run(server.bank.stewardship.approvals.waiting())
    mine = (each for each in found if each.document.get("request") == request.request)
    return [each.approval_id for each in mine if each.act is Act.ASSISTED_CONSENT]


def taken_down(
    counter: Counter, request: Pushed, handle: str = "hanako", answers: dict[str, str] | None = None
) -> UUID:
    """Take down a resident's yes; return the approval that waits."""
    visit = counter.visit(handle)
    parts = {"visit": visit, "request": request.request}
    answer = counter.post("counter_request", ALL if answers is None else answers, **parts)
    assert answer.headers["Location"].endswith("done=asked"), answer.text
    (found,) = waiting(counter.server, request)
    return found


def decide(counter: Counter, approval: UUID, decision: str = "approve") -> int:
    """Answer what another steward asked for; return the status."""
    answer = counter.post("approval", {"decision": decision}, approval=approval)
    return answer.status_code
