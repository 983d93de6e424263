locals {
  labels = merge(var.labels, { role = "ultronex", stack = var.name, managed-by = "terraform" })
}

# A Hetzner project accepts each key only once, under any name. A key that is in the project already is used as it is.
data "hcloud_ssh_keys" "project" {}

locals {
  # Type and key, without the comment.
  material = { for name, key in var.ssh_public_keys : name => join(" ", slice(split(" ", trimspace(key)), 0, 2)) }
  foreign = { for key in data.hcloud_ssh_keys.project.ssh_keys :
    join(" ", slice(split(" ", trimspace(key.public_key)), 0, 2)) => key.id if lookup(key.labels, "stack", "") != var.name
  }
}

resource "hcloud_ssh_key" "this" {
  for_each = { for name, material in local.material : name => material if !contains(keys(local.foreign), material) }

  name       = "${var.name}-${each.key}"
  public_key = trimspace(var.ssh_public_keys[each.key])
  labels     = local.labels
}

locals {
  ssh_keys = [for name, material in local.material : try(hcloud_ssh_key.this[name].id, tostring(local.foreign[material]))]
}

resource "hcloud_server" "this" {
  name        = var.name
  server_type = module.choose.server_type
  location    = var.location
  image       = module.choose.image
  ssh_keys    = local.ssh_keys
  user_data   = local.user_data
  backups     = var.backups
  keep_disk   = var.keep_disk
  # The next plan reads `start`: a replaced server starts from the same kind of image.
  labels = merge(local.labels, { start = module.choose.from_snapshot ? "snapshot" : "plain" })

  # Of several machines only (cluster.tf).
  placement_group_id = one(hcloud_placement_group.this[*].id)

  firewall_ids = [hcloud_firewall.this.id]
  # Leaves firewalls alone that were attached to the server elsewhere, by a label.
  ignore_remote_firewall_ids = true

  public_net {
    ipv4         = hcloud_primary_ip.ipv4.id
    ipv6_enabled = var.ipv6
    ipv6         = one(hcloud_primary_ip.ipv6[*].id)
  }

  # With a volume the server holds no data of its own and may be replaced. Hetzner requires both values to be the same.
  delete_protection  = var.delete_protection && var.volume_size == 0
  rebuild_protection = var.delete_protection && var.volume_size == 0
  # Lets the server write its caches to the volume. Without a volume Hetzner refuses to delete the server, and a shutdown before
  # the refusal would only leave it switched off.
  shutdown_before_deletion = var.volume_size > 0

  lifecycle {
    # The server reads image, ssh_keys and user_data at its first boot only, so a newer snapshot, another key or another setting
    # would replace it. Settings and keys are delivered over ssh instead (deliver.tf). For a new image run
    # `terraform apply -replace=hcloud_server.this`.
    # A change of public_net switches the server off. After `terraform import`, which does not read public_net, it also deletes
    # addresses (seen with provider 1.68). Hetzner refuses to add a running server to a placement group; the check in cluster.tf
    # has the remedy.
    ignore_changes = [image, ssh_keys, user_data, public_net, placement_group_id]

    precondition {
      # Hetzner's limit is in bytes; length() of a string counts characters.
      condition     = length(base64encode(local.user_data)) * 3 / 4 <= 32768
      error_message = "user_data is longer than the 32 KiB that Hetzner takes: give less in settings, ansible_vars and ssh_public_keys, and the rest with Ansible."
    }
  }
}

# A resource of its own, so that it exists before the server and outlives it.
resource "hcloud_volume" "data" {
  count = var.volume_size > 0 ? 1 : 0

  name              = "${var.name}-data"
  size              = var.volume_size
  location          = var.location
  format            = "ext4"
  delete_protection = var.delete_protection
  labels            = local.labels

  lifecycle {
    prevent_destroy = true
  }
}

# The roles mount the volume. Hetzner's automount would mount it in a folder whose name has the volume's number.
resource "hcloud_volume_attachment" "data" {
  count = var.volume_size > 0 ? 1 : 0

  volume_id = hcloud_volume.data[0].id
  server_id = hcloud_server.this.id
  automount = false
}
