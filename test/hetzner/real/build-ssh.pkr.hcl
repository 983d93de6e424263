# A build on a machine, for machines.ts.

source "hcloud" "snapshot" {
  poll_interval   = "50ms"
  location        = "fsn1"
  server_type     = "cpx12"
  image           = "debian-13"
  snapshot_name   = "ultronex-1"
  snapshot_labels = { role = "ultronex", version = "1" }
  ssh_username    = "root"
}

build {
  sources = ["source.hcloud.snapshot"]

  provisioner "shell" {
    inline = [
      "cloud-init status --wait",
      "echo 'made by Packer' >/root/packed",
      "mkdir -p /var/lib/docker && echo 'an image' >/var/lib/docker/pulled",
    ]
  }

  provisioner "shell" {
    script = "${path.root}/../../../packer/clean.sh"
  }
}
