# Addresses, reverse DNS, the firewall and the private network.

# Other people's DNS has this address, so it outlives the server; `terraform destroy` ends before it changes anything.
resource "hcloud_primary_ip" "ipv4" {
  name              = "${var.name}-ipv4"
  type              = "ipv4"
  location          = var.location
  auto_delete       = false
  delete_protection = var.delete_protection
  labels            = local.labels

  lifecycle {
    prevent_destroy = true
  }
}

# Refuses ipv6 = false for a server that has an IPv6 address: Hetzner removes an address only while the server is off, and
# Terraform keeps the address (prevent_destroy). Without this check Terraform would name prevent_destroy and no reason.
data "hcloud_primary_ips" "ours" {
  with_selector = "role=ultronex,stack=${var.name}"

  lifecycle {
    postcondition {
      condition     = var.ipv6 || !anytrue([for ip in self.primary_ips : ip.type == "ipv6"])
      error_message = "ipv6 = false, and the server has the IPv6 address ${var.name}-ipv6, which costs nothing: Hetzner takes an address away only while the server is switched off, and Terraform keeps it (prevent_destroy). Set ipv6 = true. To be rid of it all the same: switch the server off in the Console, unassign and delete that address, `terraform state rm 'hcloud_primary_ip.ipv6[0]'`, then ipv6 = false."
    }
  }
}

resource "hcloud_primary_ip" "ipv6" {
  count = var.ipv6 ? 1 : 0

  name              = "${var.name}-ipv6"
  type              = "ipv6"
  location          = var.location
  auto_delete       = false
  delete_protection = var.delete_protection
  labels            = local.labels

  # The postcondition above must speak first.
  depends_on = [data.hcloud_primary_ips.ours]

  lifecycle {
    prevent_destroy = true
  }
}

locals {
  ipv4 = hcloud_primary_ip.ipv4.ip_address
  # Hetzner assigns a /64 network; the server uses its first address.
  ipv6 = one([for ip in hcloud_primary_ip.ipv6 : cidrhost(ip.ip_network, 1)])
}

resource "hcloud_rdns" "ipv4" {
  # With several machines the names are the load balancer's.
  count = length(var.host_names) > 0 && !local.cluster ? 1 : 0

  primary_ip_id = hcloud_primary_ip.ipv4.id
  ip_address    = local.ipv4
  dns_ptr       = var.host_names[0]
}

locals {
  everywhere = ["0.0.0.0/0", "::/0"]

  rules = concat(
    length(var.ssh_allowed_cidrs) == 0 ? [] : [
      { protocol = "tcp", port = "22", from = var.ssh_allowed_cidrs, for = "ssh" },
    ],
    # The load balancer reaches several machines by the private network, which Hetzner's firewall does not filter.
    local.cluster ? [] : [
      { protocol = "tcp", port = "80", from = local.everywhere, for = "Let's Encrypt, redirect to https" },
      { protocol = "tcp", port = "443", from = local.everywhere, for = "https" },
      { protocol = "udp", port = "443", from = local.everywhere, for = "HTTP/3" },
    ],
    [
      # Path MTU discovery needs ICMP: without it, packets too long for a link on the way are lost (RFC 4890).
      { protocol = "icmp", port = null, from = local.everywhere, for = "path MTU, ping" },
    ],
  )
}

# Drops everything that no rule allows. It protects the machine also before the roles have set up its own firewall.
resource "hcloud_firewall" "this" {
  name   = var.name
  labels = local.labels

  dynamic "rule" {
    for_each = local.rules
    content {
      direction   = "in"
      protocol    = rule.value.protocol
      port        = rule.value.port
      source_ips  = rule.value.from
      description = rule.value.for
    }
  }
}

check "ssh_is_not_open_to_all" {
  assert {
    condition     = length(setintersection(var.ssh_allowed_cidrs, local.everywhere)) == 0
    error_message = "ssh_allowed_cidrs opens port 22 to the whole internet. Only keys are accepted there; still, name your own networks instead."
  }
}

# Several machines and their load balancer reach one another by the private network. One server alone does not use it.
resource "hcloud_network" "this" {
  name     = var.name
  ip_range = var.network_cidr
  labels   = local.labels
}

resource "hcloud_network_subnet" "this" {
  network_id   = hcloud_network.this.id
  type         = "cloud"
  network_zone = { fsn1 = "eu-central", nbg1 = "eu-central", hel1 = "eu-central", ash = "us-east", hil = "us-west", sin = "ap-southeast" }[var.location]
  ip_range     = var.network_cidr
}

resource "hcloud_server_network" "this" {
  server_id = hcloud_server.this.id
  subnet_id = hcloud_network_subnet.this.id
  # Without an address of ours Hetzner chooses one, and it stays.
  ip = lookup(local.private_address, "1", null)
}
