# shellcheck shell=bash
# The shape that every command beside this file has. Each command sources it first; sourcing it sets variables and changes
# nothing. A command is, in this order:
#   1. its head comment, which --help prints; the first paragraph is the usage
#   2. `arguments`, which reads the command line
#   3. checks, which change nothing
#   4. steps: `step DESCRIPTION COMMAND…`. --dry-run prints the steps and runs none of them
#
# Exit codes, of every command:
#   0    done, or there was nothing to do
#   1    it failed; the message says what was changed and how to go on
#   2    wrong usage; nothing was looked at
#   3    `ready` only: the program does not run
#   10   `update --check` only: there are newer images
#   129, 130, 143   ended by a lost terminal, ctrl-C or SIGTERM, after taking back what was half done
set -euo pipefail

self=$(basename "$0")
bin=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# The folder of docker-compose.yml: /opt/ultronex on a server.
project=${ULTRONEX_PROJECT:-$(dirname "$(dirname "$bin")")}
dry=''

# A terminal that is gone (lost ssh) makes writing fail; that must not end a deploy half way.
say() { printf '%s\n' "$*" 2>/dev/null || true; }
warn() { printf '%s\n' "$*" >&2 || true; }
# Keeps the reason in `died`, for what `on_end` calls.
# shellcheck disable=SC2034 # commands read it
died=''
die() {
  warn "$self: $*"
  # shellcheck disable=SC2034
  died=$*
  exit 1
}
wrong() {
  warn "$self: $*"
  usage >&2
  warn "See --help."
  exit 2
}

# Prints the head comment of the command: the lines from the second one to the first that is no comment.
head_comment() { sed -n '2,/^[^#]/{/^# shellcheck/d;/^#/!d;s/^# \{0,1\}//p}' "$(readlink -f "$0")"; }
usage() { head_comment | sed '/^$/,$d'; }
help() {
  head_comment
  exit 0
}

# arguments OPERANDS [OPTION]… -- ARGUMENT…: reads a command line. OPERANDS is how many arguments without a dash there may
# be, or `many`; they are put into the array `operands`. Every command has --help and --dry-run; OPTION names the others:
#   --check          sets `check` to 1
#   --timeout=       puts the value into `timeout`, from `--timeout 5` or `--timeout=5`
#   -n|--lines=      has a short name too; the variable has the long one, with _ for -
arguments() {
  local arg_most=$1 arg_known=() arg_each arg_found arg_given arg_name arg_value
  shift
  while [ "$1" != -- ]; do
    arg_known+=("$1")
    shift
  done
  shift
  operands=()
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h) help ;;
      --dry-run) dry=1 ;;
      -?*)
        arg_given=${1%%=*} arg_found=''
        for arg_each in "${arg_known[@]}"; do
          [[ "|${arg_each%=}|" != *"|$arg_given|"* ]] || arg_found=$arg_each
        done
        [ -n "$arg_found" ] || wrong "there is no option \"$1\""
        arg_name=${arg_found##*--}
        if [[ $arg_name != *= ]]; then
          [ "$1" = "$arg_given" ] || wrong "$arg_given takes no value, and \"$1\" has one"
          arg_value=1
        elif [ "$1" != "$arg_given" ]; then
          arg_value=${1#*=}
        else
          [ $# -gt 1 ] || wrong "$1 needs a value"
          arg_value=$2
          shift
        fi
        arg_name=${arg_name%=}
        printf -v "${arg_name//-/_}" %s "$arg_value"
        ;;
      *)
        [ "$arg_most" = many ] || [ ${#operands[@]} -lt "$arg_most" ] || wrong "\"$1\" is too much"
        operands+=("$1")
        ;;
    esac
    shift
  done
}

# number OPTION VALUE LEAST MOST WHAT: refuses a value that is not a whole number from LEAST to MOST. WHAT is what it counts.
number() {
  if [[ ! $2 =~ ^(0|[1-9][0-9]{0,8})$ ]] || [ "$2" -lt "$3" ] || [ "$2" -gt "$4" ]; then
    wrong "$1 \"$2\" is no number of $5; write a whole number from $3 to $4"
  fi
}

# step DESCRIPTION COMMAND [ARGUMENT]…: one step that changes something. Says what it does, then runs the command and returns
# its exit code; `|| die "REASON; REMEDY"` follows. With --dry-run it shows the command instead.
step() {
  say "$1"
  shift
  run "$@"
}

# Runs a command, or with --dry-run shows it as one would type it. A function of these scripts is not shown: the step's
# description says what it does.
run() {
  if [ -z "$dry" ]; then
    "$@"
    return
  fi
  # How it is run is of no interest.
  while :; do
    case $1 in
      quietly | steady) shift ;;
      timeout) shift 2 ;;
      *) break ;;
    esac
  done
  case $1 in
    compose) set -- docker "$@" ;;
    "$bin"/*) set -- ultronex "${1##*/}" "${@:2}" ;;
  esac
  [ "$(type -t "$1")" = function ] || say "+$(printf ' %q' "$@")"
}

