"""What each refusal of the broker means, for the error catalogue and problem documents."""

from collections.abc import Mapping
from types import MappingProxyType

from infobank.oauth import errors as oauth
from infobank.vocabulary.text.language import Text

MEANINGS: Mapping[type[oauth.OAuthError], Text] = MappingProxyType(
    {
        oauth.OAuthError: Text(
            "認可の要求に誤りがあります", "The request is refused", "お願いに まちがいがあります"
        ),
        oauth.InvalidRequestError: Text(
            "パラメータが足りないか、重複しているか、形式に誤りがあります",
            "A parameter is missing, repeated or malformed",
            "足りないもの、二つあるもの、書き方がちがうものがあります",
        ),
        oauth.InvalidClientError: Text(
            "クライアントを確かめられません",
            "The client did not prove who it is",
            "会社のプログラムを たしかめることができません",
        ),
        oauth.InvalidGrantError: Text(
            "認可コードまたはリフレッシュトークンが使えません",
            "The code or refresh token does not count",
            "その番号は、もう使うことができません",
        ),
        oauth.UnauthorizedClientError: Text(
            "このクライアントには許されていません",
            "This client may not do that",
            "この会社のプログラムは、してはいけません",
        ),
        oauth.UnsupportedGrantTypeError: Text(
            "この種類のトークン要求は扱いません",
            "This kind of token request is not known",
            "この種類のお願いは知りません",
        ),
        oauth.UnsupportedResponseTypeError: Text(
            "この response_type は扱いません",
            "This response_type is not known",
            "この response_type は知りません",
        ),
        oauth.InvalidScopeError: Text(
            "scope は使いません", "There are no scopes", "scope は使いません"
        ),
        oauth.AccessDeniedError: Text(
            "住民が同意しませんでした",
            "The resident did not agree",
            "住民が「いいです」と言いませんでした",
        ),
        oauth.RequestDeferredError: Text(
            "住民はあとで決めることにしました",
            "The resident will decide later",
            "住民は あとで決めます",
        ),
        oauth.InvalidRequestUriError: Text(
            "要求が見つからないか、期限が切れています",
            "The pushed request is unknown or over",
            "お願いがありません。または、日にちが過ぎました",
        ),
        oauth.InvalidAuthorizationDetailsError: Text(
            "求める内容(authorization_details)に誤りがあります",
            "What is asked for is malformed or not allowed",
            "お願いの中身(authorization_details)に まちがいがあります",
        ),
        oauth.InvalidDpopProofError: Text(
            "DPoPの証明が正しくないか、使用ずみです",
            "The DPoP proof is wrong or was used before",
            "DPoPの しるしが まちがっています。または、前に使いました",
        ),
        oauth.InvalidTokenError: Text(
            "アクセストークンが使えません",
            "The access token does not count",
            "トークンは使うことができません",
        ),
        oauth.InsufficientScopeError: Text(
            "同意の範囲に含まれません",
            "The consent does not cover this",
            "住民が「いいです」と言ったものの中にありません",
        ),
        oauth.InvalidClientMetadataError: Text(
            "登録する鍵または設定に誤りがあります",
            "The keys or settings cannot be registered",
            "かぎか、決めたことに まちがいがあります",
        ),
        oauth.InvalidRedirectUriError: Text(
            "この戻り先アドレスは登録できません",
            "This redirect address cannot be registered",
            "このもどるアドレスは使うことができません",
        ),
    }
)
