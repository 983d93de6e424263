# The types of public keys that ssh_public_keys (variables.tf) may have. sshd accepts the same types
# (ansible/roles/base/templates/sshd.conf.j2): otherwise the server would refuse a key that Terraform accepted.
# test/terraform/keys.test.ts compares the two lists.

locals {
  # By type, a pattern of the key in base64: the name of the type, the name of the curve, and the length of the rest (RFC 4251,
  # 5; RFC 4253, 6.6; RFC 5656, 3.1). The length shows when a part was lost while copying.
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
  # The exponent is nearly always 65537 (DAQAB). The length of the modulus follows: 385 bytes for 3,072 bits (AAABgQ), 513 for
  # 4,096 bits (AAACAQ), or any other length above 385. The last pattern is for an exponent of one byte.
  ssh_rsa = [
    "DAQABAAABgQ[A-Za-z0-9+/]{513}=",
    "DAQABAAACAQ[A-Za-z0-9+/]{684}==",
    "DAQABAAA(B(g[R-Za-z0-9+/]|[h-z0-9+/].)|C(A[^Q]|[B-Za-z0-9+/].)|[D-Z]..)[A-Za-z0-9+/]{513,}={0,2}",
    "B[A-Za-z0-9+/]{520,}={0,2}",
  ]
  # A whole line of a .pub file: type, key, and perhaps a comment.
  ssh_key = "^(${join("|", [for type, key in local.ssh_key_types : "${replace(type, ".", "\\.")} ${key}"])})( [^\\r\\n]*)?$"
}
