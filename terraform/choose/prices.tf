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

output "price" {
  description = "Price of the chosen type, as a sentence."
  value = contains(keys(local.priced), local.server_type) ? (
    "${local.priced[local.server_type]} EUR a month without VAT, with its IPv4 address${contains(keys(var.prices), local.server_type) ? "" : " (September 2026)"}"
  ) : "not known here; the Console shows it"
}
