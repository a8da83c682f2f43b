#!/bin/sh
# The whole suite on both databases. Extra words go to pytest: make test ARGS="-k status".
set -eu
cd "$(dirname "$0")/.."
workers=${WORKERS:-auto}
run() {
  database=$1
  shift
  printf '\n== The suite on %s\n' "$database"
  CAIRN_TEST_DATABASE=$database .venv/bin/python -m pytest -q -n "$workers" --dist loadfile "$@"
}
run sqlite "$@"
# The cores know no database, so that once is enough for them.
if [ $# -eq 0 ]; then
  set -- --ignore=tests/credentials --ignore=tests/stacking --ignore=tests/planning --ignore=tests/appraisal --ignore=tests/interop
fi
run postgresql "$@"
