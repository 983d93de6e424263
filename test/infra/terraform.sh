#!/usr/bin/env bash
# Runs terraform/ with the real provider, and packer/, against the fake Hetzner API without machines: fmt, validate, the tests with
# mocks, apply, a second plan, a change in place, a replacement, refusals with their messages, interrupted applies, destroy,
# destroy-everything; one server that becomes three machines behind a load balancer, and three from the start.
#   test/infra/terraform.sh [--port NUMBER]      some 80 s; needs terraform 1.11, and the provider (../shared/tools/terraform-up)
set -euo pipefail
cd "$(dirname "$0")/../.."
. test/infra/lib.sh
root=$PWD port=14031
case ${1:-} in
  -h | --help) usage; exit ;;
  --port) port=$2 ;;
  '') ;;
  *) fail "unknown option $1; see --help" ;;
esac
if [ -x "$tools/terraform-up" ]; then TF_CLI_CONFIG_FILE=$("$tools/terraform-up"); export TF_CLI_CONFIG_FILE; fi
token=$(printf 'f%.0s' $(seq 64))
export HCLOUD_ENDPOINT=http://127.0.0.1:$port/v1 TF_VAR_hcloud_token=$token TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1

work=$(mktemp -d) fake=''
finish() {
  if [ -n "$fake" ]; then kill "$fake" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT

tf() { terraform "$@" -no-color 2>&1; }
# sees TEXT COMMAND…: requires that the command fails and prints the text, with any line breaks.
sees() {
  local text=$1 said
  shift
  if said=$("$@"); then fail "not refused: $*"; fi
  said=$(tr -s '\n│ ' ' ' <<<"$said")
  printf '%s' "$said" >"$work/said"
  [[ $said == *"$text"* ]] || fail "$* does not say \"$text\" but: $said"
  printf 'refused, as it should be: %s\n' "$text"
}
# rsa BITS: a public key
rsa() { rm -f "$work/rsa" "$work/rsa.pub"; ssh-keygen -q -t rsa -b "$1" -N '' -C me -f "$work/rsa"; cat "$work/rsa.pub"; }
settled() { tf plan -detailed-exitcode "$@" >"$work/plan" || { cat "$work/plan"; fail 'the plan is not empty'; }; echo 'no changes'; }
# fresh [FAULTS]: starts a new fake and removes the state.
fresh() {
  if [ -n "$fake" ]; then kill "$fake"; wait "$fake" 2>/dev/null || true; fi
  rm -f terraform.tfstate*
  (cd "$root" && exec node --import tsx test/fakes/hetzner/cli.ts --port "$port" --token "$token" --faults "${1:-[]}") >"$work/fake" &
  fake=$!
  for _ in $(seq 600); do grep -q url "$work/fake" && return; sleep 0.1; done
  fail 'the fake did not start within a minute'
}

step 'fmt, validate, tests with mocks'
cp -r terraform "$work/terraform"
cd "$work/terraform"
rm -rf .terraform .terraform.lock.hcl ./*.tfstate* ./*.tfvars
terraform fmt -check -recursive -diff
tf init >/dev/null
tf validate
tf test | tail -n 1

cat >test.auto.tfvars <<END
ssh_public_keys   = { me = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0P4oBS0bGyjP0Wn0qfYFpcE2E3xkOmKjQXQvNk7yzA me@laptop" }
ssh_allowed_cidrs = ["203.0.113.7/32"]
poll_interval     = "50ms"
host_names        = ["bot.example.com"]
acme_email        = "ops@example.com"
dns_zone          = "example.com"
create_zone       = true
max_price         = 12
END

step 'apply, then an empty plan'
fresh
tf apply -auto-approve | grep 'Apply complete'
settled

step 'a change in place'
changed=(-var 'ssh_allowed_cidrs=["198.51.100.0/24"]' -var server_type=cpx22 -var volume_size=30 -var 'labels={team="ops"}'
  -var 'host_names=["bot.example.com","example.com"]')
tf apply -auto-approve "${changed[@]}" | grep 'Apply complete.* 0 destroyed'
settled "${changed[@]}"

step 'a new server, the addresses and the volume stay'
tf apply -auto-approve "${changed[@]}" -replace=hcloud_server.this | grep 'Apply complete.* 3 destroyed'
settled "${changed[@]}"

step 'refusals'
sees 'unable to authenticate' tf plan -var "hcloud_token=$(printf 'e%.0s' $(seq 64))"
sees 'which has 64 letters and digits' tf plan -var hcloud_token=short
sees 'Server type cx23 cannot be ordered in nbg1 at present' tf plan -var server_type=cx23
sees 'is cpx12 for 11.99 EUR a month without VAT, and max_price is 10' tf plan -var max_price=10 -var name=other
sees 'the IPv6 address ultronex-ipv6, which costs nothing' tf plan "${changed[@]}" -var ipv6=false
if grep -q prevent_destroy\ set "$work/said"; then fail 'ipv6 = false: prevent_destroy is named before the reason'; fi
sees 'me is an RSA key (ssh-rsa) of fewer than 3072 bits' tf plan -var "ssh_public_keys={ me = \"$(rsa 2048)\" }"
sees 'env_forget has a name that env or ansible_secrets gives' tf plan -var 'env={ GIPHY_API_KEY = "g" }' -var 'env_forget=["GIPHY_API_KEY"]'
sees 'Server type cx11 does not exist (any more)' tf plan -var server_type=cx11
sees 'Resource hcloud_volume.data[0] has lifecycle.prevent_destroy set' tf destroy -auto-approve "${changed[@]}"
sees 'Resource hcloud_primary_ip.ipv4 has lifecycle.prevent_destroy set' tf plan "${changed[@]}" -var location=hel1
mv terraform.tfstate "$work/kept"
sees 'volume name is already used (uniqueness_error' tf apply -auto-approve "${changed[@]}"
mv "$work/kept" terraform.tfstate

step 'destroy the server, then import its addresses and data'
tf state rm hcloud_primary_ip.ipv4 'hcloud_primary_ip.ipv6[0]' 'hcloud_volume.data[0]' 'hcloud_zone.this[0]' | tail -n 1
number() { # KIND NAME: its id
  # shellcheck disable=SC2016 # a template of JavaScript
  node -e 'fetch(process.argv[1], { headers: { authorization: `Bearer ${process.argv[2]}` } })
    .then((answer) => answer.json()).then((all) => console.log(Object.values(all)[0][0].id))' "$HCLOUD_ENDPOINT/$1?name=$2" "$token"
}
tf destroy -auto-approve "${changed[@]}" | grep 'Destroy complete'
for pair in "hcloud_primary_ip.ipv4 $(number primary_ips ultronex-ipv4)" "hcloud_primary_ip.ipv6[0] $(number primary_ips ultronex-ipv6)" \
  "hcloud_volume.data[0] $(number volumes ultronex-data)" 'hcloud_zone.this[0] example.com'; do
  read -r address id <<<"$pair"
  tf import "${changed[@]}" "$address" "$id" >"$work/said" || { cat "$work/said"; fail "$address cannot be imported as $id"; }
done
tf apply -auto-approve "${changed[@]}" | grep 'Apply complete'
settled "${changed[@]}"

step 'sold out between plan and order, then a second apply'
fresh '[{"method":"POST","path":"/servers","status":412,"code":"resource_unavailable","message":"error during placement"}]'
sees 'error during placement (resource_unavailable' tf apply -auto-approve
tf apply -auto-approve | grep 'Apply complete'
settled

step "the server's answer was lost: import it"
fresh '[{"method":"POST","path":"/servers","lost":true}]'
sees 'EOF' tf apply -auto-approve
sees 'server name is already used (uniqueness_error' tf apply -auto-approve
tf import hcloud_server.this "$(number servers ultronex)" | grep 'Import successful'
tf apply -auto-approve | grep 'Apply complete.* 0 destroyed'
settled

step 'destroy-everything, then a new apply'
printf 'ultronex\n' | DESTROY_PAUSE_SECONDS=0 HCLOUD_TOKEN=$token "$root/deploy/bin/destroy-everything" >"$work/said" || { cat "$work/said"; fail 'not all of it is gone'; }
grep -c '^deleted: ' "$work/said"
tf apply -auto-approve | grep 'Apply complete.* 0 destroyed'
settled

step 'one server becomes three machines, and keeps itself, its address and its volume'
three=(-var node_count=3 -var volume_size=20)
kept() { for one in servers:ultronex primary_ips:ultronex-ipv4 volumes:ultronex-data; do number "${one%:*}" "${one#*:}"; done; }
kept >"$work/before"
tf apply -auto-approve "${three[@]}" >"$work/said" || { cat "$work/said"; fail 'three machines'; }
grep 'Apply complete' "$work/said"
kept | diff "$work/before" - || fail 'something of the first machine is another one'
settled "${three[@]}"
# Hetzner adds no running server to the group.
tr -s '\n│ ' ' ' <"$work/plan" | grep -o 'ultronex ran before the placement group was made' || fail 'no word that the first machine is not in the group'
tf output -raw inventory >"$work/inventory"
[ "$(grep -c private_address "$work/inventory")" = 3 ] || fail "the inventory has other machines: $(cat "$work/inventory")"
sees 'works only while more than half of its machines do' tf plan -var node_count=2
sees 'Resource hcloud_load_balancer.this[0] has lifecycle.prevent_destroy set' tf plan -var volume_size=20

step 'another name, and a new second machine'
three+=(-var 'host_names=["bot.example.com","example.com"]')
tf apply -auto-approve "${three[@]}" -replace='hcloud_server.more["2"]' | grep 'Apply complete'
settled "${three[@]}"
printf 'ultronex\n' | DESTROY_PAUSE_SECONDS=0 HCLOUD_TOKEN=$token "$root/deploy/bin/destroy-everything" >"$work/said" || { cat "$work/said"; fail 'not all of it is gone'; }
grep -c '^deleted: ' "$work/said"

step 'three machines from the start, with a certificate of ours; destroy'
fresh
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$work/key.pem" -out "$work/chain.pem" -days 30 \
  -subj /CN=bot.example.com -addext subjectAltName=DNS:bot.example.com 2>/dev/null
three=(-var node_count=3 -var delete_protection=false
  -var "certificate=$(cat "$work/chain.pem")" -var "certificate_key=$(cat "$work/key.pem")")
sed -i '/^dns_zone\|^create_zone/d' test.auto.tfvars
sed -i 's/prevent_destroy = true/prevent_destroy = false/' ./*.tf
tf apply -auto-approve "${three[@]}" >"$work/said" || { cat "$work/said"; fail 'three machines from the start'; }
grep 'Apply complete' "$work/said"
settled "${three[@]}"
if grep -q 'ran before the placement group' "$work/plan"; then fail 'the first machine is not in the group'; fi
tf destroy -auto-approve "${three[@]}" | grep 'Destroy complete'
for kind in servers volumes primary_ips load_balancers certificates placement_groups networks firewalls ssh_keys; do
  left=$(curl -sS -H "Authorization: Bearer $token" "$HCLOUD_ENDPOINT/$kind")
  [[ $left == "{\"$kind\":[],"* ]] || fail "not destroyed: $left"
done

step 'packer'
cd "$root/packer"
shellcheck clean.sh
if [ -x "$tools/go-tools" ]; then
  "$tools/go-tools" packer
  current=$("$tools/go-tools" --where)/packer
  "$current" fmt -check -diff .
  "$current" validate -syntax-only -var version=v1 -var commit=0123456 .
fi
old=$(command -v packer || true)
if [ -n "$old" ] && [[ $("$old" version) == *1.6.* ]]; then
  mkdir -p "$work/packer"
  cp ./*.pkr.hcl clean.sh "$work/packer"
  rm "$work/packer/plugins.pkr.hcl"
  ln -s "$root/ansible" "$work/ansible"
  HCLOUD_TOKEN=$token "$old" validate -var version=v1 -var commit=0123456 "$work/packer" && echo 'valid for Packer 1.6'
fi
step 'done'
