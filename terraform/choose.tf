# Reads Hetzner's offer while planning. If it lacks the type that was asked for, the plan ends and nothing is made.

data "hcloud_server_types" "all" {}

# The server itself, if it exists. It keeps its type even when that type is sold out.
data "hcloud_servers" "ours" {
  with_selector = "role=ultronex,stack=${var.name}"
}

data "hcloud_images" "snapshots" {
  with_selector = var.snapshot_selector
  with_status   = ["available"]
  # Sorts them, the newest first.
  most_recent = true
}

module "choose" {
  source = "./choose"

  types     = data.hcloud_server_types.all.server_types
  location  = var.location
  wanted    = var.server_type
  max_price = var.max_price
  prices    = var.server_prices
  machines  = var.node_count
  # Volumes of all machines, in GB.
  volumes = var.volume_size * (1 + length(local.standby))
  # Machines that are to be made, besides the first one.
  missing = length(setsubtract(values(local.more), [for server in data.hcloud_servers.ours.servers : server.name]))
  existing = one([for server in data.hcloud_servers.ours.servers : {
    server_type   = server.server_type
    from_snapshot = lookup(server.labels, "start", "plain") == "snapshot"
  } if server.name == var.name])
  snapshots         = data.hcloud_images.snapshots.images
  snapshot_selector = var.snapshot_selector
  use_snapshot      = var.use_snapshot
  image             = var.image
}
