"""All open data as one DCAT-AP 3 catalogue, for harvesters."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from aiohttp import web

from infobank.publication.rendering.dcat import AUTHORITY, CONTEXT, MEDIA_TYPE
from infobank.publication.rendering.site import Site, as_json
from infobank.vocabulary.text.language import Text
from infobank.web.opendata.answering import ASK_AGAIN, answer
from infobank.web.opendata.published import published
from infobank.web.state import SURROUNDINGS

TITLE = Text("インフォバンクのオープンデータ", "Open data of the information bank")
DESCRIPTION = Text(
    "同意した住民の個人データから作った統計です。差分プライバシーの雑音と95%区間が付いています。",
    "Statistics made from the personal data of residents who consented, with noise for "
    "differential privacy and a 95 % interval on every figure.",
)
ENTITIES = Text("NGSI-LD 読み取りAPI", "NGSI-LD read interface")
NGSI_LD = "https://cim.etsi.org/NGSI-LD/official/"


async def catalogue(request: web.Request) -> web.Response:
    """Return the catalogue of the newest version of every release."""
    shown = await published(request)
    records = [release.record for release in shown.releases.values()]
    document = make_catalogue(request.app[SURROUNDINGS].site, records)
    return answer(request, as_json(document), MEDIA_TYPE, ASK_AGAIN)


def make_catalogue(site: Site, records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return one graph: the catalogue, and the nodes of each release's own record."""
    nodes = {node["@id"]: node for record in records for node in _nodes(record)}
    datasets = [name for name, node in nodes.items() if node["@type"] == "dcat:Dataset"]
    return {"@context": CONTEXT, "@graph": [*_head(site, datasets), *nodes.values()]}


def _nodes(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Return a record's nodes; one that was written in another context keeps it."""
    for node in record["@graph"]:
        same = record["@context"] == CONTEXT
        yield node if same else {"@context": record["@context"], **node}


def _head(site: Site, datasets: list[str]) -> list[dict[str, Any]]:
    address, service = f"{site.base_url}/opendata/catalog.jsonld", f"{site.base_url}/ngsi-ld/v1"
    named = [{"@id": name} for name in datasets]
    return [
        {
            "@id": f"{address}#catalog",
            "@type": "dcat:Catalog",
            "dct:title": _words(TITLE),
            "dct:description": _words(DESCRIPTION),
            "dct:publisher": {
                "@id": f"{site.base_url}/#publisher",
                "@type": "foaf:Agent",
                "foaf:name": _words(site.publisher),
            },
            "dct:language": [{"@id": f"{AUTHORITY}/language/{code}"} for code in ("JPN", "ENG")],
            "foaf:homepage": {"@id": f"{site.base_url}/datasets", "@type": "foaf:Document"},
            "dcat:dataset": named,
            "dcat:service": {"@id": f"{service}#service"},
        },
        {
            "@id": f"{service}#service",
            "@type": "dcat:DataService",
            "dct:title": _words(ENTITIES),
            "dcat:endpointURL": {"@id": service},
            "dcat:endpointDescription": {"@id": f"{site.base_url}/api/openapi.json"},
            "dct:conformsTo": {"@id": NGSI_LD},
            "dcat:servesDataset": named,
        },
    ]


def _words(text: Text) -> list[dict[str, str]]:
    return [{"@value": text.ja, "@language": "ja"}, {"@value": text.en, "@language": "en"}]
