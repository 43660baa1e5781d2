"""Every address the portal's pages link to, written once.

The patterns are in aiohttp's form, so that the route table registers the very
text that the templates link to.
"""

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote

ADDRESSES: Mapping[str, str] = MappingProxyType(
    {
        # the public
        "front": "/",
        "about": "/about",
        "datasets": "/datasets",
        "dataset": "/datasets/{code}",
        "api_docs": "/api",
        "api_part": "/api/operations/{part}",
        "api_schema": "/api/schemas/{schema}",
        "api_schemas": "/api/schemas",
        "sign_in": "/sign-in",
        "sign_out": "/sign-out",
        "static": "/static/{name}",
        "verifier": "/log/verifier.pyz",
        # a resident
        "home": "/home",
        "holdings": "/holdings",
        "category": "/holdings/{code}",
        "consents": "/consents",
        "consent": "/consents/{consent}",
        "withdraw": "/consents/{consent}/withdraw",
        "withdrawn": "/consents/{consent}/withdrawn",
        "receipt": "/consents/{consent}/receipt",
        "receipt_file": "/consents/{consent}/receipt.json",
        "waiting": "/requests",
        "request": "/requests/{request}",
        "history": "/history",
        "proof": "/history/{entry}",
        "proof_file": "/history/{entry}/proof",
        "authorize": "/oauth/authorize",
        # the rights desk
        "rights": "/rights",
        "rights_request": "/rights/requests/{request}",
        "rights_lift": "/rights/requests/{request}/lift",
        "rights_file": "/rights/requests/{request}/archive",
        "export": "/rights/export",
        "correction": "/rights/correction",
        "restriction": "/rights/restriction",
        "objection": "/rights/objection",
        "closure": "/rights/closure",
        "acting": "/acting",
        # an auditor; the key is everybody's
        "log": "/log",
        "log_key": "/log/key",
        "log_proof": "/log/{entry}",
        "log_proof_file": "/log/{entry}/proof",
        # a provider and the steward
        "provider_home": "/provider",
        "steward_home": "/steward",
        "publications": "/steward/publications",
        "corrections": "/steward/corrections",
        "correction_decision": "/steward/corrections/{request}",
    }
)


def address(name: str, **parts: object) -> str:
    """Return the address of a page, its parts percent-encoded.

    Raises:
        KeyError: there is no such page, or a part is missing.
    """
    quoted = {key: quote(str(part), safe="") for key, part in parts.items()}
    return ADDRESSES[name].format_map(quoted)
