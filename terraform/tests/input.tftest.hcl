# Every refusal of an input.
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
  variables { ssh_public_keys = { me = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA9Ov+ZogKxUnl4bTZOrThG2fls9w1AAMmegzARVz88G me\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA9Ov+ZogKxUnl4bTZOrThG2fls9w1AAMmegzARVz88G you" } }
  expect_failures = [var.ssh_public_keys]
}

run "a_private_key_of_putty" {
  command = plan
  variables { ssh_public_keys = { me = "PuTTY-User-Key-File-3: ssh-ed25519" } }
  expect_failures = [var.ssh_public_keys]
}

run "the_path_of_a_key" {
  command = plan
  variables { ssh_public_keys = { me = "~/.ssh/id_ed25519.pub" } }
  expect_failures = [var.ssh_public_keys]
}

run "a_dsa_key" {
  command = plan
  variables { ssh_public_keys = { me = "ssh-dss AAAAB3NzaC1kc3MAAACBAJ me" } }
  expect_failures = [var.ssh_public_keys]
}

run "a_certificate" {
  command = plan
  variables { ssh_public_keys = { me = "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29t me" } }
  expect_failures = [var.ssh_public_keys]
}

run "an_rsa_key_of_1024_bits" {
  command = plan
  variables { ssh_public_keys = { me = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQCxqoPIz1D70rnv5nV6qpR7b/a6BS5Y/U5Y3o5mueaqgSBtNCH6RsHkyeSUe9bnE6cmaKNm8ZziaTXNxwUpk2dZ70YmW9TwOOzmk/c6micJg7NbaEku0MidHMe8RWU25Z9oml0cqTwyCoerKTD2Ae4d0fwgyXK/vu80U9BBPclZeQ== me" } }
  expect_failures = [var.ssh_public_keys]
}

run "an_rsa_key_of_2048_bits" {
  command = plan
  variables { ssh_public_keys = { me = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCuOrEx27DynMTCdjfrVi2zhsc3O8Y0kG5dLQVH5wWT2iZvPKKifDP/8Jqli6R4ncNKmVQaeqjPUSHybm4n/avbi1B8HiDp3a/e2wfGOnqGMkD/BXQx0dtPjR6yKQXBpUKovl6IMqXpbt6NvRPKIucnO2kK0YOwA6UNTw0aEw1Y64BvzQvPuwT64uWNpUMaGzBH7aRkTFXcn+AYH4ShKoOmhDH4xTcsejDjVGFxg+jedzN0aNE5a9cdfptoA6cvYdnHEH8cmUgwl6ZOdcLxYomvCI5ZxXgrIdHv6U1II67XW1+dfc/FOu65WsmYW6B4PL0KEq/f7LelRArM/TbNSLFT me" } }
  expect_failures = [var.ssh_public_keys]
}

run "an_rsa_key_of_2560_bits" {
  command = plan
  variables { ssh_public_keys = { me = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABQQCA7GeWECyK0BKOyA8LCGlb20f+hX3A+/PBtXFqdPe8m6Kcy/VihDU/110G/pA2tgFNJ6OyZuWD252XTPK3vnYhP/A0LFMMFg7bBV+28VG/tHOi/9rMNR4Bxtqlld+BhxULZ8W5wrtTE0wFqC9MoE33Qtr9LiiO1HG0q9gEYYYC1NkMUM0Ntc65lmpfhKVGdiiz+qpa+FRrPkOoxm7AzGXZp6ch7VQx13NUKMFg60gDI+XXiMq+4EpRs6kdaO0rFccZxULF574MNgUC2IR8EVmyPB7Cp9VP1Q6yfHTY0/VowdZsZN7qhJtEjgyEUKzuP6dxRxPJXPlp1+LCgaYl0AbokpayLelAY1YtGyhIvY5EeKJRQy5/UVKwJ7Y/3/p2tdwAkTTXA94l0MEIDI8egVw+7sKzFx2lddjK74tKtnbMcg== me" } }
  expect_failures = [var.ssh_public_keys]
}

run "a_short_rsa_key_with_another_exponent" {
  command = plan
  variables { ssh_public_keys = { me = "ssh-rsa AAAAB3NzaC1yc2EAAAABAwAAAQEAgOb1FacGx6BbMQ+pmRKM30/uowUwhKkOSqN0H0GcWsIwnO3hNP7aBuOW4UGpW3lw63XXdiibuSvkxATG4jZc1X01AvekQClevrViqmeBd+1vzbLZrPJv9Hi7miXjivYsc/izQtQzz/ovE1dflMlzD3IM3YeK4wKH9lCYkmIrGUlsmCNlYV13zeI8pRcLLDcYbcXxFAutbnUKfut3KHk9LArBm4II2ayVGH4ciGBM+MOWlzGeJv4UmkqyRGlkp49ouIQaJ2io4gVf7M60G1hVba9q+Sb2FSE1RC77DOM8RNuh8X5qS1TyoDjamvr0UmP6s56WMeavQfOHJ7ziXxOzvA== me" } }
  expect_failures = [var.ssh_public_keys]
}

run "an_rsa_key_that_was_cut" {
  command = plan
  variables { ssh_public_keys = { me = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAACAQCcaaIVRcz7IoP0l06qUyd39CRTHiJlxzBaVHbLKp3pziDvuJQIz5hXsP0riBJNKPpHCm0PjSFjZqAza71QfvZgNc9PJfLWhC9jrhdACkmwWd5xn4Nn96x0yYKdPKY67NZ9dFChcD/6D8PFJ0S8NBOEDKftRWtSEdvYQR8t8dvwdj3CkE+X/tq8e9cfhQCtG87OAe9PHG4mo7KqLEtAWhNcTaSsndeiuhgUThvb8zReO5jbuLWNTRLP4id+UGLAKiQ0FVTs3hra+qVq5DL5/KYs29W1KfAta45kIOOie4B5EvoO+8SlUu/OOcqQmyzhVE/Yu/Rp85GKadEzpiQ8xvWJSi4Bq80ebvkmCggVb7lfqpBGROJd+bWO/XMKSqNoehyCTOUJQacQb54pj+5TBDoyFp4uaOjd6YSaHGyRGQ65N5H3U4s0IxN3l4BmmdAVVfCBXg1tDxbd4V/79LHXR4Ec76p5rk7+W5BUQfEsT0v+YNVqP67gHMDTazbJvrq/dSJxc3lFmRcQs3AAQoZMwL8hRsYMRSOE0acuGwyBMrph+vT59JVPESauazxc+iIDsPsHtrRq/pIRfwRD+CnRH7ng8QvvGdvj5gvUbCxtOyLSWYAqBDJgi5u4P4M3OOo3IQirdN5wfs+kZRydOS me" } }
  expect_failures = [var.ssh_public_keys]
}

run "an_ed25519_key_that_was_cut" {
  command = plan
  variables { ssh_public_keys = { me = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA9Ov+ZogKxUnl4bTZOrThG2fls9w1AAMmegzARVz me" } }
  expect_failures = [var.ssh_public_keys]
}

run "an_ed25519_key_with_another_type" {
  command = plan
  variables { ssh_public_keys = { me = "ecdsa-sha2-nistp256 AAAAC3NzaC1lZDI1NTE5AAAAIA9Ov+ZogKxUnl4bTZOrThG2fls9w1AAMmegzARVz88G me" } }
  expect_failures = [var.ssh_public_keys]
}

run "a_key_with_options_before_it" {
  command = plan
  variables { ssh_public_keys = { me = "no-pty ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA9Ov+ZogKxUnl4bTZOrThG2fls9w1AAMmegzARVz88G me" } }
  expect_failures = [var.ssh_public_keys]
}

run "a_name_of_a_key_with_a_blank" {
  command = plan
  variables { ssh_public_keys = { "my key" = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA9Ov+ZogKxUnl4bTZOrThG2fls9w1AAMmegzARVz88G me" } }
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

run "ssh_by_ipv4_and_only_ipv6_let_in" {
  command = plan
  variables { ssh_allowed_cidrs = ["2001:db8::/32"] }
  expect_failures = [var.deliver_over_ssh]
}

run "nothing_for_free" {
  command = plan
  variables { max_price = 0 }
  expect_failures = [var.max_price]
}

run "a_price_below_nothing" {
  command = plan
  variables { server_prices = { cx23 = -1 } }
  expect_failures = [var.server_prices]
}

run "a_name_to_forget_that_is_none" {
  command = plan
  variables { env_forget = ["SLACK-BOT-TOKEN"] }
  expect_failures = [var.env_forget]
}

run "a_name_to_forget_that_is_given" {
  command = plan
  variables {
    env        = { SLACK_BOT_TOKEN = "xoxb-1" }
    env_forget = ["SLACK_BOT_TOKEN"]
  }
  expect_failures = [var.env_forget]
}

run "a_setting_to_forget" {
  command = plan
  variables {
    settings   = { LOG_LEVEL = "info" }
    env_forget = ["LOG_LEVEL"]
  }
  expect_failures = [var.env_forget]
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
      laptop     = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA9Ov+ZogKxUnl4bTZOrThG2fls9w1AAMmegzARVz88G me@laptop\n"
      "rsa.3072" = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQDWOxVYbU9OYzT8/HGUcZzBzmjOwRNoNDAnwBMqOy/DPig+REvR5PEpqAYMNd8ydgpnnJw44CoeV+mu6vR9TBJoD4gxBY49WnjZUq4kCZRrYaQFsWuDsQ49b8KfdGUPYiN2csYfmlznULm87h5msElLXvGT6Em4DbAa6t/M4xPirX1OStvL95z8BaSa9DITXdy6rKZ8ajnsfUIVJjzIwSulW3pfkgVf/H5/Xbi4Jroxc0nVDDpcrIy2cwofsTWaak1SP/zYgQn1qF4d+xPnbnyNBuBvEEh+ZcJRhVxGS8Gyzgvavjxb7QV0Pg7ctF8K1r7Huf0m1yLFuxtGFLlb3yKs6ukpAtGJScR0xi8W05RiEbkhGARmmS+Cwdhl+7+yJSDIsZgZfH3gY4MOf+s1Hlzy/py7vRSCYJqz/iWI6Kr+DcQjR682EQi9PaS/cHGoWXLdefm0PnsEsrmcSXNtASP1jGMo7fwfK8YnKALR6lWX4TP6bmZUcJB/tLMtrWDJ1dU="
      rsa4096    = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAACAQCcaaIVRcz7IoP0l06qUyd39CRTHiJlxzBaVHbLKp3pziDvuJQIz5hXsP0riBJNKPpHCm0PjSFjZqAza71QfvZgNc9PJfLWhC9jrhdACkmwWd5xn4Nn96x0yYKdPKY67NZ9dFChcD/6D8PFJ0S8NBOEDKftRWtSEdvYQR8t8dvwdj3CkE+X/tq8e9cfhQCtG87OAe9PHG4mo7KqLEtAWhNcTaSsndeiuhgUThvb8zReO5jbuLWNTRLP4id+UGLAKiQ0FVTs3hra+qVq5DL5/KYs29W1KfAta45kIOOie4B5EvoO+8SlUu/OOcqQmyzhVE/Yu/Rp85GKadEzpiQ8xvWJSi4Bq80ebvkmCggVb7lfqpBGROJd+bWO/XMKSqNoehyCTOUJQacQb54pj+5TBDoyFp4uaOjd6YSaHGyRGQ65N5H3U4s0IxN3l4BmmdAVVfCBXg1tDxbd4V/79LHXR4Ec76p5rk7+W5BUQfEsT0v+YNVqP67gHMDTazbJvrq/dSJxc3lFmRcQs3AAQoZMwL8hRsYMRSOE0acuGwyBMrph+vT59JVPESauazxc+iIDsPsHtrRq/pIRfwRD+CnRH7ng8QvvGdvj5gvUbCxtOyLSWYAqBDJgi5u4P4M3OOo3IQirdN5wfs+kZRydOSalJMpRV+nG9Glm/Ex4BQeRJKOX7w== me with blanks"
      rsa3584    = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABwQCA6JXZl5yX/4vD8fCsrj/hIrsDxMIw9XceUrEXIHdDGRx/bC/XLJgRKbDiK3oziFvxW6MX6XAFOOF0J0JZ/OBGqSqy2HKYKDA13ZnQpqmriaTWdiU9QNDYQPeHxGocCV1zoTBYXdjnG+azzhhnQLuBNyJmiogkrywUrjEAHcuEDepTrGE0Syii43aiXOXQaYQl3k2jjqzc9+SPl9Xi+wdvzkGeKBbj+Sj2iXWqaqyXD+wen0J3CIkCITq/VY7eZUjsDOKql6HC7dOkywfMyDCcslJE65TZhldNwwryKEZHB5OwDxx1KIpaEwH/Ly2u2RxkwOt4Z9/R38EwiRqt9lNS0VTrMOMfdfuAIRS5cydlJ5K72WrneFYHxUTaKu5+Pk9dcP6HY85w/UODnRGCyorQiw1h6dA7rEsajkA0ocb9ZNOOY+WtuQD/Ylj4T/+1js6QIm585/haAWmS0+5ykuMHmE2w89HejAxdxPrhUDmCX4smUHkRpVjD3zhHqzqrvjrsOrYwCoIhuY2bNSp4i8RShx5yUfREXCvbU7twAU5nLgFbP9rM1eGQcIHfscBh+Tba7F3I/9hdho0pnRS3OO+M"
      rsa_e3     = "ssh-rsa AAAAB3NzaC1yc2EAAAABAwAAAYEAgJ/tPdBU5UlN1Bjfmu6fwcRGCgutdVg+CslQvKbwXvmDwYBujWdz5Wym0U0nf5ocvWC4tnYmUcAQtKfBUJVN3rpOBDrfoIXeY8g+AoBsXQUsP56npAp7wCj7Krhar4BxtxPaMTK2qNAnaMwAoUsToJrOxpNZsqA65/auzyspcYvOR8FGFzfuURROFDKf3Tdg4RLy8MpFoyx1fUG5AeUbMNTZlCDm0/+1ijxnQvc8V4syPq/3dCt0vpTlLUXKsoM5Nzyhn11/JSCjOS4ocGVcPGGf2Ara7k5Z9PJFerXHuFWX1bsoA3fVW6DBBuXk31NWEBMTW0YIBzLy+OmCn++P6dZ95l5vYuPI77jTD7r96wYGA9lIq1Z9+n1AuZQXvAAJnM/t8JUirYi6SF1it+kv7q5DSoM8TlEUpkHDgQTT8ZoELDAW82tAcGlUNhTVQDMdyiyeMPEcq7ZKI4MmmVgj+sZ5fzJGQbps7ZQwYLn/OIPF67jayS9Q3gJfng1T0mGd"
      nistp256   = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBOtLAdc0bzDwKDMKfFIBEZL/jDsAIXC248+yytY/9FMublxXYisS4vt/RLe8E+NpnSGtJWif4af7htHGAEOkHDs= me"
      nistp384   = "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBCuvxZimP41JSDRPUBb9w3NxvhG8/9xFE44WrCSRoeH4xUcwvl4yDFGCEH4H4Td5RaTPzvXY/Mnna5ptNGMCGHicBqgyp6O4ov6mkGDatfdze+H3S+vgVO5qX4HE7ZoK6Q== me"
      nistp521   = "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAEONg9ZRdvvxZG/ikhg9Z6vy+ojBc5awb0gCl8Rd/beWOTC8DA1DpGr+9E0ys3fYJJsgo5NZIl0WUB2aa/2K/c1FgFrk/9mq0QVituTLPkCYO62cxwukcEbF4+nChGKVyxRTs+reuZ5vEPeXkK4IacmdqlqeEvZMI6qeaCrmG8MwhM93g== me"
      token      = "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIPs5BekEOLXaWmr2GcvZzn4lkFzpqpC5PgLEWoBFEccdAAAABHNzaDo= me"
      token2     = "sk-ecdsa-sha2-nistp256@openssh.com AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlzdHAyNTYAAABBBM4H9887V5oOckf1atnFhBLzr3ILEXWuqVz40jZyOiywYxKmfHZWjkFYuO/1mReneNEfqyZgQVHV6OETPl5NvnUAAAAEc3NoOg== me"
    }
    ssh_allowed_cidrs = ["203.0.113.7/32", "198.51.100.0/24", "2001:db8::/32"]
    repository        = "git@github.com:you/ultronex.git"
    host_names        = ["bot.example.com", "xn--bcher-kva.example"]
    acme_email        = "ops@example.com"
    volume_size       = 10240
    ansible_vars      = { base_swap_mb = 1024, base_ntp_servers = ["a", "b"] }
  }
}
