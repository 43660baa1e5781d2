"""What WalkCoach shows: two pages without script, in Japanese and English."""

from collections.abc import Mapping
from html import escape
from typing import Any

LANGUAGES = ("ja", "en")

LABELS = {
    "steps": ("歩数(歩)", "Steps"),
    "distance": ("移動距離(km)", "Distance (km)"),
    "very_active_minutes": ("強い活動(分)", "Very active (min)"),
    "fairly_active_minutes": ("中程度の活動(分)", "Fairly active (min)"),
}

TEXTS = {
    "name": ("ウォークコーチ", "WalkCoach"),
    "demo": ("合成データのデモです(実在の人はいません)", "Synthetic demo: no real person"),
    "title": ("あなたに合った歩く目標を", "A walking goal that fits you"),
    "asks": ("あなたの情報銀行にお願いすること", "What we ask your information bank for"),
    "what": ("データ", "Data"),
    "period": ("期間", "Period"),
    "period_is": ("きのうまでの90日分", "The 90 days up to yesterday"),
    "purpose": ("目的", "Purpose"),
    "until": ("使う期間", "Used for"),
    "until_is": ("180日間、読むだけ", "180 days, reading only"),
    "retention": ("消す時期", "Deleted"),
    "retention_is": ("受け取ってから30日以内", "Within 30 days of receipt"),
    "choice": (
        "何を渡すかは、次に開く情報銀行の画面で決めます。一部だけでも、断っても、あとで決めてもかまいません。",
        "You decide next, at your information bank: all of it, part of it, none, or later.",
    ),
    "ask": ("情報銀行にお願いする", "Ask my information bank"),
    "read": ("もう一度読む", "Read again"),
    "received": ("受け取ったデータ", "What we received"),
    "only": ("あなたが渡すと決めたものだけです。", "Only what you chose to share."),
    "goal": ("1日平均 {} 歩。次の目標は {} 歩です。", "{} steps a day. Your next goal: {}."),
    "day": ("日", "Day"),
    "access_denied": ("渡さないことにしました。", "You chose not to share."),
    "request_deferred": (
        "あとで決めることにしました。情報銀行の「お願い」からいつでも決められます。",
        "You will decide later. The request waits for you at your information bank.",
    ),
    "foreign": ("この返事は、お願いしたものと合いません。", "This is no answer to our request."),
    "away": ("いまは情報銀行につながりません。", "The information bank cannot be reached now."),
    "refused": (
        "情報銀行がデータを渡しませんでした。受け取っていたデータは消しました。",
        "The information bank gave no data. We deleted what we had received.",
    ),
}

_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}</title><link rel="stylesheet" href="/style.css">
</head>
<body>
<header>
<p class="demo">{demo}</p>
<div class="bar"><strong>{name}</strong>
<nav aria-label="Language / 言語">
<a href="/?lang=ja" lang="ja" hreflang="ja">日本語</a>
<a href="/?lang=en" lang="en" hreflang="en">English</a>
</nav></div>
</header>
<main>
{notice}
{body}
</main>
</body>
</html>
"""


class Texts:
    """The texts of one language, escaped for HTML."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else LANGUAGES[0]
        self._place = LANGUAGES.index(self.language)

    def __getitem__(self, name: str) -> str:
        return escape(TEXTS[name][self._place])

    def label(self, name: str) -> str:
        """Return what people call a field."""
        return escape(LABELS[name][self._place] if name in LABELS else name)


def page(texts: Texts, body: str, code: str = "", words: str = "") -> str:
    """Return a whole page; `code` and `words` are the last refusal, if there was one."""
    notice = ""
    if code:
        said = texts[code if code in TEXTS else "refused"]
        reason = f"<p><code>{escape(code)}</code> {escape(words)}</p>" if words else ""
        notice = f'<div class="notice" role="status"><p>{said}</p>{reason}</div>'
    return _PAGE.format(
        language=texts.language, name=texts["name"], demo=texts["demo"], notice=notice, body=body
    )


def start(texts: Texts, fields: tuple[str, ...], why: Mapping[str, str]) -> str:
    """Return what we ask for, and the button that asks."""
    rows = {
        "what": " / ".join(texts.label(name) for name in fields),
        "period": texts["period_is"],
        "purpose": escape(why[texts.language]),
        "until": texts["until_is"],
        "retention": texts["retention_is"],
    }
    listed = "".join(f"<dt>{texts[name]}</dt><dd>{words}</dd>" for name, words in rows.items())
    return (
        f"<h1>{texts['title']}</h1><section><h2>{texts['asks']}</h2><dl>{listed}</dl>"
        f"<p>{texts['choice']}</p>{_button('/ask', texts['ask'])}</section>"
    )


def received(texts: Texts, document: Mapping[str, Any]) -> str:
    """Return the records as a table, newest first, and the goal when there are steps."""
    names = [str(name) for name in document["fields"]]
    head = "".join(f'<th scope="col">{texts.label(name)}</th>' for name in names)
    rows = "".join(_row(record, names) for record in reversed(document["records"]))
    return (
        f'<h1 id="received">{texts["received"]}</h1><p>{texts["only"]}</p>{_goal(texts, document)}'
        f'<div class="table" role="region" aria-labelledby="received" tabindex="0"><table>'
        f'<thead><tr><th scope="col">{texts["day"]}</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def reading(texts: Texts) -> str:
    """Return the button that reads again."""
    return _button("/read", texts["read"])


def _button(action: str, label: str) -> str:
    return f'<form method="post" action="{action}"><button>{label}</button></form>'


def _row(record: Mapping[str, Any], names: list[str]) -> str:
    values = [record["values"][name] for name in names]
    cells = "".join(f"<td>{'–' if each is None else escape(str(each))}</td>" for each in values)
    return f'<tr><th scope="row">{escape(str(record["observed"]))}</th>{cells}</tr>'


def _goal(texts: Texts, document: Mapping[str, Any]) -> str:
    steps = [record["values"].get("steps") for record in document["records"]]
    walked = [each for each in steps if each is not None]
    if not walked:
        return ""
    mean = round(sum(walked) / len(walked), -2)
    return f'<p class="goal">{texts["goal"].format(f"{mean:,.0f}", f"{mean + 500:,.0f}")}</p>'
