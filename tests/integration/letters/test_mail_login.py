"""A letter that the operator's mail server refuses to take from us waits until it does."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from letterbox import Mailbox, beat, mail_server
from newcomers import newcomer
from running_bank import BankServer

from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.text.language import Language

PASSWORD = "hidden-word-of-the-bank"
TO = "kept@example.jp"


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as running:
        yield running


@pytest.fixture(scope="module")
def besides(mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    file: Path = tmp_path_factory.mktemp("mail") / "password"
    file.touch(mode=0o600)
    file.write_text(f"{PASSWORD}\n")
    address = mailbox.settings["INFOBANK_SMTP_URL"].replace("//", "//bank@")
    return {
        **mailbox.settings,
        "INFOBANK_SMTP_URL": address,
        "INFOBANK_SMTP_PASSWORD_FILE": str(file),
    }


def test_a_letter_is_kept_while_the_login_is_refused(
    bank_server: BankServer, mailbox: Mailbox, capfd: pytest.CaptureFixture[str]
):
    home = newcomer(bank_server, "kept")

    choose = bank_server.bank.letters.choose
    bank_server.run(choose.set_email(home, GivenBy.SELF, TO, Language.JA))
    beat(bank_server)
    assert set(mailbox.logins) == {("bank", PASSWORD)}
    assert mailbox.taken == []
    mailbox.password = PASSWORD
    beat(bank_server, timedelta(minutes=2))
    assert len(mailbox.to(TO)) == 1
    assert PASSWORD not in "".join(capfd.readouterr())
