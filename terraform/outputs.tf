output "ipv4" {
  description = "Address of the server; it stays when the server is replaced."
  value       = local.ipv4
}

output "ipv6" {
  description = "Its IPv6 address, for ssh and what goes out; the stack listens on IPv4 alone."
  value       = local.ipv6
}

output "url" {
  description = "The program. Dashboards are at /grafana/ beside it."
  value       = local.url
}

output "ssh" {
  description = "How to log in."
  value       = join(" ", compact(["ssh", var.ssh_options, "${var.admin_user}@${local.ipv4}"]))
}

output "ssh_with_one_key" {
  description = "When ssh says `Too many authentication failures`: your agent offers more keys than sshd looks at. This offers one."
  value       = "ssh -o IdentitiesOnly=yes -i ~/.ssh/KEY ${var.admin_user}@${local.ipv4}"
}

output "server_type" {
  description = "The type that was taken."
  value       = module.choose.server_type
}

output "server_price" {
  description = "What that type costs."
  value       = module.choose.price
}

output "started_from" {
  description = "The image that a new server would start from: a snapshot with its version, or a plain Debian."
  value       = module.choose.from_snapshot ? "snapshot ${module.choose.image}, version ${module.choose.snapshot_version}" : var.image
}

output "records_to_make" {
  description = "Records that are not in dns_zone, to be made elsewhere."
  value       = [for host in sort(tolist(local.not_in_zone)) : "${host}. A ${local.ipv4}"]
}

output "name_servers" {
  description = "Name servers to enter at your registrar, when the zone was made here."
  value       = try(hcloud_zone.this[0].authoritative_nameservers.assigned, [])
}

output "inventory" {
  description = "For Ansible: terraform output -raw inventory > ../ansible/inventory/terraform.yml"
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
