# Builds a snapshot with the hardened Debian, Docker and the stack's images, by the roles in ansible/. Terraform finds the newest
# one by its labels.
#   packer init . && packer build -var version=$(git describe --tags --always) -var commit=$(git rev-parse --short HEAD) .

locals {
  # Archive of the project and of the roles, for servers that start from this snapshot: they have no git checkout.
  project = "/tmp/ultronex-packer-${var.commit}.tar"
}

source "hcloud" "ultronex" {
  token       = var.hcloud_token
  image       = var.image
  location    = var.location
  server_type = var.server_type
  # The roles let root log in with a key.
  ssh_username = "root"
  server_name  = "ultronex-packer-${var.commit}"

  snapshot_name = "ultronex-${var.version}-${formatdate("YYYYMMDD-hhmmss", timestamp())}"
  snapshot_labels = {
    role    = "ultronex"
    version = var.version
    commit  = var.commit
  }
}

build {
  sources = ["source.hcloud.ultronex"]

  # cloud-init installs packages at first boot, and only one process can hold apt's lock.
  provisioner "shell" {
    inline = ["cloud-init status --wait >/dev/null || true"]
  }

  provisioner "ansible" {
    playbook_file = "${path.root}/../ansible/site.yml"
    user          = "root"
    # Ansible connects directly: Packer's ssh proxy needs algorithms that the roles disable.
    use_proxy = false
    ansible_env_vars = [
      "ANSIBLE_CONFIG=${path.root}/../ansible/ansible.cfg",
      # Hetzner reuses addresses, so ssh may know another machine's key for this one.
      "ANSIBLE_SSH_ARGS=-o ControlMaster=auto -o ControlPersist=120s -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null",
    ]
    extra_arguments = concat([
      "--extra-vars", jsonencode({
        ultronex_snapshot      = true
        ultronex_version       = var.version
        ultronex_image_source  = var.image_source
        ultronex_image_archive = var.image_archive
        ultronex_image         = var.registry_image
      }),
    ], var.ansible_options)
  }

  # Packs the project and the roles, with which a server of this snapshot sets itself up at first boot.
  provisioner "shell-local" {
    inline = [
      "python3 '${path.root}/../ansible/roles/ultronex/files/pack.py' '${path.root}/..' '${local.project}'",
      "tar --append --file '${local.project}' --directory '${path.root}/..' --exclude inventory --owner root --group root ansible",
    ]
  }

  provisioner "file" {
    source      = local.project
    destination = "/tmp/ultronex.tar"
    # The step above makes the file, so it is missing when Packer validates.
    generated = true
  }

  provisioner "shell" {
    inline = [
      "mkdir -p /usr/local/share/ultronex",
      "tar -xf /tmp/ultronex.tar -C /usr/local/share/ultronex --no-same-owner",
      "apt-get update --quiet",
      "DEBIAN_FRONTEND=noninteractive apt-get install -y --quiet --no-install-recommends ansible-core",
    ]
  }

  # Must be the last step: it removes this machine's own data, among it the ssh keys that Packer logs in with.
  provisioner "shell" {
    script = "${path.root}/clean.sh"
  }

  post-processor "shell-local" {
    inline = ["rm -f '${local.project}'"]
  }
}
