# Variables of the software on the server. Only `env` and `ansible_secrets` hold secrets. Both are ephemeral: they appear in no
# plan and no state.

variable "ultronex_version" {
  description = "Git tag, branch or commit to run. Empty: the version of the snapshot, or the default branch of the repository."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^([A-Za-z0-9][A-Za-z0-9._/-]*)?$", var.ultronex_version))
    error_message = "ultronex_version \"${var.ultronex_version}\" is no tag, branch or commit: use one such as v1.2.0."
  }
}

variable "repository" {
  description = "Git repository from which a plain Debian gets the roles and the program. Empty: the server is only prepared for Ansible from your machine."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^(|(https?|ssh|git)://[^ ]+|[^ @/]+@[^ :]+:[^ ]+)$", var.repository))
    error_message = "repository \"${var.repository}\" is no address of a Git repository: use one like https://github.com/you/ultronex.git."
  }
  validation {
    # The address is in user_data and in the state.
    condition     = !can(regex("^https?://[^/]*@", var.repository))
    error_message = "repository has a password in it, which would be in user_data and in the state. Use a snapshot, a public repository, or repository = \"\" and Ansible from your machine."
  }
}

variable "host_names" {
  description = "Public names of the server. The first one is used in links and in reverse DNS. Empty: a trial at the address, with a certificate that browsers warn about."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for host in var.host_names : can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]*[a-z0-9]$", host))])
    error_message = "host_names: ${join(", ", [for host in var.host_names : host if !can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]*[a-z0-9]$", host))])} is no full name: write names such as bot.example.com, in small letters, with no https:// and no *."
  }
  validation {
    condition     = length(distinct(var.host_names)) == length(var.host_names)
    error_message = "host_names has a name twice: ${join(", ", distinct([for host in var.host_names : host if length([for other in var.host_names : other if other == host]) > 1]))}. Remove one of them."
  }
}

variable "acme_email" {
  description = "Mail address for Let's Encrypt. Certificates are issued without it too."
  type        = string
  default     = ""

  validation {
    condition     = var.acme_email == "" || can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", var.acme_email))
    error_message = "acme_email \"${var.acme_email}\" is no mail address: use one such as ops@example.com, or leave it empty."
  }
}

variable "settings" {
  description = "Lines of .env that are not secret, such as { ACME_STAGING = \"true\" }. docs/stack.md and docs/configuration.md list them."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.settings) : can(regex("^[A-Z][A-Z0-9_]*$", name))])
    error_message = "settings: a name in .env has capitals, digits and underscores, such as LOG_LEVEL."
  }
  validation {
    condition     = !anytrue([for name in keys(var.settings) : can(regex("TOKEN|SECRET|PASSWORD|WEBHOOK|DEADMAN|REDIS[A-Z]*_URL", name))])
    error_message = "settings: ${join(", ", [for name in keys(var.settings) : name if can(regex("TOKEN|SECRET|PASSWORD|WEBHOOK|DEADMAN|REDIS[A-Z]*_URL", name))])} is a secret, and settings are in user_data and in the state. Put it into env."
  }
  validation {
    condition     = length(setintersection(keys(var.settings), ["HOST_NAMES", "ACME_EMAIL", "ULTRONEX_VERSION", "HTTP_PORT", "HTTPS_PORT", "DOCKER_ROOT"])) == 0
    error_message = "settings: HOST_NAMES, ACME_EMAIL and ULTRONEX_VERSION have variables of their own (host_names, acme_email, ultronex_version); the ports are 80 and 443, which the firewall opens; DOCKER_ROOT follows the volume."
  }
  validation {
    condition     = alltrue([for value in values(var.settings) : !can(regex("[\r\n']", value))])
    error_message = "settings: a value has a line break or a single quote, which .env cannot hold."
  }
}

variable "env" {
  description = "Lines of .env that are secret, such as { SLACK_BOT_TOKEN = \"xoxb-…\" }. They are delivered over ssh and are in no state. After a change, raise env_revision. A name that is missing here keeps the value of an earlier delivery; see env_forget."
  type        = map(string)
  default     = {}
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = alltrue([for name in keys(var.env) : can(regex("^[A-Z][A-Z0-9_]*$", name))])
    error_message = "env: a name in .env has capitals, digits and underscores, such as SLACK_BOT_TOKEN."
  }
  validation {
    condition     = alltrue([for value in values(var.env) : !can(regex("[\r\n']", value))])
    error_message = "env: a value has a line break or a single quote, which .env cannot hold. Choose a value without them."
  }
  validation {
    condition     = length(var.env) == 0 || var.deliver_over_ssh
    error_message = "env has secrets, and with deliver_over_ssh = false nothing delivers them to the server. Set it to true, or leave env out and write the secrets with Ansible."
  }
  validation {
    condition     = length(var.env) == 0 || var.node_count == 1
    error_message = "env has secrets, and Terraform delivers none to several machines. Leave env out (unset TF_VAR_env), and give them to ansible-playbook: -e @settings.yml, with ultronex_env."
  }
}

