variable "hcloud_token" {
  description = "API token of the Hetzner project, Read & Write. From HCLOUD_TOKEN."
  type        = string
  default     = env("HCLOUD_TOKEN")
  sensitive   = true
}

variable "version" {
  description = "Tag of the image that is built into the snapshot, and its label: `git describe --tags --always`."
  type        = string

  validation {
    # Not regex(): Packer 1.6.6 has none.
    condition     = var.version != "" && regex_replace(var.version, "^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$", "") == ""
    error_message = "The version must be a tag of an image and a label of Hetzner: at most 63 letters, digits, dots, dashes and underscores. Use -var version=$(git describe --tags --always)."
  }
}

variable "commit" {
  description = "Git commit of this folder, for the snapshot's label: `git rev-parse --short HEAD`."
  type        = string

  validation {
    condition     = var.commit != "" && regex_replace(var.commit, "^[0-9a-f]{7,40}$", "") == ""
    error_message = "The commit must be 7 to 40 digits of a hash. Use -var commit=$(git rev-parse --short HEAD)."
  }
}

variable "location" {
  description = "Where the machine is that is made into a snapshot. The snapshot itself can be used everywhere."
  type        = string
  default     = "nbg1"
}

variable "server_type" {
  # A server made of the snapshot needs a disk at least as large: take the smallest you will use. cpx12 and cx23 have 40 GB.
  description = "Type of that machine, which exists for some minutes."
  type        = string
  default     = "cpx12"
}

variable "image" {
  description = "What it starts from."
  type        = string
  default     = "debian-13"
}

variable "image_source" {
  description = "How the program's image gets in: build, archive or pull; ansible/README.md says what each needs."
  type        = string
  default     = "build"

  validation {
    condition     = contains(["build", "archive", "pull"], var.image_source)
    error_message = "The image_source must be build, archive or pull."
  }
}

variable "image_archive" {
  description = "File of `docker save`, for archive."
  type        = string
  default     = ""
}

variable "registry_image" {
  description = "Name in a registry, for pull."
  type        = string
  default     = ""
}

variable "ansible_options" {
  description = "More options for ansible-playbook."
  type        = list(string)
  default     = []
}
