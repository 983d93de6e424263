# Which type and which image are taken. No provider: Hetzner's answers are given.
variables {
  location  = "nbg1"
  wanted    = "auto"
  max_price = 12
  # cx23 is sold out in nbg1, cx22 is no more, cax11 is another architecture, cx10 too small.
  types = [
    { name = "cx23", architecture = "x86", memory = 4, locations = [
      { name = "nbg1", available = false, is_deprecated = false },
      { name = "hel1", available = true, is_deprecated = false },
      { name = "fsn1", available = true, is_deprecated = false },
    ] },
    { name = "cpx12", architecture = "x86", memory = 2, locations = [
      { name = "nbg1", available = true, is_deprecated = false },
      { name = "hel1", available = true, is_deprecated = false },
    ] },
    { name = "cx22", architecture = "x86", memory = 4, locations = [{ name = "nbg1", available = true, is_deprecated = true }] },
    { name = "cax11", architecture = "arm", memory = 4, locations = [{ name = "nbg1", available = true, is_deprecated = false }] },
    { name = "cx10", architecture = "x86", memory = 1, locations = [{ name = "nbg1", available = true, is_deprecated = false }] },
  ]
}

run "auto_takes_the_cheapest_that_can_be_had" {
  command = plan
  module { source = "./choose" }

  assert {
    condition     = output.server_type == "cpx12"
    error_message = "auto took ${output.server_type}"
  }
}

run "auto_takes_nothing_above_the_default_of_10_euros" {
  command = plan
  module { source = "./choose" }
  variables { max_price = 10 }
  expect_failures = [output.server_type]
}

run "auto_takes_what_costs_10_euros_or_less" {
  command = plan
  module { source = "./choose" }
  variables {
    max_price = 10
    location  = "hel1"
  }

  assert {
    condition     = output.server_type == "cx23" && output.price == "5.99 EUR a month without VAT, with its IPv4 address (September 2026)"
    error_message = "auto took ${output.server_type} for ${output.price}"
  }
}

run "a_price_that_changed" {
  command = plan
  module { source = "./choose" }
  variables {
    max_price = 10
    prices    = { cpx12 = 9.5 }
  }

  assert {
    condition     = output.server_type == "cpx12" && output.price == "9.50 EUR a month without VAT, with its IPv4 address"
    error_message = "auto took ${output.server_type} for ${output.price}"
  }
}

run "a_price_of_another_continent" {
  command = plan
  module { source = "./choose" }
  variables {
    location = "sin"
    types    = [{ name = "cpx12", architecture = "x86", memory = 2, locations = [{ name = "sin", available = true, is_deprecated = false }] }]
  }
  # 15.99 there.
  expect_failures = [output.server_type]
}

run "auto_keeps_a_server_that_costs_more" {
  command = plan
  module { source = "./choose" }
  variables {
    max_price = 10
    existing  = { server_type = "cpx12", from_snapshot = false }
  }

  assert {
    condition     = output.server_type == "cpx12"
    error_message = "auto changed cpx12 to ${output.server_type}"
  }
}

run "a_type_by_name_may_cost_more" {
  command = plan
  module { source = "./choose" }
  variables {
    max_price = 10
    wanted    = "cpx12"
  }

  assert {
    condition     = output.server_type == "cpx12" && startswith(output.price, "11.99 EUR a month")
    error_message = "took ${output.server_type} for ${output.price}"
  }
}

run "a_type_whose_price_is_unknown_is_not_taken_by_auto" {
  command = plan
  module { source = "./choose" }
  variables {
    max_price = 1000
    types     = [{ name = "cx99", architecture = "x86", memory = 4, locations = [{ name = "nbg1", available = true, is_deprecated = false }] }]
  }
  expect_failures = [output.server_type]
}

run "auto_takes_another_one_elsewhere" {
  command = plan
  module { source = "./choose" }
  variables { location = "hel1" }

  assert {
    condition     = output.server_type == "cx23"
    error_message = "auto took ${output.server_type}"
  }
}

run "auto_keeps_the_type_of_a_server_that_exists" {
  command = plan
  module { source = "./choose" }
  variables { existing = { server_type = "cx23", from_snapshot = false } }
  # Sold out, so that is also warned of.
  expect_failures = [check.type_can_be_had_again]

  assert {
    condition     = output.server_type == "cx23"
    error_message = "auto changed cx23 to ${output.server_type}"
  }
}

run "auto_with_nothing_to_be_had" {
  command = plan
  module { source = "./choose" }
  variables { location = "sin" }
  expect_failures = [output.server_type]
}

