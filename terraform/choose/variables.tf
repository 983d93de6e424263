variable "types" {
  description = "All server types, as Hetzner's API lists them."
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
  description = "Name of a type, or auto."
  type        = string
}

variable "max_price" {
  description = "Highest price for auto, in EUR a month without VAT, with the IPv4 address."
  type        = number
  default     = 10
}

variable "machines" {
  type    = number
  default = 1
}

variable "volumes" {
  description = "Size of all volumes together in GB. It counts in the price of several machines."
  type        = number
  default     = 0
}

variable "missing" {
  description = "Number of machines to make besides the first one."
  type        = number
  default     = 0
}

variable "prices" {
  description = "Prices by type, in EUR a month; they replace those of prices.tf."
  type        = map(number)
  default     = {}
}

variable "existing" {
  description = "The existing server, or null."
  type        = object({ server_type = string, from_snapshot = bool })
  default     = null
}

variable "snapshots" {
  description = "Snapshots that Packer made, the newest first."
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
