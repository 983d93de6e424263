# shellcheck shell=bash
# Asks image registries for tags and digests, without Docker and without pulling. Sourced by update after lib.sh.
# https://distribution.github.io/distribution/spec/api/ and https://docs.docker.com/reference/api/registry/auth/

registry_work=''
registry_open() {
  command -v curl >/dev/null || die "there is no curl here; apt-get install curl"
  registry_work=$(mktemp -d)
}
registry_close() { [ -z "$registry_work" ] || rm -rf "$registry_work"; }

# Prints why the last question had no answer.
registry_why() { cat "$registry_work/why" 2>/dev/null || echo 'it gives no answer'; }

# registry_url NAME: prints the URL of an image in the API of its registry. Names are read as Docker reads them: a name without
# a host is Docker Hub's, and a registry on this machine is asked by plain HTTP.
registry_url() {
  local host=${1%%/*} path=${1#*/} scheme=https
  if [[ $1 != */* ]]; then
    host=docker.io path=library/$1
  elif [[ $host != *.* && $host != *:* && $host != localhost ]]; then
    host=docker.io path=$1
  fi
  [ "$host" != docker.io ] || host=registry-1.docker.io
  case $host in localhost | localhost:* | 127.*) scheme=http ;; esac
  printf '%s' "$scheme://$host/v2/$path"
}

# registry_ask URL [OPTION of curl]…: writes body and headers into $registry_work. Gets an anonymous token where the registry
# wants one.
registry_ask() {
  local url=$1 challenge realm service scope token='' code tries
  shift
  for ((tries = 0; tries < 2; tries++)); do
    code=$(curl --silent --show-error --max-time 30 --retry 2 --max-filesize 30000000 --proto '=https,http' \
      ${token:+--header "Authorization: Bearer $token"} --dump-header "$registry_work/headers" \
      --output "$registry_work/body" --write-out '%{http_code}' "$@" "$url" 2>"$registry_work/said") || {
      tail -n 1 "$registry_work/said" >"$registry_work/why"
      return 1
    }
    if [ "$code" != 401 ] || [ -n "$token" ]; then break; fi
    challenge=$(tr -d '\r' <"$registry_work/headers" | sed -n 's/^[Ww][Ww][Ww]-[Aa]uthenticate: *[Bb]earer *//p' | head -n 1)
    realm=$(sed -n 's/.*realm="\([^"]*\)".*/\1/p' <<<"$challenge")
    service=$(sed -n 's/.*service="\([^"]*\)".*/\1/p' <<<"$challenge")
    scope=$(sed -n 's/.*scope="\([^"]*\)".*/\1/p' <<<"$challenge")
    [ -n "$realm" ] || break
    token=$(curl --silent --max-time 30 --retry 2 --get ${service:+--data-urlencode "service=$service"} \
      ${scope:+--data-urlencode "scope=$scope"} "$realm" | tr ',' '\n' | sed -n 's/.*"\(access_\)\{0,1\}token" *: *"\([^"]*\)".*/\2/p' | head -n 1) || true
    [ -n "$token" ] || break
  done
  [ "$code" = 200 ] && return 0
  echo "it answers $code" >"$registry_work/why"
  return 1
}

# newest_patch NAME PREFIX LEAST: prints the highest number that follows PREFIX (`v3.13.`) in a tag, at least LEAST. Returns 1
# when the registry did not answer; `registry_why` prints the reason.
newest_patch() {
  local url best=$3 next page patch
  url=$(registry_url "$1")
  next="$url/tags/list?n=1000"
  # Long lists come in pages, by the header Link (RFC 5988).
  for ((page = 0; page < 200 && ${#next} > 0; page++)); do
    registry_ask "$next" || return 1
    # The last line may lack its line break.
    while read -r patch || [ -n "$patch" ]; do
      [ "$patch" -le "$best" ] || best=$patch
    done < <(tr ',' '\n' <"$registry_work/body" | sed -n "s/.*\"${2//./\\.}\([0-9]\{1,5\}\)\".*/\1/p")
    next=$(tr -d '\r' <"$registry_work/headers" | sed -n 's/^[Ll]ink: *<\([^>]*\)>.*rel="\{0,1\}next.*/\1/p' | head -n 1)
    # Relative or absolute; never to another host.
    next=${next#http://*/} next=${next#https://*/}
    [ -z "$next" ] || next="${url%%/v2/*}/${next#/}"
  done
  printf '%s' "$best"
}

# remote_digest NAME TAG: prints the digest that the registry has for a tag; nothing when it does not say.
remote_digest() {
  local kinds='application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json'
  kinds+=', application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json'
  # HEAD is not counted as a pull: https://docs.docker.com/docker-hub/usage/pulls/
  registry_ask "$(registry_url "$1")/manifests/$2" --head --header "Accept: $kinds" || return 1
  tr -d '\r' <"$registry_work/headers" | sed -n 's/^[Dd]ocker-[Cc]ontent-[Dd]igest: *//p' | head -n 1
}
