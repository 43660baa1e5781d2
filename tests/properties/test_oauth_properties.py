"""What holds for every text a stranger can send, and every request a provider can make."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infobank.oauth.access import read_access_token
from infobank.oauth.authentication import ASSERTION_TYPE, read_assertion, verify_assertion
from infobank.oauth.authorization_details import RequestedAccess, parse, render
from infobank.oauth.authorize import read_reference, success_redirect
from infobank.oauth.checks import check_pushed
from infobank.oauth.client import Client, check_jwks, check_redirect_uri
from infobank.oauth.dpop import verify_proof
from infobank.oauth.errors import InvalidAuthorizationDetailsError, OAuthError
from infobank.oauth.token import read_token_request
from infobank.oauth.wire.keys import encode
from infobank.vocabulary.category import Category, Field, FieldType, Span
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.rules.purpose import Purpose
from infobank.vocabulary.text.language import Text

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
WORDS = Text(ja="語", en="words")


def category(code: str, number: int, *names: str) -> Category:
    fields = tuple(Field(name, FieldType.NUMBER, WORDS, maximum=9) for name in names)
    return Category(code, number, 1, WORDS, WORDS, Span.MONTH, fields)


POLICIES = Policies(
    categories={
        "activity": category("activity", 1, "steps", "minutes", "floors"),
        "energy": category("energy", 2, "kwh"),
    },
    purposes={
        "health": Purpose(
            "health",
            "dpv:Health",
            WORDS,
            WORDS,
            frozenset(OutputMode),
            frozenset({"activity", "energy"}),
            timedelta(days=400),
        )
    },
    digest=b"\0" * 32,
)
CLIENT = Client(ProviderId(UUID(int=1)), {"keys": []}, ("https://walk.example/",), active=True)

WORD = st.text(
    st.characters(codec="ascii", categories=("L", "N", "P")) | st.sampled_from("あ歩数健康。、"),
    min_size=1,
    max_size=300,
)
DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))


@st.composite
def items(draw: st.DrawFn) -> Item:
    code = draw(st.sampled_from(sorted(POLICIES.categories)))
    names = POLICIES.categories[code].field_names
    chosen = draw(st.sets(st.sampled_from(names), min_size=1))
    first, last = sorted((draw(DAYS), draw(DAYS)))
    return Item(code, tuple(name for name in names if name in chosen), Period(first, last))


ACCESSES = st.builds(
    RequestedAccess,
    purpose=st.just("health"),
    mode=st.sampled_from(OutputMode),
    items=st.lists(
        items(), min_size=1, max_size=20, unique_by=lambda item: (item.category, item.period)
    ).map(tuple),
    until=st.integers(1, 400).map(lambda days: TODAY + timedelta(days=days)),
    retention_days=st.integers(0, 3653),
    purpose_text=st.none() | st.builds(Text, ja=WORD, en=WORD),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(ACCESSES)
def test_a13_what_is_rendered_is_read_back(access: RequestedAccess):
    assert parse(json.dumps(render(access)), POLICIES, TODAY) == access


@given(ACCESSES, JSON, st.data())
def test_a12_a_request_with_one_member_replaced_is_read_or_refused(
    access: RequestedAccess, replacement: object, data: st.DataObject
):
    elements = render(access)
    element = data.draw(st.sampled_from(elements))
    name = data.draw(st.sampled_from(sorted(element)) | st.text())
    element[name] = replacement
    try:
        read = parse(json.dumps(elements), POLICIES, TODAY)
    except InvalidAuthorizationDetailsError as error:
        assert error.message.startswith("authorization_details")  # noqa: PT017  either may happen
    else:
        assert render(read) == elements


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_a12_any_bytes_as_details_are_refused_and_nothing_else_happens(octets: bytes):
    with pytest.raises(InvalidAuthorizationDetailsError):
        parse(octets.decode("utf-8", "surrogateescape"), POLICIES, TODAY)


@given(JSON)
def test_a12_any_json_as_details_is_refused_and_nothing_else_happens(value: object):
    with pytest.raises(InvalidAuthorizationDetailsError):
        parse(json.dumps(value), POLICIES, TODAY)


SEGMENT = st.binary(min_size=1).map(encode) | JSON.map(
    lambda value: encode(json.dumps(value).encode())
)
OBJECT = st.builds(lambda *parts: ".".join(parts), SEGMENT, SEGMENT, SEGMENT) | st.text()


@given(OBJECT)
def test_any_text_as_a_proof_or_assertion_is_refused_and_nothing_else_happens(text: str):
    with pytest.raises(OAuthError):
        verify_proof([text], "GET", "https://bank.example/", NOW)
    form = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": text}
    with pytest.raises(OAuthError):
        verify_assertion(read_assertion(form), CLIENT, "https://bank.example", NOW)


HEADERS = st.dictionaries(st.sampled_from(["typ", "alg", "jwk", "kid"]), JSON)
CLAIMS = st.dictionaries(
    st.sampled_from(["sub", "iss", "aud", "jti", "iat", "nbf", "exp", "htm", "htu"]), JSON
)
JWK = st.dictionaries(
    st.sampled_from(["kty", "crv", "x", "y", "use", "alg", "key_ops", "d"]),
    JSON | st.sampled_from(["EC", "P-256", "OKP", "Ed25519", "A" * 43, "sig"]),
)


@given(HEADERS, CLAIMS, JWK, st.binary(min_size=64, max_size=64))
def test_any_header_and_claims_are_refused_and_nothing_else_happens(
    header: dict[str, object], claims: dict[str, object], jwk: dict[str, object], signature: bytes
):
    parts = (
        json.dumps({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk} | header).encode(),
        json.dumps({"sub": CLIENT.client_id} | claims).encode(),
        signature,
    )
    text = ".".join(encode(part) for part in parts)
    with pytest.raises(OAuthError):
        verify_proof([text], "GET", "https://bank.example/", NOW)
    form = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": text}
    with pytest.raises(OAuthError):
        verify_assertion(read_assertion(form), CLIENT, "https://bank.example", NOW)


@given(st.lists(st.tuples(st.text(), st.text())))
def test_any_parameters_are_refused_and_nothing_else_happens(pairs: list[tuple[str, str]]):
    with pytest.raises(OAuthError):
        check_pushed(pairs, CLIENT, None, POLICIES, TODAY)
    with pytest.raises(OAuthError):
        read_token_request(pairs)
    with pytest.raises(OAuthError):
        read_reference(pairs)


@given(JSON.map(json.dumps) | st.text())
def test_any_text_as_keys_is_refused_and_nothing_else_happens(document: str):
    with pytest.raises(OAuthError):
        check_jwks(document)


@given(st.text())
def test_any_text_as_an_address_or_token_is_taken_or_refused(text: str):
    for read in (
        lambda: check_redirect_uri(text, loopback=True),
        lambda: read_access_token([text]),
    ):
        try:
            read()
        except OAuthError as error:
            assert error.code in {"invalid_redirect_uri", "invalid_token"}  # noqa: PT017


@given(st.text().filter(lambda text: text.isprintable()), st.text(min_size=1))
def test_a08_an_answer_never_leaves_the_registered_address(state: str, code: str):
    uri = success_redirect("https://walk.example/back", code, state, "https://bank.example")
    assert uri.startswith("https://walk.example/back?code=")
    assert uri.endswith("&iss=https%3A%2F%2Fbank.example")
    assert uri.count("&iss=") == 1
