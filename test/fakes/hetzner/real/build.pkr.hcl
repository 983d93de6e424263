# The steps of a whole build but for ssh, for clients.ts.

variable "server_type" {
  type    = string
  default = "cpx12"
}

source "hcloud" "snapshot" {
  poll_interval   = "50ms"
  location        = "fsn1"
  server_type     = var.server_type
  image           = "debian-13"
  snapshot_name   = "ultronex-1"
  snapshot_labels = { role = "ultronex", version = "1" }
  communicator    = "none"
}

build {
  sources = ["source.hcloud.snapshot"]
}
