# Makes A records in Hetzner DNS, if the zone is there. One server has no AAAA records, since the stack listens on IPv4 only.
# balancer.tf makes those of a load balancer.

resource "hcloud_zone" "this" {
  count = var.create_zone ? 1 : 0

  name              = var.dns_zone
  mode              = "primary"
  ttl               = 3600
  delete_protection = var.delete_protection
  labels            = local.labels

  lifecycle {
    prevent_destroy = true
  }
}

# Ends the plan when the zone is not in this project.
data "hcloud_zone" "this" {
  count = var.dns_zone != null && !var.create_zone ? 1 : 0

  name = var.dns_zone
}

locals {
  zone = var.create_zone ? hcloud_zone.this[0].name : one(data.hcloud_zone.this[*].name)

  in_zone = [for host in var.host_names : host if var.dns_zone != null && (host == var.dns_zone || endswith(host, ".${coalesce(var.dns_zone, "-")}"))]
  # The output records_to_make lists their records.
  not_in_zone = setsubtract(var.host_names, local.in_zone)
  # bot.example.com => bot; the zone itself => @
  record_names = { for host in local.in_zone : host => host == var.dns_zone ? "@" : trimsuffix(host, ".${var.dns_zone}") }
}

resource "hcloud_zone_rrset" "ipv4" {
  for_each = local.record_names

  zone    = local.zone
  name    = each.value
  type    = "A"
  ttl     = 300
  labels  = local.labels
  records = [{ value = local.public_ipv4, comment = "Ultronex" }]
}

check "names_are_in_the_zone" {
  assert {
    condition     = var.dns_zone == null || length(local.not_in_zone) == 0
    error_message = "${join(", ", local.not_in_zone)} is not in the zone ${coalesce(var.dns_zone, "-")}: make its records where its own zone is, with the addresses in the outputs."
  }
}
