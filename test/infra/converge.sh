#!/usr/bin/env bash
# A server without Terraform, as in any other cloud. Runs the roles in ansible/ over ssh on a machine of ../shared/tools/vps-up,
# then again and with --check --diff, both without a change. Makes a backup in a Storage Box (an sshd at port 23) and restores it.
# Tries the firewall from outside and from a container, before and after a restart of Docker. Runs Lynis and ssh-audit. Removes
# the machine. Needs Ansible, a Docker engine and the stack's images (images-up, build-image.sh).
#   test/infra/converge.sh [--keep] [--archive FILE] [--name NAME]
#     --keep      keep the machine; prints its address and key
#     --archive   file that `docker save` wrote; default: made from the engine's images
#     --name      name of the machine (infra-converge)
set -euo pipefail
cd "$(dirname "$0")/../.."
. test/infra/lib.sh
# MaxAuthTries is 6, for agents with several keys. Lynis wants 3, which costs one of 80 points.
floor=79

keep='' archive='' name=infra-converge
while [ $# -gt 0 ]; do
  case $1 in
    --keep) keep=1 ;;
    --archive) archive=$(realpath "$2"); shift ;;
    --name) name=$2; shift ;;
    -h | --help) usage; exit ;;
    *) fail "unknown option $1; see --help" ;;
  esac
  shift
done

work=$(mktemp -d)
finish() {
  local rc=$?
  if [ -n "$keep" ]; then
    echo "converge.sh: kept: ssh -i $work/key root@${address:-?}" >&2
  else
    "$tools/vps-up" --rm "$name"
    docker rm -f "$name-box" >/dev/null 2>&1 || true
    rm -rf "$work"
  fi
  exit "$rc"
}
trap finish EXIT

if [ -z "$archive" ]; then
  step 'images into one file'
  archive=$work/images.tar
  save_images "$archive"
fi

step 'a machine'
ssh-keygen -q -t ed25519 -N '' -C converge -f "$work/key"
address=$("$tools/vps-up" "$name" --ssh-key "$work/key.pub")
ssh_options=(-i "$work/key" -o BatchMode=yes -o "UserKnownHostsFile=$work/known_hosts" -o StrictHostKeyChecking=accept-new -o ConnectTimeout=5 -o LogLevel=ERROR)
# shellcheck disable=SC2029 # variables in the command are meant to be expanded here
on_machine() { ssh "${ssh_options[@]}" "root@$address" "$@"; }
for _ in $(seq 60); do on_machine true 2>/dev/null && break; sleep 0.5; done
on_machine cloud-init status --wait >/dev/null || true

# Like a Storage Box at port 23: only the account's own folder can be written, and a command installs keys. Without penalties:
# the refused logins below are on purpose, and sshd would close the connections of their source for a while.
docker rm -f "$name-box" >/dev/null 2>&1 || true
docker run -d --name "$name-box" --entrypoint bash standin/vps -c 'useradd -m -s /bin/bash u1 && install -d -o u1 -m 700 /home/u1/.ssh &&
  printf "#!/bin/sh\ncat >>~/.ssh/authorized_keys\n" >/usr/local/bin/install-ssh-key && chmod 755 /usr/local/bin/install-ssh-key &&
  mkdir -p /run/sshd && ssh-keygen -A >/dev/null && exec /usr/sbin/sshd -D -e -p 23 -o PerSourcePenalties=no' >/dev/null
box=$(docker inspect -f '{{.NetworkSettings.IPAddress}}' "$name-box")
# Our own key, since nobody types the box's password here.
until docker exec "$name-box" test -d /home/u1/.ssh; do sleep 0.2; done
docker cp -q "$work/key.pub" "$name-box:/home/u1/.ssh/authorized_keys" 2>/dev/null || docker cp "$work/key.pub" "$name-box:/home/u1/.ssh/authorized_keys"
docker exec "$name-box" chown u1 /home/u1/.ssh/authorized_keys
on_machine "echo '$box u1.your-storagebox.de' >>/etc/hosts"

# The test machine's apt sources have Debian's archive only. The security updates are in the folder beside it.
archive_url=$(debian_archive on_machine)
[ -n "$archive_url" ] || fail 'the machine names no archive of Debian'

cat >"$work/settings.yml" <<END
base_security_url: $archive_url-security
ultronex_version: latest
ultronex_image_source: archive
ultronex_image_archive: $archive
ultronex_env:
  LOG_LEVEL: info
  BASIC_AUTH_PASSWORD: 'a password, with \$igns # and blanks'
  ENVIRONMENT: practice
