"""Every route declares who may call it, and every route for programs is documented."""

from typing import get_args

import pytest
from openapi_spec_validator import validate

from infobank.web.access import BY_SESSION, SAFE, Access
from infobank.web.api import documentation
from infobank.web.api.contract import operations
from infobank.web.routes import ROUTES, Form, Route

PUBLIC_POSTS = {
    "/settings/reading",
    "/sign-in",
    "/sign-in/passkey",
    "/sign-in/passkey/options",
    "/sign-in/city",
    "/enrol",
    "/enrol/options",
    "/enrol/passkey",
    "/enrol/city",
}
"""Changes that anybody may ask for; their handlers check where the form came from."""

BY_KEY = frozenset({Access.CLIENT, Access.ASSERTION, Access.TOKEN})
"""What a program shows that proves a key."""

DESCRIBED = [
    (route.method, route.path, route.access) for route in ROUTES if route.form is not Form.PAGE
]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_declares_its_access_and_its_form(route: Route):
    assert isinstance(route.access, Access)
    assert isinstance(route.form, Form)
    assert route.path.startswith("/")


def test_no_address_is_declared_twice():
    addresses = [(route.method, route.path) for route in ROUTES]
    assert len(addresses) == len(set(addresses))


def test_nobody_changes_anything_without_a_session_a_key_or_a_checked_form():
    for route in ROUTES:
        if route.method not in SAFE and route.path not in PUBLIC_POSTS:
            assert route.access in BY_SESSION | BY_KEY, route.path


def test_what_programs_call_is_described_in_openapi_3_1():
    document = documentation.describe(DESCRIBED, "https://bank.example")
    assert document["openapi"] == "3.1.0"
    validate(document)
    described = sum(len(methods) for methods in document["paths"].values())
    assert described == len(DESCRIBED)


def test_a_route_without_documentation_stops_the_bank():
    with pytest.raises(KeyError):
        documentation.describe(
            [*DESCRIBED, ("GET", "/api/v1/new", Access.RESIDENT)], "https://bank.example"
        )


def test_documentation_without_a_route_stops_the_bank():
    with pytest.raises(KeyError):
        documentation.describe(DESCRIBED[1:], "https://bank.example")


def test_every_operation_says_what_its_caller_must_show():
    document = documentation.describe(DESCRIBED, "https://bank.example")
    for method, path, access in DESCRIBED:
        shown = documentation._PART.sub(r"{\1}", path)
        node = document["paths"][shown][method.lower()]
        needed = {name for scheme in node["security"] for name in scheme}
        if access in BY_SESSION:
            assert needed == {"session"} | (set() if method in SAFE else {"csrf"})
            assert {"401", "403", "500", "503"} <= node["responses"].keys()
        elif access is Access.TOKEN:
            assert needed == {"oauth2", "dpop"}
        elif access is Access.ASSERTION:
            assert needed == {"assertion"}
        elif access is Access.ANYBODY:
            assert not needed


def test_every_part_of_an_address_is_explained():
    named = {name for _, path, _ in DESCRIBED for name in documentation._PART.findall(path)}
    assert named == set(operations.PARTS)
    assert get_args(operations.Shape)
