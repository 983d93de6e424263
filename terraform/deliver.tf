# Delivers secrets and later changes of settings to the server over ssh, then waits for https. Provisioners may use ephemeral
# values, which appear in no state and no plan.

locals {
  # A change of one of these delivers again. The settings are hashed, so that the state does not repeat them.
  occasions = {
    server   = hcloud_server.this.id
    settings = sha256(local.server_yml)
    secrets  = var.env_revision
    converge = filesha256("${path.module}/files/ultronex-converge")
  }

  over_ssh = {
    TARGET      = "${var.admin_user}@${hcloud_server.this.ipv4_address}"
    KNOWN_HOSTS = "${path.module}/.known_hosts_${hcloud_server.this.id}"
    SSH_OPTIONS = var.ssh_options
    LIMIT       = var.wait_minutes * 60
  }
}

resource "terraform_data" "settings" {
  count = var.deliver_over_ssh && local.converges ? 1 : 0

  triggers_replace = local.occasions

  # Three provisioners, since Terraform hides the output of one that gets a secret.
  provisioner "local-exec" {
    command     = "\"${path.module}/files/over-ssh\" wait"
    environment = local.over_ssh
    quiet       = true
  }
  provisioner "local-exec" {
    command     = "\"${path.module}/files/over-ssh\" take"
    environment = merge(local.over_ssh, { SERVER_YML = base64encode(local.server_yml), SECRETS_YML = base64encode(local.secrets_yml) })
    quiet       = true
  }
  provisioner "local-exec" {
    command     = "\"${path.module}/files/over-ssh\" converge"
    environment = local.over_ssh
    quiet       = true
  }

  depends_on = [hcloud_volume_attachment.data, hcloud_zone_rrset.ipv4]
}

locals {
  host = length(var.host_names) > 0 ? var.host_names[0] : local.ipv4
  url  = "https://${local.host}/ultronex/"
  # This machine does not trust a self-signed certificate (a trial), Let's Encrypt's test authority or a private authority.
  trusted = length(var.host_names) > 0 && lookup(var.settings, "ACME_STAGING", "false") != "true" && !contains(keys(var.settings), "ACME_SERVER")
}

resource "terraform_data" "https" {
  count = var.wait_for_https && local.converges ? 1 : 0

  triggers_replace = local.occasions

  provisioner "local-exec" {
    command = "\"${path.module}/files/wait-for-https\""
    quiet   = true
    environment = {
      HOST    = local.host
      ADDRESS = hcloud_server.this.ipv4_address
      TRUSTED = local.trusted
      LIMIT   = var.wait_minutes * 60
      LOGIN   = "ssh ${var.admin_user}@${hcloud_server.this.ipv4_address}"
    }
  }

  depends_on = [terraform_data.settings, hcloud_volume_attachment.data, hcloud_zone_rrset.ipv4, hcloud_rdns.ipv4]
}