run "a_type_by_name" {
  command = plan
  module { source = "./choose" }
  variables { wanted = "cax11" }

  assert {
    condition     = output.server_type == "cax11"
    error_message = "took ${output.server_type}"
  }
}

run "a_type_that_is_sold_out" {
  command = plan
  module { source = "./choose" }
  variables { wanted = "cx23" }
  expect_failures = [output.server_type]
}

run "a_type_that_is_sold_out_and_is_what_the_server_has" {
  command = plan
  module { source = "./choose" }
  variables {
    wanted   = "cx23"
    existing = { server_type = "cx23", from_snapshot = false }
  }
  expect_failures = [check.type_can_be_had_again]

  assert {
    condition     = output.server_type == "cx23"
    error_message = "took ${output.server_type}"
  }
}

run "a_move_to_a_type_that_is_sold_out" {
  command = plan
  module { source = "./choose" }
  variables {
    wanted   = "cx23"
    existing = { server_type = "cpx12", from_snapshot = false }
  }
  expect_failures = [output.server_type]
}

run "a_type_that_is_no_more" {
  command = plan
  module { source = "./choose" }
  variables { wanted = "cx22" }
  expect_failures = [output.server_type]
}

run "a_type_that_never_was" {
  command = plan
  module { source = "./choose" }
  variables { wanted = "cx999" }
  expect_failures = [output.server_type]
}

run "a_type_that_is_too_small" {
  command = plan
  module { source = "./choose" }
  variables { wanted = "cx10" }
  expect_failures = [output.server_type]
}

run "plain_debian_without_a_snapshot" {
  command = plan
  module { source = "./choose" }

  assert {
    condition     = output.image == "debian-13" && !output.from_snapshot
    error_message = "took ${output.image}"
  }
}

run "the_newest_snapshot_of_the_same_architecture" {
  command = plan
  module { source = "./choose" }
  variables {
    snapshots = [
      { id = 103, architecture = "arm", labels = { version = "v3" } },
      { id = 102, architecture = "x86", labels = { version = "v2" } },
      { id = 101, architecture = "x86", labels = { version = "v1" } },
    ]
  }

  assert {
    condition     = output.image == "102" && output.from_snapshot && output.snapshot_version == "v2"
    error_message = "took ${output.image}"
  }
}

run "plain_debian_although_there_is_a_snapshot" {
  command = plan
  module { source = "./choose" }
  variables {
    use_snapshot = false
    snapshots    = [{ id = 102, architecture = "x86", labels = {} }]
  }

  assert {
    condition     = output.image == "debian-13" && !output.from_snapshot
    error_message = "took ${output.image}"
  }
}

run "a_snapshot_that_is_not_there" {
  command = plan
  module { source = "./choose" }
  variables {
    use_snapshot = true
    snapshots    = [{ id = 103, architecture = "arm", labels = {} }]
  }
  expect_failures = [output.image]
}

run "a_server_of_a_plain_debian_stays_one_when_a_snapshot_comes" {
  command = plan
  module { source = "./choose" }
  variables {
    existing  = { server_type = "cpx12", from_snapshot = false }
    snapshots = [{ id = 102, architecture = "x86", labels = {} }]
  }

  assert {
    condition     = !output.from_snapshot && output.image == "debian-13"
    error_message = "took ${output.image}"
  }
}

run "a_server_of_a_snapshot_lives_without_it" {
  command = plan
  module { source = "./choose" }
  variables { existing = { server_type = "cpx12", from_snapshot = true } }
  expect_failures = [check.snapshot_can_be_had_again]

  assert {
    condition     = output.from_snapshot
    error_message = "forgot what it was started from"
  }
}

run "the_price_of_three" {
  command = plan
  module { source = "./choose" }
  variables {
    location = "hel1"
    machines = 3
    volumes  = 40
  }

  assert {
    condition     = output.price == "27.75 EUR a month without VAT: 3 cx23 of 5.99 with their IPv4 addresses, a load balancer of 7.49, 40 GB of volumes for 2.29 (September 2026)"
    error_message = output.price
  }
}

run "further_machines_of_a_type_that_is_sold_out" {
  command = plan
  module { source = "./choose" }
  variables {
    existing = { server_type = "cx23", from_snapshot = false }
    machines = 3
    missing  = 2
  }
  expect_failures = [output.server_type, check.type_can_be_had_again]
}

run "machines_that_are_all_there" {
  command = plan
  module { source = "./choose" }
  variables {
    existing = { server_type = "cpx12", from_snapshot = false }
    machines = 3
  }

  assert {
    condition     = output.server_type == "cpx12"
    error_message = output.server_type
  }
}
