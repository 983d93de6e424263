# The load balancer in front of several machines (cluster.tf), its certificate and its names.

# Other people's DNS has its addresses, as that of a single server.
resource "hcloud_load_balancer" "this" {
  count = local.cluster ? 1 : 0

  name               = var.name
  load_balancer_type = "lb11"
  location           = var.location
  delete_protection  = var.delete_protection
  labels             = local.labels

  lifecycle {
    prevent_destroy = true
  }
}

resource "hcloud_load_balancer_network" "this" {
  count = local.cluster ? 1 : 0

  load_balancer_id = hcloud_load_balancer.this[0].id
  subnet_id        = hcloud_network_subnet.this.id
  ip               = local.balancer_address
}

locals {
  # Where the certificate comes from: existing, uploaded or managed by Hetzner.
  certificate_from = !local.cluster ? "nowhere" : var.certificate_name != null ? "existing" : var.certificate != null ? "uploaded" : "managed"
  certificate_id = one(concat(
    data.hcloud_certificate.existing[*].id, hcloud_uploaded_certificate.this[*].id, hcloud_managed_certificate.this[*].id,
  ))
}

data "hcloud_certificate" "existing" {
  count = local.certificate_from == "existing" ? 1 : 0

  name = var.certificate_name
}

# Hetzner gets it from Let's Encrypt, proves the names by records in its own DNS, and renews it. Another list of names is another
# certificate, with a name of its own, so that it exists before the load balancer lets go of the old one.
resource "hcloud_managed_certificate" "this" {
  count = local.certificate_from == "managed" ? 1 : 0

  name         = "${var.name}-${substr(sha256(join(",", sort(var.host_names))), 0, 8)}"
  domain_names = var.host_names
  labels       = local.labels

  depends_on = [hcloud_zone.this, data.hcloud_zone.this]

  lifecycle {
    create_before_destroy = true
  }
}

resource "hcloud_uploaded_certificate" "this" {
  count = local.certificate_from == "uploaded" ? 1 : 0

  name        = "${var.name}-${substr(sha256(var.certificate), 0, 8)}"
  certificate = var.certificate
  private_key = var.certificate_key
  labels      = local.labels

  lifecycle {
    create_before_destroy = true
  }
}

resource "hcloud_load_balancer_service" "https" {
  count = local.cluster ? 1 : 0

  load_balancer_id = hcloud_load_balancer.this[0].id
  protocol         = "https"
  listen_port      = 443
  # HAProxy listens there on the private address of each machine.
  destination_port = 8081

  http {
    certificates = [local.certificate_id]
    # Listens on port 80 too, and answers with a redirect to https.
    redirect_http = true
    # Any instance answers any request.
    sticky_sessions = false
  }

  # A machine that does not answer gets no request after 3 + 2 × 3 s or so. 3 s is Hetzner's shortest interval.
  health_check {
    protocol = "http"
    port     = 8081
    interval = 3
    timeout  = 2
    retries  = 2
    http {
      domain       = var.host_names[0]
      path         = "/healthz"
      status_codes = ["2??"]
    }
  }

  depends_on = [hcloud_load_balancer_network.this]
}

# All machines, by their labels and their private addresses. One target for all: while Hetzner works on the load balancer it
# refuses further targets, which the provider does not try again.
resource "hcloud_load_balancer_target" "machines" {
  count = local.cluster ? 1 : 0

  load_balancer_id = hcloud_load_balancer.this[0].id
  type             = "label_selector"
  label_selector   = "role=ultronex,stack=${var.name}"
  use_private_ip   = true

  depends_on = [hcloud_load_balancer_service.https, hcloud_server_network.this, hcloud_server_network.more]
}

# One after the other: see the target above.
resource "hcloud_rdns" "balancer_ipv4" {
  count = local.cluster ? 1 : 0

  load_balancer_id = hcloud_load_balancer.this[0].id
  ip_address       = local.public_ipv4
  dns_ptr          = var.host_names[0]

  depends_on = [hcloud_load_balancer_target.machines]
}

resource "hcloud_rdns" "balancer_ipv6" {
  count = local.cluster ? 1 : 0

  load_balancer_id = hcloud_load_balancer.this[0].id
  ip_address       = local.public_ipv6
  dns_ptr          = var.host_names[0]

  depends_on = [hcloud_rdns.balancer_ipv4]
}

# The load balancer listens on IPv6 too.
resource "hcloud_zone_rrset" "ipv6" {
  for_each = local.cluster ? local.record_names : {}

  zone    = local.zone
  name    = each.value
  type    = "AAAA"
  ttl     = 300
  labels  = local.labels
  records = [{ value = local.public_ipv6, comment = "Ultronex" }]
}
