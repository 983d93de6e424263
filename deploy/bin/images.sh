# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables are shared with lib.sh and update
# Which images the stack runs, which newer ones the registries have, and which base image the program is built on. Sourced by
# update after lib.sh and registry.sh.

# By service: the name of its image in its settings (`haproxy:3.2`), and the id of the image that it runs.
declare -A name_of=() runs=()
services=()
read_services() {
  local service name id
  while read -r service name id; do
    [ "$service" != setup ] || continue
    name_of[$service]=$name
    runs[$service]=$id
  done < <(
    for id in $(ask_docker ps -q --no-trunc --filter "label=com.docker.compose.project=$compose_project" \
      --filter label=com.docker.compose.oneoff=False); do
      ask_docker inspect -f '{{index .Config.Labels "com.docker.compose.service"}} {{.Config.Image}} {{.Image}}' "$id"
    done
  )
  [ ${#name_of[@]} -gt 0 ] || die 'nothing runs here; docker compose up -d'
  mapfile -t services < <(printf '%s\n' "${!name_of[@]}" | sort)
}
runs_image() { [[ " ${name_of[*]} " == *" $1"* ]]; }

# The pins of docker-compose.yml that are in use. By setting: the image's name, the part of the tag before the patch, the
# project's own patch, the patch in force and the newest one.
declare -A repo=() prefix=() pinned=() patch=() newest=()
unanswered=()
read_pins() {
  local line name least pin='image: *([^ $]+):(v?[0-9]+\.[0-9]+\.)\$\{([A-Z0-9_]+_PATCH):-([0-9]+)\}'
  while IFS= read -r line; do
    [[ $line =~ $pin ]] || continue
    runs_image "${BASH_REMATCH[1]}:" || continue
    name=${BASH_REMATCH[3]}
    repo[$name]=${BASH_REMATCH[1]} prefix[$name]=${BASH_REMATCH[2]} pinned[$name]=${BASH_REMATCH[4]}
    patch[$name]=$(env_value "$name")
    patch[$name]=${patch[$name]:-${pinned[$name]}}
    [[ ${patch[$name]} =~ ^[0-9]{1,5}$ ]] || die "$name in .env is no number; take that line out"
  done <"$project/docker-compose.yml"
  for name in "${!repo[@]}"; do
    # Never below the patch that docker-compose.yml has by now.
    least=$((patch[$name] > pinned[$name] ? patch[$name] : pinned[$name]))
    newest[$name]=$(newest_patch "${repo[$name]}" "${prefix[$name]}" "$least") || {
      unanswered+=("${repo[$name]} ($(registry_why))")
      newest[$name]=$least
    }
  done
  [ ${#unanswered[@]} -eq 0 ] || warn "$self: not asked for newer releases: $(printf '%s, ' "${unanswered[@]}" | sed 's/, $//')"
}

raised() { [ "${newest[$1]}" -ne "${patch[$1]}" ]; }
# set_pin NAME: writes the newest patch into .env; the project's own patch needs no line there.
set_pin() {
  if [ "${newest[$1]}" -eq "${pinned[$1]}" ]; then drop_env "$1"; else write_env "$1" "${newest[$1]}"; fi
}

# target_of IMAGE: prints the name that an image shall have: with the newest patch, where it is pinned.
target_of() {
  local name
  for name in "${!repo[@]}"; do
    if [[ $1 == "${repo[$name]}:${prefix[$name]}"* ]]; then
      printf '%s' "${repo[$name]}:${prefix[$name]}${newest[$name]}"
      return
    fi
  done
  printf '%s' "$1"
}

# setting_of TARGET: prints the setting whose raised patch makes this name.
setting_of() {
  local name
  for name in "${!repo[@]}"; do
    [ "$1" != "${repo[$name]}:${prefix[$name]}${newest[$name]}" ] || ! raised "$name" || printf '%s' "$name"
  done
}

# The base images of the program, and .update-state, which remembers the digest that it was built on. BuildKit keeps base
# images in a store of its own, so Docker cannot be asked.
bases=()
base_state=$project/.update-state
read_bases() { mapfile -t bases < <(sed -n 's/^FROM \([^ ]*\).*/\1/p' "$project/Dockerfile" 2>/dev/null | sort -u); }
known_base() { sed -n "s|^$1 ||p" "$base_state" 2>/dev/null | head -n 1; }
# note_bases [NAME DIGEST]…
note_bases() {
  local fresh
  fresh=$(mktemp "$base_state.XXXXXX")
  while [ $# -gt 1 ]; do
    printf '%s %s\n' "$1" "$2" >>"$fresh"
    shift 2
  done
  mv -f "$fresh" "$base_state"
}

# note_built_bases: remembers the digests that the registries have now, after a build with --pull.
note_built_bases() {
  local base digest digests=()
  for base in "${bases[@]}"; do
    if digest=$(remote_digest "${base%:*}" "${base##*:}"); then digests+=("$base" "$digest"); fi
  done
  [ ${#digests[@]} -eq 0 ] || note_bases "${digests[@]}"
}

# find_news: sets `news` to what is newer, a phrase for each, and `looked` to the digests of base images to remember.
news=() looked=()
find_news() {
  local name here there base before
  for name in $(printf '%s\n' "${!repo[@]}" | sort); do
    ! raised "$name" || news+=("${repo[$name]}:${prefix[$name]}${patch[$name]} → ${prefix[$name]}${newest[$name]}")
  done
  # An image may have been built again under the same name.
  for name in $(printf '%s\n' "${name_of[@]}" | sort -u); do
    if [ "$name" = "$own" ] || [ "$(target_of "$name")" != "$name" ]; then continue; fi
    here=$(ask_docker image inspect -f '{{join .RepoDigests " "}}' "$name" 2>/dev/null) || continue
    there=$(remote_digest "${name%:*}" "${name##*:}") || continue
    [ -z "$here" ] || [ -z "$there" ] || [[ $here == *"@$there"* ]] || news+=("$name, built again")
  done
  for base in "${bases[@]}"; do
    [ -n "$build" ] || continue
    there=$(remote_digest "${base%:*}" "${base##*:}") || there=$(known_base "$base")
    before=$(known_base "$base")
    [ -n "$there" ] || continue
    # The first look only remembers. Every look reports a newer base until `ultronex update` builds on it.
    [ -z "$before" ] || [ "$before" = "$there" ] || news+=("$base, the program's base")
    looked+=("$base" "${before:-$there}")
  done
}
