# shellcheck shell=bash
# Runs commands at the same time, and ends everything that it started. Sourced by .ci/run and test/infra/main.sh, which set
# `set -euo pipefail` and have a function `step`.

# attend COMMAND…: runs a command and returns its exit code. Unlike a plain call, a signal interrupts it: bash runs a trap only
# after a command in the foreground has ended.
attend() {
  "$@" &
  wait $!
}

# together COMMAND…: runs each line of bash at the same time, waits for all, and prints the output of each whole: of those that
# succeeded, then of those that failed, so that an error stands at the end. Returns 1 when one failed, and names those that did.
together() {
  local logs index line pids=() succeeded=() failed=()
  logs=$(mktemp -d)
  for index in $(seq $#); do
    line=${*:index:1}
    bash -c "$line" >"$logs/$index" 2>&1 &
    pids[index]=$!
  done
  for index in "${!pids[@]}"; do
    if wait "${pids[index]}"; then succeeded+=("$index"); else failed+=("$index"); fi
  done
  for index in "${succeeded[@]}" "${failed[@]}"; do
    step "${*:index:1}"
    cat "$logs/$index"
  done
  rm -rf "$logs"
  [ ${#failed[@]} -eq 0 ] || {
    for index in "${failed[@]}"; do printf 'failed: %s\n' "${*:index:1}" >&2; done
    return 1
  }
}

# descendants PID…: prints the ids of all processes below these.
descendants() {
  local pid children
  for pid in "$@"; do
    read -ra children < <(cat "/proc/$pid/task/"*/children 2>/dev/null | tr '\n' ' ') || true
    [ ${#children[@]} -eq 0 ] || {
      printf '%s\n' "${children[@]}"
      descendants "${children[@]}"
    }
  done
}

# end_descendants: asks every process below this one to end, gives them a minute to clean up, and kills the rest. A process whose
# parent ended first is remembered: it is below this one no more.
end_descendants() {
  local until=$((SECONDS + 60)) pid living asked=' '
  while :; do
    living=()
    # shellcheck disable=SC2086 # several ids
    for pid in $(descendants $$ $asked) $asked; do
      if [ "$pid" = "$BASHPID" ] || ! runs "$pid"; then continue; fi
      [[ $asked == *" $pid "* ]] || {
        kill "$pid" 2>/dev/null || true
        asked+="$pid "
      }
      living+=("$pid")
    done
    [ ${#living[@]} -gt 0 ] || return 0
    [ "$SECONDS" -lt "$until" ] || break
    sleep 0.5
  done
  kill -KILL "${living[@]}" 2>/dev/null || true
}
# runs PID: whether the process is there and is no zombie.
runs() { [ -e "/proc/$1" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null; }

# end_with_all FUNCTION: at the end of this script, whatever ends it, ends all that it started, then calls FUNCTION.
end_with_all() {
  # shellcheck disable=SC2064 # the function's name is known now
  trap "at_end $1" EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
}
at_end() {
  local code=$?
  trap '' INT TERM HUP
  trap - EXIT
  set +e
  end_descendants
  "$1"
  exit "$code"
}
