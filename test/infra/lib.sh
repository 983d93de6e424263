# Sourced by the scripts in this folder, which have set `set -euo pipefail` and run in the project's folder.
# shellcheck shell=bash

# shellcheck disable=SC2034 # the scripts use it
tools=$PWD/../shared/tools
script=$(basename "$0")

step() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }
fail() { printf '%s: %s\n' "$script" "$*" >&2; exit 1; }
usage() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"; }

# save_images FILE: saves those images of docker-compose.yml that the engine has, and tags the newest one of the program as v1.0.0
# too. No registry that tests reach has Grafana.
save_images() {
  local image images=(ultronex:v1.0.0)
  docker tag ultronex:latest ultronex:v1.0.0
  while read -r image; do
    if docker image inspect "$image" >/dev/null 2>&1; then images+=("$image"); fi
  done < <(docker compose --project-directory . -f docker-compose.yml --env-file /dev/null config --images | sort -u)
  printf '%s\n' "${images[@]}"
  docker save -o "$1" "${images[@]}"
}

# make_repository FOLDER: a git repository of this tree as it is, committed or not, with the tag v1.0.0
make_repository() {
  mkdir -p "$1"
  python3 ansible/roles/ultronex/files/pack.py . "$1.tar"
  tar -xf "$1.tar" -C "$1"
  rm "$1.tar"
  cp -r ansible "$1/"
  git -C "$1" init --quiet --initial-branch=main
  git -C "$1" add --force .
  git -C "$1" -c user.name=test -c user.email=test@localhost commit --quiet -m test
  git -C "$1" tag v1.0.0
}

# recap LOG: prints Ansible's summary line.
recap() { grep -A1 'PLAY RECAP' "$1" | tail -n 1; }

# unchanged LOG: fails and prints the tasks if the run changed anything.
unchanged() {
  recap "$1" | grep -q 'changed=0 ' || { grep -B12 -E '^changed:' "$1" >&2 || true; fail "$(basename "$1"): something was changed"; }
}

# debian_archive COMMAND…: prints the URL of Debian in a machine's apt sources. COMMAND runs a line on that machine.
debian_archive() {
  "$@" "grep -rhoE 'https?://[^ ]+/debian' /etc/apt/sources.list /etc/apt/sources.list.d | head -n 1"
}

# Makes the image of a machine, before two parts that start together would both make it.
machine_image() {
  docker image inspect standin/vps >/dev/null 2>&1 && return
  "$tools/vps-up" infra-seed >/dev/null
  "$tools/vps-up" --rm infra-seed
}

# Removes containers and volumes of an interrupted run, which have the names that this run needs.
remove_leftovers() {
  docker ps -aq --filter name='^infra-' | xargs -r docker rm -f -v >/dev/null
  docker volume ls -q --filter name='^infra-' | xargs -r docker volume rm -f >/dev/null
}
