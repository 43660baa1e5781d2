"""A consent as others read it: what happened to it, its receipt, its agreement, its words."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from infobank.consent.consent import Consent, Stamp
from infobank.consent.exchange.events import Happening, events
from infobank.consent.exchange.odrl import agreement
from infobank.consent.exchange.receipt import Party, Receipt
from infobank.consent.exchange.spelling import Speller
from infobank.policies import read_policies
from infobank.vocabulary.benefit import Benefit
from infobank.vocabulary.bounds import Frequency, Onward
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import MandateId
from infobank.vocabulary.item import Item
from infobank.vocabulary.period import Period
from infobank.vocabulary.precision import NumberStep, PlaceStep, Precision, TimeStep
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.canonical import canonical_json
from infobank.vocabulary.text.language import Language, Text

SITE, ZONE = "https://bank.example", "Asia/Tokyo"
PHRASES = read_policies(Path(__file__).parents[3] / "policies", ZONE).phrases

ODRL = frozenset(
    {
        *("Agreement", "Party", "AssetCollection", "Constraint"),
        *("uid", "profile", "assigner", "assignee", "permission", "prohibition", "duty"),
        *("target", "source", "refinement", "action", "constraint"),
        *("leftOperand", "operator", "rightOperand", "unit"),
        *("dateTime", "purpose", "count", "timeInterval", "elapsedTime", "spatial", "recipient"),
        *("payAmount", "eq", "lt", "lteq", "gteq", "isA", "isAnyOf", "isNoneOf"),
        *("use", "read", "derive", "aggregate", "distribute", "delete", "compensate"),
    }
)
"""The words of the ODRL 2.2 core and common vocabulary that an agreement may use."""


@pytest.fixture
def rich(consent: Consent) -> Consent:
    """A consent with every bound that terms may have."""
    summer = Period(date(2026, 6, 1), date(2026, 9, 30))
    band = Precision(TimeStep.DAY, PlaceStep.MUNICIPALITY, NumberStep.BAND)
    return replace(
        consent,
        mandate=MandateId(UUID(int=9)),
        terms=replace(
            consent.terms,
            items=(
                Item("walks", ("steps",), summer, band),
                Item("checks", ("pressure",), summer),
            ),
            most_uses=12,
            frequency=Frequency(2, 7),
            onward=Onward.PROCESSORS,
            benefit=Benefit(10, Text("健康ポイント", "Health points")),
            explicit=frozenset({"checks"}),
        ),
    )


def history(consent: Consent) -> list[Consent]:
    """Return a consent that was given, narrowed, widened and withdrawn."""
    narrow = replace(consent.terms, retention_days=7)
    later = [consent.given_at + timedelta(hours=hour) for hour in range(4)]
    return [
        consent,
        replace(consent, version=2, terms=narrow, change=Stamp(later[1], GivenBy.GUARDIAN)),
        replace(consent, version=3, change=Stamp(later[2], GivenBy.SELF)),
        replace(consent, version=4, withdrawn_at=later[3], change=Stamp(later[3], GivenBy.SELF)),
    ]


def receipt_of(consent: Consent, versions: list[Consent]) -> Receipt:
    return Receipt(
        receipt_id=UUID(int=7),
        issued_at=consent.given_at + timedelta(hours=5),
        consent=consent,
        events=events(versions),
        principal="name-at-the-recipient",
        controller=Party(SITE, Text("銀行", "The bank"), SITE),
        recipient=Party("urn:uuid:3", Text("提供先", "The recipient")),
        site=SITE,
    )


def said(node: object) -> Iterator[tuple[str, object]]:
    """Yield every member of a document by its name."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            yield name, value
            yield from said(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from said(value)


def test_every_version_says_what_it_did_and_on_whose_word(consent: Consent):
    found = events(history(consent))
    assert [each.happening for each in found] == [
        Happening.GIVEN,
        Happening.NARROWED,
        Happening.WIDENED,
        Happening.WITHDRAWN,
    ]
    assert [each.by for each in found][1] is GivenBy.GUARDIAN
    assert [each.version for each in found] == [1, 2, 3, 4]


def test_a_receipt_has_the_parts_of_ts_27560(rich: Consent, policies: Policies):
    document = receipt_of(rich, history(rich)).document(policies, PHRASES, ZONE)
    metadata, record = document["receipt_metadata"], document["consent_record"]
    assert metadata["schema_version"] == "ISO/IEC TS 27560:2023"
    assert record["record_metadata"]["record_id"] == str(rich.consent_id)
    assert record["record_metadata"]["pii_principal_id"] == "name-at-the-recipient"
    processing = record["pii_processing"]
    assert processing["retention_period"] == "P90D"
    assert processing["consent_type"] == "https://w3id.org/dpv#ExplicitlyExpressedConsent"
    assert processing["purposes"][0]["purpose_type"] == "https://w3id.org/dpv#HealthPromotion"
    assert processing["geographic_restrictions"] == ["JP"]
    assert processing["withdrawal_method"] == f"{SITE}/consents/{rich.consent_id}/withdraw"
    told = {each["pii_attribute_id"]: each for each in processing["pii_information"]}
    assert set(told) == {"walks.steps", "checks.pressure"}
    assert told["checks.pressure"]["sensitive_pii_category"] is True
    assert told["walks.steps"]["precision"] == ["day", "municipality", "band"]
    roles = [each["party_role"].partition("#")[2] for each in record["party_identification"]]
    assert roles == ["DataController", "Recipient"]
    states = [each["event_state"].partition("#")[2] for each in record["events"]]
    assert states[0] == "ConsentGiven"
    assert states[-1] == "ConsentWithdrawn"
    assert document["infobank"]["mandate"] == str(rich.mandate)
    assert document["infobank"]["policies_sha256"] == rich.policy_digest.hex()


def test_a_receipt_never_names_the_resident(rich: Consent, policies: Policies):
    claims = receipt_of(rich, history(rich)).claims(policies, PHRASES, ZONE)
    assert str(rich.resident) not in canonical_json(claims).decode()


def test_a_receipt_outlives_its_purpose_and_its_categories(rich: Consent, policies: Policies):
    bare = replace(policies, purposes={}, categories={})
    document = receipt_of(rich, history(rich)).document(bare, PHRASES, ZONE)
    purposes = document["consent_record"]["pii_processing"]["purposes"]
    assert purposes == [{"purpose": "health"}]
    assert "walks" in document["infobank"]["in_words"]["en"][1]["says"][0]


@pytest.mark.parametrize("language", Language)
def test_every_term_is_spelled_in_every_language(
    rich: Consent, policies: Policies, language: Language
):
    spelled = Speller(policies, PHRASES, language, ZONE).spell(rich.terms)
    assert [each.term for each in spelled] == [
        *("purpose", "items", "mode", "valid_from", "valid_until", "retention_days"),
        *("most_uses", "frequency", "onward", "abroad", "benefit", "explicit"),
    ]
    lines = {each.term: each.lines for each in spelled}
    assert len(lines["items"]) == 2
    assert PHRASES.say("number.band", language) in lines["items"][0]
    assert lines["most_uses"] == (PHRASES.say("most_uses.bounded", language, uses=12),)
    assert lines["explicit"] == (
        PHRASES.say("explicit.given", language, category="試し" if language != "en" else "trial"),
    )


def test_the_last_day_is_spelled_and_not_the_one_after(consent: Consent, policies: Policies):
    midnight = consent.terms.valid_from.replace(hour=15, minute=0)  # 0:00 in Tokyo
    terms = replace(consent.terms, valid_until=midnight + timedelta(days=1))
    spelled = Speller(policies, PHRASES, Language.EN, ZONE).spell(terms)
    until = next(each.lines for each in spelled if each.term == "valid_until")
    assert until == (f"Until {(midnight + timedelta(hours=9)).date()}",)


def agreed(consent: Consent, policies: Policies) -> dict[str, Any]:
    found: dict[str, Any] = agreement(consent, "name-at-the-recipient", SITE, SITE, policies)
    return found


def bounds(rule: Mapping[str, Any]) -> dict[tuple[str, str], object]:
    return {
        (each["leftOperand"], each["operator"]): each["rightOperand"] for each in rule["constraint"]
    }


def test_an_agreement_has_a_permission_for_each_item_within_all_bounds(
    rich: Consent, policies: Policies
):
    document = agreed(rich, policies)
    assert document["@type"] == "Agreement"
    steps, pressure, onward = document["permission"]
    assert steps["target"]["source"].endswith("/categories/walks")
    assert pressure["target"]["source"].endswith("/categories/checks")
    found = bounds(steps)
    assert found["purpose", "isA"] == {"@id": "dpv:HealthPromotion"}
    assert found["count", "lteq"] == 12
    assert found["dateTime", "lt"] == {
        "@value": rich.terms.valid_until.isoformat(),
        "@type": "xsd:dateTime",
    }
    assert found["spatial", "eq"] == {"@id": "loc:JP"}
    delete, pay = steps["duty"]
    assert delete["action"] == "delete"
    assert bounds(delete)["elapsedTime", "lteq"]["@value"] == "P90D"
    assert pay["action"][0]["refinement"][0]["rightOperand"] == 10
    assert onward["action"] == "distribute"
    assert bounds(onward)["recipient", "isA"] == {"@id": "dpv:DataProcessor"}


def test_an_agreement_uses_only_words_of_odrl_and_of_its_profile(rich: Consent, policies: Policies):
    for consent in (rich, replace(rich, withdrawn_at=rich.given_at)):
        for name, value in said(agreed(consent, policies)):
            if not name.startswith("@") and ":" not in name:
                assert name in ODRL | {"dpv", "loc", "xsd", "infobank"}, name
            if name in {"leftOperand", "operator", "action"} and isinstance(value, str):
                assert value in ODRL or value.startswith("infobank:"), value


def test_what_may_not_be_passed_on_is_prohibited(consent: Consent, policies: Policies):
    (closed,) = agreed(consent, policies)["prohibition"]
    assert closed == {
        "target": [f"{SITE}/ns/consents/categories/walks"],
        "action": "distribute",
    }
    open_ = replace(consent, terms=replace(consent.terms, onward=Onward.OTHERS, abroad=True))
    document = agreed(open_, policies)
    assert document["prohibition"] == []
    assert document["permission"][-1]["action"] == "distribute"
    assert ("spatial", "eq") not in bounds(document["permission"][0])


def test_a_withdrawn_consent_permits_nothing(rich: Consent, policies: Policies):
    document = agreed(replace(rich, withdrawn_at=rich.given_at), policies)
    assert "permission" not in document
    assert [each["action"] for each in document["prohibition"]] == ["use", "use"]


def test_an_agreement_never_names_the_resident(rich: Consent, policies: Policies):
    assert str(rich.resident) not in canonical_json(agreed(rich, policies)).decode()
