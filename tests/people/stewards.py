"""Two stewards, and what takes both of them."""

from contextlib import suppress
from datetime import date, datetime

from running_bank import BankServer

from infobank.accounts.account import Account, Role
from infobank.accounts.proxy import Proxy, Scope
from infobank.errors import ConflictError
from infobank.usecases.accounts.grant_proxy import Standing

STEWARDS = ("steward", "second_steward")


def stewards(server: BankServer) -> tuple[Account, Account]:
    """Return two stewards; the second joins when nobody came before."""
    bank = server.bank
    with suppress(ConflictError):
        server.run(bank.sign_in.open_account(STEWARDS[1], Role.STEWARD))
    one, other = (server.run(bank.hold.steward(handle)) for handle in STEWARDS)
    return one, other


def let_act(
    server: BankServer,
    ward: str,
    guardian: str,
    until: datetime,
    *,
    scopes: frozenset[Scope] = frozenset(Scope),
    label: str = "",
    born: date | None = None,
) -> Proxy:
    """Let somebody act for a resident: one steward asks, the other approves."""
    one, other = stewards(server)
    bank, standing = server.bank, Standing(scopes, until, label, born)
    asked = server.run(bank.stewardship.grant_proxy(ward, guardian, standing, one))
    server.run(bank.stewardship.approvals.approve(asked.approval_id, other))
    found = server.run(bank.proxies.acting_for(server.residents[ward]))
    return next(each for each in found if str(each.proxy_id) == asked.document["proxy"])