# Grafana has no stand-in image.
ultronex_compose: {services: {grafana: {profiles: ['off']}}}
# A path as for port 22; the roles remove the slash.
backup_repository: sftp:u1@u1.your-storagebox.de:/ultronex
backup_password: only for this test
dyndns_hostnames: [bot.example.com]
dyndns_username: somebody
dyndns_password: something
END

export ANSIBLE_CONFIG=$PWD/ansible/ansible.cfg ANSIBLE_NOCOLOR=1
export ANSIBLE_SSH_ARGS="-o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile=$work/known_hosts -o StrictHostKeyChecking=accept-new"
play() { # LOG USER OPTION…
  local log=$work/$1 user=$2
  shift 2
  ansible-playbook -i "$address," -u "$user" --private-key "$work/key" -e "@$work/settings.yml" "$@" ansible/site.yml >"$log" 2>&1 ||
    { tail -n 60 "$log" >&2; fail "ansible-playbook $*"; }
  recap "$log"
}

step 'first run, as root'
play first root
grep -q 'are trusted from now on' "$work/first" || fail 'the keys of the Storage Box are not shown'
grep -q 'ssh-ed25519 .* ultronex-backup@' "$work/first" || fail "the server's key is not shown"

step 'the shown command installs the key; a backup'
if on_machine ultronex backup >"$work/backup" 2>&1; then fail 'a backup without the key installed'; fi
grep -q 'Permission denied' "$work/backup" || fail "not refused: $(cat "$work/backup")"
grep -q install-ssh-key "$work/backup" || fail "the remedy is not said: $(cat "$work/backup")"
install=$(grep -o "echo 'ssh-ed25519 [^']*' | ssh -p 23 u1@u1.your-storagebox.de install-ssh-key" "$work/first" | head -n 1)
bash -c "${install/ssh -p 23 u1@u1.your-storagebox.de/ssh ${ssh_options[*]} -p 23 u1@$box}"
on_machine ultronex send "'#general'" "'before the backup'" >/dev/null
on_machine ultronex backup
on_machine ultronex drill | grep -q '^The newest backup can be restored' || fail 'the drill'
docker exec "$name-box" test -f /home/u1/ultronex/config || fail 'the repository is not in the folder of the account'

step 'second run, as the admin user'
play second ultronex
unchanged "$work/second"
step '--check --diff'
play check ultronex --check --diff
unchanged "$work/check"

step 'a restore replaces the store of fresh roles without --force'
on_machine 'cd /opt/ultronex && docker compose rm -sf ultronex >/dev/null 2>&1 && docker volume rm ultronex_data >/dev/null && systemctl reload ultronex'
on_machine 'ultronex restore </dev/null' | tee "$work/restored"
# The card of the first backup, which failed and reported as a beat, and the message after it.
grep -q '^/data/ultronex.db: 2 messages' "$work/restored" || fail 'the message is not there'
if on_machine 'ultronex restore </dev/null' >/dev/null 2>&1; then fail 'a store with a message was replaced without --force'; fi
# Another server at that address gets no backup.
docker exec "$name-box" sh -c 'rm /etc/ssh/ssh_host_*; ssh-keygen -A >/dev/null; kill -HUP 1'
sleep 1
if on_machine ultronex backup >"$work/backup" 2>&1; then fail 'a Storage Box with another key was trusted'; fi
grep -q 'HOST IDENTIFICATION HAS CHANGED' "$work/backup" || fail "not because of its key: $(cat "$work/backup")"
echo 'restored without --force; with a message --force is wanted; a Storage Box with another key is refused'

step 'the firewall'
# A server at the address of a cloud's metadata (at another port: the stack has port 80 on every address), and a container with a
# published port that the settings do not open.
on_machine 'ip address add 169.254.169.254/32 dev lo; systemd-run --quiet --collect --unit metadata --working-directory /usr/share/doc \
  python3 -m http.server --bind 169.254.169.254 8098; docker run -d --name forgotten -p 8099:8099 --entrypoint node ultronex:latest \
  -e "require(\"http\").createServer((q, r) => r.end(\"open\")).listen(8099)"' >/dev/null
