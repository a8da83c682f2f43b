#!/bin/sh
# Everything that can be said about the code without running it, then the examples in the documents.
set -eu
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$1"; }

step "Style (ruff)"
.venv/bin/ruff check .
.venv/bin/ruff format --check -q .

step "Types (mypy, strict)"
.venv/bin/mypy

step "Rooms (import-linter)"
PYTHONPATH=src .venv/bin/lint-imports --no-cache

step "Migrations match the models"
CAIRN_HOME=$(mktemp -d) .venv/bin/python -m django makemigrations --check --dry-run --settings cairn.entry.settings

step "Examples in the documents"
.venv/bin/python -m pytest -q -n0 tests/docs
