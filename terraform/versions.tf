terraform {
  # 1.11: ephemeral variables, which are in no plan and no state.
  required_version = ">= 1.11"

  required_providers {
    # From 1.66 a primary IP needs no assignee; `datacenter`, which 1.67 took away, is not used.
    hcloud = {
      source  = "hetznercloud/hcloud"
      version = "~> 1.66"
    }
  }
}

# Another address of the API: HCLOUD_ENDPOINT, with /v1 at its end.
provider "hcloud" {
  token         = var.hcloud_token
  poll_interval = var.poll_interval
}
