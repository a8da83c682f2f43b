#!/bin/sh
# Everything that can be said about the code without running it, then the examples in the documents.
set -eu
cd "$(dirname "$0")/.."
step() { printf '== %s\n' "$1"; }
step "style (ruff)";        .venv/bin/ruff check . && .venv/bin/ruff format --check -q .
step "types (mypy strict)"; .venv/bin/mypy
step "rooms (import-linter)"; PYTHONPATH=src .venv/bin/lint-imports --no-cache | tail -n 12
step "migrations match the models"; .venv/bin/python -m django makemigrations --check --dry-run --settings cairn.entry.settings
step "examples in the documents"; .venv/bin/python -m pytest -q tests/docs
