variable "types" {
  description = "Every server type, as Hetzner lists them."
  type = list(object({
    name         = string
    architecture = string
    memory       = number
    locations    = list(object({ name = string, available = bool, is_deprecated = bool }))
  }))
}

variable "location" {
  type = string
}

variable "wanted" {
  description = "A type's name, or auto."
  type        = string
}

variable "max_price" {
  description = "The most that auto may cost a month, in EUR without VAT, with the IPv4 address."
  type        = number
  default     = 10
}

variable "prices" {
  description = "Type => EUR a month, before those of prices.tf."
  type        = map(number)
  default     = {}
}

variable "existing" {
  description = "The server when there is one."
  type        = object({ server_type = string, from_snapshot = bool })
  default     = null
}

variable "snapshots" {
  description = "Snapshots of ours, newest first."
  type        = list(object({ id = number, architecture = string, labels = map(string) }))
  default     = []
}

variable "snapshot_selector" {
  type    = string
  default = "role=ultronex"
}

variable "use_snapshot" {
  type    = bool
  default = null
}

variable "image" {
  type    = string
  default = "debian-13"
}
