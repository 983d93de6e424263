# shellcheck shell=bash
# What the commands beside it share; sourced by each. Nothing here runs by itself but finding the project's folder.
set -euo pipefail

self=$(basename "$0")
bin=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# The folder of docker-compose.yml: /opt/ultronex on a server.
project=${ULTRONEX_PROJECT:-$(dirname "$(dirname "$bin")")}
dry=''

say() { printf '%s\n' "$*" 2>/dev/null || true; }
warn() { printf '%s\n' "$*" >&2 || true; }
die() {
  warn "$self: $*"
  exit 1
}
wrong() {
  warn "$self: $*"
  warn "See \`ultronex $self --help\`."
  exit 2
}

# The comment at the head of the command is its help.
help() {
  sed -n '2,/^[^#]/{/^# shellcheck/d;s/^# \{0,1\}//p}' "$bin/$self"
  exit 0
}

# Runs it, or with --dry-run says what would be run.
act() {
  if [ -n "$dry" ]; then
    [ "$1" != steady ] || shift
    [ "$1" != compose ] || set -- docker "$@"
    say "+$(printf ' %q' "$@")"
  else
    "$@"
  fi
}

# In a session of its own: ctrl-C and a lost terminal reach this script, which then decides; not Docker in mid-sentence.
steady() { setsid --wait "$@"; }
compose() { (cd "$project" && steady docker compose "$@"); }

need_docker() {
  command -v docker >/dev/null || die "there is no docker here; apt-get install docker.io docker-compose"
  docker info >/dev/null 2>&1 || die "Docker does not answer; run this as root, or: systemctl start docker"
  [ -f "$project/docker-compose.yml" ] || die "there is no docker-compose.yml in $project; ULTRONEX_PROJECT names its folder"
  compose_project=$(project_name)
  [ -n "$compose_project" ] || die "Compose cannot read $project/docker-compose.yml with .env: docker compose config"
}

# One of deploy, rollback, update, restore, rotate-secrets, backup at a time. They may call one another.
#   take_lock [SECONDS TO WAIT]
take_lock() {
  [ -z "${ULTRONEX_LOCKED:-}" ] || return 0
  [ -w "$project" ] || die "$project cannot be written; run this as root"
  exec 9>>"$project/.deploy-lock"
  flock --wait "${1:-0}" 9 || die "another deploy, backup or restore is under way; wait for its end"
  export ULTRONEX_LOCKED=$$
  # A terminal that is gone (lost ssh) must not end what is under way: writing to it fails, and that is ignored.
  trap '' PIPE
}

# The value of a setting in .env, without its quotes; nothing when it is not there.
env_value() {
  local line value='' pattern="^[[:space:]]*(export[[:space:]]+)?$1[[:space:]]*=[[:space:]]*(.*)$"
  [ -f "$project/.env" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    [[ $line =~ $pattern ]] || continue
    value=${BASH_REMATCH[2]}
    case $value in
      \'*\'*) value=${value#\'} value=${value%%\'*} ;;
      \"*\"*) value=${value#\"} value=${value%%\"*} ;;
      *) value=${value%%#*} value=${value%"${value##*[![:space:]]}"} ;;
    esac
  done <"$project/.env"
  printf '%s' "$value"
}

# Writes settings into .env, whole or not at all, for root alone; the other lines stay as they are. Builtins only: the
# arguments of a program can be seen by everybody on the machine.
#   write_env NAME VALUE [NAME VALUE]…
write_env() {
  local file=$project/.env fresh line name pattern written
  local -A values=() seen=()
  while [ $# -gt 0 ]; do
    values[$1]=$(quoted "$1" "$2") || exit 1
    shift 2
  done
  fresh=$(mktemp "$project/.env.XXXXXX")
  {
    if [ -f "$file" ]; then
      while IFS= read -r line || [ -n "$line" ]; do
        written=$line
        for name in "${!values[@]}"; do
          pattern="^[[:space:]]*(export[[:space:]]+)?${name}[[:space:]]*="
          [[ $line =~ $pattern ]] || continue
          written="$name=${values[$name]}"
          seen[$name]=1
        done
        printf '%s\n' "$written"
      done <"$file"
    fi
    for name in "${!values[@]}"; do
      [ -n "${seen[$name]:-}" ] || printf '%s\n' "$name=${values[$name]}"
    done
  } >"$fresh"
  put_env "$fresh"
}

# Takes a setting out of .env.
drop_env() {
  local fresh pattern="^[[:space:]]*(export[[:space:]]+)?$1[[:space:]]*="
  fresh=$(mktemp "$project/.env.XXXXXX")
  grep -Ev "$pattern" "$project/.env" >"$fresh" || [ $? -eq 1 ]
  put_env "$fresh"
}

# Moves a file to .env.
put_env() {
  [ ! -f "$project/.env" ] || chown --reference="$project/.env" "$1"
  chmod 600 "$1"
  sync "$1"
  mv -f "$1" "$project/.env"
  sync "$project"
}

# As Compose and Node both read it.
quoted() {
  local plain='^[A-Za-z0-9_./:@%+,=-]+$'
  if [[ $2 =~ $plain ]]; then
    printf '%s' "$2"
  else
    case $2 in
      '') die "$1 would be empty; nothing was changed" ;;
      *\'* | *$'\n'*) die "$1 holds a quote or a line break, which .env cannot hold; nothing was changed" ;;
      *) printf "'%s'" "$2" ;;
    esac
  fi
}

