"""Read a published access log over HTTP, so that anybody can check it from afar."""

import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from infobank.errors import InvalidInputError, NotFoundError, UnavailableError

SECONDS = 30


def http_reader(base: str, longest: int) -> Callable[[str], bytes]:
    """Return a reader of the files below an address; no file is read beyond `longest` bytes.

    The reader raises `NotFoundError` for what is not there, `UnavailableError` when the
    log does not answer.

    Raises:
        InvalidInputError: the address is not http or https.
    """
    if urlsplit(base).scheme not in {"http", "https"}:
        raise InvalidInputError("a log's address begins with http:// or https://")
    root = base.rstrip("/") + "/"

    def fetch(path: str) -> bytes:
        try:
            with urllib.request.urlopen(root + path, timeout=SECONDS) as answer:  # noqa: S310 - checked above
                found: bytes = answer.read(longest + 1)
        except urllib.error.HTTPError as error:
            with error:
                raise NotFoundError(f"the log answers {error.code} for {path}") from None
        except OSError as error:
            raise UnavailableError("the log does not answer", detail=repr(error)) from None
        if len(found) > longest:
            raise InvalidInputError(f"{path} is longer than {longest} bytes")
        return found

    return fetch


def keeping(fetch: Callable[[str], bytes], folder: Path) -> Callable[[str], bytes]:
    """Return a reader that also keeps every file it reads, for a check without network later."""

    def fetch_and_keep(path: str) -> bytes:
        found = fetch(path)
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(found)
        return found

    return fetch_and_keep
