# Chooses the server type and the image from Hetzner's offer. It has no data sources of its own, so that tests can give it any
# offer.

locals {
  existing_type = try(var.existing.server_type, null)

  known = { for type in var.types : type.name => type }
  # By type, the locations where it can be ordered now.
  offers = { for type in var.types : type.name => [
    for location in type.locations : location.name if location.available && !location.is_deprecated
  ] }
  here = sort([for name, locations in local.offers : name if contains(locations, var.location)])

  # Candidates for `auto`, the cheapest first: x86, since a snapshot fits one architecture only; 2 GB or more, which the stack
  # needs; with a known price.
  suited         = [for name, price in local.prices : name if try(local.known[name].architecture == "x86" && local.known[name].memory >= 2, false)]
  by_price       = [for line in sort([for name in local.suited : "${format("%09.2f", local.prices[name])} ${name}"]) : split(" ", line)[1]]
  cheapest_first = [for name in local.by_price : name if contains(local.here, name)]
  affordable     = [for name in local.cheapest_first : name if local.prices[name] <= var.max_price]
  # Types that are cheap enough in other locations, among those with the same price list.
  affordable_elsewhere = [for name in local.by_price :
    "${name} for ${local.priced[name]} EUR in ${join(", ", sort([for location in local.offers[name] : location if contains(local.same_prices, location)]))}"
    if local.prices[name] <= var.max_price && length(setintersection(local.offers[name], local.same_prices)) > 0
  ]
  same_prices = [for location, zone in local.zones : location if zone == local.zone]

  # With `auto` an existing server keeps its type at any price: a type that becomes cheaper or is available again must not change
  # a running server. "none" means that no type fits; the preconditions below then fail with the reason.
  server_type = var.wanted != "auto" ? var.wanted : local.existing_type != null ? local.existing_type : try(local.affordable[0], "none")
  orderable   = contains(local.here, local.server_type)
  elsewhere   = sort([for location in lookup(local.offers, local.server_type, []) : location if location != var.location])

  with_price = [for name in local.here : contains(keys(local.priced), name) ? "${name} (${local.priced[name]} EUR)" : name]
  there_now  = length(local.here) == 0 ? "Nothing can be ordered in ${var.location} now" : "In ${var.location} now: ${join(", ", local.with_price)}"

  architecture = try(local.known[local.server_type].architecture, "x86")
  snapshot     = try([for image in var.snapshots : image if image.architecture == local.architecture][0], null)
  # An existing server has its own answer, in its label `start`: newer or deleted snapshots do not change it.
  from_snapshot = var.use_snapshot != null ? var.use_snapshot : try(var.existing.from_snapshot, local.snapshot != null)
}

output "server_type" {
  value = local.server_type

  precondition {
    condition     = local.server_type != "none" || length(local.cheapest_first) > 0
    error_message = "Hetzner has no type of 2 GB or more with a known price for server_type = \"auto\" in ${var.location} at present. ${local.there_now}. Set location to another one, or server_type."
  }
  precondition {
    condition = local.server_type != "none" || length(local.cheapest_first) == 0
    # Terraform evaluates the message also when the condition holds and the list is empty: `try` catches that.
    error_message = try("The cheapest type for server_type = \"auto\" that can be ordered in ${var.location} now is ${local.cheapest_first[0]} for ${local.priced[local.cheapest_first[0]]} EUR a month without VAT, and max_price is ${var.max_price}. Set max_price = ${ceil(local.prices[local.cheapest_first[0]])} or server_type = \"${local.cheapest_first[0]}\" if that is all right${length(local.affordable_elsewhere) == 0 ? "; otherwise try again later" : ", or location: ${join("; ", local.affordable_elsewhere)}"}.", "max_price is too low.")
  }
  precondition {
    # An existing server keeps its type even when it is sold out.
    condition     = local.orderable || local.existing_type == local.server_type || local.server_type == "none"
    error_message = "Server type ${local.server_type} ${contains(keys(local.known), local.server_type) ? "cannot be ordered in ${var.location} at present" : "does not exist (any more)"}. ${local.there_now}.${length(local.elsewhere) == 0 ? "" : " ${local.server_type} is to be had in ${join(", ", local.elsewhere)}."} Set server_type or location, or server_type = \"auto\"."
  }
  precondition {
    condition     = var.missing == 0 || local.orderable || local.existing_type != local.server_type
    error_message = "${var.missing} more of ${local.server_type} are needed, and it cannot be ordered in ${var.location} at present. ${local.there_now}. All machines have the same type: try again later, or set server_type to one that can be ordered, which changes the type of the existing machines too."
  }
  precondition {
    condition     = try(local.known[local.server_type].memory, 2) >= 2
    error_message = "Server type ${local.server_type} has less than 2 GB, which the stack needs. Set server_type to a bigger one, or to auto."
  }
}

output "from_snapshot" {
  value = local.from_snapshot
}

output "snapshot_version" {
  value = try(local.snapshot.labels["version"], "unknown")
}

output "image" {
  description = "Id of the snapshot, or name of the image."
  value       = local.from_snapshot ? try(tostring(local.snapshot.id), "none") : var.image

  precondition {
    condition     = !local.from_snapshot || local.snapshot != null || var.existing != null
    error_message = "There is no snapshot with the labels ${var.snapshot_selector} for ${local.architecture}. Make one (cd packer && packer build .), or set use_snapshot = false."
  }
}

# Warnings: the server runs, but the same server could not be made again now.
check "type_can_be_had_again" {
  assert {
    condition     = local.existing_type != local.server_type || local.orderable
    error_message = "${local.server_type} cannot be ordered in ${var.location} at present: do not replace or destroy the server, it could not be made again. ${local.there_now}."
  }
}

check "snapshot_can_be_had_again" {
  assert {
    condition     = var.existing == null || !local.from_snapshot || local.snapshot != null
    error_message = "The server was started from a snapshot, and there is none with the labels ${var.snapshot_selector} any more: do not replace or destroy the server before there is another."
  }
}
