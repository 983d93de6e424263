# Prices by type, in EUR a month without VAT, with the IPv4 address, from Hetzner's price pages of September 2026. The API lists
# prices too, but the provider's data source leaves them out.

locals {
  zones = { fsn1 = "eu", nbg1 = "eu", hel1 = "eu", ash = "us", hil = "us", sin = "sin" }
  zone  = local.zones[var.location]

  listed = {
    eu  = { cx23 = 5.99, cx33 = 8.99, cx43 = 16.49, cx53 = 29.99, cax11 = 6.49, cax21 = 10.99, cpx12 = 11.99, cpx22 = 19.99 }
    us  = { cpx11 = 17.99 }
    sin = { cpx12 = 15.99, cpx22 = 26.99 }
  }[local.zone]

  prices = merge(local.listed, var.prices)
  # As text with two decimals: 5.99
  priced = { for name, price in local.prices : name => format("%.2f", price) }
}

locals {
  # In EUR a month without VAT: a load balancer lb11, and a GB of a volume. Elsewhere than in Europe they are not known here.
  balancer  = local.zone == "eu" ? 7.49 : null
  volume_gb = local.zone == "eu" ? 0.0572 : null

  each  = lookup(local.prices, local.server_type, null)
  as_of = contains(keys(var.prices), local.server_type) ? "" : " (September 2026)"
}

output "price" {
  description = "Price of the chosen type, or of several machines with what belongs to them, as a sentence."
  value = var.machines > 1 ? (
    local.each == null || local.balancer == null ? "not known here; the Console shows it" : join("", [
      format("%.2f", var.machines * local.each + local.balancer + var.volumes * local.volume_gb),
      " EUR a month without VAT: ${var.machines} ${local.server_type} of ${local.priced[local.server_type]} with their IPv4 addresses",
      ", a load balancer of ${format("%.2f", local.balancer)}",
      ", ${var.volumes} GB of volumes for ${format("%.2f", var.volumes * local.volume_gb)}${local.as_of}",
    ])
    ) : contains(keys(local.priced), local.server_type) ? (
    "${local.priced[local.server_type]} EUR a month without VAT, with its IPv4 address${contains(keys(var.prices), local.server_type) ? "" : " (September 2026)"}"
  ) : "not known here; the Console shows it"
}
