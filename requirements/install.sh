# Install locked packages, and this project, into .venv:  sh requirements/install.sh run [test]
#
# Every package comes as a wheel whose hash is in the lock: nothing is built from source,
# so nothing unlocked runs.  A second call with the same locks does nothing.
set -eu
cd "$(dirname "$0")/.."

say() { echo "install: $*" >&2; }
give_up() { say "$*"; exit 1; }

# A name on the PATH may be a launcher of a Python that is not there: only running it tells.
suitable() { "$1" -c '
import ensurepip, sys, venv
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        suitable "$PYTHON" || give_up "$PYTHON is not Python 3.11, 3.12 or 3.13 with venv."
        return
    fi
    for PYTHON in python3.13 python3.12 python3.11 python3; do
        if suitable "$PYTHON"; then return; fi
    done
    give_up "found no Python 3.11, 3.12 or 3.13 with venv (Debian: apt install python3 python3-venv).
         Name one with  make PYTHON=/path/to/python3.12 ..."
}

usable() {
    [ -n "$(version .venv/bin/python)" ] || return 1
    [ -z "${PYTHON:-}" ] || [ "$(version "$PYTHON")" = "$(version .venv/bin/python)" ]
}

# What is installed belongs to these locks and to this place.
state="$(pwd) $(cat pyproject.toml requirements/install.sh requirements/*.txt | cksum)"
installed() { [ "$(cat ".venv/installed-$1" 2>/dev/null)" = "$state" ]; }

pip() { .venv/bin/python -m pip --disable-pip-version-check "$@"; }

install() {
    say "installing what it takes to $1 into .venv (a minute or two the first time) ..."
    pip install -qq --require-hashes --only-binary :all: -r "requirements/$1.txt" ||
        give_up "could not install requirements/$1.txt; call make again once the cause above is mended."
}

if ! usable; then
    find_python
    say "making .venv with Python $(version "$PYTHON")"
    "$PYTHON" -m venv --clear .venv
fi
for part in "$@"; do
    if installed "$part"; then continue; fi
    install "$part"
    if [ "$part" = run ]; then
        pip install -qq --no-index --no-deps --no-build-isolation --editable .
    fi
    echo "$state" > ".venv/installed-$part"
    say "installed"
done
