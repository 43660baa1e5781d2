"""A restored bank says that it lives and why it does nothing, and nothing else."""

import asyncio
import json
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError

import pytest
from archive_drill import rows
from bank_processes import answers, command, environment_for, free_port, infobank, started, until
from running_bank import Loop, address, listen, settings_for

from infobank.app.worker import surroundings
from infobank.config import Settings
from infobank.db.embedded import EmbeddedDatabases
from infobank.db.postgres.engine import create_engine
from infobank.db.postgres.roles import KEYS, RECORDS
from infobank.db.recovery.restorations import barred
from infobank.recovery.errors import RestoredError
from infobank.web.routes import ROUTES, Form, Route
from infobank.web.shut import make_shut_application

MARK = "INSERT INTO restorations (restored_at, made_at, log_size) VALUES (now(), now(), 0)"
CLEAR = "UPDATE restorations SET replayed_at = now()"
OWNERS = {"records": "infobank_owner", "keys": "infobank_keys_owner"}

_PART = re.compile(r"\{(\w+)(?::[^}]*)?\}")


@pytest.fixture
def marked(databases: EmbeddedDatabases) -> Iterator[EmbeddedDatabases]:
    """Return databases that were restored and not replayed."""
    for owner in OWNERS.values():
        asyncio.run(rows(databases.libpq(owner), MARK))
    yield databases
    for owner in OWNERS.values():
        asyncio.run(rows(databases.libpq(owner), CLEAR))


@pytest.fixture(scope="module")
def settings(databases: EmbeddedDatabases, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of a bank on the module's databases."""
    folder, port = tmp_path_factory.mktemp("bank"), free_port()
    made = settings_for(databases, folder, f"http://localhost:{port}")
    return replace(made, listen=("127.0.0.1", port))


@pytest.fixture(scope="module")
def shut(settings: Settings) -> Iterator[str]:
    """Serve what a restored bank serves; return where."""
    listening, loop = listen(), Loop()
    application = make_shut_application(surroundings(settings))
    with loop.serving(application, listening):
        yield address(listening)
    loop.close()


def connect(url: str) -> None:
    async def work() -> None:
        engine = barred(create_engine(url, application="drill"))
        try:
            async with engine.connect():
                pass
        finally:
            await engine.dispose()

    asyncio.run(work())


@pytest.mark.parametrize("role", [*RECORDS.granted.values(), *KEYS.granted.values()])
def test_no_role_gets_a_connection_while_the_mark_stands(marked: EmbeddedDatabases, role: str):
    with pytest.raises(RestoredError, match="withdrawals and erasures"):
        connect(marked.url(role))


@pytest.mark.parametrize("role", [*RECORDS.granted.values(), *KEYS.granted.values()])
def test_every_role_gets_one_when_it_was_taken_away(databases: EmbeddedDatabases, role: str):
    for owner in OWNERS.values():
        asyncio.run(rows(databases.libpq(owner), CLEAR))
    connect(databases.url(role))


@pytest.mark.parametrize("role", [*RECORDS.granted.values(), *KEYS.granted.values()])
def test_nobody_but_the_owner_takes_the_mark_away(marked: EmbeddedDatabases, role: str):
    for statement in (CLEAR, "DELETE FROM restorations", MARK):
        with pytest.raises(Exception, match="permission denied for table restorations"):
            asyncio.run(rows(marked.libpq(role), statement))


def fetch(url: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, method=method, headers=headers)  # noqa: S310 - our own
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - our own
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_address_says_why_it_does_nothing(shut: str, route: Route):
    path = _PART.sub("1", route.path)
    status, headers, body = fetch(shut + path, route.method)
    if route.path == "/livez":
        assert (status, json.loads(body)) == (200, {"live": True})
    elif route.path.startswith("/static/"):
        assert status in {200, 404}
    else:
        assert status == 503
        assert headers["Cache-Control"] == "no-store"
        if route.form is not Form.PAGE and route.method != "HEAD":
            assert json.loads(body)


def test_an_address_that_is_none_says_it_too(shut: str):
    assert fetch(f"{shut}/api/v1/nothing")[0] == 503


def test_programs_learn_the_reason_and_when_to_come_back(shut: str):
    status, headers, body = fetch(f"{shut}/readyz")
    problem = json.loads(body)
    assert (status, problem["code"]) == (503, "restored")
    assert "withdrawals and erasures" in problem["detail"]
    assert headers["Retry-After"] == "1"


@pytest.mark.parametrize(
    ("language", "words"), [("ja", "復旧の作業中です"), ("en", "The bank is being brought back")]
)
def test_people_learn_it_in_their_language(shut: str, language: str, words: str):
    status, _, body = fetch(f"{shut}/", **{"Accept-Language": language})
    assert status == 503
    assert words in body.decode()


def test_the_bank_serves_again_by_itself_when_the_mark_is_gone(
    settings: Settings, marked: EmbeddedDatabases, tmp_path: Path
):
    environment, at = environment_for(settings), f"http://127.0.0.1:{settings.listen[1]}"
    with started(command("serve", "--workers", "1"), environment, tmp_path / "out") as bank:
        until(lambda: answers(f"{at}/livez"), bank.said)
        assert fetch(f"{at}/readyz")[0] == 503
        assert fetch(f"{at}/log/checkpoint")[0] == 503
        for owner in OWNERS.values():
            asyncio.run(rows(marked.libpq(owner), CLEAR))
        until(lambda: answers(f"{at}/readyz"), bank.said)


def test_the_key_service_does_not_start_on_a_restored_database(
    settings: Settings, marked: EmbeddedDatabases
):
    assert marked
    ended = infobank(settings, "keyservice")
    assert ended.returncode == 1
    assert "answers nothing until the withdrawals and erasures" in ended.stderr
