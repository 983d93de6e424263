# Apart from the rest, since Packer before 1.7 (Debian 12's 1.6.6) has both inside and refuses this block: leave this file
# out for it.
packer {
  required_plugins {
    hcloud = {
      source  = "github.com/hetznercloud/hcloud"
      version = "~> 1.6"
    }
    ansible = {
      source  = "github.com/hashicorp/ansible"
      version = "~> 1.1"
    }
  }
}
