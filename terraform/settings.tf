# Settings that are not secret reach the server in user_data, at its first boot. Secrets are delivered over ssh (deliver.tf).

locals {
  # Whether the server runs the roles by itself. A plain Debian without a repository has none: you run Ansible from your machine.
  # So you do for several machines, of which one playbook makes a Swarm.
  converges = !local.cluster && (module.choose.from_snapshot || var.repository != "")

  # Hetzner's name of the volume's device. It is known before the server exists.
  data_device = one([for volume in hcloud_volume.data : "/dev/disk/by-id/scsi-0HC_Volume_${volume.id}"])

  dotenv = merge(
    var.settings,
    length(var.host_names) == 0 ? {} : { HOST_NAMES = join(",", var.host_names), ACME_EMAIL = var.acme_email },
  )

  # Variables of the roles. ssh_allowed_cidrs is left out: the machine's own firewall leaves port 22 open. So an owner whose
  # address changed gets in again by changing Hetzner's firewall, which needs no ssh.
  common_vars = merge(
    {
      ultronex_version    = var.ultronex_version
      ultronex_repository = var.repository
      ultronex_env        = local.dotenv
      base_admin_user     = var.admin_user
      base_ssh_keys       = [for key in values(var.ssh_public_keys) : trimspace(key)]
    },
    length(var.env_forget) == 0 ? {} : { ultronex_env_forget = sort(var.env_forget) },
  )
  # Becomes /etc/ultronex/server.yml of one server.
  server_vars = merge(
    local.common_vars,
    local.data_device == null ? {} : { base_data_device = local.data_device },
    var.ansible_vars,
  )
  server_yml = yamlencode(local.server_vars)

  # `ultronex-converge --take` merges this into /etc/ultronex/secrets.yml. A name that is missing here keeps its value there.
  secrets_yml = yamlencode(merge(var.ansible_secrets, { ultronex_env = var.env }))

  user_data = templatefile("${path.module}/cloud-init.yaml.tftpl", {
    admin_user = var.admin_user
    keys       = local.server_vars.base_ssh_keys
    # The snapshot has everything else installed.
    packages   = concat(["sudo"], local.converges && !module.choose.from_snapshot ? ["ansible-core", "git"] : [])
    install    = !module.choose.from_snapshot
    server_yml = local.server_yml
    converge   = file("${path.module}/files/ultronex-converge")
    start      = local.converges
    # One of several machines gets everything from ansible/swarm.yml. The roles for one server must not run there.
    prepare = !local.cluster
    # The first boot waits so many seconds for the secrets, so that the program starts with its tokens.
    wait_for_secrets = var.deliver_over_ssh ? 300 : 0
  })
}
