# What the machine is told at first boot, what over ssh, and what of it is nowhere to be read.
mock_provider "hcloud" {
  source          = "./tests/mocks"
  override_during = plan
}

override_module {
  target  = module.choose
  outputs = { server_type = "cpx12", price = "11.99 EUR a month", image = "debian-13", from_snapshot = false, snapshot_version = "unknown" }
}

variables {
  ssh_public_keys   = { me = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0P4oBS0bGyjP0Wn0qfYFpcE2E3xkOmKjQXQvNk7yzA me@laptop\n" }
  ssh_allowed_cidrs = ["203.0.113.7/32"]
  repository        = "https://github.com/you/ultronex.git"
  ultronex_version  = "v1.2.0"
  host_names        = ["bot.example.com", "www.example.com"]
  acme_email        = "ops@example.com"
  settings          = { ACME_STAGING = "true", LOG_LEVEL = "debug" }
  ansible_vars      = { base_reboot_time = "04:00", ultronex_image_source = "build" }
  env               = { SLACK_BOT_TOKEN = "xoxb-0123456789" }
  ansible_secrets   = { backup_password = "correct horse" }
}

run "the_first_boot_of_a_plain_debian" {
  command = plan

  assert {
    condition     = startswith(hcloud_server.this.user_data, "#cloud-config\n") && can(yamldecode(hcloud_server.this.user_data))
    error_message = "user_data is no cloud-config"
  }
  assert {
    condition     = yamldecode(hcloud_server.this.user_data).packages == ["sudo", "ansible-core", "git"]
    error_message = "installs ${jsonencode(yamldecode(hcloud_server.this.user_data).packages)}"
  }
  assert {
    condition     = yamldecode(hcloud_server.this.user_data).runcmd == [["/usr/local/sbin/ultronex-converge", "--first-boot", "300"]]
    error_message = "runs ${jsonencode(yamldecode(hcloud_server.this.user_data).runcmd)}"
  }
  assert {
    condition     = yamldecode(hcloud_server.this.user_data).write_files[1].content == file("files/ultronex-converge")
    error_message = "the script is not what it was"
  }
  assert {
    condition = yamldecode(yamldecode(hcloud_server.this.user_data).write_files[0].content) == {
      ultronex_version      = "v1.2.0"
      ultronex_repository   = "https://github.com/you/ultronex.git"
      ultronex_env          = { HOST_NAMES = "bot.example.com,www.example.com", ACME_EMAIL = "ops@example.com", ACME_STAGING = "true", LOG_LEVEL = "debug" }
      ultronex_image_source = "build"
      base_admin_user       = "ultronex"
      base_ssh_keys         = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0P4oBS0bGyjP0Wn0qfYFpcE2E3xkOmKjQXQvNk7yzA me@laptop"]
      base_reboot_time      = "04:00"
      base_data_device      = "/dev/disk/by-id/scsi-0HC_Volume_31"
    }
    error_message = yamldecode(hcloud_server.this.user_data).write_files[0].content
  }
  assert {
    condition     = !strcontains(hcloud_server.this.user_data, "203.0.113.7/32") && !strcontains(output.inventory, "203.0.113.7/32")
    error_message = "ssh_allowed_cidrs is on the machine too: a change of address would lock the owner out"
  }
  assert {
    condition     = !strcontains(hcloud_server.this.user_data, "xoxb") && !strcontains(hcloud_server.this.user_data, "horse") && !strcontains(output.inventory, "xoxb")
    error_message = "a secret is in user_data or in an output"
  }
  assert {
    condition     = length(hcloud_server.this.user_data) < 16384
    error_message = "user_data has ${length(hcloud_server.this.user_data)} of 32768 characters; little is left for settings"
  }
  assert {
    condition     = length(terraform_data.settings) == 1 && length(terraform_data.https) == 1
    error_message = "nothing is delivered, or nobody waits"
  }
}

run "the_first_boot_of_a_snapshot" {
  command = plan
  override_module {
    target  = module.choose
    outputs = { server_type = "cpx12", price = "11.99 EUR a month", image = "101", from_snapshot = true, snapshot_version = "v2" }
  }
  # It needs no repository.
  variables { repository = "" }

  assert {
    condition     = !can(yamldecode(hcloud_server.this.user_data).packages) && !can(yamldecode(hcloud_server.this.user_data).package_update)
    error_message = "a snapshot downloads something"
  }
  assert {
    condition     = length(yamldecode(hcloud_server.this.user_data).runcmd) == 1 && length(terraform_data.settings) == 1 && length(terraform_data.https) == 1
    error_message = "the snapshot does not start"
  }
  assert {
    condition     = output.started_from == "snapshot 101, version v2"
    error_message = output.started_from
  }
}

run "prepared_for_ansible_from_outside" {
  command = plan
  variables {
    repository      = ""
    env             = {}
    ansible_secrets = {}
  }

  assert {
    condition     = !can(yamldecode(hcloud_server.this.user_data).runcmd) && yamldecode(hcloud_server.this.user_data).packages == ["sudo"]
    error_message = "something starts by itself"
  }
  assert {
    condition     = length(terraform_data.settings) == 0 && length(terraform_data.https) == 0
    error_message = "waits for what nobody starts"
  }
}

run "without_ssh" {
  command = plan
  variables {
    deliver_over_ssh = false
    env              = {}
    ansible_secrets  = {}
  }

  assert {
    condition     = yamldecode(hcloud_server.this.user_data).runcmd[0][2] == "0" && length(terraform_data.settings) == 0 && length(terraform_data.https) == 1
    error_message = "waits for secrets that nobody brings"
  }
}

run "without_waiting" {
  command = plan
  variables { wait_for_https = false }

  assert {
    condition     = length(terraform_data.https) == 0
    error_message = "waits all the same"
  }
}

run "a_change_is_delivered" {
  command = plan
  variables { env_revision = 2 }

  assert {
    condition     = terraform_data.settings[0].triggers_replace.settings == sha256(yamldecode(hcloud_server.this.user_data).write_files[0].content)
    error_message = "a change of server.yml is not noticed"
  }
  assert {
    condition     = terraform_data.settings[0].triggers_replace.secrets == 2 && terraform_data.https[0].triggers_replace.secrets == 2
    error_message = "a change of env_revision is not noticed"
  }
}

run "a_name_to_forget_is_delivered" {
  command = plan
  variables { env_forget = ["GIPHY_API_KEY"] }

  assert {
    condition     = yamldecode(output.inventory).servers.hosts.ultronex.ultronex_env_forget == ["GIPHY_API_KEY"]
    error_message = output.inventory
  }
}

run "networks_for_the_machine_itself_by_hand" {
  command = plan
  variables { ansible_vars = { base_ssh_allowed_cidrs = ["198.51.100.0/24"] } }

  assert {
    condition     = strcontains(output.inventory, "198.51.100.0/24")
    error_message = output.inventory
  }
}

run "the_inventory" {
  command = plan

  assert {
    condition     = yamldecode(output.inventory).servers.hosts.ultronex.ansible_host == "203.0.113.10" && yamldecode(output.inventory).servers.hosts.ultronex.ansible_user == "ultronex" && yamldecode(output.inventory).servers.hosts.ultronex.ultronex_version == "v1.2.0"
    error_message = output.inventory
  }
  assert {
    condition     = output.ssh == "ssh ultronex@203.0.113.10"
    error_message = output.ssh
  }
}
