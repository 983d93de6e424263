variable "hcloud_token" {
  description = "API token of the Hetzner project, with Read & Write. Default: HCLOUD_TOKEN of the environment."
  type        = string
  default     = env("HCLOUD_TOKEN")
  sensitive   = true
}

variable "version" {
  description = "Tag of the image that is built into the snapshot, and its label: `git describe --tags --always`."
  type        = string

  validation {
    # Packer 1.6.6 has no regex().
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
  description = "Location of the machine that becomes the snapshot. Servers in every location can start from the snapshot."
  type        = string
  default     = "nbg1"
}

variable "server_type" {
  # A server that starts from the snapshot needs a disk at least as large, so use the smallest type you will use. cpx12 and cx23
  # have 40 GB.
  description = "Type of the machine that becomes the snapshot; it exists for some minutes."
  type        = string
  default     = "cpx12"
}

variable "image" {
  description = "Image that the machine starts from."
  type        = string
  default     = "debian-13"
}

variable "image_source" {
  description = "Source of the program's image: build, archive or pull. ansible/README.md describes each."
  type        = string
  default     = "build"

  validation {
    condition     = contains(["build", "archive", "pull"], var.image_source)
    error_message = "The image_source must be build, archive or pull."
  }
}

variable "image_archive" {
  description = "File that `docker save` wrote, for image_source = archive."
  type        = string
  default     = ""
}

variable "registry_image" {
  description = "Name of the image in a registry, for image_source = pull."
  type        = string
  default     = ""
}

variable "ansible_options" {
  description = "Further options of ansible-playbook."
  type        = list(string)
  default     = []
}
