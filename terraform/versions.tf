terraform {
  # Terraform 1.11 has ephemeral variables, which appear in no plan and no state.
  required_version = ">= 1.11"

  required_providers {
    # Since 1.66 a primary IP may exist without a server. Release 1.67 removed `datacenter`, which is not used here.
    hcloud = {
      source  = "hetznercloud/hcloud"
      version = "~> 1.66"
    }
  }
}

# HCLOUD_ENDPOINT is another address of the API, with /v1 at its end; the tests use it.
provider "hcloud" {
  token         = var.hcloud_token
  poll_interval = var.poll_interval
}
