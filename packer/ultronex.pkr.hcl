# A snapshot with the hardened Debian, Docker and the stack's images, made by the roles of ansible/. Terraform takes the
# newest by its labels.
#   packer init . && packer build -var version=$(git describe --tags --always) -var commit=$(git rev-parse --short HEAD) .

locals {
  # What the roles get on a server of this snapshot, where there is no git: the parts that they pack, and themselves.
  project = "/tmp/ultronex-packer-${var.commit}.tar"
}

source "hcloud" "ultronex" {
  token       = var.hcloud_token
  image       = var.image
  location    = var.location
  server_type = var.server_type
  # The roles leave root its login with a key.
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

  # cloud-init also installs packages at first boot; apt cannot be had by two.
  provisioner "shell" {
    inline = ["cloud-init status --wait >/dev/null || true"]
  }

  provisioner "ansible" {
    playbook_file = "${path.root}/../ansible/site.yml"
    user          = "root"
    # Straight to the machine: Packer's own proxy speaks an older ssh than the roles leave open.
    use_proxy = false
    ansible_env_vars = [
      "ANSIBLE_CONFIG=${path.root}/../ansible/ansible.cfg",
      # Its address was another machine's before: what is known of that one must not be in the way.
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

  # The roles themselves, with which a server of this snapshot sets itself up at first boot.
  provisioner "shell-local" {
    inline = [
      "python3 '${path.root}/../ansible/roles/ultronex/files/pack.py' '${path.root}/..' '${local.project}'",
      "tar --append --file '${local.project}' --directory '${path.root}/..' --exclude inventory --owner root --group root ansible",
    ]
  }

  provisioner "file" {
    source      = local.project
    destination = "/tmp/ultronex.tar"
    # It is made by the step above.
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

  # The last: it takes away what is this machine's alone, its ssh keys too.
  provisioner "shell" {
    script = "${path.root}/clean.sh"
  }

  post-processor "shell-local" {
    inline = ["rm -f '${local.project}'"]
  }
}
