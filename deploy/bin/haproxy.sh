# shellcheck shell=bash
# HAProxy's places for the program (its servers in the backend `ultronex`), asked and changed by its admin socket. Sourced
# after lib.sh by the commands that need it.

# admin COMMAND: prints HAProxy's answer. By certbot's container, which shares the socket: not every image of HAProxy has
# socat.
admin() {
  limit=30 compose exec -T certbot python3 -c '
import sys
sys.path.insert(0, "/deploy")
import live
print(live.ask(sys.argv[1].encode()))' "$1" </dev/null
}

# Prints the places, one a line: NAME ADDRESS OPERATION ADMIN SESSIONS. OPERATION 2 is running; ADMIN is a sum: 8 drained by
# us, 32 without an address (HAProxy's management guide, "show servers state").
places() {
  local said='' tries
  # Three tries: one failed question must not make a deploy cut off requests.
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

# place NAME ready|drain
place() { admin "set server ultronex/$1 state $2" >/dev/null; }

# addresses CONTAINER: prints its addresses on all networks.
addresses() {
  ask_docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' "$1" 2>/dev/null || true
}

# place_of CONTAINER: prints the lines of `places` that have one of its addresses.
place_of() {
  local own name address rest
  own=" $(addresses "$1") "
  places | while read -r name address rest; do
    [[ $own != *" $address "* ]] || echo "$name $address $rest"
  done || true
}

# close_free_places: drains the places without an address, one of which the next container gets. So it gets no request before
# it is judged, even if it answers nonsense from its first moment on.
close_free_places() {
  local name admin
  while read -r name _ _ admin _; do
    if [ $((admin & 32)) -ne 0 ]; then place "$name" drain; fi
  done < <(places)
}

# open_places: opens every place again, once those that had the address of a removed container have lost it.
open_places() { wait_for 15 0.5 no_place_is_stale || true; }
no_place_is_stale() {
  local name address admin running stale=''
  running=" $(for id in $(containers ultronex); do addresses "$id"; done | tr '\n' ' ') "
  while read -r name address _ admin _; do
    [ $((admin & 8)) -ne 0 ] || continue
    if [ $((admin & 32)) -ne 0 ] || [[ $running == *" $address "* ]]; then
      place "$name" ready || true
    else
      stale=1
    fi
  done < <(places || true)
  [ -z "$stale" ]
}

# open_place_of CONTAINER: sends requests to it, and returns 0 once HAProxy does.
open_place_of() {
  local name
  for name in $(place_of "$1" | cut -d ' ' -f 1); do place "$name" ready || true; done
  place_of "$1" | awk '$3 == 2 && $4 == 0 { open = 1 } END { exit !open }'
}

# no_sessions CONTAINER: whether its requests have ended.
no_sessions() { [ "$(place_of "$1" | awk '{ sum += $5 } END { print sum + 0 }')" -eq 0 ]; }
