locals {
  labels = merge(var.labels, { role = "ultronex", stack = var.name, managed-by = "terraform" })
}

# A project takes a key only once, under whatever name: one that somebody else put there is used as it is.
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

resource "hcloud_server" "this" {
  name        = var.name
  server_type = module.choose.server_type
  location    = var.location
  image       = module.choose.image
  ssh_keys    = [for name, material in local.material : try(hcloud_ssh_key.this[name].id, tostring(local.foreign[material]))]
  user_data   = local.user_data
  backups     = var.backups
  keep_disk   = var.keep_disk
  # What it was started from, for the next plan.
  labels = merge(local.labels, { start = module.choose.from_snapshot ? "snapshot" : "plain" })

  firewall_ids = [hcloud_firewall.this.id]
  # Firewalls of yours that reach it by a label are left alone.
  ignore_remote_firewall_ids = true

  public_net {
    ipv4         = hcloud_primary_ip.ipv4.id
    ipv6_enabled = var.ipv6
    ipv6         = one(hcloud_primary_ip.ipv6[*].id)
  }

  # With a volume the server holds nothing that a new one has not, and may be replaced. Hetzner wants both alike.
  delete_protection  = var.delete_protection && var.volume_size == 0
  rebuild_protection = var.delete_protection && var.volume_size == 0
  # Time to write out what is in memory. Without a volume Hetzner refuses to delete the server, which would be off by then.
  shutdown_before_deletion = var.volume_size > 0

  lifecycle {
    # The first three are read at first boot only, and a change would replace the server: a newer snapshot, another key,
    # another setting. Settings and keys go over ssh (deliver.tf); a new image: terraform apply -replace=hcloud_server.this
    # public_net: a change cuts the server's power and, after `terraform import`, which does not read it, deletes addresses
    # (seen with provider 1.68).
    ignore_changes = [image, ssh_keys, user_data, public_net]

    precondition {
      # Hetzner's limit, in bytes.
      condition     = length(base64encode(local.user_data)) * 3 / 4 <= 32768
      error_message = "user_data is longer than the 32 KiB that Hetzner takes: give less in settings, ansible_vars and ssh_public_keys, and the rest with Ansible."
    }
  }
}

# Its own resource and not the server's: it is there before the server and after it.
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

# Mounted by the roles, not by Hetzner's automount, which would put it under a name with its number.
resource "hcloud_volume_attachment" "data" {
  count = var.volume_size > 0 ? 1 : 0

  volume_id = hcloud_volume.data[0].id
  server_id = hcloud_server.this.id
  automount = false
}
