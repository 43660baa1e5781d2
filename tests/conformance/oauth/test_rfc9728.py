"""RFC 9728: protected resource metadata."""

from infobank.oauth.access import challenge
from infobank.oauth.metadata import RESOURCE_METADATA_PATH, resource_metadata

ISSUER = "https://bank.example"


def test_section_2_the_document_names_the_resource_and_its_server():
    document = resource_metadata(ISSUER, ISSUER)
    assert document["resource"] == ISSUER
    assert document["authorization_servers"] == [ISSUER]
    assert document["dpop_bound_access_tokens_required"] is True
    assert document["bearer_methods_supported"] == []


def test_section_3_it_stands_at_the_well_known_place():
    assert RESOURCE_METADATA_PATH == "/.well-known/oauth-protected-resource"


def test_section_5_1_a_refusal_says_where_it_is():
    address = ISSUER + RESOURCE_METADATA_PATH
    assert f'resource_metadata="{address}"' in challenge(address)
