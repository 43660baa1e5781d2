"""What lies on top of an export for whoever opens it without a program."""

from typing import Final

JA: Final = """\
あなたのデータの写し
====================

このまとまりには、インフォバンクがあなたについて持っているものがすべて入っています。
作成日時: {made_at}

records/   記録。種類ごとに3つのファイルがあります。
           .csv は表計算ソフトで開けます。.json はプログラム用です。
           .schema.json は、項目の意味と値の範囲の説明です。
consents.csv と consents.json
           あなたの同意。誰に、何を、何のために、いつまで渡すと決めたか。
mandates.csv と mandates.json
           あなたの委任条件。どんな求めに、銀行があなたの代わりに「はい」と答えてよいか。
told.csv と told.json
           委任条件について、銀行があなたに知らせたこと。
notices.csv と notices.json
           あなたの撤回などを、銀行が提供先に知らせた通知と、提供先の返事。
requests.json
           あなたが出した、写し、訂正、利用停止などの請求と、その結果。
history/history.jsonl
           あなたのデータに起きたことのすべて。断った利用も入っています。新しい順です。
history/proofs/
           履歴の1行ごとの証明。銀行を信じなくても、書き換えられていないことを確かめられます。
history/log-key.txt
           証明を確かめるための、記録の公開鍵。紙でもらった鍵と同じか見くらべてください。
manifest.json
           すべてのファイルの一覧と、その指紋(SHA-256)。

証明の確かめかた
{verifier} から検証プログラムを保存し、次を実行します(ネットワークは要りません)。

    python3 infobank-verifier.pyz verify-proof --key history/log-key.txt \\
        history/proofs/番号.tlog-proof

作成の直前に起きたことは、まだ証明がありません。次の写しには証明が付きます。
このまとまりは、だれでも読めます。人に見られない場所に保管してください。
"""

EN: Final = """\
A copy of your data
===================

This archive holds everything the information bank has about you.
Made at: {made_at}

records/   Your records, three files for each kind.
           .csv opens in a spreadsheet.  .json is for programs.
           .schema.json says what each field means and which values it may have.
consents.csv and consents.json
           Your consents: who may have what, for what, and until when, as you decided.
mandates.csv and mandates.json
           Your mandates: to which requests the bank may say yes for you.
told.csv and told.json
           What the bank told you about your mandates.
notices.csv and notices.json
           What the bank told recipients when you withdrew, and what they answered.
requests.json
           What you asked of the bank (copies, corrections, stops) and what became of it.
history/history.jsonl
           All that happened with your data, refusals too, newest first.
history/proofs/
           A proof of each line of the history.  It shows that nothing was changed, without
           having to trust the bank.
history/log-key.txt
           The log's public key, which checks the proofs.  Compare it with the one on paper.
manifest.json
           A list of all files with their fingerprints (SHA-256).

How to check a proof
Save the verifier from {verifier} and run this; it needs no network:

    python3 infobank-verifier.pyz verify-proof --key history/log-key.txt \\
        history/proofs/NUMBER.tlog-proof

What happened just before this copy was made has no proof yet.  The next copy has it.
Anybody can read this archive.  Keep it where others do not look.
"""
