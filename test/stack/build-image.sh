#!/usr/bin/env bash
# Builds the unmodified Dockerfile as ultronex:latest, on a machine whose node image is the stand-in of ../shared/tools. npm in the
# build uses the registry and the certificate authority of this machine's npm. Safe to call again; with all layers cached it takes
# seconds. Needs docker-up and images-up node.
#   test/stack/build-image.sh [IMAGE]
set -euo pipefail
cd "$(dirname "$0")/../.."
image=${1:-ultronex:latest}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOCKER_BUILDKIT=1

# The certificate is given as a value, since the build cannot read this machine's file.
npmrc() {
  local registry authorities
  registry=$(npm config get registry 2>/dev/null)
  echo "registry=$registry"
  authorities=$(npm config get cafile 2>/dev/null)
  [ -f "$authorities" ] || authorities=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}
  [ -f "$authorities" ] || return 0
  node test/stack/registry-authority.mjs "$registry" "$authorities" |
    awk '{ pem = pem $0 "\\n" } END { if (pem != "") print "ca=\"" pem "\"" }'
}
npmrc >"$work/npmrc"

start=$SECONDS
docker build --progress plain --secret "id=npmrc,src=$work/npmrc" --tag "$image" . >"$work/log" 2>&1 ||
  { tail -n 60 "$work/log" >&2; exit 1; }
echo "build-image: $image, $(docker image inspect -f '{{.Size}}' "$image") bytes, $((SECONDS - start)) s" >&2