variable "env_revision" {
  description = "A new number makes Terraform deliver env and ansible_secrets again. Terraform keeps no trace of secrets, so it cannot see that they changed."
  type        = number
  default     = 1
}

variable "env_forget" {
  description = "Names of env and ansible_secrets that the server shall forget, such as [\"GIPHY_API_KEY\"]. Without this, a name that a delivery lacks keeps its earlier value."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.env_forget : can(regex("^[A-Za-z][A-Za-z0-9_]*$", name))])
    error_message = "env_forget: ${join(", ", [for name in var.env_forget : name if !can(regex("^[A-Za-z][A-Za-z0-9_]*$", name))])} is no name of env or ansible_secrets, such as SLACK_BOT_TOKEN."
  }
  validation {
    condition     = length(setintersection(var.env_forget, nonsensitive(setunion(keys(var.env), keys(var.ansible_secrets))))) == 0
    error_message = "env_forget has a name that env or ansible_secrets gives at the same time: take it out of one of them."
  }
  validation {
    condition     = length(setintersection(var.env_forget, keys(var.settings))) == 0
    error_message = "env_forget: ${join(", ", setintersection(var.env_forget, keys(var.settings)))} is in settings. Take it out of them; to have it empty, write \"\" there."
  }
}

variable "ansible_vars" {
  description = "Variables of the roles that are not secret, such as { backup_repository = \"sftp:…\" }. meta/argument_specs.yml of each role lists them."
  type        = any
  default     = {}

  validation {
    condition     = can(keys(var.ansible_vars))
    error_message = "ansible_vars must be a map of names to values."
  }
  validation {
    condition     = !anytrue([for name in try(keys(var.ansible_vars), []) : can(regex("password|secret|token", name))])
    error_message = "ansible_vars has a secret, and it would be in user_data and in the state. Put it into ansible_secrets."
  }
}

variable "ansible_secrets" {
  description = "Variables of the roles that are secret, such as { backup_password = \"…\" }. Like env, they are delivered over ssh and are in no state."
  type        = map(string)
  default     = {}
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = length(var.ansible_secrets) == 0 || var.deliver_over_ssh
    error_message = "ansible_secrets has secrets, and with deliver_over_ssh = false nothing delivers them to the server. Set it to true, or write them with Ansible."
  }
  validation {
    condition     = length(var.ansible_secrets) == 0 || var.node_count == 1
    error_message = "ansible_secrets has secrets, and Terraform delivers none to several machines. Leave them out, and give them to ansible-playbook: -e @settings.yml."
  }
}

variable "admin_user" {
  description = "User that logs in over ssh and may use sudo."
  type        = string
  default     = "ultronex"

  validation {
    condition     = can(regex("^[a-z][a-z0-9_-]{0,30}$", var.admin_user)) && var.admin_user != "root"
    error_message = "admin_user \"${var.admin_user}\" is not possible: use small letters and digits, and not root, whose login may be switched off later."
  }
}

variable "deliver_over_ssh" {
  description = "Deliver secrets and later changes to the server over ssh, with the ssh command and the agent of this machine. False: the server gets user_data at its first boot and nothing later."
  type        = bool
  default     = true

  validation {
    condition     = !var.deliver_over_ssh || length(var.ssh_allowed_cidrs) > 0
    error_message = "deliver_over_ssh needs a way in: name this machine's IPv4 address in ssh_allowed_cidrs (`curl -4 https://ifconfig.me`), or set it to false."
  }
  validation {
    condition     = !var.deliver_over_ssh || length(var.ssh_allowed_cidrs) == 0 || anytrue([for cidr in var.ssh_allowed_cidrs : !strcontains(cidr, ":")])
    error_message = "deliver_over_ssh goes to the server's IPv4 address, and ssh_allowed_cidrs has IPv6 networks alone: add your IPv4 address with /32 (`curl -4 https://ifconfig.me`), or set deliver_over_ssh = false."
  }
}

variable "ssh_options" {
  description = "Options of the ssh command that deliver_over_ssh uses, such as `-i ~/.ssh/hetzner`."
  type        = string
  default     = ""
}

variable "wait_for_https" {
  description = "Makes terraform apply wait until https answers."
  type        = bool
  default     = true
}

variable "wait_minutes" {
  description = "Longest wait in minutes for each of ssh, the roles and https."
  type        = number
  default     = 20

  validation {
    condition     = var.wait_minutes >= 1 && var.wait_minutes <= 120
    error_message = "wait_minutes ${var.wait_minutes} is not possible: use 1 to 120."
  }
}
