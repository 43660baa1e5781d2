"""Take pictures of every page, with the demo's own city.

    python tests/e2e/pictures.py docs/pictures

Runs `infobank demo` on free ports and a new state folder, plays the scene of `scene.py` in it,
does the deeds of `deeds.py` too, finds the pages that links lead to, adds an example of each
that a form alone leads to, and leaves two WebP of each: NAME-en.webp as on a desk, and
NAME-ja-narrow.webp as on a phone.  Some are also taken in the dark and in easy Japanese.
"""

import base64
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

sys.path += [
    str(Path(__file__).parents[1] / folder) for folder in (".", "bank", "people", "drills")
]

from browser import Scheme, free_port, launched, visitor
from crawling import AFTER_A_FORM, READERS, found
from deeds import done
from exhibition import EXAMPLES, exhibition
from playwright.sync_api import Browser, Page
from scene import Place, enter, play

from infobank.vocabulary.text.language import Language

TALLEST = 1280
"""Pixels of a picture's height; a longer page is cut."""

TO_THE_END = frozenset({"request"})
"""What is shown whole: its point is at its end."""

HEAVIEST = 40 * 1024
"""Bytes of a picture: it is taken again, less exactly, until it is no heavier."""

QUALITIES = (70, 50, 35, 20, 10)


class Variant(NamedTuple):
    """One way to look at a page, and how its picture's name ends."""

    ending: str
    language: Language
    width: int
    scheme: Scheme = "light"


EVERY = (Variant("en", Language.EN, 1280), Variant("ja-narrow", Language.JA, 390))
MORE = (
    Variant("ja", Language.JA, 1280),
    Variant("ja-dark", Language.JA, 1280, "dark"),
    Variant("easy", Language.EASY, 1280),
)
SHOWN_MORE = frozenset({"front", "home", "request", "consents", "history"})


def main() -> None:
    """Take all pictures into the folder that is named."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    seen = set[str]()
    with demo() as (bank, provider), launched() as browser:
        for reader, mine in groupby(places(browser, bank, provider), lambda place: place.reader):
            with visitor(browser) as page:
                enter(page, bank, reader)
                for place in mine:
                    take(page, bank, place, folder)
                    seen.add(place.name)
    with exhibition() as site, launched() as browser, visitor(browser) as page:
        for place in after_a_form(seen):
            take(page, site, place, folder)


def places(browser: Browser, bank: str, provider: str) -> list[Place]:
    """Return every page once, by reader; the scene's own choice of an address comes first."""
    played = play(browser, bank, provider, lambda: None)
    added = list(done(browser, bank))
    linked = [place for reader in READERS for place in found(browser, bank, reader)]
    first: dict[str, Place] = {}
    for place in (*played, *added, *linked):
        first.setdefault(place.name, place)
    return sorted(first.values(), key=lambda place: place.reader)


def after_a_form(seen: set[str]) -> Iterator[Place]:
    """Yield the first example of each page that only a form leads to and nobody opened."""
    shown = set(seen)
    for number, example in enumerate(EXAMPLES):
        if example.page in AFTER_A_FORM and example.page not in shown:
            shown.add(example.page)
            yield Place(example.page, "", f"/{number}")


def take(page: Page, bank: str, place: Place, folder: Path) -> None:
    """Take the pictures of one page."""
    tallest = 2 * TALLEST if place.name in TO_THE_END else TALLEST
    for variant in (*EVERY, *(MORE if place.name in SHOWN_MORE else ())):
        joint = "&" if "?" in place.path else "?"
        page.emulate_media(color_scheme=variant.scheme)
        page.goto(f"{bank}{place.path}{joint}lang={variant.language}")
        shoot(page, variant.width, tallest, folder / f"{place.name}-{variant.ending}.webp")


def shoot(page: Page, width: int, tallest: int, file: Path) -> None:
    """Take one picture, at most `tallest` pixels high and as exact as its weight allows."""
    page.set_viewport_size({"width": width, "height": 900})
    height = min(tallest, page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": height})
    session = page.context.new_cdp_session(page)
    for quality in QUALITIES:
        asked = {"format": "webp", "quality": quality}
        picture = base64.b64decode(session.send("Page.captureScreenshot", asked)["data"])
        if len(picture) <= HEAVIEST:
            break
    session.detach()
    file.write_bytes(picture)
    sys.stdout.write(f"{file} {len(picture) // 1024} KiB\n")


@contextmanager
def demo() -> Iterator[tuple[str, str]]:
    """Run the demo; return the addresses of the bank and of the provider."""
    bank, provider = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="infobank-pictures-") as state:
        Path(state).chmod(0o711)  # the database's own account has to get through
        options = [
            "--port",
            str(bank),
            "--provider-port",
            str(provider),
            "--state",
            f"{state}/demo",
        ]
        process = subprocess.Popen(
            [sys.executable, "-m", "infobank", "demo", *options],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        try:
            _until_ready(process)
            yield f"http://localhost:{bank}", f"http://localhost:{provider}"
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate()


def _until_ready(process: subprocess.Popen[str]) -> None:
    lines = process.stdout or ()
    for line in lines:
        if "Ctrl-C stops the demo" in line:
            return
    raise SystemExit("the demo did not start")


if __name__ == "__main__":
    main()
