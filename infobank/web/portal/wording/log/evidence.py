"""What lies beside the entries in an evidence archive: how to read it, and what checks it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from infobank.web.portal.wording.proofs import VERIFIER_FILE
from infobank.web.verifierfile import build_verifier

FOLDER: Final = "infobank-evidence"
"""The folder into which a reader is told to unpack it."""

_READ_JA: Final = """# アクセス記録の証拠

この資料だけで、インフォバンクを信じなくても、ネットワークにつながずに確かめられます。

- `entries.jsonl`: 見つかった記録。1行が1件です。個人が分かる項目はありません。
- `proofs/`: 記録1件ごとの証明(C2SP tlog-proof)。
- `checkpoint`: 記録の木の大きさと根に、署名をつけたもの(C2SP tlog-checkpoint)。
- `checkpoint.older` と `consistency`: 前の木から、つけ足すだけで今の木になったことの証明。
- `{verifier}`: 検証プログラム。Python 3.11 以上と `cryptography` で動きます。

質問: {question}
作成: {made_at}

## 確かめかた

1. この資料を `{folder}` という名のフォルダーに展開します。
2. 記録の公開鍵が、紙などで受け取ったものと同じか見くらべます。
3. 次の命令を実行します。最後に SOUND と出れば、どの記録も木の中にあり、変えられていません。

```
{command}
```
"""

_READ_EN: Final = """# Evidence from the access log

What is in here can be checked without trusting the bank, and without a network.

- `entries.jsonl`: the entries that were found, one a line; no field of them identifies anybody.
- `proofs/`: the proof of each entry (C2SP tlog-proof).
- `checkpoint`: the size and the root of the log's tree, signed (C2SP tlog-checkpoint).
- `checkpoint.older` and `consistency`: what proves that the tree grew from an older one alone.
- `{verifier}`: the verifier. Python 3.11 or later with `cryptography` runs it.

Question: {question}
Made: {made_at}

## How to check it

1. Unpack this archive into a folder named `{folder}`.
2. Compare the log's public key with the one that you were given on paper.
3. Run the command. If it ends with SOUND, every entry is in the tree and none was changed.

```
{command}
```
"""


def evidence_files(key: str, asked: Mapping[str, str], now: datetime) -> Mapping[str, bytes]:
    """Return the files that explain and check an archive, by name."""
    said = ", ".join(f"{name} = {value}" for name, value in asked.items()) or "*"
    parts = {
        "verifier": VERIFIER_FILE,
        "folder": FOLDER,
        "command": verify_evidence_command(key),
        "question": said,
        "made_at": now.isoformat(timespec="seconds"),
    }
    return {
        "README.ja.md": _READ_JA.format_map(parts).encode(),
        "README.en.md": _READ_EN.format_map(parts).encode(),
        VERIFIER_FILE: build_verifier(),
    }


def verify_evidence_command(key: str) -> str:
    """Return what to type to check an archive that was unpacked into its folder."""
    return f"python3 {FOLDER}/{VERIFIER_FILE} verify-evidence {FOLDER} --key '{key}'"


def evidence_name(now: datetime) -> str:
    """Return what an archive that is taken at an instant is called."""
    return f"infobank-evidence-{now:%Y%m%dT%H%M%SZ}.zip"
