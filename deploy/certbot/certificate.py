"""Makes, reads and replaces the certificate file that HAProxy reads."""

import ipaddress
import os
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SITE = "/certificates/site.pem"


class Certificate:
    """The first certificate of a PEM file. `pem` is the whole file, with its key."""

    def __init__(self, pem):
        cert = x509.load_pem_x509_certificates(pem)[0]
        key = serialization.load_pem_private_key(pem[pem.rindex(b"-----BEGIN ") :], None)
        if cert.public_key() != key.public_key():
            raise ValueError("the key does not belong to the certificate")
        self.pem = pem
        self.serial = cert.serial_number
        self.not_before = cert.not_valid_before_utc
        self.expires = cert.not_valid_after_utc
        self.lifetime = self.expires - self.not_before
        self.self_signed = cert.issuer == cert.subject
        names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        self.names = sorted(str(name.value) for name in names)

    def left(self):
        return self.expires - datetime.now(timezone.utc)

    def is_late(self):
        """Whether it should have been renewed by now: fewer than ten days are left, or a third of a short lifetime. Certbot
        renews when a third is left, or half of a lifetime below ten days. The alert CertificateExpires has the same limits."""
        return self.left() < min(timedelta(days=10), self.lifetime / 3)


def read(*paths):
    """Returns the certificate of these files together, or None when it cannot be used."""
    try:
        return Certificate(b"\n".join(open(path, "rb").read() for path in paths))
    except (OSError, ValueError, x509.ExtensionNotFound):
        return None


def write(path, content, mode=0o444):
    """Replaces the file in one step: a reader sees the old or the new one. HAProxy reads as another user, so all may read."""
    temporary = path + ".new"
    if os.path.exists(temporary):
        os.unlink(temporary)
    with open(temporary, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(temporary, mode)
    os.rename(temporary, path)


def self_signed(names):
    """Returns a self-signed certificate for a year, the longest that browsers accept when somebody trusts it by hand."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    alternatives = [x509.DNSName(name) for name in names]
    if "localhost" in names:
        alternatives.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    now = datetime.now(timezone.utc)
    cert = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return cert.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
