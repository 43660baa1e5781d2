"""The bank's own vocabulary for statistics: what its terms mean, and the @context of its entities.

`docs/spec/release.md` section 6 says the same for people.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from aiohttp import web

from infobank.publication.rendering.ngsi_ld import context
from infobank.publication.rendering.site import Site, as_json
from infobank.vocabulary.text.language import Text
from infobank.web.opendata.answering import ASK_AGAIN, answer
from infobank.web.opendata.media import LD_JSON
from infobank.web.state import SURROUNDINGS

PATH: Final = "/ns/statistics"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"

MEANINGS: Mapping[str, Text] = MappingProxyType(
    {
        "dimensions": Text("公表値の区分", "The cell a figure is for: a list of key and value"),
        "raw": Text("補正前の雑音入りの値", "The noisy figure before any tidying"),
        "ci95Low": Text("95%区間の下限(含む)", "Lower bound of the 95 % interval, included"),
        "ci95High": Text("95%区間の上限(含む)", "Upper bound of the 95 % interval, included"),
        "people": Text("集計した住民の数", "Number of contributing residents"),
        "distribution": Text("値の分布", "How the values are distributed: people by bin"),
        "suppressionReason": Text(
            "平均値を公表しない理由", "Why a mean is withheld: few_people or wide_interval"
        ),
        "epsilon": Text("プライバシー損失 ε", "Privacy loss epsilon of the release"),
        "deltaFp": Text(
            "浮動小数点演算が加える δ", "The delta that floating-point arithmetic adds"
        ),
        "unitOfPrivacy": Text("保護の単位", "For whom, and over what period, epsilon holds"),
        "releaseVersion": Text("同じ月の何番目の版か", "Which version of its month a release is"),
        "consentEpoch": Text(
            "同意を読んだときのアクセスログの大きさ",
            "Size of the access log when consents were read",
        ),
        "policyDigest": Text(
            "運用規則ファイルのSHA-256", "SHA-256 of the policy files, in hexadecimal"
        ),
        "ci95HalfWidth": Text(
            "公表した平均値の95%区間の半幅の最大",
            "Half the widest 95 % interval among the published means",
        ),
        "privacyAndPrecision": Text(
            "プライバシーと精度", "The quality dimension of epsilon, deltaFp and ci95HalfWidth"
        ),
    }
)


async def terms(request: web.Request) -> web.Response:
    """Return the vocabulary; the document is also the @context of the entities."""
    document = make_terms(request.app[SURROUNDINGS].site)
    return answer(request, as_json(document), LD_JSON, ASK_AGAIN)


def terms_url(request: web.Request) -> str:
    """Return the public address of the vocabulary."""
    return request.app[SURROUNDINGS].public_url + PATH


def make_terms(site: Site) -> dict[str, Any]:
    """Return the @context, and each term with its meaning in two languages."""
    return {
        "@context": context(site),
        "@graph": [
            {
                "@id": f"{site.terms}{term}",
                "@type": f"{RDFS}Resource",
                f"{RDFS}comment": [
                    {"@value": meaning.ja, "@language": "ja"},
                    {"@value": meaning.en, "@language": "en"},
                ],
                f"{RDFS}isDefinedBy": {"@id": site.terms.rstrip("#")},
            }
            for term, meaning in MEANINGS.items()
        ],
    }
