"""The one table from errors to HTTP (RFC 9457); OAuth endpoints answer in RFC 6749 form.

The error catalogue at `/api/errors` is printed from this table.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aiohttp import web

from infobank import errors as base
from infobank.accesslog import errors as accesslog
from infobank.accounts import errors as accounts
from infobank.accounts.entrance import errors as entrance
from infobank.consent import errors as consent
from infobank.db.postgres import errors as db
from infobank.errors import InfobankError, InvalidInputError
from infobank.oauth.access import challenge
from infobank.oauth.errors import OAuthError
from infobank.oauth.metadata import RESOURCE_METADATA_PATH
from infobank.publication import errors as publication
from infobank.recovery import errors as recovery
from infobank.vault import errors as vault
from infobank.vocabulary.text.language import Text
from infobank.web import principal
from infobank.web.oauth.meanings import MEANINGS
from infobank.web.opendata import errors as opendata
from infobank.web.state import REQUEST_ID, SURROUNDINGS

PROBLEM_JSON = "application/problem+json"


@dataclass(frozen=True)
class Row:
    """What an error means over HTTP; `public` tells whether its own message is shown."""

    status: int
    title: Text
    public: bool = True


_OURS = Text("銀行側の問題", "A problem on the bank's side", "銀行のほうの問題です")

TABLE: Mapping[type[InfobankError], Row] = {
    base.InvalidInputError: Row(
        400,
        Text("入力に誤りがあります", "The input breaks a rule", "書いたものに まちがいがあります"),
    ),
    base.NotFoundError: Row(404, Text("見つかりません", "Not found", "見つかりません")),
    base.ConflictError: Row(
        409,
        Text("ほかの変更と重なりました", "Another change came first", "ほかの人が 先に変えました"),
    ),
    base.UnavailableError: Row(
        503, Text("いまは使えません", "Not available just now", "今は使うことができません")
    ),
    base.ConfigurationError: Row(500, _OURS, public=False),
    base.InfobankError: Row(500, _OURS, public=False),
    consent.EmptyConsentError: Row(
        400, Text("何も選ばれていません", "Nothing was chosen", "何も選んでいません")
    ),
    consent.WideningError: Row(
        400, Text("求められた範囲を超えています", "More than was asked", "お願いより多いです")
    ),
    consent.UnknownConsentError: Row(
        404, Text("同意が見つかりません", "No such consent", "その同意はありません")
    ),
    consent.WithdrawnConsentError: Row(
        409, Text("撤回ずみです", "Withdrawn already", "もうやめた同意です")
    ),
    consent.UnknownMandateError: Row(
        404, Text("委任条件が見つかりません", "No such mandate", "そのやくそくはありません")
    ),
    consent.StoppedMandateError: Row(
        409, Text("終わった委任条件です", "The mandate has ended", "そのやくそくは終わりました")
    ),
    consent.MinorMandateError: Row(
        409, Text("保護者の委任が必要です", "A guardian must", "お父さんやお母さんなどが決めます")
    ),
    accounts.UnknownRightsRequestError: Row(
        404, Text("請求が見つかりません", "No such request", "そのお願いはありません")
    ),
    accounts.RightsRequestOverError: Row(
        409, Text("もう決まっています", "Decided already", "もう決まりました")
    ),
    accounts.UnconfirmedError: Row(
        400, Text("確認されていません", "Not confirmed", "「はい」の しるしがありません")
    ),
    accounts.CounterRefusedError: Row(
        400, Text("番号か暗証番号が違います", "Not this code", "番号がちがいます")
    ),
    accounts.CounterLockedError: Row(
        409, Text("しばらく使えません", "Locked for a while", "少しの間、使うことができません")
    ),
    accounts.HeldError: Row(
        409, Text("法的な保全中です", "A legal hold stands", "法律のため、今は消すことができません")
    ),
    accounts.ObjectedError: Row(
        409, Text("異議が出されています", "An objection stands", "「使わないで」と言ってあります")
    ),
    accounts.UnknownProxyError: Row(
        404, Text("代理人ではありません", "Not a proxy", "この人の代わりの人ではありません")
    ),
    accounts.ProxyOverError: Row(
        403, Text("代理できません", "Not as a proxy", "代わりにすることができません")
    ),
    entrance.CeremonyError: Row(
        400,
        Text(
            "パスキーを確かめられません",
            "Passkey not accepted",
            "パスキーを たしかめることができません",
        ),
    ),
    entrance.CodeRefusedError: Row(
        400,
        Text("この番号は使えません", "The code does not count", "この番号は使うことができません"),
    ),
    entrance.CodeWaitsError: Row(
        409,
        Text(
            "この番号はまだ使えません", "The code counts later", "この番号は もう少し後で使えます"
        ),
    ),
    entrance.LastWayError: Row(
        409, Text("最後の入り方です", "The only way in", "入る方法は、これしかありません")
    ),
    entrance.CityRefusedError: Row(
        400,
        Text(
            "市の確認ができません",
            "City sign-in refused",
            "市が あなたを たしかめることができません",
        ),
    ),
    entrance.UnlinkedError: Row(
        403,
        Text("つながった口座がありません", "No account is linked", "市の名前と つながっていません"),
    ),
    entrance.StepUpError: Row(
        403,
        Text(
            "本人の確認が必要です",
            "Prove anew who you are",
            "あなたかどうかを、もう一度たしかめます",
        ),
    ),
    principal.SignInRequiredError: Row(
        401, Text("サインインが必要です", "Sign in first", "先に「入ります」をしてください")
    ),
    principal.ProofError: Row(
        403, Text("本人の確認ができません", "Proof not accepted", "あなたかどうか、わかりません")
    ),
    principal.NotYoursError: Row(
        403, Text("この役割では使えません", "For another role", "あなたは使うことができません")
    ),
    principal.ForgedFormError: Row(
        403, Text("送信元を確かめられません", "Unverified form", "どこから来たか、わかりません")
    ),
    recovery.RestoredError: Row(
        503, Text("復旧の作業中です", "Being brought back", "今、銀行を直しています")
    ),
    recovery.ArchiveError: Row(500, _OURS, public=False),
    publication.BudgetExceededError: Row(
        409, Text("予算を超えます", "Budget exceeded", "使ってもいい量より多いです")
    ),
    vault.SealBrokenError: Row(500, _OURS, public=False),
    vault.KeyMissingError: Row(
        410, Text("鍵は消去されています", "The key was erased", "かぎは もう消しました")
    ),
    vault.KeyRefusedError: Row(500, _OURS, public=False),
    vault.UnknownSchemaError: Row(500, _OURS, public=False),
    accesslog.LogTamperedError: Row(500, _OURS, public=False),
    accesslog.MalformedProofError: Row(500, _OURS, public=False),
    accesslog.UntrustedSignatureError: Row(500, _OURS, public=False),
    accesslog.MissingTileError: Row(500, _OURS, public=False),
    db.StorageError: Row(500, _OURS, public=False),
    opendata.NgsiLdError: Row(
        400,
        Text(
            "NGSI-LDの要求に誤りがあります",
            "NGSI-LD refuses this",
            "NGSI-LDの聞き方に まちがいがあります",
        ),
    ),
    opendata.UnknownParameterError: Row(
        400, Text("知らない指定です", "Unknown parameter", "知らないものが書いてあります")
    ),
    opendata.OperationNotSupportedError: Row(
        422, Text("提供していません", "Not served here", "ここでは していません")
    ),
    opendata.TooManyResultsError: Row(
        403, Text("一度に求める数が多すぎます", "Too many results", "一度に聞く数が多すぎます")
    ),
    opendata.ContextNotAvailableError: Row(
        504, Text("文脈を読めません", "Context not available", "ことばの表を読むことができません")
    ),
    opendata.UnknownTenantError: Row(
        404, Text("テナントがありません", "No such tenant", "そのテナントはありません")
    ),
}

HTTP_TITLES = {
    404: Text("見つかりません", "Not found", "見つかりません"),
    405: Text("この操作はできません", "Method not allowed", "これはできません"),
    406: Text("求められた形式では返せません", "Not acceptable", "その形では返すことができません"),
    413: Text("送信内容が大きすぎます", "The body is too large", "送ったものが大きすぎます"),
    415: Text("この形式は読めません", "Unsupported media type", "この形は読むことができません"),
}


def http_title(status: int) -> Text:
    """Return what a refusal of the HTTP layer itself is called."""
    return HTTP_TITLES.get(
        status, Text("処理できません", "The request cannot be served", "これはできません")
    )


def row_of(kind: type[InfobankError]) -> Row:
    """Return the row of a kind of error: its own, or the nearest parent's."""
    if issubclass(kind, OAuthError):
        return Row(kind.status, next(MEANINGS[each] for each in kind.__mro__ if each in MEANINGS))
    return next(TABLE[each] for each in kind.__mro__ if each in TABLE)


