"""Logs: an event keeps allowed keys only, and chatty libraries are quiet."""

import json
import subprocess
import sys

from infobank import logs

PROGRAM = """
import logging, structlog
from infobank import logs
logs.configure()
structlog.get_logger().info("request", status=200, token="secret-token", steps=12345)
for name in ("authlib", "authlib.oauth2", "sqlalchemy.engine", "asyncio", "aiohttp.access"):
    logging.getLogger(name).debug("Issue token secret-token")
    logging.getLogger(name).info("Issue token secret-token")
"""


def test_an_event_is_one_line_with_allowed_keys_and_libraries_are_quiet():
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert said.stdout == ""
    [line] = said.stderr.splitlines()
    event = json.loads(line)
    assert (event["event"], event["status"]) == ("request", 200)
    assert set(event) <= logs.ALLOWED
    assert "secret-token" not in line
    assert "12345" not in line
