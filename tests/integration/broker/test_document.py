"""What `docs/provider.md` shows is what the bank accepts and answers."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from infobank.oauth.authorization_details import parse
from infobank.oauth.errors import OAuthError
from infobank.policies import read_policies
from infobank.web.api.schemas import RecordsDocument
from infobank.web.oauth.meanings import MEANINGS
from infobank.web.routes import ROUTES

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "provider.md").read_text(encoding="utf-8")
ASKED, ANSWERED = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)


def test_the_example_of_authorization_details_is_accepted_as_it_stands():
    policies = read_policies(ROOT / "policies", "Asia/Tokyo").policies
    access = parse(ASKED, policies, date(2026, 11, 21))
    assert access.items[0].fields == ("steps", "distance")


def test_the_example_of_an_answer_has_the_members_of_an_answer():
    shown = json.loads(ANSWERED)
    assert shown.keys() == {
        field.data_key or name for name, field in RecordsDocument().fields.items()
    }


PART = re.compile(r"\{\w+\}|\$[A-Z_]+")
"""What stands for a name in an address: `{notice}` or `$CALL`."""


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\$BANK(/[\w/.{}$-]+)", TEXT))))
def test_every_address_in_the_document_is_one_of_the_banks(path: str):
    assert PART.sub("{}", path) in {PART.sub("{}", route.path) for route in ROUTES}


def test_every_refusal_in_the_document_is_one_of_the_brokers():
    known: set[type[OAuthError]] = set(MEANINGS)
    rows = re.findall(r"^\| (\d+)(?: or (\d+))? `(\w+)`", TEXT, re.MULTILINE)
    assert len(rows) >= 6
    for status, other, code in rows:
        [kind] = [each for each in known if each.code == code]
        assert str(kind.status) in {status, other}
