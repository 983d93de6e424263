# shellcheck shell=bash
# shellcheck disable=SC2154 # variables are shared with lib.sh and update
# Recreates a service and judges it, while new connections wait. Sourced by update after lib.sh.

wait_until_healthy() {
  wait_for "$timeout" 1 is_healthy "$1" || {
    warn "$self: $1 is ${state:-gone}"
    return 1
  }
}
is_healthy() {
  local id
  id=$(containers "$1" | head -n 1)
  state=$([ -z "$id" ] || health "$id")
  case $state in
    healthy | none) return 0 ;;
    unhealthy | exited | dead) return 2 ;;
  esac
  return 1
}

held=''
# hold: lets new connections wait while HAProxy is recreated and nobody listens. Their first packet is dropped, and the client
# sends it again after one, three and seven seconds.
hold() {
  local ports
  command -v nft >/dev/null || {
    warn "$self: there is no nft here, so connections are refused for a second or two"
    return 0
  }
  ports="tcp dport { $(port HTTP_PORT 80), $(port HTTPS_PORT 443) } tcp flags & (syn | ack) == syn drop"
  held=1
  nft -f - 2>/dev/null <<RULES || warn "$self: nftables cannot hold connections; some may be refused for a second or two"
table inet ultronex_hold {
  chain in { type filter hook prerouting priority -310; $ports; }
  chain out { type filter hook output priority -310; $ports; }
}
RULES
}
release() {
  [ -z "$held" ] || nft delete table inet ultronex_hold 2>/dev/null || true
  held=''
}
port() {
  local value
  value=$(env_value "$1")
  echo "${value:-$2}"
}

# answers: whether the program's heartbeat answers through HAProxy.
answers() {
  local address
  address=$(env_value BIND_ADDRESS)
  case $address in '' | 0.0.0.0 | '[::]') address=127.0.0.1 ;; esac
  curl --silent --fail --insecure --max-time 5 --output /dev/null "https://$address:$(port HTTPS_PORT 443)/ultronex/heartbeat"
}
listens() { compose exec -T haproxy /probe/wget -q -T 3 -O /dev/null http://127.0.0.1:8405/healthz </dev/null >/dev/null 2>&1; }

# recreate SERVICE: starts it again from the image that its name means now.
recreate() {
  local code=0
  [ "$1" != haproxy ] || hold
  # Requests under way have 5 s to end; live pages connect again by themselves.
  quietly compose up -d --no-deps --no-build --timeout 5 "$1" || code=1
  if [ "$1" = haproxy ]; then
    [ "$code" -ne 0 ] || wait_for 15 0.2 listens || true
    release
  fi
  [ "$code" -eq 0 ] || return 1
  wait_until_healthy "$1" || return 1
  [ "$1" != haproxy ] || [ -z "$answered" ] || answers || {
    sleep 3
    answers || { warn "$self: nothing answers behind the new HAProxy" && return 1; }
  }
}
