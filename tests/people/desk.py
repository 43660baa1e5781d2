"""A program at the rights desk, as a resident, a guardian or the steward runs it."""

from typing import Any

import requests
from running_bank import BankServer
from signed_in import SECONDS, signed_in

DESK = "/api/v1/rights"


class Desk:
    """One signed-in program; answers come with their status, so that refusals are seen."""

    def __init__(self, server: BankServer, handle: str) -> None:
        self.server = server
        self.program = signed_in(server, handle)

    def post(self, path: str, document: object = None) -> requests.Response:
        """Send a document."""
        return self.program.post(f"{self.server.url}{path}", json=document or {}, timeout=SECONDS)

    def get(self, path: str) -> requests.Response:
        """Read something."""
        return self.program.get(f"{self.server.url}{path}", timeout=SECONDS)

    def ask(self, what: str, document: object = None) -> dict[str, Any]:
        """Make a request; return it as the bank answers."""
        answer = self.post(f"{DESK}/{what}", document)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def lift(self, made: dict[str, Any]) -> requests.Response:
        """Lift what stands."""
        return self.post(f"{DESK}/{made['request']}/lift")

    def one(self, made: dict[str, Any]) -> dict[str, Any]:
        """Return a request as it stands now."""
        found = self.get(DESK).json()["requests"]
        return next(each for each in found if each["request"] == made["request"])

    def events(self) -> list[dict[str, Any]]:
        """Return the newest events of the history, newest first."""
        found: list[dict[str, Any]] = self.get("/api/v1/history").json()["events"]
        return found
