# Write the locks again from the *.in files, the same for Python 3.11, 3.12 and 3.13.
#
# uv is fetched for this alone, beside the environment and not into it.
set -eu
cd "$(dirname "$0")/.."
sh requirements/install.sh run
.venv/bin/python -m pip --disable-pip-version-check install -qq --upgrade --target .venv/uv uv
cd requirements
for part in run keystores test; do
    ../.venv/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' "$@" \
        "$part.in" --output-file "$part.txt"
done
