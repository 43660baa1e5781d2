# Find SoftHSM2 for the tests of the PKCS#11 keystore, or install it.
#
# Debian as root: its own package.  Elsewhere say so; where CI=true that is a failure, so
# that no run passes without them.
set -eu

say() { echo "softhsm: $*" >&2; }

has_softhsm() { command -v softhsm2-util > /dev/null; }

may_install() { [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] && command -v apt-get > /dev/null; }

from_debian() {
    say "installing softhsm2 with apt-get ..."
    apt-get -qq update > /dev/null && apt-get -qq install --yes --no-install-recommends softhsm2 > /dev/null
}

if ! has_softhsm; then
    may_install && from_debian || true
fi
if ! has_softhsm; then
    say "NO SOFTHSM2: the tests of the PKCS#11 keystore are skipped.  Debian: apt install softhsm2"
    [ "${CI:-}" != true ]
fi
