#!/usr/bin/env bash
# Fuzzes the HTTP API of the built program: `npm run build && bash scripts/fuzz.sh`.
# FUZZ=long takes ten times as long; FUZZ_SEED=7 makes other requests; FUZZ_CACHE is where Schemathesis is installed.
set -euo pipefail
version=4.32.5
cache=${FUZZ_CACHE:-$HOME/.cache/ultronex-fuzz}
venv=$cache/schemathesis-$version

# A marker, so that an installation that was cut off is done again.
if [ ! -e "$venv/installed" ]; then
  mkdir -p "$cache"
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"
  touch "$venv/installed"
fi
exec node "$(dirname "$0")/fuzz.mjs" "$venv/bin/schemathesis"
