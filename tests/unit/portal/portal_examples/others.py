"""Values for everybody else's pages: proofs, published figures and an OpenAPI document."""

from datetime import timedelta

from portal_examples.residents import LINES, NOW, both, uuid

from infobank.web.portal.views.auditor.log import LogLine
from infobank.web.portal.views.everybody.public import Figure
from infobank.web.portal.views.history import EntryField, InclusionWords, Outcome, ProofPage

HASH = "9f2c4e7a5b1d80c36e4fa91b7d2c58e0413f6a9bc0d7e2851f3a4b6c7d8e9f01"
KEY = "log.infobank.example+7a3f91c2+AXd0Vn3kq0R8pOQbC7J1s9m6uYH2LtEwZfGxKi5aNbMc"
CHECKPOINT = (
    "log.infobank.example\n182944\nnyxOeltdgMNuT6kbfSxY4EE/apvA1+KFHzpLbH2OnwE=\n\n"
    "— log.infobank.example ej+RwkM2l0aF9dXvQb1nT7cY8sKpGhJ4uR5eW6zLxNmOqPiVtBgDfHsAyCrEo3Ij\n"
)

FIELDS = (
    EntryField("kind", "permit"),
    EntryField("provider", str(uuid(40))),
    EntryField("purpose", "health_promotion"),
    EntryField("policy", HASH[:32]),
    EntryField("resident", HASH, opened=False),
)
PROOF = ProofPage(
    line=LINES[1],
    fields=FIELDS,
    inclusion=InclusionWords(182_931, HASH, 182_944, HASH[::-1], (HASH,) * 5),
    checkpoint=CHECKPOINT,
    verifier_key=KEY,
    download="/history/2/proof.tlog-proof",
    verifier="/log/verifier.pyz",
    command=f"python3 infobank-verifier.pyz verify-proof proof.tlog-proof --key {KEY}",
)
LOG_LINES = tuple(
    LogLine(
        182_944 - number,
        NOW - timedelta(seconds=31 * number),
        both("提供の許可", "Disclosure permitted"),
        outcome,
        FIELDS[:4],
        "2026-09-0123456789abcdef" if number else "",
    )
    for number, outcome in enumerate(Outcome)
)
BANDS = (("15–29", 7400), ("30–44", 7050), ("45–64", 6900), ("65–74", 6200), ("75+", 4100))
SEXES = (both("女性", "Female"), both("男性", "Male"))
FIGURES = tuple(
    Figure(both(f"{band}歳", band), sex, None, None, None, 2, 0, 9)
    if band == "75+" and sex is SEXES[1]
    else Figure(
        both(f"{band}歳", band),
        sex,
        mean + 600 * number,
        mean + 600 * number - 900,
        mean + 600 * number + 1100,
        180,
        170,
        190,
    )
    for band, mean in BANDS
    for number, sex in enumerate(SEXES)
)
OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "infobank", "version": "0.1.0", "description": "Consented disclosure."},
    "paths": {
        "/api/v1/records/{category}": {
            "get": {
                "tags": ["provider"],
                "summary": "Read records under a consent",
                "security": [{"dpop": []}],
                "parameters": [
                    {
                        "name": "category",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string"},
                        "description": "A category's code",
                    },
                    {"name": "from", "in": "query", "schema": {"type": "string", "format": "date"}},
                ],
                "responses": {
                    "200": {
                        "description": "The records",
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Records"}}
                        },
                    },
                    "403": {"description": "Refused, with all reasons"},
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Records": {
                "type": "object",
                "required": ["category"],
                "properties": {
                    "category": {"type": "string", "description": "The category's code"},
                    "mode": {"enum": ["records", "answers"]},
                    "rows": {"type": "array", "items": {"type": "integer"}},
                },
            }
        }
    },
}
TYPED = {"name_ja": "歩こう会", "jwks": '{"keys": []}</textarea>'}
FAULTS = {"jwks": both("鍵は1から5個必要です。", "1 to 5 keys are needed.")}
