# Variables of Hetzner's resources: the server, its addresses and names. variables-ultronex.tf has those of the software on it.

variable "hcloud_token" {
  description = "API token of the Hetzner project, with Read & Write. Give it as TF_VAR_hcloud_token. Default: HCLOUD_TOKEN of the environment."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = var.hcloud_token == null || can(regex("^[A-Za-z0-9]{64}$", var.hcloud_token))
    error_message = "hcloud_token is not a token of Hetzner Cloud, which has 64 letters and digits. Make one in the Console: your project, Security, API tokens, Generate, Read & Write."
  }
}

variable "poll_interval" {
  description = "Time between two requests to the API that check whether an action has ended. The API allows 3,600 requests an hour."
  type        = string
  default     = "500ms"
}

variable "name" {
  description = "Name of the server; the names of its other resources begin with it. Further machines of node_count are NAME-2, NAME-3. A second server in the same project needs another name."
  type        = string
  default     = "ultronex"

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$", var.name))
    error_message = "name \"${var.name}\" cannot be a host name: use at most 42 characters of a-z, 0-9 and dash, with no dash at either end."
  }
}

variable "location" {
  description = "Location of the server: nbg1, fsn1 (Germany), hel1 (Finland), ash, hil (USA), sin (Singapore). Addresses and volumes cannot move to another location."
  type        = string
  default     = "nbg1"

  validation {
    condition     = contains(["fsn1", "nbg1", "hel1", "ash", "hil", "sin"], var.location)
    error_message = "location \"${var.location}\" is none of Hetzner's: use fsn1, nbg1, hel1, ash, hil or sin."
  }
}

variable "server_type" {
  # The default names no type: in summer 2026 the cheap types were sold out for weeks, and Hetzner withdraws types (CX11, CX22).
  description = "Type of the server, for example cx23. `auto` chooses the cheapest x86 type with 2 GB or more that can be ordered in `location` now for at most max_price; an existing server keeps its type."
  type        = string
  default     = "auto"

  validation {
    condition     = can(regex("^(auto|[a-z]+[0-9]+)$", var.server_type))
    error_message = "server_type \"${var.server_type}\" is no name of a type: use one like cx23 in small letters, or auto. `hcloud server-type list` has all."
  }
}

variable "max_price" {
  # A type that you name is taken at any price: naming it is your decision.
  description = "Highest price for server_type = \"auto\", in EUR a month without VAT, with the IPv4 address. If no type is that cheap, the plan fails and names the cheapest one with its price."
  type        = number
  default     = 10

  validation {
    condition     = var.max_price > 0
    error_message = "max_price ${var.max_price} is not possible: use a price in EUR a month, such as 10."
  }
}

variable "server_prices" {
  description = "Prices that changed since choose/prices.tf was written, by type, in EUR a month without VAT, with the IPv4 address, for example { cx23 = 6.49 }."
  type        = map(number)
  default     = {}

  validation {
    condition     = alltrue([for price in values(var.server_prices) : price > 0])
    error_message = "server_prices: a price is in EUR a month and above 0, such as { cx23 = 6.49 }."
  }
}

variable "keep_disk" {
  description = "Keep the size of the disk when the type changes, so that a smaller type stays possible."
  type        = bool
  default     = true
}

variable "use_snapshot" {
  description = "Start from the newest snapshot that Packer made (true), or from `image` (false). Unset: a first server starts from a snapshot if there is one; a replaced server starts from the same kind of image as before. It takes effect when the server is made or replaced."
  type        = bool
  default     = null
}

variable "snapshot_selector" {
  description = "Labels of the snapshot, for example `role=ultronex,version=v1.2.0` for one version."
  type        = string
  default     = "role=ultronex"

  validation {
    condition     = strcontains(var.snapshot_selector, "role=ultronex")
    error_message = "snapshot_selector \"${var.snapshot_selector}\" also matches images that are not ours: begin it with role=ultronex."
  }
}

variable "image" {
  description = "Image of a server that does not start from a snapshot. The roles require Debian 13."
  type        = string
  default     = "debian-13"

  validation {
    condition     = can(regex("^debian-1[2-9]$", var.image))
    error_message = "image \"${var.image}\" is no Debian that the roles support: use debian-13."
  }
}

variable "volume_size" {
  description = "Size in GB of the volume for all data, which outlives the server. 0: no volume, and the data is on the server's disk. A volume can grow and not shrink."
  type        = number
  default     = 20

  validation {
    condition     = var.volume_size == 0 || (var.volume_size >= 10 && var.volume_size <= 10240 && floor(var.volume_size) == var.volume_size)
    error_message = "volume_size ${var.volume_size} is not possible: use 10 to 10240 whole GB, or 0 for none."
  }
}

