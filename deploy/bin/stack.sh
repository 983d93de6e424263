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

# record ACTION TARGET OUTCOME [DETAIL]: a step that adds an entry to the program's audit log, with the user who runs this
# command. It never fails: without an entry it warns. A command that another one calls records nothing: that one does.
record() {
  [ "${ULTRONEX_LOCKED:-$$}" = $$ ] || return 0
  step "Write to the audit log: $1 $2, $3" write_entry "$@" || true
}
write_entry() {
  local target=${2:0:200} detail id said code=0
  detail="${4:+${4:0:800}; }by ${SUDO_USER:-$(id -un)}@$(hostname)"
  id=$(containers ultronex | head -n 1) || true
  if [ -z "$id" ]; then
    said='the program does not run'
  else
    said=$(ask_docker exec "$id" node --env-file=/run/secrets/ultronex.env dist/cli/main.js audit add "$1" "$target" \
      --outcome "$3" --detail "$detail" </dev/null 2>&1) || code=$?
    [ "$code" -ne 0 ] || return 0
    [ "$code" -ne 124 ] || said='the program did not answer in time'
    said=$(grep -m 1 . <<<"$said" | cut -c 1-300) || true
  fi
  warn "$self: the audit log has no entry of this: ${said:-docker exec ended with $code}"
}

# beat NAME CODE TEXT: a step that reports the end of a job to the program, as the beat NAME with the exit code 0 or another
# one, and TEXT as its log. It never fails: without a program it warns.
beat() { step "Report to the program: $1, exit code $2" send_beat "$@" || true; }
send_beat() {
  local id said='' text code=0
  # A repository's address may hold a login.
  text=$(sed -E 's#://[^/@[:space:]]*@#://[redacted]@#g' <<<"${3:0:2000}")
  id=$(containers ultronex | head -n 1) || true
  if [ -z "$id" ]; then
    said='the program does not run'
  else
    # In the program's container, which has the login: no secret leaves it.
    # shellcheck disable=SC2016 # it is JavaScript
    said=$(ask_docker exec "$id" node --env-file=/run/secrets/ultronex.env -e '
      const { BASIC_AUTH_USERNAME = "ultronex", BASIC_AUTH_PASSWORD_FILE = "/run/secrets/password", PORT = 8080 } = process.env;
      const [, name, code, body] = process.argv;
      const password = require("node:fs").readFileSync(BASIC_AUTH_PASSWORD_FILE, "utf8").trimEnd();
      fetch(`http://127.0.0.1:${PORT}/ultronex/beat/${name}/${code}`, {
        method: "POST",
        headers: {
          authorization: `Basic ${Buffer.from(`${BASIC_AUTH_USERNAME}:${password}`).toString("base64")}`,
          "content-type": "text/plain",
        },
        body,
        signal: AbortSignal.timeout(15_000),
      })
        .then(async (answer) => {
          if (answer.status !== 200) throw new Error(`it answers ${answer.status}: ${(await answer.text()).slice(0, 200)}`);
        })
        .catch((error) => {
          console.error(error.cause?.code ?? error.message);
          process.exitCode = 1;
        });' "$1" "$2" "$text" </dev/null 2>&1) || code=$?
    [ "$code" -ne 0 ] || return 0
    [ "$code" -ne 124 ] || said='the program did not answer in time'
    said=$(grep -m 1 . <<<"$said" | cut -c 1-300) || true
  fi
  warn "$self: the program was not told of this (beat $1): ${said:-docker exec ended with $code}"
}

# program_answers: whether the program answers. It need not be ready.
program_answers() {
  local id
  id=$(containers ultronex | head -n 1)
  [ -n "$id" ] && reasons_of "$id" >/dev/null
}

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
  limit=60 steady sftp -b - -o BatchMode=yes -o LogLevel=ERROR ${port:+-P "$port"} "${BASH_REMATCH[2]}" <<<pwd 2>&1 >/dev/null | sed 's/^/ssh: /' || true
}

# Prints the remedy for a Storage Box that refuses this server's key: the command that the role `backup` wrote down.
key_hint() {
  [ -n "${BACKUP_INSTALL_KEY:-}" ] || return 0
  printf '\n%s\n  %s' "If it says Permission denied, the key of this server is not installed there. On a machine of yours:" "$BACKUP_INSTALL_KEY"
}
