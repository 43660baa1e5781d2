"""A proof counts once, also among readers who show it at the very same moment."""

import asyncio
from datetime import timedelta

from provider_client import register
from running_bank import BankServer

from infobank.db.across.identify import Identified, Shown, identify


def test_of_readers_who_show_one_proof_at_once_only_one_finds_it_fresh(bank_server: BankServer):
    bank = bank_server.bank
    until = bank.clock.now() + timedelta(minutes=1)
    copied = Shown(b"t" * 32, b"one proof".ljust(32), until)
    others = [Shown(b"t" * 32, b"another %d".ljust(32) % number, until) for number in range(20)]

    async def show(shown: list[Shown]) -> list[Identified]:
        direct = bank.identify.units.direct
        return await asyncio.gather(*(identify(direct, each) for each in shown))

    found = bank_server.run(show([copied, *others, copied, copied]))
    assert [each.fresh for each in found] == [True] + [True] * 20 + [False] * 2
    assert [each.fresh for each in bank_server.run(show([copied, *others]))] == [False] * 21


def test_readers_of_one_statement_get_what_their_own_token_names(bank_server: BankServer):
    bank, client = bank_server.bank, register(bank_server)
    handles = list(bank_server.residents)[:3]
    tokens = {handle: client.tokens(handle)["access_token"] for handle in handles}
    assert len(set(tokens.values())) == 3
    until = bank.clock.now() + timedelta(minutes=1)
    hashes = bank_server.rows(
        "SELECT token_hash, resident_id FROM tokens "
        "WHERE kind = 'access' AND resident_id = ANY($1)",
        [bank_server.residents[handle] for handle in handles],
    )
    shown = [
        Shown(token_hash, b"reader %d".ljust(32) % number, until)
        for number, (token_hash, _) in enumerate(hashes)
    ]
    nobody = Shown(b"nobody's".ljust(32), b"nobody".ljust(32), until)

    async def show() -> list[Identified]:
        direct = bank.identify.units.direct
        return await asyncio.gather(*(identify(direct, each) for each in [nobody, *shown]))

    stranger, *found = bank_server.run(show())
    assert stranger.token is None
    assert stranger.fresh
    assert [each.token and each.token.resident_id for each in found] == [home for _, home in hashes]
