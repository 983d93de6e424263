#!/usr/bin/env bash
# Builds the collector where ../shared/tools cannot: its recipe names the module extension/storage, of which file_storage
# has become a module of its own, so that Go takes the newest of it and with it libraries the rest does not know.
# The same version and parts, with file_storage pinned; the result is where images-up looks for it.
set -euo pipefail
tools=$(cd "$(dirname "$0")/../../../shared/tools" && pwd)
cache=${TOOLS_CACHE:-$HOME/.cache/ultronex-tools}
[ -x "$cache/bin/otelcol-0.158.0" ] && exit 0
# Builds ocb, then fails at the collector itself; what it left of that is made again here.
[ -x "$cache/bin/ocb" ] || "$tools/go-tools" otelcol >/dev/null 2>&1 || true
[ -x "$cache/bin/otelcol-0.158.0" ] && exit 0
work=$cache/go/otelcol-pinned
mkdir -p "$work" && cd "$work"
sed -E '/extension\/storage v0.158.0/{N;s|.*|  - gomod: github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage v0.155.0|}' \
  "$tools/go/otelcol.yaml" >otelcol.yaml
"$cache/bin/ocb" --skip-compilation --config otelcol.yaml >ocb.log 2>&1 || true
cd out
CGO_ENABLED=0 go build -ldflags '-s -w' -o "$cache/bin/otelcol-0.158.0" .
ln -sf otelcol-0.158.0 "$cache/bin/otelcol"