# What stands in .env, else Compose's default.
current_version() {
  local version
  version=$(env_value ULTRONEX_VERSION)
  printf '%s' "${version:-latest}"
}

# Of .deploy-state: version, previous, at.
state_value() {
  [ ! -f "$project/.deploy-state" ] || sed -n "s/^$1=//p" "$project/.deploy-state"
}

# As Compose names it, from the environment, .env or docker-compose.yml.
project_name() { compose config 2>/dev/null </dev/null | sed -n 's/^name: //p'; }

# containers SERVICE [OPTION OF docker ps]…: full ids, newest first; not those of `docker compose run`.
containers() {
  local service=$1
  shift
  steady docker ps --no-trunc --format '{{.ID}}' "$@" \
    --filter "label=com.docker.compose.project=$compose_project" \
    --filter "label=com.docker.compose.service=$service" \
    --filter label=com.docker.compose.oneoff=False
}

# The commit that VERSION is in this folder's history.
commit_of() {
  git -C "$project" rev-parse --verify --quiet "$1^{commit}" 2>/dev/null ||
    git -C "$project" rev-parse --verify --quiet "refs/remotes/origin/$1^{commit}" 2>/dev/null
}

# build_commit COMMIT VERSION [OPTION of docker compose build]…: beside the folder's own files, which stay as they are.
# By Compose, which builds without Docker's buildx package.
build_commit() {
  local folder code=0 commit=$1 version=$2
  shift 2
  folder=$(mktemp -d)
  git -C "$project" archive "$commit" | tar -x -C "$folder"
  (cd "$folder" && ULTRONEX_VERSION=$version steady docker compose -f docker-compose.yml build --quiet "$@" ultronex) || code=1
  rm -rf "$folder"
  return "$code"
}

# image_id NAME: prints the id of the image with this name; nothing when there is none.
image_id() { steady docker image inspect -f '{{.Id}}' "$1" 2>/dev/null || true; }

# healthy, unhealthy, starting, none; or how it ended.
health() {
  steady docker inspect -f '{{if ne .State.Status "running"}}{{.State.Status}}{{else if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}' "$1" 2>/dev/null || echo gone
}

# What keeps the program in a container from being ready, a line for each part: `slack: Slack refuses the bot token …`.
# Nothing: it is ready. Exit code 1: it does not answer.
reasons_of() {
  # shellcheck disable=SC2016 # it is JavaScript
  steady docker exec "$1" node -e '
    fetch("http://127.0.0.1:8080/readyz", { signal: AbortSignal.timeout(5_000) })
      .then((answer) => answer.json())
      .then(({ ready, reasons }) => {
        for (const reason of ready ? [] : reasons) console.log(reason.replace(/\s+/g, " "));
      })
      .catch((error) => { console.error(error.message); process.exitCode = 1; })' </dev/null 2>/dev/null
}

