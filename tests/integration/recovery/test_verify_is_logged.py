"""Whoever opens an archive to verify it is in the access log first."""

from pathlib import Path

from archive_drill import IDENTITY
from bank_processes import infobank
from outage import database_away
from running_bank import BankServer

from infobank.accesslog.entry import EntryKind


def test_an_archive_is_opened_only_when_the_log_says_so(bank_server: BankServer, tmp_path: Path):
    settings, archive, identity = bank_server.settings, tmp_path / "keys", tmp_path / "identity"
    identity.write_text(f"{IDENTITY}\n")
    made = infobank(
        settings, "backup", "keys", "--to", archive, "--recipient", str(IDENTITY.to_public())
    )
    assert made.returncode == 0, made.stderr
    words = ("backup", "verify", archive, "--identity", identity)
    sound = infobank(settings, *words)
    assert (sound.returncode, "sound" in sound.stdout) == (0, True), sound.stderr
    (opened,) = bank_server.recorded(EntryKind.BACKUP_OPENED)
    assert opened.fields["database"] == "keys"
    with database_away(bank_server):
        refused = infobank(settings, *words)
    assert refused.returncode != 0
    assert "sound" not in refused.stdout
    assert "Traceback" not in refused.stderr
