# In a file of its own: Packer before 1.7 (Debian 12 has 1.6.6) contains both plugins and refuses this block. Leave this file out
# there.
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
