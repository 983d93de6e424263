# Every refusal of an input.
mock_provider "hcloud" {
  source          = "./tests/mocks"
  override_during = plan
}

override_module {
  target  = module.choose
  outputs = { server_type = "cpx12", image = "debian-13", from_snapshot = false, snapshot_version = "unknown" }
}

variables {
  ssh_public_keys   = { me = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0P4oBS0bGyjP0Wn0qfYFpcE2E3xkOmKjQXQvNk7yzA me@laptop" }
  ssh_allowed_cidrs = ["203.0.113.7/32"]
  repository        = "https://github.com/you/ultronex.git"
}

run "a_token_that_is_none" {
  command = plan
  variables { hcloud_token = "abc" }
  expect_failures = [var.hcloud_token]
}

run "a_name_with_a_capital" {
  command = plan
  variables { name = "Ultronex" }
  expect_failures = [var.name]
}

run "a_name_with_a_dash_at_its_end" {
  command = plan
  variables { name = "ultronex-" }
  expect_failures = [var.name]
}

run "a_location_that_is_none" {
  command = plan
  variables { location = "berlin" }
  expect_failures = [var.location]
}

run "a_type_in_capitals" {
  command = plan
  variables { server_type = "CX23" }
  expect_failures = [var.server_type]
}

run "a_selector_of_other_images" {
  command = plan
  variables { snapshot_selector = "app=web" }
  expect_failures = [var.snapshot_selector]
}

run "another_distribution" {
  command = plan
  variables { image = "ubuntu-24.04" }
  expect_failures = [var.image]
}

run "a_volume_that_is_too_small" {
  command = plan
  variables { volume_size = 5 }
  expect_failures = [var.volume_size]
}

run "half_a_gigabyte" {
  command = plan
  variables { volume_size = 10.5 }
  expect_failures = [var.volume_size]
}

run "no_keys" {
  command = plan
  variables { ssh_public_keys = {} }
  expect_failures = [var.ssh_public_keys]
}

run "a_private_key" {
  command = plan
  variables { ssh_public_keys = { me = "-----BEGIN OPENSSH PRIVATE KEY-----" } }
  expect_failures = [var.ssh_public_keys]
}

run "two_lines_of_keys" {
  command = plan
  variables { ssh_public_keys = { me = "ssh-ed25519 AAAAC3Nz me\nssh-ed25519 AAAAC3Nz you" } }
  expect_failures = [var.ssh_public_keys]
}

run "a_name_of_a_key_with_a_blank" {
  command = plan
  variables { ssh_public_keys = { "my key" = "ssh-ed25519 AAAAC3Nz me" } }
  expect_failures = [var.ssh_public_keys]
}

run "an_address_without_its_length" {
  command = plan
  variables { ssh_allowed_cidrs = ["203.0.113.7"] }
  expect_failures = [var.ssh_allowed_cidrs]
}

run "an_address_inside_its_network" {
  command = plan
  variables { ssh_allowed_cidrs = ["203.0.113.7/24"] }
  expect_failures = [var.ssh_allowed_cidrs]
}

run "a_network_of_docker" {
  command = plan
  variables { network_cidr = "172.17.0.0/16" }
  expect_failures = [var.network_cidr]
}

run "a_zone_with_a_dot_at_its_end" {
  command = plan
  variables { dns_zone = "example.com." }
  expect_failures = [var.dns_zone]
}

run "a_zone_to_make_without_its_name" {
  command = plan
  variables { create_zone = true }
  expect_failures = [var.create_zone]
}

run "a_label_of_ours" {
  command = plan
  variables { labels = { role = "db" } }
  expect_failures = [var.labels]
}

run "a_version_that_is_none" {
  command = plan
  variables { ultronex_version = "v1; reboot" }
  expect_failures = [var.ultronex_version]
}

run "a_repository_that_is_none" {
  command = plan
  variables { repository = "ultronex" }
  expect_failures = [var.repository]
}

run "a_repository_with_a_password" {
  command = plan
  variables { repository = "https://me:secret@github.com/you/ultronex.git" }
  expect_failures = [var.repository]
}

run "an_address_for_a_name" {
  command = plan
  variables {
    host_names = ["https://bot.example.com"]
    acme_email = "ops@example.com"
  }
  expect_failures = [var.host_names]
}

run "a_wildcard" {
  command = plan
  variables {
    host_names = ["*.example.com"]
    acme_email = "ops@example.com"
  }
  expect_failures = [var.host_names]
}

run "a_name_twice" {
  command = plan
  variables {
    host_names = ["a.example.com", "a.example.com"]
    acme_email = "ops@example.com"
  }
  expect_failures = [var.host_names]
}

run "names_without_an_email" {
  command = plan
  variables { host_names = ["bot.example.com"] }
  assert {
    condition     = var.acme_email == ""
    error_message = "acme_email is optional"
  }
}

run "an_email_that_is_none" {
  command = plan
  variables { acme_email = "ops" }
  expect_failures = [var.acme_email]
}

run "a_setting_in_small_letters" {
  command = plan
  variables { settings = { log_level = "debug" } }
  expect_failures = [var.settings]
}

run "a_secret_among_settings" {
  command = plan
  variables { settings = { SLACK_BOT_TOKEN = "xoxb-1" } }
  expect_failures = [var.settings]
}

run "a_setting_with_a_variable_of_its_own" {
  command = plan
  variables { settings = { HOST_NAMES = "bot.example.com" } }
  expect_failures = [var.settings]
}

run "a_setting_of_two_lines" {
  command = plan
  variables { settings = { LOG_LEVEL = "info\nX=1" } }
  expect_failures = [var.settings]
}

run "a_secret_in_small_letters" {
  command = plan
  variables { env = { slack_bot_token = "xoxb-1" } }
  expect_failures = [var.env]
}

run "a_secret_of_two_lines" {
  command = plan
  variables { env = { SLACK_BOT_TOKEN = "xoxb-1\nX=1" } }
  expect_failures = [var.env]
}

run "secrets_that_nobody_brings" {
  command = plan
  variables {
    env              = { SLACK_BOT_TOKEN = "xoxb-1" }
    deliver_over_ssh = false
  }
  expect_failures = [var.env]
}

run "secrets_of_the_roles_that_nobody_brings" {
  command = plan
  variables {
    ansible_secrets  = { backup_password = "x" }
    deliver_over_ssh = false
  }
  expect_failures = [var.ansible_secrets]
}

run "a_secret_among_variables_of_the_roles" {
  command = plan
  variables { ansible_vars = { backup_password = "x" } }
  expect_failures = [var.ansible_vars]
}

run "variables_of_the_roles_that_are_none" {
  command = plan
  variables { ansible_vars = "x" }
  expect_failures = [var.ansible_vars]
}

run "root_as_the_admin" {
  command = plan
  variables { admin_user = "root" }
  expect_failures = [var.admin_user]
}

run "ssh_without_a_way_in" {
  command = plan
  variables { ssh_allowed_cidrs = [] }
  expect_failures = [var.deliver_over_ssh]
}

run "no_time_at_all" {
  command = plan
  variables { wait_minutes = 0 }
  expect_failures = [var.wait_minutes]
}

run "a_password_with_a_quote" {
  command = plan
  variables { env = { STATS_PASSWORD = "don't" } }
  expect_failures = [var.env]
}

run "everything_that_is_allowed" {
  command = plan
  variables {
    hcloud_token = "0123456789abcdefABCDEF0123456789abcdefABCDEF0123456789abcdefABCD"
    ssh_public_keys = {
      laptop   = "ssh-ed25519 AAAAC3Nz me@laptop\n"
      "me.rsa" = "ssh-rsa AAAAB3Nz"
      token    = "sk-ssh-ed25519@openssh.com AAAAGnNr me with blanks"
    }
    ssh_allowed_cidrs = ["203.0.113.7/32", "198.51.100.0/24", "2001:db8::/32"]
    repository        = "git@github.com:you/ultronex.git"
    host_names        = ["bot.example.com", "xn--bcher-kva.example"]
    acme_email        = "ops@example.com"
    volume_size       = 10240
    ansible_vars      = { base_swap_mb = 1024, base_ntp_servers = ["a", "b"] }
  }
}
