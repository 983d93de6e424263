# Variables of the form with several machines (cluster.tf). With node_count = 1 they make no resource.

variable "node_count" {
  description = "Number of machines. 1: one server with everything. 3 or 5: a Docker Swarm behind a load balancer, which Ansible sets up (ansible/swarm.yml)."
  type        = number
  default     = 1

  validation {
    # A Swarm needs the majority of its machines.
    condition     = contains([1, 3, 5], var.node_count)
    error_message = "node_count ${var.node_count} is not possible: ${contains([2, 4], var.node_count) ? "a Swarm works only while more than half of its machines do, so ${var.node_count} machines survive the loss of no more machines than ${var.node_count - 1}" : "use 1, 3 or 5"}. ${contains([2, 4], var.node_count) ? "Set it to ${var.node_count - 1} or ${var.node_count + 1}." : ""}"
  }
  validation {
    condition     = var.node_count == 1 || length(var.host_names) > 0
    error_message = "node_count = ${var.node_count} needs host_names: the load balancer answers https with a certificate, and a certificate is for names."
  }
  validation {
    condition     = var.node_count == 1 || var.certificate != null || var.certificate_name != null || length(local.not_in_zone) == 0
    error_message = "node_count = ${var.node_count}: Hetzner gets a certificate only for names in its own DNS, and ${join(", ", local.not_in_zone)} is not in dns_zone (${coalesce(var.dns_zone, "not set")}). Set dns_zone to the zone of all names, or give a certificate of yours: certificate and certificate_key, or certificate_name."
  }
}

variable "certificate" {
  description = "Certificate of the load balancer in PEM, with its chain, for all host_names, such as file(\"fullchain.pem\"). Unset: Hetzner gets and renews one, for names in dns_zone."
  type        = string
  default     = null

  validation {
    condition     = var.certificate == null || can(regex("-----BEGIN CERTIFICATE-----", var.certificate))
    error_message = "certificate is not in PEM: give the text of the file that begins with -----BEGIN CERTIFICATE-----, such as file(\"fullchain.pem\")."
  }
  validation {
    condition     = var.certificate == null || var.certificate_name == null
    error_message = "certificate and certificate_name exclude each other: leave one of them out."
  }
}

variable "certificate_key" {
  # Not ephemeral: Hetzner's provider has no write-only argument for it (1.68), and compares it with the state.
  description = "Private key of `certificate` in PEM. Unlike other secrets it is in the state. To keep it out, upload the certificate yourself and set certificate_name."
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition     = (var.certificate_key == null) == (var.certificate == null)
    error_message = "certificate and certificate_key belong together: give both or neither."
  }
  validation {
    condition     = var.certificate_key == null || can(regex("-----BEGIN [A-Z ]*PRIVATE KEY-----", var.certificate_key))
    error_message = "certificate_key is not a private key in PEM: give the text of the file that begins with -----BEGIN PRIVATE KEY-----."
  }
}

variable "certificate_name" {
  description = "Name of a certificate that is in the project already, for the load balancer. Its key is in no state."
  type        = string
  default     = null
}