sleep 2
# Prints whether a container gets an answer from 169.254.169.254.
in_container() {
  on_machine "docker exec forgotten node -e 'fetch(\"http://169.254.169.254:8098/\", { signal: AbortSignal.timeout(2000) }).then(() => console.log(\"answers\"), () => console.log(\"nothing\"))'"
}
doors() {
  local got
  got=$(on_machine curl -s -o /dev/null -w '%{http_code}' --max-time 3 http://169.254.169.254:8098/)
  [ "$got" = 200 ] || fail "the machine itself does not reach 169.254.169.254 ($got)"
  got=$(in_container)
  [ "$got" = nothing ] || fail "a container reaches 169.254.169.254"
  # On a busy machine HAProxy's check of the program may have failed for a moment.
  for _ in $(seq 60); do
    got=$(curl -sk -o /dev/null -w '%{http_code}' --max-time 5 "https://$address/ultronex/heartbeat")
    [ "$got" != 200 ] || break
    sleep 2
  done
  [ "$got" = 200 ] || {
    on_machine 'uptime; ultronex ready; ultronex doctor --server; ultronex logs -n 20 haproxy ultronex' >&2 || true
    fail "the heartbeat answers $got from outside"
  }
  if curl -s -o /dev/null --max-time 3 "http://$address:8099/"; then fail 'a published port is open that nobody opened'; fi
  got=$(on_machine curl -s --max-time 3 http://127.0.0.1:8099/)
  [ "$got" = open ] || fail "the container does not answer on the machine itself ($got)"
  echo "heartbeat 200 from outside; 8099 closed outside, open inside; 169.254.169.254 answers the machine, not a container ($1)"
}
doors 'after the runs'
before=$(on_machine docker ps -q --filter label=com.docker.compose.project=ultronex | sort)
on_machine systemctl restart docker
for _ in $(seq 60); do on_machine docker info >/dev/null 2>&1 && break; sleep 0.5; done
after=$(on_machine docker ps -q --filter label=com.docker.compose.project=ultronex | sort)
[ "$before" = "$after" ] || fail 'a restart of Docker changed the containers'
doors 'after a restart of Docker; the containers are the same'
# The counter-test: without the firewall's table both are open, so it is the table that closes them.
on_machine systemctl stop ultronex-firewall
got=$(in_container)
[ "$got" = answers ] || fail 'without the firewall a container should reach 169.254.169.254, the test proves nothing'
curl -s -o /dev/null --max-time 3 "http://$address:8099/" || fail 'without the firewall 8099 should be open, the test proves nothing'
on_machine systemctl start ultronex-firewall
doors 'after stopping the firewall, which opened both, and starting it'
on_machine 'docker rm -f forgotten; systemctl stop metadata; ip address del 169.254.169.254/32 dev lo' >/dev/null

step 'files, units and settings'
on_machine 'stat -c "%a %U %n" /opt/ultronex/.env; systemctl is-enabled ultronex ultronex-firewall ultronex-{backup,drill,renewal}.timer;
  grep ^HOST_PROPAGATION /opt/ultronex/.env; docker inspect -f "node-exporter {{.State.Status}}" ultronex-node-exporter-1
  docker info -f "{{.LoggingDriver}} live-restore={{.LiveRestoreEnabled}} {{.DockerRootDir}}"; sshd -T | grep -E "^(permitrootlogin|passwordauthentication) "
  systemctl --failed --no-legend'

step "Lynis, floor $floor"
on_machine 'DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends lynis ssh-audit >/dev/null 2>&1 && lynis audit system --quick --no-colors --quiet >/dev/null 2>&1; cat /var/log/lynis-report.dat' >"$work/lynis"
grep -E '^(warning|suggestion)\[\]=' "$work/lynis" | cut -d '|' -f 1,2 || true
index=$(sed -n 's/^hardening_index=//p' "$work/lynis")
echo "hardening index: $index"
[ "${index:-0}" -ge "$floor" ] || fail "Lynis gives $index, less than $floor"

step 'ssh-audit'
# Only once: sshd delays a source that disconnects repeatedly without a login.
on_machine ssh-audit --no-colors localhost >"$work/ssh-audit" || true
grep -E '^\((kex|key|enc|mac)\)' "$work/ssh-audit" || fail "ssh-audit saw nothing: $(cat "$work/ssh-audit")"
if grep -E '\[fail\]' "$work/ssh-audit"; then fail 'ssh-audit names a failing algorithm'; fi
echo 'ssh-audit: no failing algorithm'

step 'done'
