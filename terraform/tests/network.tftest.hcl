# Who gets in, and what the address is called.
mock_provider "hcloud" {
  source          = "./tests/mocks"
  override_during = plan
}

override_module {
  target  = module.choose
  outputs = { server_type = "cpx12", price = "11.99 EUR a month", image = "debian-13", from_snapshot = false, snapshot_version = "unknown" }
}

variables {
  ssh_public_keys   = { me = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0P4oBS0bGyjP0Wn0qfYFpcE2E3xkOmKjQXQvNk7yzA me@laptop" }
  ssh_allowed_cidrs = ["203.0.113.7/32", "2001:db8::/48"]
  repository        = "https://github.com/you/ultronex.git"
}

run "the_firewall_opens_four_doors" {
  command = plan

  assert {
    condition = toset([for rule in hcloud_firewall.this.rule : "${rule.direction} ${rule.protocol} ${coalesce(rule.port, "-")} ${join(" ", sort(rule.source_ips))}"]) == toset([
      "in tcp 22 2001:db8::/48 203.0.113.7/32",
      "in tcp 80 0.0.0.0/0 ::/0",
      "in tcp 443 0.0.0.0/0 ::/0",
      "in udp 443 0.0.0.0/0 ::/0",
      "in icmp - 0.0.0.0/0 ::/0",
    ])
    error_message = jsonencode([for rule in hcloud_firewall.this.rule : "${rule.protocol} ${coalesce(rule.port, "-")}"])
  }
  assert {
    condition     = hcloud_server.this.firewall_ids == toset([51])
    error_message = "the server is not behind the firewall"
  }
}

run "nobody_by_ssh" {
  command = plan
  variables {
    ssh_allowed_cidrs = []
    deliver_over_ssh  = false
  }

  assert {
    condition     = !contains([for rule in hcloud_firewall.this.rule : rule.port], "22")
    error_message = "22 is open"
  }
}

run "the_whole_world_by_ssh_is_warned" {
  command = plan
  variables { ssh_allowed_cidrs = ["0.0.0.0/0"] }
  expect_failures = [check.ssh_is_not_open_to_all]
}

run "the_addresses_outlive_the_server" {
  command = plan

  assert {
    condition = alltrue([
      for ip in [hcloud_primary_ip.ipv4, hcloud_primary_ip.ipv6[0]] : !ip.auto_delete && ip.delete_protection
    ])
    error_message = "an address goes with the server"
  }
  assert {
    condition     = output.ipv4 == "203.0.113.10" && output.ipv6 == "2001:db8:1::1"
    error_message = "${output.ipv4} ${output.ipv6}"
  }
}

run "without_ipv6" {
  command = plan
  variables {
    ipv6       = false
    host_names = ["bot.example.com"]
    acme_email = "ops@example.com"
    dns_zone   = "example.com"
  }

  assert {
    condition     = length(hcloud_primary_ip.ipv6) == 0 && output.ipv6 == null
    error_message = "something of IPv6 is left"
  }
}

run "no_names" {
  command = plan

  assert {
    condition     = output.url == "https://203.0.113.10/ultronex/" && length(hcloud_rdns.ipv4) == 0 && length(hcloud_zone_rrset.ipv4) == 0
    error_message = "a trial has no names: ${output.url}"
  }
}

run "names_in_a_zone_that_exists" {
  command = plan
  variables {
    host_names = ["bot.example.com", "example.com", "a.b.example.com"]
    acme_email = "ops@example.com"
    dns_zone   = "example.com"
  }

  assert {
    condition     = { for host, set in hcloud_zone_rrset.ipv4 : host => set.name } == { "bot.example.com" = "bot", "example.com" = "@", "a.b.example.com" = "a.b" }
    error_message = jsonencode({ for host, set in hcloud_zone_rrset.ipv4 : host => set.name })
  }
  assert {
    condition     = alltrue([for set in hcloud_zone_rrset.ipv4 : one(set.records).value == "203.0.113.10" && set.type == "A" && set.zone == "example.com"])
    error_message = "records are wrong"
  }
  assert {
    condition     = hcloud_rdns.ipv4[0].dns_ptr == "bot.example.com"
    error_message = "reverse DNS has another name"
  }
  assert {
    condition     = length(hcloud_zone.this) == 0 && length(output.records_to_make) == 0 && output.url == "https://bot.example.com/ultronex/"
    error_message = "a zone is made, or records are left over"
  }
}

run "a_zone_of_our_own" {
  command = plan
  variables {
    host_names  = ["bot.example.com"]
    acme_email  = "ops@example.com"
    dns_zone    = "example.com"
    create_zone = true
  }

  assert {
    condition     = hcloud_zone.this[0].delete_protection && length(data.hcloud_zone.this) == 0 && length(output.name_servers) == 2
    error_message = "the zone is not made, or not protected"
  }
}

run "a_name_of_another_zone" {
  command = plan
  variables {
    host_names = ["bot.example.com", "bot.badexample.com"]
    acme_email = "ops@example.com"
    dns_zone   = "example.com"
  }
  expect_failures = [check.names_are_in_the_zone]

  assert {
    condition     = keys(hcloud_zone_rrset.ipv4) == ["bot.example.com"]
    error_message = "a record in a foreign zone"
  }
  assert {
    condition     = output.records_to_make == ["bot.badexample.com. A 203.0.113.10"]
    error_message = jsonencode(output.records_to_make)
  }
}

run "names_without_a_zone" {
  command = plan
  variables {
    host_names = ["bot.example.com"]
    acme_email = "ops@example.com"
  }

  assert {
    condition     = length(hcloud_zone_rrset.ipv4) == 0 && length(output.records_to_make) == 1
    error_message = "somebody else makes these records"
  }
}
