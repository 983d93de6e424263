# Several machines (node_count = 3 or 5): further servers, and a load balancer in front of all of them. ansible/swarm.yml makes a
# Docker Swarm of them. The first machine is hcloud_server.this, with its name, address and volume, in either form.

locals {
  cluster = var.node_count > 1

  # By number, "1" is the first one. Addresses are fixed, since each machine and the load balancer name those of the others.
  machines         = { for number in range(1, var.node_count + 1) : tostring(number) => number == 1 ? var.name : "${var.name}-${number}" }
  more             = { for number, name in local.machines : number => name if number != "1" }
  private_address  = { for number, name in local.machines : number => cidrhost(var.network_cidr, 10 + tonumber(number)) if local.cluster }
  balancer_address = local.cluster ? cidrhost(var.network_cidr, 10) : null

  # PostgreSQL and its synchronous standby run on the first two machines, unless the database is outside of the Swarm.
  database = try(var.ansible_vars.swarm_database, "internal")
  standby  = local.cluster && local.database == "internal" ? ["2"] : []

  # Public addresses that host_names point to.
  public_ipv4 = local.cluster ? hcloud_load_balancer.this[0].ipv4 : local.ipv4
  public_ipv6 = local.cluster ? hcloud_load_balancer.this[0].ipv6 : null

  # Variables of ansible/swarm.yml, besides those that one server has too.
  cluster_vars = { for number, name in local.machines : number => {
    private_address = local.private_address[number]
    swarm_database  = "internal"
  } if local.cluster }
  devices = merge(
    { "1" = local.data_device },
    { for number, volume in hcloud_volume.more : number => "/dev/disk/by-id/scsi-0HC_Volume_${volume.id}" },
  )
  host_vars = { for number, name in local.machines : number => merge(
    local.common_vars,
    lookup(local.devices, number, null) == null ? {} : { base_data_device = local.devices[number] },
    lookup(local.cluster_vars, number, {}),
    var.ansible_vars,
    {
      ansible_host = number == "1" ? local.ipv4 : hcloud_server.more[number].ipv4_address
      ansible_user = var.admin_user
    },
  ) }
}

# Hetzner starts the members on different hosts, so that one broken host stops one machine.
resource "hcloud_placement_group" "this" {
  count = local.cluster ? 1 : 0

  name   = var.name
  type   = "spread"
  labels = local.labels
}

resource "hcloud_server" "more" {
  for_each = local.more

  name               = each.value
  server_type        = module.choose.server_type
  location           = var.location
  image              = module.choose.image
  ssh_keys           = local.ssh_keys
  user_data          = local.user_data
  backups            = var.backups
  keep_disk          = var.keep_disk
  placement_group_id = hcloud_placement_group.this[0].id
  labels             = merge(local.labels, { start = module.choose.from_snapshot ? "snapshot" : "plain" })

  firewall_ids               = [hcloud_firewall.this.id]
  ignore_remote_firewall_ids = true

  # For ssh and outgoing connections. Nobody else knows these addresses, so they come and go with the server.
  public_net {
    ipv4_enabled = true
    ipv6_enabled = var.ipv6
  }

  # As for the first machine: one that holds the standby without a volume is protected itself.
  delete_protection        = var.delete_protection && var.volume_size == 0 && contains(local.standby, each.key)
  rebuild_protection       = var.delete_protection && var.volume_size == 0 && contains(local.standby, each.key)
  shutdown_before_deletion = var.volume_size > 0

  lifecycle {
    ignore_changes = [image, ssh_keys, user_data, public_net]
  }
}

resource "hcloud_server_network" "more" {
  for_each = local.more

  server_id = hcloud_server.more[each.key].id
  subnet_id = hcloud_network_subnet.this.id
  ip        = local.private_address[each.key]
}

# The standby's data. That of the first machine is on hcloud_volume.data.
resource "hcloud_volume" "more" {
  for_each = var.volume_size > 0 ? toset(local.standby) : []

  name              = "${local.machines[each.key]}-data"
  size              = var.volume_size
  location          = var.location
  format            = "ext4"
  delete_protection = var.delete_protection
  labels            = local.labels

  lifecycle {
    prevent_destroy = true
  }
}

resource "hcloud_volume_attachment" "more" {
  for_each = hcloud_volume.more

  volume_id = each.value.id
  server_id = hcloud_server.more[each.key].id
  automount = false
}

# A warning: Hetzner adds only a server that is switched off to a group, so a first machine that ran before stays outside.
check "first_machine_is_in_the_group" {
  assert {
    condition     = !local.cluster || try(tonumber(hcloud_server.this.placement_group_id) == tonumber(hcloud_placement_group.this[0].id), false)
    error_message = "${var.name} ran before the placement group was made, so it may share a host with one of the other machines. To move it: hcloud server shutdown ${var.name}; hcloud server add-to-placement-group --placement-group ${var.name} ${var.name}; hcloud server poweron ${var.name}. docs/server.md has more."
  }
}
