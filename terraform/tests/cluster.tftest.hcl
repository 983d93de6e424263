# Several machines behind a load balancer, and one that stays as it was.
mock_provider "hcloud" {
  source          = "./tests/mocks"
  override_during = plan
}

override_module {
  target  = module.choose
  outputs = { server_type = "cx23", price = "27.75 EUR a month", image = "debian-13", from_snapshot = false, snapshot_version = "unknown" }
}

variables {
  ssh_public_keys   = { me = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0P4oBS0bGyjP0Wn0qfYFpcE2E3xkOmKjQXQvNk7yzA me@laptop" }
  ssh_allowed_cidrs = ["203.0.113.7/32"]
  repository        = "https://github.com/you/ultronex.git"
  host_names        = ["bot.example.com", "example.com"]
  dns_zone          = "example.com"
  node_count        = 3
}

run "one_has_nothing_of_several" {
  command = plan
  variables {
    node_count = 1
    # Too small for several machines.
    network_cidr = "10.77.0.0/29"
  }

  assert {
    condition = alltrue([for count in [
      length(hcloud_server.more), length(hcloud_server_network.more), length(hcloud_volume.more), length(hcloud_volume_attachment.more),
      length(hcloud_placement_group.this), length(hcloud_load_balancer.this), length(hcloud_load_balancer_network.this),
      length(hcloud_load_balancer_service.https), length(hcloud_load_balancer_target.machines), length(hcloud_managed_certificate.this),
      length(hcloud_uploaded_certificate.this), length(hcloud_rdns.balancer_ipv4), length(hcloud_rdns.balancer_ipv6), length(hcloud_zone_rrset.ipv6),
    ] : count == 0])
    error_message = "one server has a resource of several machines"
  }
  assert {
    condition     = hcloud_server.this.placement_group_id == null && length(terraform_data.settings) == 1 && output.balancer == null && output.machines == null && output.next == null
    error_message = "one server is not as it was"
  }
  assert {
    condition     = keys(yamldecode(output.inventory).servers.hosts) == ["ultronex"] && !strcontains(output.inventory, "swarm")
    error_message = output.inventory
  }
}

run "three_machines" {
  command = plan

  assert {
    condition     = hcloud_server.this.name == "ultronex" && [for server in hcloud_server.more : server.name] == ["ultronex-2", "ultronex-3"]
    error_message = jsonencode([for server in hcloud_server.more : server.name])
  }
  assert {
    condition     = alltrue([for server in concat([hcloud_server.this], values(hcloud_server.more)) : server.placement_group_id == 71 && server.server_type == "cx23" && server.firewall_ids == toset([51])])
    error_message = "a machine is not in the group, of another type or without the firewall"
  }
  assert {
    condition     = concat([hcloud_server_network.this.ip], [for net in hcloud_server_network.more : net.ip]) == ["10.77.0.11", "10.77.0.12", "10.77.0.13"] && hcloud_load_balancer_network.this[0].ip == "10.77.0.10"
    error_message = "the private addresses are not fixed"
  }
  assert {
    condition     = toset([for rule in hcloud_firewall.this.rule : "${rule.protocol} ${coalesce(rule.port, "-")}"]) == toset(["tcp 22", "icmp -"])
    error_message = "the machines are open to the world: ${jsonencode([for rule in hcloud_firewall.this.rule : "${rule.protocol} ${coalesce(rule.port, "-")}"])}"
  }
  assert {
    condition     = keys(hcloud_volume.more) == ["2"] && hcloud_volume.more["2"].name == "ultronex-2-data" && hcloud_volume.more["2"].delete_protection && length(hcloud_volume.data) == 1
    error_message = "not exactly the first two machines have a volume"
  }
  assert {
    condition     = !can(yamldecode(hcloud_server.more["3"].user_data).runcmd) && !can(yamldecode(hcloud_server.more["3"].user_data).write_files) && yamldecode(hcloud_server.more["3"].user_data).packages == ["sudo"]
    error_message = "a machine sets itself up as a server alone: ${hcloud_server.more["3"].user_data}"
  }
  assert {
    condition     = length(terraform_data.settings) == 0 && length(terraform_data.https) == 0
    error_message = "Terraform runs the roles for one server"
  }
}

run "five_machines" {
  command = plan
  variables { node_count = 5 }

  assert {
    condition     = length(hcloud_server.more) == 4 && keys(hcloud_volume.more) == ["2"] && hcloud_server_network.more["5"].ip == "10.77.0.15"
    error_message = "five machines are others"
  }
}

run "the_load_balancer" {
  command = plan

  assert {
    condition     = hcloud_load_balancer.this[0].load_balancer_type == "lb11" && hcloud_load_balancer.this[0].delete_protection
    error_message = "it is of another type, or not protected"
  }
  assert {
    condition = (
      hcloud_load_balancer_service.https[0].protocol == "https" && hcloud_load_balancer_service.https[0].listen_port == 443
      && hcloud_load_balancer_service.https[0].destination_port == 8081 && hcloud_load_balancer_service.https[0].http[0].redirect_http
      && !hcloud_load_balancer_service.https[0].http[0].sticky_sessions && hcloud_load_balancer_service.https[0].http[0].certificates == toset([91])
    )
    error_message = jsonencode(hcloud_load_balancer_service.https[0])
  }
  assert {
    condition = (
      hcloud_load_balancer_service.https[0].health_check[0].port == 8081 && hcloud_load_balancer_service.https[0].health_check[0].interval == 3
      && hcloud_load_balancer_service.https[0].health_check[0].timeout == 2 && hcloud_load_balancer_service.https[0].health_check[0].retries == 2
      && hcloud_load_balancer_service.https[0].health_check[0].http[0].path == "/healthz"
    )
    error_message = jsonencode(hcloud_load_balancer_service.https[0].health_check)
  }
  assert {
    condition     = hcloud_load_balancer_target.machines[0].label_selector == "role=ultronex,stack=ultronex" && hcloud_load_balancer_target.machines[0].use_private_ip
    error_message = "it reaches the machines by another way"
  }
  assert {
    condition     = hcloud_managed_certificate.this[0].domain_names == toset(["bot.example.com", "example.com"]) && length(hcloud_uploaded_certificate.this) == 0
    error_message = "the certificate is for other names"
  }
  assert {
    condition     = alltrue([for set in hcloud_zone_rrset.ipv4 : one(set.records).value == "203.0.113.20"]) && alltrue([for set in hcloud_zone_rrset.ipv6 : one(set.records).value == "2001:db8:2::1" && set.type == "AAAA"]) && length(hcloud_zone_rrset.ipv6) == 2
    error_message = "the names do not point to the load balancer"
  }
  assert {
    condition     = [for ptr in concat(hcloud_rdns.balancer_ipv4, hcloud_rdns.balancer_ipv6) : "${ptr.ip_address} ${ptr.dns_ptr}"] == ["203.0.113.20 bot.example.com", "2001:db8:2::1 bot.example.com"] && length(hcloud_rdns.ipv4) == 0
    error_message = "reverse DNS has other addresses"
  }
}

run "the_inventory_of_three" {
  command = plan
  variables { ansible_vars = { base_reboot_time = "04:00" } }

  assert {
    condition     = keys(yamldecode(output.inventory).servers.hosts) == ["ultronex", "ultronex-2", "ultronex-3"]
    error_message = output.inventory
  }
  assert {
    condition     = [for host in yamldecode(output.inventory).servers.hosts : try(host.base_data_device, "none")] == ["/dev/disk/by-id/scsi-0HC_Volume_31", "/dev/disk/by-id/scsi-0HC_Volume_31", "none"]
    error_message = output.inventory
  }
  assert {
    condition = alltrue([for host in yamldecode(output.inventory).servers.hosts : (
      host.ansible_host == "203.0.113.10" && host.ansible_user == "ultronex" && host.swarm_database == "internal" && host.base_reboot_time == "04:00"
      && host.ultronex_env.HOST_NAMES == "bot.example.com,example.com"
    )])
    error_message = output.inventory
  }
  assert {
    condition     = [for host in yamldecode(output.inventory).servers.hosts : host.private_address] == ["10.77.0.11", "10.77.0.12", "10.77.0.13"]
    error_message = output.inventory
  }
  assert {
    condition     = output.url == "https://bot.example.com/ultronex/" && output.ssh == "ssh ultronex@203.0.113.10" && output.machines["ultronex-2"].ssh == "ssh ultronex@203.0.113.10"
    error_message = "${output.url} ${output.ssh}"
  }
  assert {
    condition     = endswith(output.next, "ansible-playbook -i ansible/inventory/terraform.yml ansible/swarm.yml")
    error_message = output.next
  }
}

run "a_database_outside" {
  command = plan
  variables { ansible_vars = { swarm_database = "external" } }

  assert {
    condition     = length(hcloud_volume.more) == 0 && yamldecode(output.inventory).servers.hosts["ultronex-2"].swarm_database == "external"
    error_message = "there is a volume for a database that is elsewhere"
  }
}

run "three_without_volumes" {
  command = plan
  variables { volume_size = 0 }

  assert {
    condition     = length(hcloud_volume.more) == 0 && hcloud_server.more["2"].delete_protection && !hcloud_server.more["3"].delete_protection
    error_message = "the standby's data is on a server that is not protected"
  }
}

run "a_certificate_of_ours" {
  command = plan
  variables {
    dns_zone        = null
    certificate     = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n"
    certificate_key = "-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----\n"
  }

  assert {
    condition     = length(hcloud_managed_certificate.this) == 0 && hcloud_load_balancer_service.https[0].http[0].certificates == toset([92])
    error_message = "it has another certificate"
  }
  assert {
    condition     = output.records_to_make == ["bot.example.com. A 203.0.113.20", "bot.example.com. AAAA 2001:db8:2::1", "example.com. A 203.0.113.20", "example.com. AAAA 2001:db8:2::1"]
    error_message = jsonencode(output.records_to_make)
  }
}

run "a_certificate_that_is_there" {
  command = plan
  variables {
    dns_zone         = null
    certificate_name = "ours"
  }

  assert {
    condition     = length(hcloud_managed_certificate.this) == 0 && length(hcloud_uploaded_certificate.this) == 0 && hcloud_load_balancer_service.https[0].http[0].certificates == toset([93])
    error_message = "it has another certificate"
  }
}

run "two_machines" {
  command = plan
  variables { node_count = 2 }
  expect_failures = [var.node_count]
}

run "four_machines" {
  command = plan
  variables { node_count = 4 }
  expect_failures = [var.node_count]
}

run "no_machine" {
  command = plan
  variables { node_count = 0 }
  expect_failures = [var.node_count]
}

run "three_without_a_name" {
  command = plan
  variables { host_names = [] }
  expect_failures = [var.node_count]
}

run "three_without_a_certificate" {
  command = plan
  variables { host_names = ["bot.example.com", "bot.example.org"] }
  expect_failures = [var.node_count, check.names_are_in_the_zone]
}

run "a_key_without_its_certificate" {
  command = plan
  variables { certificate_key = "-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----\n" }
  expect_failures = [var.certificate_key]
}

run "the_path_of_a_certificate" {
  command = plan
  variables {
    certificate     = "fullchain.pem"
    certificate_key = "privkey.pem"
  }
  expect_failures = [var.certificate]
}

run "two_certificates" {
  command = plan
  variables {
    certificate      = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n"
    certificate_key  = "-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----\n"
    certificate_name = "ours"
  }
  expect_failures = [var.certificate]
}

run "secrets_for_several" {
  command = plan
  variables {
    env             = { SLACK_BOT_TOKEN = "xoxb-1" }
    ansible_secrets = { backup_password = "x" }
  }
  expect_failures = [var.env, var.ansible_secrets]
}

run "a_network_for_few" {
  command = plan
  variables { network_cidr = "10.77.0.0/28" }
  expect_failures = [var.network_cidr]
}
