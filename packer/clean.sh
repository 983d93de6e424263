#!/bin/sh
# Runs as root before the snapshot is made. Removes everything that belongs to this one machine, and everything that only the
# build needed.
set -eu

# The images stay. No container ever ran here.
if command -v docker >/dev/null; then
  docker builder prune --all --force >/dev/null || true
  systemctl stop docker.socket docker.service || true
fi
# Identity of this Docker engine; each server makes its own.
rm -f /var/lib/docker/engine-id /etc/docker/key.json

# Each server makes its own host keys. With shared ones, each server could impersonate the others.
rm -f /etc/ssh/ssh_host_*
rm -f /root/.ssh/authorized_keys /root/.ssh/known_hosts /home/*/.ssh/authorized_keys
rm -f /etc/ultronex/*.yml /opt/ultronex/.deploy-state

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/ultronex /root/.ansible /root/.cache /home/*/.ansible
rm -rf /tmp/* /var/tmp/*
rm -f /root/.bash_history /home/*/.bash_history

find /var/log -type f -exec truncate --size 0 {} +
rm -rf /var/log/journal/* /var/log/*.gz /var/log/*.1

# Makes cloud-init treat the next boot as a first boot. Also removes the network configuration that it wrote for this machine.
cloud-init clean --logs --machine-id --configs all
rm -rf /var/lib/cloud/seed/* 2>/dev/null || true
# cloud-init writes `uninitialized`, for which systemd resets every unit to Debian's presets. With an empty file systemd only
# makes a new id.
: >/etc/machine-id
rm -f /var/lib/dbus/machine-id /var/lib/systemd/random-seed /swapfile.new

# Hetzner bills a snapshot by its content, so unused blocks are given back.
fstrim --all || true
sync
