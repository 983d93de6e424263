# shellcheck shell=bash
# shellcheck disable=SC2154 # lib.sh sets $project
# Reads and writes .env, and reads .deploy-state; sourced by lib.sh.

# env_value NAME: prints the value of a setting in .env, without its quotes; nothing when it is not there.
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

# write_env NAME VALUE [NAME VALUE]…: writes settings into .env, all of them or none, readable by its owner alone. The other
# lines stay. Uses only what is built into bash: everybody on the machine can see the arguments of a program.
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

# drop_env NAME: removes a setting from .env.
drop_env() {
  local fresh pattern="^[[:space:]]*(export[[:space:]]+)?$1[[:space:]]*="
  fresh=$(mktemp "$project/.env.XXXXXX")
  grep -Ev "$pattern" "$project/.env" >"$fresh" || [ $? -eq 1 ]
  put_env "$fresh"
}

# put_env FILE: replaces .env by a file, in one rename; .env keeps its owner.
put_env() {
  [ ! -f "$project/.env" ] || chown --reference="$project/.env" "$1"
  chmod 600 "$1"
  sync "$1"
  mv -f "$1" "$project/.env"
  sync "$project"
}

# quoted NAME VALUE: prints the value as both Compose and Node read it from .env; dies when they would not agree on it.
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

# Prints the program's version: that of .env, else the default of docker-compose.yml.
current_version() {
  local version
  version=$(env_value ULTRONEX_VERSION)
  printf '%s' "${version:-latest}"
}

# state_value NAME: prints a value of .deploy-state, which `deploy` writes: version, previous or at.
state_value() {
  [ ! -f "$project/.deploy-state" ] || sed -n "s/^$1=//p" "$project/.deploy-state"
}
