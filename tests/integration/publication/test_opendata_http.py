"""Open data as the world reads it: files, catalogue, terms and NGSI-LD entities over HTTP."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import requests
from running_bank import BankServer

from infobank.accesslog.note import open_note
from infobank.app.identity import verifier_key
from infobank.app.installation import Databases
from infobank.app.processes import open_publisher
from infobank.publication.mechanism import draw
from infobank.vocabulary.period import Period

CODE = "monthly_steps"
LD_JSON = "application/ld+json"
ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"


@dataclass(frozen=True)
class Published:
    """The bank, and two versions of one month's release."""

    url: str
    server: BankServer
    older: str
    newer: str

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> requests.Response:
        """Return what an address answers, as a stranger sees it."""
        return requests.get(self.url + path, headers=headers, timeout=30, allow_redirects=False)

    def file(self, name: str) -> str:
        """Return the path of a file of the newer release."""
        return f"/opendata/{CODE}/{self.newer}/{name}"


@pytest.fixture(scope="module")
def opendata(bank_server: BankServer) -> Published:
    """Publish a month twice."""
    last = bank_server.last_day.replace(day=1) - timedelta(days=1)

    async def publish() -> list[str]:
        await bank_server.bank.register_provider.desk()
        found = Databases(bank_server.settings, None)
        async with open_publisher(bank_server.settings, found, draw) as (parts, step):
            month = Period.month(last.year, last.month)
            releases = [await step(parts.statistics[CODE], month) for _ in range(2)]
        return [release.release_id for release in releases]

    older, newer = bank_server.run(publish())
    return Published(bank_server.url, bank_server, older, newer)


def test_every_file_of_the_signed_manifest_is_served_as_it_was_signed(opendata: Published):
    note = opendata.get(opendata.file("manifest.json.note"))
    assert note.headers["Content-Type"] == "text/plain; charset=utf-8"
    signed = open_note(note.content, [verifier_key(opendata.server.settings)])
    manifest = json.loads(signed.text)
    assert manifest["release"] == opendata.newer
    for listed in manifest["files"]:
        answer = opendata.get(opendata.file(listed["name"]))
        assert answer.status_code == 200
        assert hashlib.sha256(answer.content).hexdigest() == listed["sha256"]
        assert answer.headers["Content-Type"].split(";")[0] == listed["media_type"]
        assert answer.headers["ETag"] == f'"{listed["sha256"]}"'
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        digest = base64.b64encode(hashlib.sha256(answer.content).digest()).decode()
        assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"


def test_the_csv_says_that_it_is_utf_8_and_has_a_header(opendata: Published):
    answer = opendata.get(opendata.file(f"{opendata.newer}.csv"))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer.content.startswith(b"period,age_band,sex,mean_steps,")