# quietly COMMAND…: shows the output of the command only when it fails. Not for functions that set variables.
quietly() {
  local output code=0
  output=$("$@" 2>&1 </dev/null) || code=$?
  [ "$code" -eq 0 ] || [ -z "$output" ] || warn "$output"
  # By `timeout`, see steady.
  [ "$code" -ne 124 ] || warn "$self: $* did not end in time and was stopped"
  return "$code"
}

# Runs a command in a session of its own, so that ctrl-C and a lost terminal reach this script, which then decides, and not
# Docker in the middle of a change. At most $limit seconds: half an hour is enough for a build on a small machine.
steady() { setsid --wait timeout --kill-after=10 "${limit:-1800}" "$@"; }

# wait_for SECONDS PAUSE COMMAND…: asks COMMAND again until it returns 0. Returns 1 when it did not within SECONDS, or when
# COMMAND returned 2: waiting longer would not help.
wait_for() {
  local wait_until=$((SECONDS + $1)) wait_pause=$2 wait_code
  shift 2
  while :; do
    wait_code=0
    "$@" || wait_code=$?
    case $wait_code in
      0) return 0 ;;
      2) return 1 ;;
    esac
    [ "$SECONDS" -lt "$wait_until" ] || return 1
    sleep "$wait_pause"
  done
}

# on_end FUNCTION: calls FUNCTION with the exit code when the command ends, whatever ends it; the function may exit with
# another code. A second signal does not interrupt it.
on_end() {
  # shellcheck disable=SC2064 # the function's name is known now
  trap "end_with $1" EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
}
end_with() {
  local code=$?
  ignore_signals
  trap - EXIT
  set +e
  "$1" "$code"
  exit "$code"
}
ignore_signals() { trap '' INT TERM HUP; }

# take_lock [SECONDS TO WAIT]: only one of deploy, rollback, update, restore, rotate-secrets and backup runs at a time. One
# that is called by another has the lock already.
take_lock() {
  [ -z "${ULTRONEX_LOCKED:-}$dry" ] || return 0
  [ -w "$project" ] || die "$project cannot be written; run this as root"
  exec 9>>"$project/.deploy-lock"
  flock --wait "${1:-0}" 9 || die "another deploy, backup or restore is under way; wait for its end"
  export ULTRONEX_LOCKED=$$
  trap '' PIPE
}

# ask_person PROMPT [OPTION of read]…: puts a line from the terminal or stdin into `typed`. Returns 1 when there is none within
# five minutes. The prompt is shown at a terminal only.
ask_person() {
  local prompt=$1 code=0
  shift
  typed=''
  IFS= read -r -t 300 -p "$prompt" "$@" typed || code=$?
  # Above 128 the time ran out. At the end of the input the line may lack its line break.
  [ "$code" -eq 0 ] || { [ "$code" -le 128 ] && [ -n "$typed" ]; }
}

# shellcheck source=deploy/bin/env.sh
. "$bin/env.sh"
# shellcheck source=deploy/bin/stack.sh
. "$bin/stack.sh"
