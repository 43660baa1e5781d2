"""Whoever stands at the counter is known by her number and a code that counts once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from counter import Counter, own_code
from desk import Desk
from mandates import bank_ahead
from running_bank import BankServer
from stewards import stewards

from infobank.accounts.counter import LIFE, LOCKED, MOST_WRONG, VISIT, Origin, Visit
from infobank.accounts.errors import CounterLockedError, CounterRefusedError
from infobank.errors import InfobankError, NotFoundError


@pytest.fixture(scope="module")
def counter(bank_server: BankServer) -> Counter:
    return Counter(bank_server)


def later(server: BankServer, span: timedelta, number: str, code: str) -> object:
    """Begin a visit at a later time; return the visit, or how it was refused."""
    one, _ = stewards(server)

    async def begin() -> object:
        async with bank_ahead(server, span) as bank:
            try:
                return await bank.stewardship.counter.visits.begin(number, code, one)
            except InfobankError as error:
                return error

    return server.run(begin())


def main(page: str) -> str:
    return page.partition("<main")[2]


def acts(server: BankServer, handle: str) -> list[dict[str, object]]:
    found = Desk(server, handle).events()
    return [each["fields"] for each in found if each["kind"] == "staff_act"]


def test_a_code_opens_one_visit_and_is_gone(bank_server: BankServer, counter: Counter):
    code = own_code(bank_server, "hanako")
    assert counter.begin("hanako", code).status_code == 303
    again = counter.begin("hanako", code)
    assert again.status_code == 422
    assert code not in again.text


def test_a_code_is_taken_as_people_write_it(bank_server: BankServer, counter: Counter):
    code = own_code(bank_server, "hanako")
    wide = f"{code[:4]}－{code[4:]}".translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert counter.begin("　hanako ", wide).status_code == 303


def test_another_residents_code_opens_nothing(bank_server: BankServer, counter: Counter):
    code = own_code(bank_server, "taro")
    assert counter.begin("kenji", code).status_code == 422
    assert counter.begin("taro", code).status_code == 303


def test_a_new_code_ends_the_one_before(bank_server: BankServer, counter: Counter):
    first, second = (own_code(bank_server, "hanako") for _ in range(2))
    assert counter.begin("hanako", first).status_code == 422
    assert counter.begin("hanako", second).status_code == 303


def test_a_portal_code_ends_after_a_quarter_of_an_hour(bank_server: BankServer):
    code = own_code(bank_server, "hanako")
    over = later(bank_server, LIFE[Origin.PORTAL], "hanako", code)
    assert isinstance(over, CounterRefusedError)


def test_wrong_codes_lock_for_a_while_even_the_right_one(bank_server: BankServer, counter: Counter):
    right = own_code(bank_server, "kenji")
    wrong = f"{(int(right) + 1) % 10**8:08}"
    for _ in range(MOST_WRONG):
        assert counter.begin("kenji", wrong).status_code == 422
    locked = counter.begin("kenji", right)
    assert locked.status_code == 422
    assert "15" in locked.text
    assert [each["what"] for each in acts(bank_server, "kenji")].count(
        "counter_wrong_code"
    ) >= MOST_WRONG
    soon = later(bank_server, LOCKED - timedelta(minutes=1), "kenji", right)
    assert isinstance(soon, CounterLockedError)
    one, _ = stewards(bank_server)
    card = bank_server.run(bank_server.bank.stewardship.counter.codes.card("kenji", one))
    assert isinstance(later(bank_server, LOCKED, "kenji", card[0]), Visit)


def test_an_unknown_number_and_a_wrong_code_look_alike(counter: Counter):
    wrong, unknown = counter.begin("taro", "00000000"), counter.begin("nobody", "00000000")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert main(wrong.text).replace("taro", "nobody") == main(unknown.text)


def test_a_card_has_codes_that_count_once_each(bank_server: BankServer, counter: Counter):
    one, _ = stewards(bank_server)
    card = bank_server.run(bank_server.bank.stewardship.counter.codes.card("taro", one))
    assert len(set(card)) == len(card) == 10
    assert counter.begin("taro", card[3]).status_code == 303
    assert counter.begin("taro", card[3]).status_code == 422
    assert counter.begin("taro", card[4]).status_code == 303
    bank_server.run(bank_server.bank.stewardship.counter.codes.card("taro", one))
    assert counter.begin("taro", card[5]).status_code == 422


def test_no_code_stands_in_the_database(bank_server: BankServer):
    code = own_code(bank_server, "hanako")
    kept = bank_server.rows("SELECT row_to_json(c)::text AS row FROM counter_codes c")
    assert kept
    assert not any(code in each["row"] for each in kept)


def test_a_visit_is_the_stewards_who_began_it_and_nobody_elses(
    bank_server: BankServer, counter: Counter
):
    visit = counter.visit("hanako")
    assert counter.get("counter_visit", visit=visit).status_code == 200
    other = Counter(bank_server, "second_steward")
    assert other.get("counter_visit", visit=visit).status_code == 404
    assert counter.get("counter_visit", visit=uuid4()).status_code == 404
    for handle in ("hanako", "auditor"):
        assert Counter(bank_server, handle).get("counter_visit", visit=visit).status_code == 403


def test_a_visit_ends_by_itself_and_by_a_word(bank_server: BankServer, counter: Counter):
    visit = counter.visit("hanako")
    bank_server.rows(
        "UPDATE counter_visits SET begun_at = begun_at - $2::interval WHERE visit_id = $1",
        visit,
        VISIT,
    )
    assert counter.get("counter_visit", visit=visit).status_code == 404
    visit = counter.visit("hanako")
    assert counter.post("counter_visit", {}, visit=visit).status_code == 303
    assert counter.get("counter_visit", visit=visit).status_code == 404
    assert counter.post("counter_visit", {}, visit=visit).status_code == 303


def test_the_resident_reads_what_was_done_at_the_counter(bank_server: BankServer, counter: Counter):
    counter.visit("taro")
    newest = acts(bank_server, "taro")[0]
    assert newest["what"] == "counter_visit"
    one, _ = stewards(bank_server)
    assert newest["staff"] == str(one.account_id)


def test_only_stewards_make_cards_and_begin_visits(bank_server: BankServer):
    account = bank_server.run(bank_server.bank.sign_in.by_handle("hanako"))[1].account
    at_counter = bank_server.bank.stewardship.counter
    with pytest.raises(NotFoundError):
        bank_server.run(at_counter.codes.card("taro", account))
    with pytest.raises(NotFoundError):
        bank_server.run(at_counter.visits.begin("taro", "12345678", account))


def test_a_form_without_its_secret_is_refused(bank_server: BankServer, counter: Counter):
    code = own_code(bank_server, "hanako")
    forged = Counter(bank_server)
    forged.csrf = "another"
    assert forged.begin("hanako", code).status_code == 403
    assert counter.begin("hanako", code).status_code == 303
