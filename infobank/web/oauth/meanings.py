"""What each refusal of the broker means, for the error catalogue and problem documents."""

from collections.abc import Mapping
from types import MappingProxyType

from infobank.oauth import errors as oauth
from infobank.vocabulary.text.language import Text

MEANINGS: Mapping[type[oauth.OAuthError], Text] = MappingProxyType(
    {
        oauth.OAuthError: Text("認可の要求に誤りがあります", "The request is refused"),
        oauth.InvalidRequestError: Text(
            "パラメータが足りないか、重複しているか、形式に誤りがあります",
            "A parameter is missing, repeated or malformed",
        ),
        oauth.InvalidClientError: Text(
            "クライアントを確かめられません", "The client did not prove who it is"
        ),
        oauth.InvalidGrantError: Text(
            "認可コードまたはリフレッシュトークンが使えません",
            "The code or refresh token does not count",
        ),
        oauth.UnauthorizedClientError: Text(
            "このクライアントには許されていません", "This client may not do that"
        ),
        oauth.UnsupportedGrantTypeError: Text(
            "この種類のトークン要求は扱いません", "This kind of token request is not known"
        ),
        oauth.UnsupportedResponseTypeError: Text(
            "この response_type は扱いません", "This response_type is not known"
        ),
        oauth.InvalidScopeError: Text("scope は使いません", "There are no scopes"),
        oauth.AccessDeniedError: Text("住民が同意しませんでした", "The resident did not agree"),
        oauth.RequestDeferredError: Text(
            "住民はあとで決めることにしました", "The resident will decide later"
        ),
        oauth.InvalidRequestUriError: Text(
            "要求が見つからないか、期限が切れています", "The pushed request is unknown or over"
        ),
        oauth.InvalidAuthorizationDetailsError: Text(
            "求める内容(authorization_details)に誤りがあります",
            "What is asked for is malformed or not allowed",
        ),
        oauth.InvalidDpopProofError: Text(
            "DPoPの証明が正しくないか、使用ずみです", "The DPoP proof is wrong or was used before"
        ),
        oauth.InvalidTokenError: Text(
            "アクセストークンが使えません", "The access token does not count"
        ),
        oauth.InsufficientScopeError: Text(
            "同意の範囲に含まれません", "The consent does not cover this"
        ),
        oauth.InvalidClientMetadataError: Text(
            "登録する鍵または設定に誤りがあります", "The keys or settings cannot be registered"
        ),
        oauth.InvalidRedirectUriError: Text(
            "この戻り先アドレスは登録できません", "This redirect address cannot be registered"
        ),
    }
)
