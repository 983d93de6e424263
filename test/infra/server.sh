#!/usr/bin/env bash
# From an empty project to https and daily operation, with the real Terraform, cloud-init, roles, stack and Packer. The fake
# Hetzner API starts machines of ../shared/tools with volumes; Pebble is Let's Encrypt. A plain Debian sets itself up; a second
# plan and a second run change nothing; settings change in place; Packer makes a snapshot; a new server from the snapshot replaces
# the old one and keeps its data. Needs the same as converge.sh, and Terraform, its provider and Packer 1.6.
#   test/infra/server.sh [--archive FILE] [--keep]
#     --archive   file that `docker save` wrote; default: made from the engine's images
#     --keep      keep everything until Enter is pressed
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
. test/infra/lib.sh

archive='' keep=''
while [ $# -gt 0 ]; do
  case $1 in
    --archive) archive=$(realpath "$2"); shift ;;
    --keep) keep=1 ;;
    -h | --help) usage; exit ;;
    *) fail "unknown option $1; see --help" ;;
  esac
  shift
done

name=bot.example.com address=203.0.113.10 prefix=infra port=14032 git_port=14033
work=$(mktemp -d) fake='' git_daemon=''
# Files that a machine would otherwise get from a registry, which is not reachable here.
share=$work/share
mkdir "$share"

finish() {
  local rc=$?
  if [ -n "$keep" ]; then read -rp "$work is kept until Enter is pressed" || true; fi
  if [ -n "$git_daemon" ]; then kill "$git_daemon" 2>/dev/null || true; fi
  # The fake removes its machines when it ends.
  if [ -n "$fake" ]; then kill "$fake" 2>/dev/null || true; wait "$fake" 2>/dev/null || true; fi
  docker rm -f "$prefix-pebble" >/dev/null 2>&1 || true
  rm -rf "$work"
  exit "$rc"
}
trap finish EXIT

if [ -n "$archive" ]; then
  ln "$archive" "$share/images.tar" 2>/dev/null || cp "$archive" "$share/images.tar"
else
  step 'images into one file'
  save_images "$share/images.tar"
fi

step 'an authority, a repository, an empty project'
bridge=$(docker network inspect bridge -f '{{(index .IPAM.Config 0).Gateway}}')
[ -n "$bridge" ] || bridge=172.17.0.1
node --import tsx -e 'import("./test/stack/pebble.ts").then(({ writePebble }) => writePebble(process.argv[1], { http: 80, https: 443 }))' "$share/pebble"
docker run -d --name "$prefix-pebble" --add-host "$name:$address" -v "$share/pebble:/pebble:ro" -e PEBBLE_VA_NOSLEEP=1 \
  -e PEBBLE_WFE_NONCEREJECT=0 ghcr.io/letsencrypt/pebble:latest -config /pebble/config.json >/dev/null
pebble=$(docker inspect -f '{{.NetworkSettings.IPAddress}}' "$prefix-pebble")
make_repository "$work/git/ultronex"
git daemon --listen="$bridge" --port="$git_port" --base-path="$work/git" --export-all "$work/git" >"$work/git.log" 2>&1 &
git_daemon=$!
machine_image
archive_url=$(debian_archive docker run --rm --entrypoint sh standin/vps -c)
[ -n "$archive_url" ] || fail 'the machine names no archive of Debian'

token=$(printf 'f%.0s' $(seq 64))
node --import tsx test/fakes/hetzner/cli.ts --port "$port" --token "$token" --datacenters --machines "$prefix" --share "$share" >"$work/fake" 2>&1 &
fake=$!
for _ in $(seq 100); do grep -q url "$work/fake" && break; sleep 0.1; done
grep -q url "$work/fake" || fail "the fake did not start: $(cat "$work/fake")"