variable "ssh_public_keys" {
  description = "Public keys that may log in, by a name of your choice, for example { me = \"ssh-ed25519 AAAA… me\" }."
  type        = map(string)

  validation {
    condition     = length(var.ssh_public_keys) > 0
    error_message = "ssh_public_keys is empty: nobody could log in. Give one, { me = \"ssh-ed25519 AAAA… me\" }; `ssh-keygen -t ed25519` makes a pair."
  }
  validation {
    # keys.tf has the accepted types.
    condition = alltrue([for key in values(var.ssh_public_keys) : can(regex(local.ssh_key, trimspace(key)))])
    error_message = "ssh_public_keys: ${join("; ", [for name, key in { for name, key in var.ssh_public_keys : name => trimspace(key) } : "${name} ${
      can(regex("PRIVATE KEY|PuTTY-User-Key-File", key)) ? "is a private key, which belongs to nobody but you" :
      can(regex("[\r\n]", key)) ? "has more than one line, or is in another format than OpenSSH's" :
      can(regex("^[^ ]+-cert-v01@", key)) ? "is a certificate (${split(" ", key)[0]}): take the public key that it was made for" :
      startswith(key, "ssh-dss") ? "is a DSA key (ssh-dss), which no sshd takes any more" :
      !contains(keys(local.ssh_key_types), split(" ", key)[0]) ? "(${substr(split(" ", key)[0], 0, 40)}) is of none of the types that the server takes: ${join(", ", keys(local.ssh_key_types))}" :
      can(regex("^ssh-rsa AAAAB3NzaC1yc2EAAAA(DAQABAAA(A|B[A-Za-f])|B[A-Za-z0-9+/]{0,519}=*( |$))", key)) ? "is an RSA key (ssh-rsa) of fewer than ${local.ssh_rsa_bits} bits, which sshd refuses" :
      "(${split(" ", key)[0]}) is not the whole line"
    }" if !can(regex(local.ssh_key, key))])}. Give the line of the file that ends with .pub, such as \"ssh-ed25519 AAAA… me\"; `ssh-keygen -t ed25519` makes a pair."
  }
  validation {
    condition     = alltrue([for name in keys(var.ssh_public_keys) : can(regex("^[a-z0-9][a-z0-9_.-]{0,40}$", name))])
    error_message = "ssh_public_keys: a name has at most 41 characters of a-z, 0-9, dash, dot and underscore."
  }
}

variable "ssh_allowed_cidrs" {
  description = "Networks that may reach port 22, such as your own address with /32. Hetzner's firewall enforces this list. Empty: nobody may reach it."
  type        = list(string)

  validation {
    condition     = alltrue([for cidr in var.ssh_allowed_cidrs : can(cidrsubnet(cidr, 0, 0))])
    error_message = "ssh_allowed_cidrs: ${join(", ", [for cidr in var.ssh_allowed_cidrs : cidr if !can(cidrsubnet(cidr, 0, 0))])} is no network. One address is 203.0.113.7/32 or 2001:db8::7/128; `curl -4 https://ifconfig.me` says which is yours."
  }
  validation {
    # Hetzner would refuse 10.0.0.1/8 as well; this message has the right network.
    condition     = alltrue([for cidr in var.ssh_allowed_cidrs : try(cidrsubnet(cidr, 0, 0) == cidr, true)])
    error_message = "ssh_allowed_cidrs has the address of a host where a network belongs: write ${join(", ", [for cidr in var.ssh_allowed_cidrs : try(cidrsubnet(cidr, 0, 0), cidr) if try(cidrsubnet(cidr, 0, 0) != cidr, false)])}, or /32 (/128 for IPv6) for that address alone."
  }
}

variable "ipv6" {
  description = "Assign an IPv6 network too, for ssh and outgoing connections; it costs nothing. The stack listens on IPv4 only. A later change to true takes effect when the server is replaced; a later change to false is refused."
  type        = bool
  default     = true
}

variable "network_cidr" {
  description = "Private network for machines beside this server. It cannot be in 172.16.0.0/12, from which Docker takes its networks."
  type        = string
  default     = "10.77.0.0/24"

  validation {
    condition     = var.node_count == 1 || can(cidrhost(var.network_cidr, 16))
    error_message = "network_cidr \"${var.network_cidr}\" is too small for ${var.node_count} machines and a load balancer: use /27 or more, such as 10.77.0.0/24."
  }
  validation {
    condition     = can(cidrsubnet(var.network_cidr, 0, 0)) && can(regex("^(10|192\\.168)\\.", var.network_cidr))
    error_message = "network_cidr \"${var.network_cidr}\" is not possible: use a network in 10.0.0.0/8 or 192.168.0.0/16, such as 10.77.0.0/24."
  }
}

variable "dns_zone" {
  description = "Zone in Hetzner DNS for the records of host_names, for example example.com. Unset: you make the records elsewhere."
  type        = string
  default     = null

  validation {
    condition     = var.dns_zone == null || can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z][a-z0-9-]+$", var.dns_zone))
    error_message = "dns_zone \"${coalesce(var.dns_zone, "-")}\" is no domain: write it in small letters and without a dot at its end, such as example.com."
  }
}

variable "create_zone" {
  description = "Make the zone dns_zone too. Leave it false if the zone exists already."
  type        = bool
  default     = false

  validation {
    condition     = !var.create_zone || var.dns_zone != null
    error_message = "create_zone needs dns_zone, the name of the zone."
  }
}

variable "backups" {
  description = "Let Hetzner back up the server's disk every day, for 20 % of the server's price. The volume is not in these backups."
  type        = bool
  default     = false
}

variable "delete_protection" {
  description = "Make Hetzner refuse to delete addresses, volume and zone, and a server without a volume."
  type        = bool
  default     = true
}

variable "labels" {
  description = "Labels for every resource, besides role, stack, managed-by and start."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setintersection(keys(var.labels), ["role", "stack", "managed-by", "start"])) == 0
    error_message = "labels: role, stack, managed-by and start are set by this module; use others."
  }
}
