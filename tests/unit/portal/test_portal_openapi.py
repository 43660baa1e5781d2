"""An OpenAPI document becomes a page that people can read."""

from infobank.web.portal.views.everybody.documentation import ApiPage, read_openapi


def page(**document: object) -> ApiPage:
    info = {"title": "infobank", "version": "1"}
    return read_openapi({"info": info, **document}, "/openapi.json")


def test_operations_keep_their_order_and_take_the_paths_parameters():
    shared = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    answers = {"200": {"description": "Fine"}}
    read = page(
        paths={
            "/b/{id}": {"parameters": [shared], "get": {"responses": answers}, "delete": {}},
            "/a": {"post": {}},
        }
    )
    assert [(found.method, found.path) for found in read.operations] == [
        ("GET", "/b/{id}"),
        ("DELETE", "/b/{id}"),
        ("POST", "/a"),
    ]
    parameter = read.operations[0].parameters[0]
    assert (parameter.name, parameter.place, parameter.required) == ("id", "path", True)
    assert read.operations[0].answers[0].description == "Fine"
    assert read.operations[0].anchor == "get-b--id"


def test_types_are_written_in_a_few_letters():
    properties = {
        "day": {"type": "string", "format": "date"},
        "rows": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}},
        "mode": {"enum": ["records", "answers"]},
        "count": {"type": ["integer", "null"]},
        "either": {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Row"}]},
        "any": {},
    }
    read = page(components={"schemas": {"Thing": {"properties": properties, "required": ["day"]}}})
    assert [(found.type, found.required) for found in read.schemas[0].properties] == [
        ("string (date)", True),
        ("array of Row", False),
        ('"records" | "answers"', False),
        ("integer | null", False),
        ("string | Row", False),
        ("any", False),
    ]


def test_bodies_name_their_media_type_and_schema():
    reference = {"schema": {"$ref": "#/components/schemas/Deposit"}}
    body = {"content": {"application/json": reference, "text/csv": {}}}
    read = page(paths={"/a": {"post": {"requestBody": body, "security": [{"dpop": []}]}}})
    assert read.operations[0].body == "application/json: Deposit, text/csv"
    assert read.operations[0].security == ("dpop",)


def test_a_referenced_parameter_is_named():
    reference = {"$ref": "#/components/parameters/Page"}
    read = page(paths={"/a": {"get": {"parameters": [reference]}}})
    assert read.operations[0].parameters[0].name == "Page"
