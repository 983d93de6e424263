#!/bin/sh
# Before the snapshot: what is this machine's alone, or was only needed to make it. Runs as root on that machine.
set -eu

# The images stay; no container ever ran.
if command -v docker >/dev/null; then
  docker builder prune --all --force >/dev/null || true
  systemctl stop docker.socket docker.service || true
fi
# Every engine has a key of its own, by which a swarm would know it.
rm -f /var/lib/docker/engine-id /etc/docker/key.json

# Each server makes its own: whoever has a snapshot could pass for all others.
rm -f /etc/ssh/ssh_host_*
rm -f /root/.ssh/authorized_keys /root/.ssh/known_hosts /home/*/.ssh/authorized_keys
rm -f /etc/ultronex/*.yml /opt/ultronex/.deploy-state

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/ultronex /root/.ansible /root/.cache /home/*/.ansible
rm -rf /tmp/* /var/tmp/*
rm -f /root/.bash_history /home/*/.bash_history

find /var/log -type f -exec truncate --size 0 {} +
rm -rf /var/log/journal/* /var/log/*.gz /var/log/*.1

# Makes cloud-init's next boot its first. Its own file of this machine's network goes too.
cloud-init clean --logs --machine-id --configs all
rm -rf /var/lib/cloud/seed/* 2>/dev/null || true
# cloud-init leaves `uninitialized`, on which systemd sets every unit back to what Debian presets; empty is filled at boot.
: >/etc/machine-id
rm -f /var/lib/dbus/machine-id /var/lib/systemd/random-seed /swapfile.new

# A snapshot is paid by what is in it.
fstrim --all || true
sync
