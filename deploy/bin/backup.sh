# shellcheck shell=bash
# shellcheck disable=SC2154 # lib.sh and the command set the variables
# The steps that backups of one machine and of a swarm share. `backup` and deploy/swarm/backup source it after lib.sh. The command sets
# `check` and `version`, and defines copy_store, which writes the folder $stage/store.

stage=$backup_dir/stage
# restic gives up by itself when the repository is away; this bounds a repository that is there and slow.
restic_hours=2

# stage_backup: the steps that copy everything into the folder $stage.
stage_backup() {
  [ -n "$dry" ] || on_end end
  # Waits for a deploy, which changes containers and takes a minute.
  take_lock 900
  step "Make the folder $stage" begin
  step "Copy the store, with the program of version $version" copy_store ||
    die "the store could not be copied, as said above; nothing was written"
  step 'Copy .env with the generated passwords' copy_env
  step "Copy your own files in $project" copy_files || die "your files could not be copied, as said above; nothing was written"
}

# write_backup: the steps that write $stage into the repository and remove older backups; then reports the end.
write_backup() {
  local keep=${BACKUP_KEEP:---keep-daily 7 --keep-weekly 5 --keep-monthly 12}
  step "Open the repository ${RESTIC_REPOSITORY:-}, or create it" open_repository
  step 'Write the backup into it' timeout "${restic_hours}h" restic backup --tag ultronex --quiet "$stage" ||
    die "restic did not finish; nothing was removed, and the next backup goes on"
  # shellcheck disable=SC2086 # several options of restic
  step 'Remove older backups' quietly timeout "${restic_hours}h" restic forget --tag ultronex --quiet --group-by host,tags $keep --prune ||
    die "the backup is made, but old ones could not be removed"
  [ -z "$check" ] || step 'Check a tenth of the repository' quietly timeout "${restic_hours}h" restic check --quiet --read-data-subset=10% ||
    die "the repository is damaged: restic check"
  if [ -n "$dry" ]; then
    beat server-backup 0 ''
    return
  fi
  date -u +%Y-%m-%dT%H:%M:%SZ >"$backup_dir/last"
  made="Backup made; the repository has $(restic snapshots --tag ultronex --json | grep -o '"short_id"' | wc -l)"
  say "$made"
}

begin() {
  umask 077
  mkdir -p "$backup_dir"
  rm -rf "$stage"
  staged=1
  mkdir -p "$stage/store"
  # The program's user in its container.
  chown 1000:1000 "$stage/store"
}

# A backup that a person interrupts is no failure.
staged='' made=''
end() {
  [ -z "$staged" ] || rm -rf "$stage"
  case $1 in
    0) beat server-backup 0 "$made" ;;
    129 | 130) ;;
    *) beat server-backup 1 "${died:-ended with $1}" ;;
  esac
}

# with_store COMMAND…: runs `ultronex backup` by COMMAND, and says what the store has.
with_store() {
  local said
  said=$("$@" </dev/null 2>&1) || {
    warn "$said"
    return 1
  }
  grep -F ' checked' <<<"$said" | sed 's/^[^ ]* /Store: /'
}

copy_env() {
  : >"$stage/env"
  [ ! -f "$project/.env" ] || cp "$project/.env" "$stage/env"
  # The last line may lack its line break.
  [ -z "$(tail -c 1 "$stage/env")" ] || echo >>"$stage/env"
  # Generated passwords are in volumes and secrets of Docker only. Scripts elsewhere use the API's, so a restored server must accept it.
  add_generated BASIC_AUTH_PASSWORD ultronex password
  add_generated STATS_PASSWORD haproxy stats_password
  add_generated GRAFANA_ADMIN_PASSWORD grafana grafana_password
}
# add_generated NAME SERVICE FILE
add_generated() {
  local id password
  [ -z "$(env_value "$1")" ] || return 0
  id=$(containers "$2" | head -n 1)
  [ -n "$id" ] || return 0
  password=$(ask_docker exec "$id" cat "/run/secrets/$3" </dev/null 2>/dev/null) || return 0
  [ -z "$password" ] || printf '%s=%s\n' "$1" "$(quoted "$1" "$password")" >>"$stage/env"
}

# With owner, mode and time of each file: the program's user must be able to read it after a restore.
copy_files() {
  local name
  mkdir "$stage/files"
  for name in access replies hooks destinations watch jobs; do
    # Compose follows a link in place of a folder too.
    [ ! -d "$project/$name" ] || cp -a "$(readlink -f "$project/$name")" "$stage/files/$name" || return 1
  done
  printf 'version=%s\nat=%s\nhost=%s\n' "$version" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$(hostname)" >"$stage/manifest"
}

open_repository() {
  if restic cat config >/dev/null 2>&1 || restic init --quiet; then return; fi
  ssh_reason >&2
  die "the repository $RESTIC_REPOSITORY cannot be opened or made; is its password right, is it reached?$(key_hint)"
}
