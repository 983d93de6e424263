# One of each kind of resource that terraform/ uses, and some more, for clients.ts. Token and endpoint come from the environment.

terraform {
  required_providers {
    hcloud = {
      source  = "hetznercloud/hcloud"
      version = "~> 1.60"
    }
  }
}

variable "public_key" {
  type = string
}

variable "server_type" {
  type    = string
  default = "cpx12"
}

# What changes in place: labels, rules, times to live, size, type, backups.
variable "changed" {
  type    = bool
  default = false
}

locals {
  labels = { role = var.changed ? "two" : "one" }
  ttl    = var.changed ? 600 : 300
}

provider "hcloud" {
  poll_interval = "50ms"
}

data "hcloud_server_type" "type" {
  name = var.server_type
}

data "hcloud_image" "debian" {
  name              = "debian-13"
  with_architecture = "x86"
}

data "hcloud_images" "snapshots" {
  with_selector = "role=ultronex"
  most_recent   = true
}

resource "hcloud_ssh_key" "key" {
  name       = "admin"
  public_key = var.public_key
  labels     = local.labels
}

resource "hcloud_firewall" "fw" {
  name = "ultronex"
  rule {
    direction  = "in"
    protocol   = "tcp"
    port       = "22"
    source_ips = concat(["203.0.113.0/24"], var.changed ? ["2001:db8::/32"] : [])
  }
  dynamic "rule" {
    for_each = { http = ["tcp", "80"], https = ["tcp", "443"], h3 = ["udp", "443"] }
    content {
      direction   = "in"
      protocol    = rule.value[0]
      port        = rule.value[1]
      source_ips  = ["0.0.0.0/0", "::/0"]
      description = rule.key
    }
  }
  rule {
    direction  = "in"
    protocol   = "icmp"
    source_ips = ["0.0.0.0/0", "::/0"]
  }
}

resource "hcloud_network" "net" {
  name     = "ultronex"
  ip_range = "10.0.0.0/16"
}

resource "hcloud_network_subnet" "sub" {
  network_id   = hcloud_network.net.id
  type         = "cloud"
  network_zone = "eu-central"
  ip_range     = "10.0.1.0/24"
}

resource "hcloud_primary_ip" "v4" {
  name              = "ultronex-v4"
  type              = "ipv4"
  location          = "fsn1"
  auto_delete       = false
  delete_protection = false
}

resource "hcloud_primary_ip" "v6" {
  name        = "ultronex-v6"
  type        = "ipv6"
  location    = "fsn1"
  auto_delete = false
}

resource "hcloud_placement_group" "pg" {
  name = "ultronex"
  type = "spread"
}

resource "hcloud_server" "srv" {
  name               = "ultronex"
  server_type        = data.hcloud_server_type.type.name
  image              = data.hcloud_image.debian.id
  location           = "fsn1"
  ssh_keys           = [hcloud_ssh_key.key.id]
  user_data          = "#cloud-config\n"
  firewall_ids       = [hcloud_firewall.fw.id]
  placement_group_id = hcloud_placement_group.pg.id
  backups            = var.changed
  delete_protection  = false
  rebuild_protection = false
  labels             = local.labels
  public_net {
    ipv4 = hcloud_primary_ip.v4.id
    ipv6 = hcloud_primary_ip.v6.id
  }
  network {
    network_id = hcloud_network.net.id
    ip         = "10.0.1.5"
    alias_ips  = []
  }
  depends_on = [hcloud_network_subnet.sub]
}

resource "hcloud_volume" "data" {
  name     = "ultronex-data"
  size     = var.changed ? 20 : 10
  location = "fsn1"
  format   = "ext4"
}

resource "hcloud_volume_attachment" "data" {
  volume_id = hcloud_volume.data.id
  server_id = hcloud_server.srv.id
  automount = false
}

resource "hcloud_rdns" "v4" {
  primary_ip_id = hcloud_primary_ip.v4.id
  ip_address    = hcloud_primary_ip.v4.ip_address
  dns_ptr       = "bot.example.com"
}

resource "hcloud_rdns" "v6" {
  server_id  = hcloud_server.srv.id
  ip_address = hcloud_server.srv.ipv6_address
  dns_ptr    = "bot.example.com"
}

resource "hcloud_zone" "zone" {
  name = "example.com"
  mode = "primary"
  ttl  = local.ttl
}

resource "hcloud_zone_rrset" "a" {
  zone    = hcloud_zone.zone.name
  name    = "bot"
  type    = "A"
  ttl     = local.ttl
  records = [{ value = hcloud_primary_ip.v4.ip_address }]
}

resource "hcloud_zone_rrset" "aaaa" {
  zone    = hcloud_zone.zone.name
  name    = "bot"
  type    = "AAAA"
  records = [{ value = hcloud_server.srv.ipv6_address }]
}

output "available" {
  value = [for l in data.hcloud_server_type.type.locations : l.name if l.available]
}

output "ipv4" {
  value = hcloud_primary_ip.v4.ip_address
}

output "snapshots" {
  value = length(data.hcloud_images.snapshots.images)
}
