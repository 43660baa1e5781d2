"""What e-mails say: never a name, a provider, or a word of anybody's data."""

from typing import Final

from infobank.vocabulary.text.language import Language

_CODE: Final = {
    Language.JA: (
        "インフォバンク: 確認の番号",
        (
            "確認の番号は {code} です。\n"
            "「設定」のページに、30分以内に入れてください。\n\n"
            "心あたりのないときは、このメールを捨ててください。何も変わりません。\n"
        ),
    ),
    Language.EASY: (
        "インフォバンク: 確認(かくにん)の 番号(ばんごう)",
        (
            "番号は {code} です。\n"
            "「設定(せってい)」の ページに 入れてください。30分の うちに 入れてください。\n\n"
            "知らない メールの ときは、すててください。何も かわりません。\n"
        ),
    ),
    Language.EN: (
        "infobank: your code",
        (
            "Your code is {code}.\n"
            "Enter it on the settings page within 30 minutes.\n\n"
            "If you did not ask for it, delete this message. Nothing changes.\n"
        ),
    ),
}

_CHANGED: Final = {
    Language.JA: (
        "インフォバンク: お知らせがあります",
        (
            "あなたのデータについて、新しいことがありました。\n"
            "サインインして「ホーム」を見てください。\n\n    {site}\n\n"
            "メールには、くわしいことを書きません。メールで番号や合言葉をたずねることもありません。\n"
            "このお知らせは「設定」で止められます。\n"
        ),
    ),
    Language.EASY: (
        "インフォバンク: お知らせが あります",
        (
            "あなたの データについて、新しい ことが ありました。\n"
            "サインインして 「ホーム」を 見てください。\n\n    {site}\n\n"
            "メールには くわしい ことを 書きません。メールで 番号を 聞きません。\n"
            "この メールは 「設定(せってい)」で 止める ことが できます。\n"
        ),
    ),
    Language.EN: (
        "infobank: something changed",
        (
            "Something new happened with your data.\n"
            "Sign in and look at your home page.\n\n    {site}\n\n"
            "No e-mail holds details, and none ever asks you for a code or a password.\n"
            "You can stop these messages on the settings page.\n"
        ),
    ),
}


def code(language: Language, number: str) -> tuple[str, str]:
    """Return subject and text of the letter that confirms an address."""
    subject, text = _CODE[language]
    return subject, text.format(code=number)


def changed(language: Language, site: str) -> tuple[str, str]:
    """Return subject and text of the letter that says where to look."""
    subject, text = _CHANGED[language]
    return subject, text.format(site=site)
