# Find Chromium and a Japanese font for the browser tests, or install them.
#
# Debian as root: its own packages.  Elsewhere: Playwright's download.  With neither, say
# so; where CI=true that is a failure, so that no run passes without its browser tests.
set -eu
cd "$(dirname "$0")/.."

say() { echo "browser: $*" >&2; }

has_chromium() {
    [ -x /usr/bin/chromium ] || .venv/bin/python - <<'PYTHON'
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    sys.exit(not Path(playwright.chromium.executable_path).exists())
PYTHON
}

has_japanese() { ! command -v fc-list > /dev/null || [ -n "$(fc-list :lang=ja)" ]; }

may_install() { [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] && command -v apt-get > /dev/null; }

from_debian() {
    say "installing $* with apt-get ..."
    apt-get -qq update > /dev/null && apt-get -qq install --yes --no-install-recommends "$@" > /dev/null
}

if ! has_chromium; then
    may_install && from_debian chromium fonts-noto-cjk || true
fi
if ! has_chromium; then
    say "downloading Chromium with Playwright ..."
    .venv/bin/python -m playwright install chromium > /dev/null || true
fi
if ! has_japanese; then
    may_install && from_debian fonts-noto-cjk || say "no Japanese font: pictures will show boxes"
fi
if ! has_chromium; then
    say "NO CHROMIUM: the browser tests cannot run.  Install it as /usr/bin/chromium, or run"
    say "  .venv/bin/python -m playwright install --with-deps chromium"
    [ "${CI:-}" != true ]
fi
