"""What stands behind a mandate: the key service's own judgement, and the operator's command."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from bank_processes import infobank
from mandates import bank_ahead, call, called, given, grants
from provider_client import register
from running_bank import BankServer

from infobank.consent.decision import decide
from infobank.consent.question import DisclosureRequest
from infobank.entropy import SystemEntropy, new_uuid
from infobank.usecases.bank import Bank
from infobank.usecases.consent.disclose import Wish, decision_entry, wanted_item
from infobank.usecases.consent.grounds import Grounds, recipient_of
from infobank.usecases.vault.keyservice import Wanted
from infobank.vault.errors import KeyRefusedError
from infobank.vocabulary.identifiers import ConsentId, ResidentId

DAY = timedelta(hours=25)
CATEGORY = "daily_activity"


async def permitted(bank: Bank, home: ResidentId, grant: str) -> Wanted:
    """Record a permit under a mandate; return what is asked for with it."""
    held, provider = await bank.review.one(home, ConsentId(UUID(grant)))
    behind = (await bank.mandates.reach.of_resident(home))[0]
    request = DisclosureRequest(
        home,
        recipient_of(provider, bank.policies),
        held.terms.purpose,
        wanted_item(held, Wish(CATEGORY)),
        held.terms.mode,
    )
    question = Grounds(held, mandate=behind).question(request, bank.policies, bank.clock.now())
    decision = decide(question)
    assert decision.reasons == ("mandate_covers_request",)
    async with bank.holdings.units() as unit:
        entry = decision_entry(new_uuid(SystemEntropy()), question, decision)
        (ref,) = await bank.deposit.record(unit, entry)
        await unit.commit()
    return Wanted(home, bank.policies.category(CATEGORY).number, ref, held.consent_id)


def test_the_key_service_gives_no_key_once_the_mandate_is_not_genuine(bank_server: BankServer):
    given(bank_server)
    (grant,) = called(register(bank_server))
    home = bank_server.residents["hanako"]

    async def work() -> Sequence[bytes]:
        async with bank_ahead(bank_server, DAY) as bank:
            wanted = await permitted(bank, home, grant["grant_id"])
            keys = await bank.holdings.keyservice.release([wanted])
            async with bank.holdings.units() as unit:
                forged = "UPDATE mandates SET least_points = 0, valid_until = valid_until + '1 day'"
                await unit.connection.exec_driver_sql(forged)
                await unit.commit()
            with pytest.raises(KeyRefusedError):
                await bank.holdings.keyservice.release([wanted])
            return keys

    assert len(bank_server.run(work())) == 1


def test_an_erased_resident_is_answered_for_no_more(bank_server: BankServer):
    erased = next(each for each in bank_server.residents if each not in {"hanako", "taro"})
    home = bank_server.residents[erased]
    mandate = given(bank_server, erased)
    (grant,) = [each for each in called(register(bank_server)) if each]
    bank_server.run(bank_server.bank.erase(home))
    assert called(register(bank_server)) == []
    for table in ("mandates", "mandate_versions", "call_grants", "told", "consents"):
        statement = f"SELECT 1 FROM {table} WHERE resident_id = $1"
        assert bank_server.rows(statement, home) == [], (table, mandate, grant)


def test_an_operator_has_open_calls_answered_by_command(bank_server: BankServer):
    client = register(bank_server)
    name = call(client).json()["call"]
    given(bank_server, "taro")
    done = infobank(bank_server.settings, "mandates")
    assert done.returncode == 0, done.stderr
    assert "consents given by mandate" in done.stdout
    assert len(grants(client, name).json()["grants"]) == 1
