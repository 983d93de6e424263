output "ipv4" {
  description = "IPv4 address of the server. It stays when the server is replaced."
  value       = local.ipv4
}

output "ipv6" {
  description = "IPv6 address of the server, for ssh and outgoing connections. The stack listens on IPv4 only."
  value       = local.ipv6
}

output "url" {
  description = "Address of the program. The dashboards are at /grafana/ of the same host."
  value       = local.url
}

output "ssh" {
  description = "The command to log in."
  value       = join(" ", compact(["ssh", var.ssh_options, "${var.admin_user}@${local.ipv4}"]))
}

output "ssh_with_one_key" {
  description = "The command to log in when ssh says `Too many authentication failures`: your agent offers more keys than sshd tries. This command offers one."
  value       = "ssh -o IdentitiesOnly=yes -i ~/.ssh/KEY ${var.admin_user}@${local.ipv4}"
}

output "server_type" {
  description = "Type of the server, as chosen for server_type."
  value       = module.choose.server_type
}

output "server_price" {
  description = "Price of that type."
  value       = module.choose.price
}

output "started_from" {
  description = "Image that a new server would start from: a snapshot with its version, or a plain Debian."
  value       = module.choose.from_snapshot ? "snapshot ${module.choose.image}, version ${module.choose.snapshot_version}" : var.image
}

output "records_to_make" {
  description = "DNS records that you have to make, since their names are not in dns_zone."
  value       = [for host in sort(tolist(local.not_in_zone)) : "${host}. A ${local.ipv4}"]
}

output "name_servers" {
  description = "Name servers to enter at your registrar, if this configuration made the zone."
  value       = try(hcloud_zone.this[0].authoritative_nameservers.assigned, [])
}

output "inventory" {
  description = "Inventory for Ansible: terraform output -raw inventory > ../ansible/inventory/terraform.yml"
  value = yamlencode({
    servers = {
      hosts = {
        (var.name) = merge(local.server_vars, {
          ansible_host = local.ipv4
          ansible_user = var.admin_user
        })
      }
    }
  })
}
