"""What each address for programs is for: the table the OpenAPI document is made from.

`web/routes.py` says where the addresses are and who may call them; a route for programs
that is missing here, or an entry here without a route, stops the bank from starting.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from infobank.web.api import schemas
from infobank.web.api.contract import (
    answers,
    forms,
    inquiries,
    mandates,
    notices,
    requests,
    rights,
    sights,
    terms,
)
from infobank.web.api.contract.operation import (
    BINARY,
    BYTES,
    FORM,
    JSON,
    LD_JSON,
    OBJECT,
    STRING,
    TEXT,
    Answer,
    Content,
    Operation,
    Shape,
)
from infobank.web.api.contract.operation import json_answer as _json
from infobank.web.api.letters import operations as letters
from infobank.web.api.notices import documents as notice_documents
from infobank.web.api.people import operations as people

OAUTH = Content(JSON, answers.OAuthProblemDocument)
ENTITY = Content(JSON, answers.EntityProblemDocument)
ENTITIES: Final[Mapping[str, object]] = {
    "type": "array",
    "items": {"$ref": "#/components/schemas/EntityDocument"},
}


def _entities(meaning: str, shape: Shape) -> Answer:
    return Answer(200, meaning, (Content(JSON, shape), Content(LD_JSON, shape)))


_ENTITIES = Operation(
    "Query published figures as NGSI-LD entities",
    _entities("One page of entities.", ENTITIES),
    "open data",
    query=forms.EntitiesQuery,
    problem=ENTITY,
    refusals=(403, 404, 406, 422, 504),
    description="ETSI GS CIM 009 V1.9.1 clause 6.4.3.2, a part of it. A parameter of the "
    "standard that is not served is refused with 422, any other unknown one with 400.",
)
_RELEASE_NOTE = "Released bytes never change: they may be cached for ever."

OPERATIONS: Mapping[tuple[str, str], Operation] = MappingProxyType(
    {
        ("GET", "/.well-known/oauth-authorization-server"): Operation(
            "Describe the authorization server",
            _json("Metadata (RFC 8414).", OBJECT),
            "oauth",
            problem=OAUTH,
        ),
        ("GET", "/.well-known/oauth-protected-resource"): Operation(
            "Describe the resource server",
            _json("Metadata (RFC 9728).", OBJECT),
            "oauth",
            problem=OAUTH,
        ),
        ("GET", "/oauth/jwks"): Operation(
            "Return the bank's public keys",
            _json("A JWK Set (RFC 7517): they check what the bank signs.", OBJECT),
            "oauth",
            problem=OAUTH,
        ),
        ("POST", "/oauth/par"): Operation(
            "Push an authorization request",
            _json("The request is kept for 90 seconds.", answers.PushedDocument, 201),
            "oauth",
            body=Content(FORM, forms.PushForm),
            problem=OAUTH,
            description="RFC 9126, with authorization_details (RFC 9396) and PKCE (RFC 7636).",
        ),
        ("POST", "/oauth/token"): Operation(
            "Exchange a code or a refresh token",
            _json("A token bound to the key of the DPoP proof.", answers.TokenDocument),
            "oauth",
            body=Content(FORM, forms.TokenForm),
            problem=OAUTH,
            description="A DPoP proof is required. authorization_details in the answer "
            "say what the resident granted: it may be less than what was asked for.",
        ),
        ("POST", "/oauth/revoke"): Operation(
            "Take a token back",
            Answer(200, "It does not count, whether or not it ever did."),
            "oauth",
            body=Content(FORM, forms.RevokeForm),
            problem=OAUTH,
        ),
        ("GET", "/api/v1/records"): Operation(
            "Read records under a consent",
            _json("What the consent permits now.", schemas.RecordsDocument),
            "provider",
            query=schemas.RecordsQuery,
            description="Each read is decided anew and logged before anything is opened. "
            "A 403 names every rule that refused.",
        ),
        ("POST", "/api/v1/deposits"): Operation(
            "Deposit records of one's own",
            _json("All of them are kept.", schemas.DepositedDocument, 201),
            "resident",
            body=Content(JSON, schemas.DepositDocument),
            refusals=(409,),
            description="All or none. Numbers with decimals keep exactly those decimals.",
        ),
        ("GET", "/api/v1/consents"): Operation(
            "List one's consents",
            _json("Newest first.", answers.ConsentsDocument),
            "resident",
        ),
        ("POST", "/api/v1/consents/{consent}/withdraw"): Operation(
            "Withdraw a consent",
            _json("Nothing more is released under it.", schemas.ConsentDocument),
            "resident",
            body=Content(JSON, notice_documents.WithdrawDocument),
            optional=True,
            refusals=(409,),
        ),
        ("GET", "/api/v1/history"): Operation(
            "Read what happened with one's data",
            _json("One page, newest first.", answers.EventsDocument),
            "resident",
            query=schemas.PageQuery,
        ),
        **mandates.OPERATIONS,
        **notices.OPERATIONS,
        **inquiries.OPERATIONS,
        **letters.OPERATIONS,
        **requests.OPERATIONS,
        **people.OPERATIONS,
        **rights.OPERATIONS,
        **sights.OPERATIONS,
        **terms.OPERATIONS,
        ("POST", "/api/v1/providers"): Operation(
            "Register a service provider",
            _json("It is registered.", schemas.RegisteredDocument, 201),
            "steward",
            body=Content(JSON, schemas.ProviderDocument),
        ),
        ("GET", "/api/v1/log"): Operation(
            "Read the log as auditors see it",
            _json("One page, newest first.", answers.EventsDocument),
            "log",
            query=schemas.PageQuery,
        ),
        ("GET", "/log/checkpoint"): Operation(
            "Return the newest signed checkpoint",
            Answer(200, "A C2SP tlog-checkpoint.", (Content(TEXT, STRING),)),
            "log",
            refusals=(404,),
        ),
        ("GET", "/log/tile/{tile}"): Operation(
            "Return a tile of the log",
            Answer(200, "As C2SP tlog-tiles says.", (Content(BYTES, BINARY),)),
            "log",
        ),
        ("GET", "/log/shown/{shown}"): Operation(
            "Return what auditors may see of a bundle of entries",
            Answer(200, "One JSON document a line.", (Content("application/jsonl", STRING),)),
            "log",
        ),
        ("GET", "/log/proof/{index}"): Operation(
            "Return the offline proof of an entry",
            Answer(200, "A C2SP tlog-proof.", (Content(TEXT, STRING),)),
            "log",
        ),
        ("GET", "/log/consistency/{size}"): Operation(
            "Prove that the log only grew",
            Answer(200, "One base64 hash a line.", (Content(TEXT, STRING),)),
            "log",
        ),
        ("GET", "/opendata/catalog.jsonld"): Operation(
            "Return the catalogue of open data",
            Answer(200, "DCAT-AP 3.", (Content(LD_JSON, OBJECT),)),
            "open data",
        ),
        ("GET", "/opendata/{statistic}"): Operation(
            "Go to the page of a statistic",
            Answer(303, "The page is in Location."),
            "open data",
        ),
        ("GET", "/opendata/{statistic}/{release}"): Operation(
            "Go to the page of a release",
            Answer(303, "The page is in Location."),
            "open data",
        ),
        ("GET", "/opendata/{statistic}/{release}/{file}"): Operation(
            "Download a file of a release",
            Answer(
                200,
                "The bytes as published.",
                (
                    Content("text/csv", STRING),
                    Content(LD_JSON, {"type": ["array", "object"]}),
                    Content(JSON, OBJECT),
                    Content(TEXT, STRING),
                ),
            ),
            "open data",
            description=f"{_RELEASE_NOTE} manifest.json.note is the signed list of all files.",
        ),
        ("GET", "/ns/statistics"): Operation(
            "Say what the bank's own terms mean",
            Answer(200, "Terms, and the @context.", (Content(LD_JSON, OBJECT),)),
            "open data",
        ),
        ("GET", "/ngsi-ld/v1/entities"): _ENTITIES,
        ("GET", "/ngsi-ld/v1/entities/"): _ENTITIES,
        ("GET", "/ngsi-ld/v1/entities/{entity}"): Operation(
            "Return one published figure as an NGSI-LD entity",
            _entities("The entity.", answers.EntityDocument),
            "open data",
            query=forms.EntityQuery,
            problem=ENTITY,
            refusals=(406, 422, 504),
        ),
        ("GET", "/api/openapi.json"): Operation(
            "Return this document",
            _json("OpenAPI 3.1.", OBJECT),
            "operator",
        ),
        ("GET", "/livez"): Operation(
            "Tell whether the process lives",
            _json("It does.", answers.LiveDocument),
            "operator",
        ),
        ("GET", "/readyz"): Operation(
            "Tell whether the process can work",
            _json("It can.", answers.ReadyDocument),
            "operator",
        ),
        ("GET", "/metrics"): Operation(
            "Return metrics",
            Answer(200, "Prometheus' text format.", (Content(TEXT, STRING),)),
            "operator",
            description="For monitoring on the machine itself; refused through a proxy.",
        ),
    }
)

PARTS: Mapping[str, tuple[Mapping[str, object], str]] = MappingProxyType(
    {
        "consent": ({"type": "string", "format": "uuid"}, "The consent's name."),
        "request": ({"type": "string", "format": "uuid"}, "The request's name."),
        "mandate": ({"type": "string", "format": "uuid"}, "The mandate's name."),
        "told": ({"type": "string", "format": "uuid"}, "The name of what was told."),
        "call": ({"type": "string", "format": "uuid"}, "The call's name."),
        "notice": ({"type": "string", "format": "uuid"}, "The notice's name, its jti."),
        "provider": ({"type": "string", "format": "uuid"}, "The provider's client_id."),
        "approval": ({"type": "string", "format": "uuid"}, "What was asked for, by its name."),
        "certificate": (STRING, "The kind of certificate."),
        "channel": (STRING, "`email` or `paper`."),
        "household": ({"type": "string", "format": "uuid"}, "The household's name."),
        "proxy": ({"type": "string", "format": "uuid"}, "The proxy's name."),
        "tile": (STRING, "The rest of a path of C2SP tlog-tiles, slashes included."),
        "shown": (STRING, "The rest of a bundle's path of C2SP tlog-tiles, slashes included."),
        "index": ({"type": "integer", "minimum": 0}, "The entry's place in the log."),
        "size": ({"type": "integer", "minimum": 0}, "How many entries the log had before."),
        "statistic": (STRING, "The statistic's code."),
        "release": (STRING, "The release's name, such as monthly_steps-2026-09-v1."),
        "file": (STRING, "The file's name, as the manifest lists it."),
        "entity": ({"type": "string", "format": "uri"}, "The entity's id."),
    }
)
"""The parts of addresses: their schema and their meaning."""
