#!/usr/bin/env bash
# The server's suite. Its parts, all of them when none is named:
#   lint       shellcheck, yamllint, ansible-lint
#   prepare    the parts' needs: the images in one file, the image of a machine, the Terraform provider
#   terraform  Terraform and Packer with the fake Hetzner API
#   clients    the fake Hetzner API asked by Hetzner's own clients
#   converge   a machine that becomes a server by Ansible alone
#   server     from an empty project to https, and on to a new server
# Those after `prepare` run at the same time, since they mostly wait for packages, disks and health checks. Needs the tools of
# ../shared/tools, the stack's images (test/stack) and Debian's ansible-core, ansible-lint, yamllint, shellcheck, packer and
# hcloud-cli.
#   test/infra/main.sh [--images FILE] [PART…]      or: npm run test:infra
#     --images   the file that `prepare` writes and the parts read; needed when they are run one by one
set -euo pipefail
cd "$(dirname "$0")/../.."
. test/infra/lib.sh
. scripts/together.sh

archive='' parts=()
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit ;;
    --images) archive=${2:?--images needs a file}; shift ;;
    lint | prepare | terraform | clients | converge | server) parts+=("$1") ;;
    *) printf '%s: there is no part or option "%s"; see --help\n' "$script" "$1" >&2; exit 2 ;;
  esac
  shift
done
[ ${#parts[@]} -gt 0 ] || parts=(lint prepare terraform clients converge server)
has() { [[ " ${parts[*]} " == *" $1 "* ]]; }

work=$(mktemp -d)
remove_work() { rm -rf "$work"; }
end_with_all remove_work
archive=${archive:-$work/images.tar}

for command in terraform packer hcloud ansible-playbook ansible-lint yamllint shellcheck docker; do
  command -v "$command" >/dev/null || fail "$command is not installed"
done

if has lint; then
  step 'linters'
  shellcheck -x -P .:test/infra deploy/bin/* deploy/swarm/backup deploy/swarm/status deploy/swarm/up terraform/files/* packer/clean.sh scripts/*.sh test/infra/*.sh test/stack/*.sh .ci/run
  yamllint -s -c ansible/.yamllint ansible
  ansible-lint --offline -q -c ansible/.ansible-lint ansible
fi

if has prepare; then
  step 'images in one file, the image of a machine, the Terraform provider'
  "$tools/docker-up"
  remove_leftovers
  save_images "$archive"
  machine_image
  "$tools/terraform-up"
fi

commands=()
for part in "${parts[@]}"; do
  case $part in
    terraform) commands+=('test/infra/terraform.sh') ;;
    clients) commands+=('node --import tsx --test --test-reporter=spec test/fakes/hetzner/real/clients.ts') ;;
    converge | server)
      [ -f "$archive" ] || fail "there is no file of images $archive; run the part \`prepare\` with the same --images before"
      commands+=("test/infra/$part.sh --archive $archive")
      ;;
  esac
done
[ ${#commands[@]} -eq 0 ] || together "${commands[@]}"
step 'done'
