# Which public keys are taken (ssh_public_keys in variables.tf). sshd's settings (ansible/roles/base/templates/sshd.conf.j2)
# take the same ones, or the server would refuse a key that was let in here; test/terraform/keys.test.ts compares the two.

locals {
  # Type => the key in base64 (RFC 4251, 5; RFC 4253, 6.6; RFC 5656, 3.1), so that one that was cut while it was copied
  # is noticed: its type's name, the curve's name, and as much as there must be after them.
  ssh_key_types = {
    "ssh-ed25519"                        = "AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}"
    "ecdsa-sha2-nistp256"                = "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBB[A-Za-z0-9+/]{86}="
    "ecdsa-sha2-nistp384"                = "AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhB[A-Za-z0-9+/]{129}=="
    "ecdsa-sha2-nistp521"                = "AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFB[A-Za-z0-9+/]{177}=="
    "sk-ssh-ed25519@openssh.com"         = "AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAI[A-Za-z0-9+/]{50,}={0,2}"
    "sk-ecdsa-sha2-nistp256@openssh.com" = "AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlzdHAyNTYAAABBB[A-Za-z0-9+/]{93,}={0,2}"
    "ssh-rsa"                            = "AAAAB3NzaC1yc2EAAAA(${join("|", local.ssh_rsa)})"
  }
  ssh_rsa_bits = 3072
  # After the exponent, nearly always 65537 (DAQAB), comes the length of the modulus: 385 bytes for 3,072 bits (AAABgQ), 513
  # for 4,096 (AAACAQ), or another one that is longer. Below them: another exponent, of one byte.
  ssh_rsa = [
    "DAQABAAABgQ[A-Za-z0-9+/]{513}=",
    "DAQABAAACAQ[A-Za-z0-9+/]{684}==",
    "DAQABAAA(B(g[R-Za-z0-9+/]|[h-z0-9+/].)|C(A[^Q]|[B-Za-z0-9+/].)|[D-Z]..)[A-Za-z0-9+/]{513,}={0,2}",
    "B[A-Za-z0-9+/]{520,}={0,2}",
  ]
  # A whole line.
  ssh_key = "^(${join("|", [for type, key in local.ssh_key_types : "${replace(type, ".", "\\.")} ${key}"])})( [^\\r\\n]*)?$"
}
