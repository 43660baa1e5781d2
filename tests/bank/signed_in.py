"""A program with a portal session, as a resident or a member of staff would run it."""

import requests
from running_bank import BankServer

from infobank.web.access import CSRF_HEADER

COOKIE = "infobank"
SECONDS = 30


def signed_in(server: BankServer, handle: str, *, csrf: bool = True) -> requests.Session:
    """Return a session that carries the cookie and, unless told otherwise, the form's secret."""
    secret, session = server.run(server.bank.sign_in.by_handle(handle))
    program = requests.Session()
    program.cookies.set(COOKIE, secret)
    if csrf:
        program.headers[CSRF_HEADER] = session.csrf
    return program
