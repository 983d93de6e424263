# What the server is attached to and protected by. Plans only, with the values that Hetzner would fill in given.
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
  ssh_allowed_cidrs = ["203.0.113.7/32"]
  repository        = "https://github.com/you/ultronex.git"
}

run "the_chosen_type_and_image" {
  command = plan

  assert {
    condition     = hcloud_server.this.server_type == "cpx12" && hcloud_server.this.image == "debian-13" && output.started_from == "debian-13"
    error_message = "${hcloud_server.this.server_type} ${hcloud_server.this.image} ${output.started_from}"
  }
}

run "data_on_a_volume" {
  command = plan

  assert {
    condition     = hcloud_volume.data[0].delete_protection && hcloud_volume.data[0].size == 20 && !hcloud_volume_attachment.data[0].automount
    error_message = "the volume is not protected, or mounted by Hetzner"
  }
  assert {
    condition     = strcontains(hcloud_server.this.user_data, "/dev/disk/by-id/scsi-0HC_Volume_31")
    error_message = "the roles are not told the device"
  }
  assert {
    condition     = hcloud_server.this.shutdown_before_deletion
    error_message = "what is in memory is lost"
  }
  assert {
    condition     = !hcloud_server.this.delete_protection
    error_message = "a server without data of its own can be replaced"
  }
}

run "data_on_the_server" {
  command = plan
  variables { volume_size = 0 }

  assert {
    condition     = length(hcloud_volume.data) == 0 && length(hcloud_volume_attachment.data) == 0
    error_message = "there is a volume"
  }
  assert {
    condition     = !hcloud_server.this.shutdown_before_deletion
    error_message = "a refused deletion would leave the server switched off"
  }
  assert {
    condition     = hcloud_server.this.delete_protection && hcloud_server.this.rebuild_protection
    error_message = "the server has the data and is not protected"
  }
  assert {
    condition     = !strcontains(output.inventory, "base_data_device")
    error_message = "the roles are told of a volume"
  }
}

run "protection_off" {
  command = plan
  variables {
    delete_protection = false
    volume_size       = 0
  }

  assert {
    condition     = !hcloud_server.this.delete_protection && !hcloud_primary_ip.ipv4.delete_protection && !hcloud_primary_ip.ipv6[0].delete_protection
    error_message = "something is still protected"
  }
}

run "labels" {
  command = plan
  variables { labels = { team = "ops" } }

  assert {
    condition     = hcloud_server.this.labels == tomap({ team = "ops", role = "ultronex", stack = "ultronex", managed-by = "terraform", start = "plain" })
    error_message = "labels ${jsonencode(hcloud_server.this.labels)}"
  }
}

run "another_name" {
  command = plan
  variables { name = "bot-2" }

  assert {
    condition     = hcloud_server.this.name == "bot-2" && hcloud_primary_ip.ipv4.name == "bot-2-ipv4" && hcloud_volume.data[0].name == "bot-2-data" && hcloud_ssh_key.this["me"].name == "bot-2-me"
    error_message = "a second server would meet the names of the first"
  }
}
