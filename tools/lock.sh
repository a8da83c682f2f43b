#!/bin/sh
# Writes the lock files anew from pyproject.toml: versions and hashes, no addresses.
set -eu
cd "$(dirname "$0")/.."
tools/setup.sh run 2>/dev/null || true
uv=${UV:-.tools/uv/bin/uv}
common="--universal --python-version 3.12 --generate-hashes --no-annotate --no-header -q $*"
"$uv" pip compile pyproject.toml --extra site $common -o requirements/run.txt
"$uv" pip compile pyproject.toml --extra site --group dev $common -c requirements/run.txt -o requirements/dev.txt
echo uv | "$uv" pip compile - $common -o requirements/uv.txt
