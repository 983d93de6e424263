# What the machine is told: settings that are not secret at first boot, by user_data; secrets over ssh (deliver.tf).

locals {
  # Nothing starts by itself on a plain Debian without a repository: Ansible comes from elsewhere then.
  converges = module.choose.from_snapshot || var.repository != ""

  # Hetzner's name of the device. Known before the server is, which the volume does not need.
  data_device = one([for volume in hcloud_volume.data : "/dev/disk/by-id/scsi-0HC_Volume_${volume.id}"])

  dotenv = merge(
    var.settings,
    length(var.host_names) == 0 ? {} : { HOST_NAMES = join(",", var.host_names), ACME_EMAIL = var.acme_email },
  )

  # /etc/ultronex/server.yml, extra variables of the roles. Not ssh_allowed_cidrs: the machine's own table leaves port 22
  # open, so that an owner whose address changed gets in again by a change of Hetzner's firewall, which needs no ssh.
  server_vars = merge(
    {
      ultronex_version    = var.ultronex_version
      ultronex_repository = var.repository
      ultronex_env        = local.dotenv
      base_admin_user     = var.admin_user
      base_ssh_keys       = [for key in values(var.ssh_public_keys) : trimspace(key)]
    },
    length(var.env_forget) == 0 ? {} : { ultronex_env_forget = sort(var.env_forget) },
    local.data_device == null ? {} : { base_data_device = local.data_device },
    var.ansible_vars,
  )
  server_yml = yamlencode(local.server_vars)

  # Merged into /etc/ultronex/secrets.yml by ultronex-converge --take: a name that is not here any more stays there.
  secrets_yml = yamlencode(merge(var.ansible_secrets, { ultronex_env = var.env }))

  user_data = templatefile("${path.module}/cloud-init.yaml.tftpl", {
    admin_user = var.admin_user
    keys       = local.server_vars.base_ssh_keys
    # From the snapshot nothing is downloaded.
    packages   = module.choose.from_snapshot ? ["sudo"] : concat(["sudo"], var.repository == "" ? [] : ["ansible-core", "git"])
    install    = !module.choose.from_snapshot
    server_yml = local.server_yml
    converge   = file("${path.module}/files/ultronex-converge")
    start      = local.converges
    # The first boot waits for what comes over ssh, so that the program starts with its tokens.
    wait_for_secrets = var.deliver_over_ssh ? 300 : 0
  })
}
