output "ipv4" {
  description = "IPv4 address of the server, or of the first of several. It stays when the server is replaced."
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

output "balancer" {
  description = "Addresses of the load balancer, to which the names point. Null for one server."
  value       = local.cluster ? { ipv4 = local.public_ipv4, ipv6 = local.public_ipv6 } : null
}

output "machines" {
  description = "Each of several machines: its addresses, and the command to log in. Null for one server."
  value = !local.cluster ? null : { for number, name in local.machines : name => {
    ipv4            = local.host_vars[number].ansible_host
    private_address = local.private_address[number]
    ssh             = join(" ", compact(["ssh", var.ssh_options, "${var.admin_user}@${local.host_vars[number].ansible_host}"]))
  } }
}

output "next" {
  description = "Commands that set up the machines, to run in the project's folder. Null for one server that sets itself up."
  value = local.converges ? null : join(" && ", [
    "terraform -chdir=terraform output -raw inventory > ansible/inventory/terraform.yml",
    "ANSIBLE_CONFIG=ansible/ansible.cfg ansible-playbook -i ansible/inventory/terraform.yml ansible/${local.cluster ? "swarm" : "site"}.yml",
  ])
}

output "ssh" {
  description = "The command to log in; with several machines, to the first one."
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
  description = "Price of that type, or of all that several machines need."
  value       = module.choose.price
}

output "started_from" {
  description = "Image that a new server would start from: a snapshot with its version, or a plain Debian."
  value       = module.choose.from_snapshot ? "snapshot ${module.choose.image}, version ${module.choose.snapshot_version}" : var.image
}

output "records_to_make" {
  description = "DNS records that you have to make, since their names are not in dns_zone."
  value       = flatten([for host in sort(tolist(local.not_in_zone)) : concat(["${host}. A ${local.public_ipv4}"], local.cluster ? ["${host}. AAAA ${local.public_ipv6}"] : [])])
}

output "name_servers" {
  description = "Name servers to enter at your registrar, if this configuration made the zone."
  value       = try(hcloud_zone.this[0].authoritative_nameservers.assigned, [])
}

output "inventory" {
  description = "Inventory for Ansible: terraform output -raw inventory > ../ansible/inventory/terraform.yml"
  value = yamlencode({
    servers = {
      hosts = { for number, name in local.machines : name => local.host_vars[number] }
    }
  })
}