def problem(
    request: web.Request, error: InfobankError, besides: Mapping[str, object] = MappingProxyType({})
) -> web.Response:
    """Return an error as a problem document, with members of its own kind besides."""
    row = row_of(type(error))
    document: dict[str, object] = {
        "type": f"{request.app[SURROUNDINGS].public_url}/api/errors#error-{error.code}",
        "title": row.title.en,
        "status": row.status,
        "code": error.code,
        "instance": f"urn:uuid:{request[REQUEST_ID]}",
    }
    if row.public:
        document["detail"] = error.message
    if row.public and isinstance(error, InvalidInputError) and error.field:
        document["field"] = error.field
    document |= besides
    headers = {"Retry-After": "1"} if row.status == 503 else {}  # noqa: PLR2004 - RFC 9110
    return _json(document, row.status, PROBLEM_JSON, headers)


def http_problem(request: web.Request, error: web.HTTPException) -> web.Response:
    """Return a refusal of the HTTP layer itself as a problem document."""
    document = {
        "type": "about:blank",
        "title": http_title(error.status).en,
        "status": error.status,
        "instance": f"urn:uuid:{request[REQUEST_ID]}",
    }
    headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    return _json(document, error.status, PROBLEM_JSON, headers)


def oauth_refusal(request: web.Request, error: OAuthError) -> web.Response:
    """Return a refusal as the OAuth endpoints answer it (RFC 6749 section 5.2)."""
    headers = {}
    if error.status in {401, 403}:
        headers["WWW-Authenticate"] = token_challenge(request, error)
    return _json(error.document(), error.status, "application/json", headers)


def token_challenge(request: web.Request, error: OAuthError | None) -> str:
    """Return the WWW-Authenticate value that tells a client how to come back."""
    metadata = request.app[SURROUNDINGS].public_url + RESOURCE_METADATA_PATH
    return challenge(metadata, error)


def _json(
    document: Mapping[str, object], status: int, kind: str, headers: Mapping[str, str]
) -> web.Response:
    return web.Response(
        text=json.dumps(document),
        status=status,
        content_type=kind,
        headers={"Cache-Control": "no-store", **headers},
    )