ssh-keygen -q -t ed25519 -N '' -C infra -f "$work/key"
# shellcheck disable=SC2016 # a password may look like this
password='first $ecret # of many'
if [ -x "$tools/terraform-up" ]; then TF_CLI_CONFIG_FILE=$("$tools/terraform-up"); export TF_CLI_CONFIG_FILE; fi
export HCLOUD_ENDPOINT=http://127.0.0.1:$port/v1 TF_VAR_hcloud_token=$token TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
export TF_VAR_env="{ BASIC_AUTH_PASSWORD = \"$password\" }"
cp -r terraform "$work/terraform"
cd "$work/terraform"
rm -rf .terraform .terraform.lock.hcl ./*.tfstate* ./*.tfvars
# Roles as everywhere, but for what no registry here has; both are what a user may set.
cat >practice.json <<END
{
  "base_security_url": "$archive_url-security",
  "ultronex_compose": { "services": {
    "grafana": { "profiles": ["off"] },
    "certbot": {
      "environment": { "REQUESTS_CA_BUNDLE": "/pebble/ca.pem" },
      "volumes": ["/srv/share/pebble:/pebble:ro"],
      "extra_hosts": ["pebble:$pebble"]
    }
  } }
}
END
cat >test.auto.tfvars <<END
ssh_public_keys   = { me = "$(cat "$work/key.pub")" }
ssh_allowed_cidrs = ["${bridge%.*}.0/24"]
ssh_options       = "-i $work/key"
poll_interval     = "200ms"
repository        = "git://$bridge:$git_port/ultronex"
ultronex_version  = "v1.0.0"
host_names        = ["$name"]
acme_email        = "ops@example.com"
dns_zone          = "example.com"
create_zone       = true
volume_size       = 10
max_price         = 12
settings          = { ACME_SERVER = "https://pebble:14000/dir" }
END
tf() { terraform "$@" -no-color 2>&1; }
apply() { # LOG OPTION…
  local log=$work/$1
  shift
  tf apply -auto-approve "$@" >"$log" || { tail -n 80 "$log" >&2; fail "terraform apply $*"; }
  grep -E '^(Apply complete|url|server_type|started_from)' "$log"
}
settled() { tf plan -detailed-exitcode >"$work/plan" || { cat "$work/plan"; fail 'the plan is not empty'; }; echo 'plan: no changes'; }
on_server() { ssh -i "$work/key" -o BatchMode=yes -o ConnectTimeout=5 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "ultronex@$address" "$@"; }
# ask PATH OPTION…: over https, with the certificate of Pebble and no other
ask() {
  local path=$1
  shift
  curl -sS --max-time 10 --noproxy '*' --cacert "$work/roots.pem" --resolve "$name:443:$address" "$@" "https://$name$path"
}
field() { node -p 'JSON.parse(require("node:fs").readFileSync(0, "utf8"))[process.argv[1]]' "$1"; }
wait_for_delivery() { # ID
  local _
  for _ in $(seq 30); do
    [ "$(ask "/ultronex/messages/$1" -u "ultronex:$password" | field state)" = sent ] && return
    sleep 1
  done
  fail "message $1 is not sent"
}
certificate() { openssl s_client -connect "$address:443" -servername "$name" </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256; }

curl -sSk --max-time 10 "https://$pebble:15000/roots/0" >"$work/roots.pem"
tf init >/dev/null
node - >practice.auto.tfvars.json <<'END'
const practice = JSON.parse(require('node:fs').readFileSync('practice.json'));
const image = { ultronex_image_source: 'archive', ultronex_image_archive: '/srv/share/images.tar' };
console.log(JSON.stringify({ ansible_vars: { ...practice, ...image } }));
END

step 'terraform apply: a plain Debian, up to https'
apply first
# Terraform waits for https, with whatever certificate it can where it is not Let's Encrypt's.
for _ in $(seq 30); do
  heartbeat=$(ask /ultronex/heartbeat 2>&1) && break
  sleep 2
done
[[ $heartbeat == *'I am alive'* ]] || fail "the heartbeat is $heartbeat"
echo "https://$name/ultronex/heartbeat with a certificate of Pebble: $heartbeat"

step 'a second plan, a second run of the roles from here'
settled
tf output -raw inventory >"$work/inventory.yml"
cd "$root"
ANSIBLE_CONFIG=$root/ansible/ansible.cfg ANSIBLE_NOCOLOR=1 ANSIBLE_SSH_ARGS="-o UserKnownHostsFile=$work/known_hosts -o StrictHostKeyChecking=accept-new" \
  ansible-playbook -i "$work/inventory.yml" --private-key "$work/key" ansible/site.yml >"$work/again" 2>&1 || { tail -n 60 "$work/again" >&2; fail 'ansible-playbook'; }
recap "$work/again"
unchanged "$work/again"
cd "$work/terraform"

step 'what is on the server'
on_server 'findmnt -no SOURCE,TARGET,FSTYPE /var/lib/ultronex-data; sudo docker info -f "{{.DockerRootDir}}"; sudo stat -c "%a %U %n" /opt/ultronex/.env /etc/ultronex/secrets.yml; systemctl --failed --no-legend'
on_server 'sudo cloud-init schema --system' || fail 'cloud-init does not know its user_data'
on_server 'findmnt -no TARGET /var/lib/ultronex-data' >/dev/null || fail 'the volume is not mounted'
[ "$(on_server 'sudo docker info -f "{{.DockerRootDir}}"')" = /var/lib/ultronex-data/docker ] || fail 'the data is not on the volume'
for file in terraform.tfstate "$work/first" "$work/plan" "$work/again"; do
  if grep -qF "$password" "$file"; then fail "the password is in $(basename "$file")"; fi
done
if docker exec "$(docker ps -q --filter "name=^$prefix-[0-9]")" grep -rqF "$password" /var/lib/cloud; then fail 'the password is in user_data'; fi
echo 'the password is in no state, plan, output or user_data'

step 'a message and a pattern'
id=$(ask /ultronex/slack -u "ultronex:$password" -H 'content-type: application/json' -d '{"msg":{"channel":"#general","text":"from the first server"}}' | field id)
wait_for_delivery "$id"
ask /ultronex/track -u "ultronex:$password" -H 'content-type: application/json' -d '{"user":"U0SIM1","pattern":"disk .* full"}' >"$work/tracked"
grep -q '"pattern"' "$work/tracked" || fail "not tracked: $(cat "$work/tracked")"
echo "message $id is sent; a pattern is tracked"

step 'a setting changes, and a secret'
sed -i 's#^settings .*#settings = { ACME_SERVER = "https://pebble:14000/dir", LOG_LEVEL = "debug" }#' test.auto.tfvars
printf 'env_revision = 2\n' >>test.auto.tfvars
password='second secret'
TF_VAR_env="{ BASIC_AUTH_PASSWORD = \"$password\" }"
apply second
on_server 'sudo grep -x LOG_LEVEL=debug /opt/ultronex/.env' || fail 'the setting is not there'
[ "$(ask /ultronex/stats -o /dev/null -w '%{http_code}' -u "ultronex:$password")" = 200 ] || fail 'the new password is not taken'
echo 'the new password is taken'
settled

step 'another shell, without the secrets, changes a setting; then a name is forgotten'
sed -i 's#LOG_LEVEL = "debug"#LOG_LEVEL = "info", ENVIRONMENT = "practice"#' test.auto.tfvars
TF_VAR_env='{}' apply other
on_server 'sudo grep -x ENVIRONMENT=practice /opt/ultronex/.env' || fail 'the setting is not there'
[ "$(ask /ultronex/stats -o /dev/null -w '%{http_code}' -u "ultronex:$password")" = 200 ] || fail 'the password was taken away'
TF_VAR_env='{ GIPHY_API_KEY = "for a moment" }' apply giphy -var env_revision=3
on_server 'sudo grep -q "^GIPHY_API_KEY=.for a moment" /opt/ultronex/.env && sudo grep -q "^BASIC_AUTH_PASSWORD=." /opt/ultronex/.env' || fail 'the delivery was not merged'
printf 'env_forget = ["GIPHY_API_KEY"]\n' >>test.auto.tfvars
TF_VAR_env='{}' apply forget
on_server 'sudo grep -qx GIPHY_API_KEY= /opt/ultronex/.env && ! sudo grep -q GIPHY /etc/ultronex/secrets.yml' || fail 'the name was not forgotten'
[ "$(ask /ultronex/stats -o /dev/null -w '%{http_code}' -u "ultronex:$password")" = 200 ] || fail 'the password was taken away'
echo 'what was delivered stays without TF_VAR_env, and goes with env_forget'
settled

step 'an image by Packer'
# A copy without links: Packer would put links into the snapshot.
tree=$work/git/ultronex
cp -r "$root/packer" "$tree/"
rm "$tree/packer/plugins.pkr.hcl"
HCLOUD_TOKEN=$token packer build -color=false -var version=v1.0.0 -var commit=abcdef1 -var image_source=archive -var "image_archive=$share/images.tar" \
  -var "ansible_options=[\"--extra-vars\", \"@$work/terraform/practice.json\"]" "$tree/packer" >"$work/packer.log" 2>&1 || { tail -n 80 "$work/packer.log" >&2; fail 'packer build'; }
tail -n 2 "$work/packer.log"

step 'a new server from the snapshot, with the addresses and the data of the old one'
before=$(certificate)
started=$SECONDS
# The snapshot contains the roles and the project, so no repository is needed.
sed -i 's#^repository .*#repository = ""#' test.auto.tfvars
printf 'use_snapshot = true\n' >>test.auto.tfvars
apply third -replace=hcloud_server.this
echo "up to https after $((SECONDS - started)) s"
grep -q 'started_from = "snapshot ' "$work/third" || fail 'it was not started from the snapshot'
[ "$(ask "/ultronex/messages/$id" -u "ultronex:$password" | field text)" = 'from the first server' ] || fail "message $id is lost"
ask /ultronex/track -u "ultronex:$password" | grep -q 'disk .\* full' || fail 'the pattern is lost'
[ "$(certificate)" = "$before" ] || fail 'the certificate is another one'
next=$(ask /ultronex/slack -u "ultronex:$password" -H 'content-type: application/json' -d '{"msg":{"channel":"#general","text":"from the second server"}}' | field id)
wait_for_delivery "$next"
on_server 'sudo test -e /usr/local/share/ultronex/ansible/site.yml && sudo ultronex status' >"$work/status" || fail "ultronex status: $(cat "$work/status")"
cat "$work/status"
echo 'message, pattern and certificate are there'
settled

step 'done'
