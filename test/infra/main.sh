#!/usr/bin/env bash
# Everything about the server: linters; Terraform and Packer with the fake Hetzner API; a machine by Ansible alone; from an
# empty project to https and on to a new server. Needs the tools of ../shared/tools, the stack's images (test/stack) and
# Debian's ansible-core, ansible-lint, yamllint, shellcheck, packer and hcloud-cli.
#   npm run test:infra
set -euo pipefail
cd "$(dirname "$0")/../.."
. test/infra/lib.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for command in terraform packer hcloud ansible-playbook ansible-lint yamllint shellcheck docker; do
  command -v "$command" >/dev/null || fail "$command is not installed"
done

step 'linters'
shellcheck -x -P .:test/infra deploy/bin/* terraform/files/* packer/clean.sh test/infra/*.sh test/stack/*.sh
yamllint -s -c ansible/.yamllint ansible
ansible-lint --offline -q -c ansible/.ansible-lint ansible

step 'what the parts share: images in one file, the image of a machine, the provider'
"$tools/docker-up"
remove_leftovers
save_images "$work/images.tar"
machine_image
"$tools/terraform-up"

# Together, since they mostly wait: for packages, disks and health checks. What each says is shown when it has ended.
parts=(
  'test/infra/terraform.sh'
  'node --import tsx --test --test-reporter=spec test/hetzner/real/clients.ts'
  "test/infra/converge.sh --archive $work/images.tar"
  "test/infra/server.sh --archive $work/images.tar"
)
pids=()
for index in "${!parts[@]}"; do
  bash -c "${parts[index]}" >"$work/log.$index" 2>&1 &
  pids+=($!)
done
failed=()
for index in "${!parts[@]}"; do
  wait "${pids[index]}" || failed+=("${parts[index]}")
  step "${parts[index]}"
  cat "$work/log.$index"
done
[ ${#failed[@]} = 0 ] || fail "failed: $(printf '%s; ' "${failed[@]}")"
step 'done'
