# shellcheck shell=bash
# shellcheck disable=SC2154 # lib.sh sets $project and $self
# The stack as Docker and Compose see it, and the settings of the backup; sourced by lib.sh.

compose() { (cd "$project" && steady docker compose "$@"); }
# A question, which Docker answers at once or not at all.
ask_docker() { limit=30 steady docker "$@"; }

need_docker() {
  command -v docker >/dev/null || die "there is no docker here; apt-get install docker.io docker-compose"
  ask_docker info >/dev/null 2>&1 || die "Docker does not answer; run this as root, or: systemctl start docker"
  [ -f "$project/docker-compose.yml" ] || die "there is no docker-compose.yml in $project; ULTRONEX_PROJECT names its folder"
  compose_project=$(project_name)
  [ -n "$compose_project" ] || die "Compose cannot read $project/docker-compose.yml with .env: docker compose config"
}

# Prints the name of the Compose project, from the environment, .env or docker-compose.yml.
project_name() { compose config 2>/dev/null </dev/null | sed -n 's/^name: //p'; }

# containers SERVICE [OPTION of docker ps]…: prints the ids of its containers, the newest first. Leaves out containers of
# `docker compose run`.
containers() {
  local service=$1
  shift
  ask_docker ps --no-trunc --format '{{.ID}}' "$@" \
    --filter "label=com.docker.compose.project=$compose_project" \
    --filter "label=com.docker.compose.service=$service" \
    --filter label=com.docker.compose.oneoff=False
}

# commit_of VERSION: prints the commit of a tag, a branch or a short id in this folder's git history.
commit_of() {
  git -C "$project" rev-parse --verify --quiet "$1^{commit}" 2>/dev/null ||
    git -C "$project" rev-parse --verify --quiet "refs/remotes/origin/$1^{commit}" 2>/dev/null
}

# build_commit COMMIT VERSION [OPTION of docker compose build]…: builds the image ultronex:VERSION from a commit, in a folder
# of its own, so that the project's files stay as they are. Compose builds also where Docker's package buildx is missing.
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
image_id() { ask_docker image inspect -f '{{.Id}}' "$1" 2>/dev/null || true; }

# health CONTAINER: prints healthy, unhealthy, starting or none (no health check); or how it ended; or gone.
health() {
  ask_docker inspect -f '{{if ne .State.Status "running"}}{{.State.Status}}{{else if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}' "$1" 2>/dev/null || echo gone
}

# reasons_of CONTAINER: prints why the program in it is not ready, a line for each part: `slack: Slack refuses the bot
# token …`. Prints nothing when it is ready. Returns 1 when the program does not answer.
reasons_of() {
  # shellcheck disable=SC2016 # it is JavaScript
  ask_docker exec "$1" node -e '
    fetch("http://127.0.0.1:8080/readyz", { signal: AbortSignal.timeout(5_000) })
      .then((answer) => answer.json())
      .then(({ ready, reasons }) => {
        for (const reason of ready ? [] : reasons) console.log(reason.replace(/\s+/g, " "));
      })
      .catch((error) => { console.error(error.message); process.exitCode = 1; })' </dev/null 2>/dev/null
}

# worse_than BEFORE NOW: prints the lines of NOW whose part has no line in BEFORE.
worse_than() {
  awk -F : 'NR == FNR { before[$1]; next } NF && !($1 in before)' <(printf '%s\n' "$1") <(printf '%s\n' "$2")
}

# is_final REASONS: whether waiting is of no use, since Slack refuses the token. A network may come back.
is_final() { grep -Eq 'refuses the |invalid_auth|not_allowed_token_type|token_revoked|account_inactive' <<<"$1"; }

# explain REASONS: prints reasons to stderr, with the remedy where the token is wrong.
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

# run_setup VERSION: checks .env by the rules of this version, and writes the secrets of each service into its volume.
run_setup() { ULTRONEX_VERSION=$1 compose run --rm --no-deps -T setup </dev/null; }

# The backup's settings: RESTIC_REPOSITORY, RESTIC_PASSWORD_FILE and the credentials that the repository needs.
backup_env=${ULTRONEX_BACKUP_ENV:-/etc/ultronex/backup.env}
backup_dir=${ULTRONEX_BACKUP_DIR:-/var/lib/ultronex-backup}
load_backup_env() {
  command -v restic >/dev/null || die "there is no restic here; apt-get install restic"
  [ -f "$backup_env" ] || die "there is no $backup_env; write RESTIC_REPOSITORY and RESTIC_PASSWORD_FILE into it"
  set -a
  # shellcheck disable=SC1090 # the file is a setting
  . "$backup_env"
  set +a
  [ -n "${RESTIC_REPOSITORY:-}${RESTIC_REPOSITORY_FILE:-}" ] || die "$backup_env has no RESTIC_REPOSITORY"
  [ -n "${RESTIC_PASSWORD_FILE:-}${RESTIC_PASSWORD_COMMAND:-}${RESTIC_PASSWORD:-}" ] ||
    die "$backup_env has no RESTIC_PASSWORD_FILE"
  # Started by systemd's timer it has no home folder for its cache.
  export RESTIC_CACHE_DIR=${RESTIC_CACHE_DIR:-$backup_dir/cache}
}

# Prints ssh's own reason when an sftp repository cannot be opened. restic may end before it has printed what ssh said.
ssh_reason() {
  local port=''
  [[ ${RESTIC_REPOSITORY:-} =~ ^sftp:(//)?([^@/]+@[^:/]+)(:([0-9]+)/)? ]] || return 0
  [ -z "${BASH_REMATCH[1]}" ] || port=${BASH_REMATCH[4]:-}
  limit=60 steady sftp -q -b - -o BatchMode=yes ${port:+-P "$port"} "${BASH_REMATCH[2]}" <<<pwd 2>&1 >/dev/null | sed 's/^/ssh: /' || true
}

# Prints the remedy for a Storage Box that refuses this server's key: the command that the role `backup` wrote down.
key_hint() {
  [ -n "${BACKUP_INSTALL_KEY:-}" ] || return 0
  printf '\n%s\n  %s' "If it says Permission denied, the key of this server is not installed there. On a machine of yours:" "$BACKUP_INSTALL_KEY"
}
