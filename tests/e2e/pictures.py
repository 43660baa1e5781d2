"""Take pictures of the main pages, in both languages, with the demo's own city.

    python tests/e2e/pictures.py docs/pictures

Runs `infobank demo` on free ports and a new state folder, plays the scene of `scene.py`
in it, and leaves one PNG a page: NAME-LANGUAGE.png, and NAME-LANGUAGE-narrow.png for phones.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from browser import free_port, launched, visitor
from playwright.sync_api import Page
from scene import Place, enter, play

LANGUAGES = ("ja", "en")
WIDE, NARROW = 1280, 390
TALLEST = 1280
"""Pixels of a picture's height; a longer page is cut."""
TO_THE_END = frozenset({"request"})
"""What is shown whole: its point is at its end."""

SHOWN = frozenset(
    {
        "front",
        "dataset",
        "home",
        "category",
        "request",
        "consents",
        "history",
        "proof",
        "log",
        "rights",
        "correction_form",
        "provider_home",
        "steward_home",
        "corrections",
    }
)
ON_PHONES = frozenset({"front", "request", "rights"})


def main() -> None:
    """Take all pictures into the folder that is named."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with demo() as (bank, provider), launched() as browser:
        places = play(browser, bank, provider, lambda: None)
        shown = [place for place in places if place.name in SHOWN]
        for reader, mine in groupby(shown, key=lambda place: place.reader):
            with visitor(browser) as page:
                enter(page, bank, reader)
                for place in mine:
                    take(page, bank, place, folder)


def take(page: Page, bank: str, place: Place, folder: Path) -> None:
    """Take the pictures of one page."""
    for language in LANGUAGES:
        joint = "&" if "?" in place.path else "?"
        page.goto(f"{bank}{place.path}{joint}lang={language}")
        tallest = 2 * TALLEST if place.name in TO_THE_END else TALLEST
        shoot(page, WIDE, tallest, folder / f"{place.name}-{language}.png")
        if place.name in ON_PHONES:
            shoot(page, NARROW, tallest, folder / f"{place.name}-{language}-narrow.png")


def shoot(page: Page, width: int, tallest: int, file: Path) -> None:
    """Take one picture, at most `tallest` pixels high."""
    page.set_viewport_size({"width": width, "height": 900})
    height = min(tallest, page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": height})
    page.screenshot(path=file)
    sys.stdout.write(f"{file} {file.stat().st_size // 1024} KiB\n")


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
