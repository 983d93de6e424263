# What Hetzner answers in these tests. Lists of objects cannot be mocked; module.choose, which takes them, is overridden.
mock_data "hcloud_servers" {
  defaults = { servers = [] }
}

mock_data "hcloud_zone" {
  defaults = { id = 7, name = "example.com" }
}

mock_resource "hcloud_primary_ip" {
  defaults = { id = 11, ip_address = "203.0.113.10", ip_network = "2001:db8:1::/64" }
}

mock_resource "hcloud_server" {
  defaults = { id = "21", ipv4_address = "203.0.113.10" }
}

mock_resource "hcloud_volume" {
  defaults = { id = "31" }
}

mock_resource "hcloud_network" {
  defaults = { id = "41" }
}

mock_resource "hcloud_network_subnet" {
  defaults = { id = "41-10.77.0.0/24" }
}

mock_resource "hcloud_placement_group" {
  defaults = { id = "71" }
}

mock_resource "hcloud_load_balancer" {
  defaults = { id = "81", ipv4 = "203.0.113.20", ipv6 = "2001:db8:2::1" }
}

mock_resource "hcloud_managed_certificate" {
  defaults = { id = "91" }
}

mock_resource "hcloud_uploaded_certificate" {
  defaults = { id = "92" }
}

mock_data "hcloud_certificate" {
  defaults = { id = 93 }
}

mock_resource "hcloud_firewall" {
  defaults = { id = "51" }
}

mock_resource "hcloud_ssh_key" {
  defaults = { id = "61" }
}

mock_resource "hcloud_zone" {
  defaults = {
    id                        = 7
    authoritative_nameservers = { assigned = ["hydrogen.ns.hetzner.com.", "oxygen.ns.hetzner.com."] }
  }
}