# worse_than BEFORE NOW: the lines of NOW about parts that no line of BEFORE is about.
worse_than() {
  awk -F : 'NR == FNR { before[$1]; next } NF && !($1 in before)' <(printf '%s\n' "$1") <(printf '%s\n' "$2")
}

# A token that Slack refuses does not get better by waiting; the network may.
is_final() { grep -Eq 'refuses the |invalid_auth|not_allowed_token_type|token_revoked|account_inactive' <<<"$1"; }

# Tells reasons to a person, with the remedy where the token is what is wrong.
explain() {
  local line
  while IFS= read -r line; do
    case $line in
      '') ;;
      'slack: Slack refuses the bot token'*) warn "  SLACK_BOT_TOKEN is wrong: ${line#slack: }; ultronex rotate-secrets SLACK_BOT_TOKEN" ;;
      *) warn "  $line" ;;
    esac
  done <<<"$1"
}

# Checks .env as this version sees it and writes each service's secrets.
run_setup() { ULTRONEX_VERSION=$1 compose run --rm --no-deps -T setup </dev/null; }

# Asks HAProxy by its admin socket, which certbot's container shares; socat is not in every image of HAProxy.
admin() {
  compose exec -T certbot python3 -c '
import sys
sys.path.insert(0, "/deploy")
import live
print(live.ask(sys.argv[1].encode()))' "$1" </dev/null
}

# The places that HAProxy has for the program, one a line: NAME ADDRESS OPERATION ADMIN SESSIONS. OPERATION 2 is
# running; ADMIN is a sum: 8 drained by us, 32 without an address (HAProxy's management guide, "show servers state").
places() {
  local said='' tries
  # Asked once more: nobody may be cut off because this one question failed.
  for ((tries = 0; tries < 3; tries++)); do
    said=$(admin 'show servers state ultronex;show stat ultronex 4 -1' 2>/dev/null) && [ -n "$said" ] && break
    [ "$tries" -eq 2 ] || sleep 1
  done
  [ -n "$said" ] || return 1
  awk '
    $2 == "ultronex" && NF > 10 { name[++n] = $4; rest[n] = $5 " " $6 " " $7 }
    /^ultronex,/ { split($0, field, ","); sessions[field[2]] = field[5] }
    END { for (i = 1; i <= n; i++) print name[i], rest[i], sessions[name[i]] + 0 }' <<<"$said"
}

haproxy_runs() { [ -n "$(containers haproxy)" ] && [ -n "$(containers certbot)" ] && places >/dev/null 2>&1; }

place() { admin "set server ultronex/$1 state $2" >/dev/null; }

# Where the backups are: RESTIC_REPOSITORY, RESTIC_PASSWORD_FILE and what the repository needs.
backup_env=${ULTRONEX_BACKUP_ENV:-/etc/ultronex/backup.env}
backup_dir=${ULTRONEX_BACKUP_DIR:-/var/lib/ultronex-backup}
load_backup_env() {
  command -v restic >/dev/null || die "there is no restic here; apt-get install restic"
  [ -f "$backup_env" ] || die "there is no $backup_env; write RESTIC_REPOSITORY and RESTIC_PASSWORD_FILE into it"
  set -a
  # shellcheck disable=SC1090 # its place is a setting
  . "$backup_env"
  set +a
  [ -n "${RESTIC_REPOSITORY:-}${RESTIC_REPOSITORY_FILE:-}" ] || die "$backup_env has no RESTIC_REPOSITORY"
  [ -n "${RESTIC_PASSWORD_FILE:-}${RESTIC_PASSWORD_COMMAND:-}${RESTIC_PASSWORD:-}" ] ||
    die "$backup_env has no RESTIC_PASSWORD_FILE"
  # By systemd's timer there is no home to keep a cache in.
  export RESTIC_CACHE_DIR=${RESTIC_CACHE_DIR:-$backup_dir/cache}
}

# A line for each thing to do when the other side does not let this server in; the roles wrote the command.
key_hint() {
  [ -n "${BACKUP_INSTALL_KEY:-}" ] || return 0
  printf '\n%s\n  %s' "If it says Permission denied, the key of this server is not installed there. On a machine of yours:" "$BACKUP_INSTALL_KEY"
}