@pytest.mark.parametrize("form", ['"{}"', 'W/"{}"', '"other", "{}"', "*"])
def test_who_has_the_bytes_is_not_sent_them_again(opendata: Published, form: str):
    path = opendata.file("release.json")
    tag = opendata.get(path).headers["ETag"].strip('"')
    answer = opendata.get(path, headers={"If-None-Match": form.format(tag)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == f'"{tag}"'
    assert answer.headers["Cache-Control"].endswith("immutable")
    assert opendata.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_says_what_get_would_say(opendata: Published):
    for path in (
        opendata.file("release.json"),
        "/opendata/catalog.jsonld",
        "/ngsi-ld/v1/entities?type=Dataset",
    ):
        answer = opendata.get(path)
        head = requests.head(opendata.url + path, timeout=30)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("ETag", "Content-Type", "Content-Length"):
            assert head.headers[name] == answer.headers[name]


@pytest.mark.parametrize(
    "path",
    [
        "/opendata/{code}/{newer}/none.csv",
        "/opendata/{code}/{newer}/%00",
        "/opendata/{code}/{newer}/..%2F..%2Fetc%2Fpasswd",
        "/opendata/{code}/{code}-2000-01-v1/release.json",
        "/opendata/monthly/{newer}/release.json",
        "/opendata/other/{newer}/release.json",
        "/opendata/none",
        "/opendata/{code}/none",
        "/opendata/%00/%00",
    ],
)
def test_an_unknown_file_is_a_problem_document(opendata: Published, path: str):
    answer = opendata.get(path.format(code=CODE, newer=opendata.newer))
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["code"] == "not_found"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_pages_named_in_the_files_lead_to_the_portal(opendata: Published):
    for path in (f"/opendata/{CODE}", f"/opendata/{CODE}/{opendata.newer}"):
        answer = opendata.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/datasets/{CODE}")


def test_the_catalogue_lists_the_newest_version_of_each_release(opendata: Published):
    answer = opendata.get("/opendata/catalog.jsonld")
    assert answer.headers["Content-Type"] == LD_JSON
    graph = answer.json()["@graph"]
    names = [node["@id"] for node in graph]
    assert len(names) == len(set(names))
    kinds = [node["@type"] for node in graph]
    catalog = graph[kinds.index("dcat:Catalog")]
    dataset = graph[kinds.index("dcat:Dataset")]
    assert catalog["dcat:dataset"] == [{"@id": dataset["@id"]}]
    assert dataset["dct:identifier"] == opendata.newer
    assert {part["@id"] for part in dataset["dcat:distribution"]} <= set(names)
    measured = {each["dqv:isMeasurementOf"]["@id"] for each in dataset["dqv:hasQualityMeasurement"]}
    assert measured <= set(names)


def test_every_address_in_the_catalogue_answers(opendata: Published):
    graph = opendata.get("/opendata/catalog.jsonld").json()["@graph"]
    pages = [
        node[name]["@id"]
        for node in graph
        for name in ("dcat:downloadURL", "foaf:page", "dcat:endpointDescription")
        if name in node
    ]
    assert len(pages) == 6
    for page in pages:
        assert page.startswith(opendata.url)
        assert opendata.get(page.removeprefix(opendata.url)).status_code == 200


def test_every_own_term_of_the_entities_is_explained(opendata: Published):
    answer = opendata.get("/ns/statistics")
    assert answer.headers["Content-Type"] == LD_JSON
    document = answer.json()
    explained = {node["@id"] for node in document["@graph"]}
    prefix = f"{opendata.url}/ns/statistics#"
    own = {word for word in document["@context"][0].values() if str(word).startswith(prefix)}
    assert own
    assert own <= explained
    record = opendata.get("/opendata/catalog.jsonld").text
    used = {part.split('"')[0] for part in record.split(prefix)[1:]}
    assert {prefix + term for term in used} <= explained


def entities(opendata: Published, query: str, **headers: str) -> list[dict[str, Any]]:
    answer = opendata.get(f"/ngsi-ld/v1/entities?{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def test_a_query_by_type_returns_the_newest_figures_alone(opendata: Published):
    found = entities(opendata, "type=Observation")
    assert len(found) == 10
    assert all(f":{opendata.newer}:" in entity["id"] for entity in found)
    assert len(entities(opendata, "type=Observation,Dataset")) == 11
    assert len(entities(opendata, "type=Observation%7CDataset")) == 11
    assert len(entities(opendata, "local=true")) == 11
    assert entities(opendata, "type=Unknown") == []
    whole = "http://purl.org/linked-data/cube%23Observation"
    assert len(entities(opendata, f"type={whole}")) == 10


def test_the_trailing_slash_changes_nothing(opendata: Published):
    answer = opendata.get("/ngsi-ld/v1/entities/?type=Dataset")
    assert answer.json() == entities(opendata, "type=Dataset")


def test_plain_json_has_its_context_in_the_header(opendata: Published):
    answer = opendata.get("/ngsi-ld/v1/entities?type=Dataset")
    assert answer.headers["Content-Type"] == "application/json"
    assert "@context" not in answer.json()[0]
    context = answer.links["http://www.w3.org/ns/json-ld#context"]
    assert context["type"] == LD_JSON
    assert opendata.get(context["url"].removeprefix(opendata.url)).status_code == 200


@pytest.mark.parametrize("accept", [LD_JSON, "application/json;q=0.5, application/ld+json"])
def test_json_ld_has_its_context_inside(opendata: Published, accept: str):
    answer = opendata.get("/ngsi-ld/v1/entities?type=Dataset", headers={"Accept": accept})
    assert answer.headers["Content-Type"] == LD_JSON
    assert answer.headers["Vary"] == "Accept"
    assert "http://www.w3.org/ns/json-ld#context" not in answer.links
    stored = opendata.get(opendata.file(f"{opendata.newer}.ngsi-ld.jsonld")).json()
    assert answer.json() == stored[:1]


def test_an_entity_is_found_by_its_id(opendata: Published):
    name = f"urn:ngsi-ld:Dataset:{opendata.newer}"
    answer = opendata.get(f"/ngsi-ld/v1/entities/{name}")
    assert answer.json() == entities(opendata, f"id={name}")[0]
    again = opendata.get(
        f"/ngsi-ld/v1/entities/{name}", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_representations_say_the_same_in_fewer_words(opendata: Published):
    normalized = entities(opendata, "type=Observation")[0]
    concise = entities(opendata, "type=Observation&options=concise")[0]
    simplified = entities(opendata, "type=Observation&options=keyValues")[0]
    assert normalized["people"]["type"] == "Property"
    assert concise["people"]["ci95Low"] == normalized["people"]["ci95Low"]["value"]
    assert simplified["people"] == concise["people"]["value"] == normalized["people"]["value"]
    assert simplified["dataset"] == normalized["dataset"]["object"]
    assert concise["dataset"] == {"object": normalized["dataset"]["object"]}
    assert entities(opendata, "type=Observation&format=simplified")[0] == simplified
    titled = entities(opendata, "type=Dataset&options=keyValues")[0]
    assert set(titled["title"]["languageMap"]) == {"ja", "en"}


def test_attributes_choose_entities_and_what_is_shown_of_them(opendata: Published):
    found = entities(opendata, "attrs=epsilon")
    assert [set(entity) for entity in found] == [{"id", "type", "epsilon"}]
    name = f"urn:ngsi-ld:Dataset:{opendata.newer}"
    assert opendata.get(f"/ngsi-ld/v1/entities/{name}?attrs=dimensions").status_code == 404


def test_pages_follow_each_other_and_are_counted(opendata: Published):
    seen, url = [], f"{opendata.url}/ngsi-ld/v1/entities?type=Observation&limit=4&count=true"
    while url:
        answer = requests.get(url, timeout=30)
        assert answer.headers["NGSILD-Results-Count"] == "10"
        seen += [entity["id"] for entity in answer.json()]
        before, url = url, answer.links.get("next", {}).get("url", "")
        if len(seen) > 4:
            assert "prev" in answer.links, before
    assert len(seen) == len(set(seen)) == 10
    counted = opendata.get("/ngsi-ld/v1/entities?type=None&limit=0&count=true")
    assert (counted.json(), counted.headers["NGSILD-Results-Count"]) == ([], "0")


@pytest.mark.parametrize(
    ("query", "status", "name"),
    [
        ("", 400, "BadRequestData"),
        ("limit=5", 400, "BadRequestData"),
        ("type=Dataset&limit=0", 400, "BadRequestData"),
        ("type=Dataset&limit=-1", 400, "BadRequestData"),
        ("type=Dataset&limit=%D9%A3", 400, "BadRequestData"),
        ("type=Dataset&limit=1001", 403, "TooManyResults"),
        ("type=Dataset&offset=x", 400, "BadRequestData"),
        ("type=Dataset&count=maybe", 400, "BadRequestData"),
        ("type=Data%00set", 400, "BadRequestData"),
        ("type=Dataset&type=Observation", 400, "BadRequestData"),
        ("id=not-a-uri", 400, "BadRequestData"),
        ("type=Dataset&colour=red", 400, "InvalidRequest"),
        ("type=Dataset&options=pretty", 400, "InvalidRequest"),
        ("type=Dataset&options=concise,keyValues", 400, "InvalidRequest"),
        ("type=Dataset&options=sysAttrs", 422, "OperationNotSupported"),
        ("type=Dataset&q=people%3E5", 422, "OperationNotSupported"),
        ("type=(Dataset;Observation)", 422, "OperationNotSupported"),
    ],
)
def test_a_wrong_query_is_refused_in_the_standards_words(
    opendata: Published, query: str, status: int, name: str
):
    answer = opendata.get(f"/ngsi-ld/v1/entities?{query}")
    assert (answer.status_code, answer.json()["type"]) == (status, ERRORS + name)
    assert answer.headers["Content-Type"].startswith("application/json")
    assert "colour" not in answer.text


def test_other_refusals_keep_the_standards_form(opendata: Published):
    path = "/ngsi-ld/v1/entities"
    unknown = opendata.get(f"{path}/urn:ngsi-ld:Dataset:none")
    assert (unknown.status_code, unknown.json()["type"]) == (404, ERRORS + "ResourceNotFound")
    older = opendata.get(f"{path}/urn:ngsi-ld:Dataset:{opendata.older}")
    assert older.status_code == 404
    picture = opendata.get(f"{path}?type=Dataset", headers={"Accept": "image/png"})
    assert (picture.status_code, picture.json()["type"]) == (406, ERRORS + "InvalidRequest")
    tenant = opendata.get(f"{path}?type=Dataset", headers={"NGSILD-Tenant": "other"})
    assert (tenant.status_code, tenant.json()["type"]) == (404, ERRORS + "NonexistentTenant")
    relation = 'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
    foreign = opendata.get(
        f"{path}?type=Dataset", headers={"Link": f"<https://else.example/c.jsonld>; {relation}"}
    )
    assert (foreign.status_code, foreign.json()["type"]) == (504, ERRORS + "LdContextNotAvailable")
    core = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
    assert entities(opendata, "type=Dataset", Link=f"<{core}>; {relation}")


def test_writing_is_not_supported(opendata: Published):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = requests.request(method, f"{opendata.url}/ngsi-ld/v1/entities", timeout=30)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET,HEAD")
        assert answer.json()["type"] == f"{ERRORS}OperationNotSupported"
