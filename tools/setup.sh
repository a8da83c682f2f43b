#!/bin/sh
# Brings the checkout to life: the installer, a fitting Python and the locked dependencies, all inside this folder.
# Usage: tools/setup.sh run|dev      (dev adds what tests and checks need)
set -eu
cd "$(dirname "$0")/.."
kind=${1:?run or dev}
lock=requirements/$kind.txt
stamp=.venv/.installed-$kind
if [ -x .venv/bin/cairn ] && [ -f "$stamp" ] && cmp -s "$lock" "$stamp"; then exit 0; fi
if [ "$kind" = run ] && [ -x .venv/bin/cairn ] && cmp -s requirements/dev.txt .venv/.installed-dev 2>/dev/null; then exit 0; fi

say() { printf '%s\n' "$*" >&2; }
die() { say "cairn set-up: $*"; exit 1; }

if [ ! -x .tools/uv/bin/uv ]; then
  python=""
  for name in python3 python; do command -v "$name" >/dev/null 2>&1 && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null && { python=$name; break; }; done
  [ -n "$python" ] || die "no Python 3 found. Install one (any version from 3.8 on will do) and try again."
  say "Setting up: fetching the installer"
  rm -rf .tools/uv
  if "$python" -m venv .tools/uv >/dev/null 2>&1; then
    .tools/uv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt || die "the installer (uv) could not be fetched. Is the package registry reachable?"
  else
    rm -rf .tools/uv
    "$python" -m pip install -q --disable-pip-version-check --require-hashes --target .tools/uv -r requirements/uv.txt \
      || die "this Python has neither venv nor pip. On Debian: apt-get install python3-venv."
  fi
fi
uv=.tools/uv/bin/uv

# Python 3.13 is the pinned one, 3.12 will do; where neither is installed uv brings its own.
search=$PATH
for dir in "$HOME"/.pyenv/versions/3.13.*/bin "$HOME"/.pyenv/versions/3.12.*/bin; do [ -d "$dir" ] && search=$search:$dir; done
interpreter=$(PATH=$search "$uv" python find --no-project --no-python-downloads 3.13 2>/dev/null || PATH=$search "$uv" python find --no-project --no-python-downloads 3.12 2>/dev/null || echo 3.13)
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
  say "Setting up: Python environment in .venv"
  "$uv" venv -q --clear --no-project --python "$interpreter" .venv || die "no Python 3.13 or 3.12 could be found or fetched."
fi
say "Setting up: dependencies ($lock)"
"$uv" pip install -q --compile-bytecode --python .venv/bin/python --require-hashes -r "$lock" || die "the locked dependencies could not be installed."
# Our own package by a path file: nothing to build.
site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
pwd -P | sed 's#$#/src#' > "$site/cairn.pth"
cat > .venv/bin/cairn <<EOF
#!$(pwd -P)/.venv/bin/python
import sys
from cairn.entry.cli import main
sys.exit(main())
EOF
chmod +x .venv/bin/cairn
cp "$lock" "$stamp"
