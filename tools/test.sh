#!/bin/sh
# The whole suite on both databases. Extra words go to pytest: make test ARGS="-k status".
set -eu
cd "$(dirname "$0")/.."
workers=${WORKERS:-auto}
for database in sqlite postgresql; do
  printf '\n== The suite on %s\n' "$database"
  CAIRN_TEST_DATABASE=$database .venv/bin/python -m pytest -q -n "$workers" --dist loadfile "$@"
done
