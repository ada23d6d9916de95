"""Keys that sign SAML messages, with the certificates that vouch for them."""

from datetime import UTC, datetime, timedelta

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

BITS = 2048  # of the vendor's sample, as are the year and the form of the certificate
YEAR = timedelta(days=365)


class SigningCertificate(msgspec.Struct, kw_only=True, frozen=True):
    """A certificate and its private key, both as PEM."""

    certificate: str
    key: str

    def __repr__(self) -> str:
        """Return no more than the kind: the key is secret."""
        return "SigningCertificate()"


def make_certificate(name: str, now: float) -> SigningCertificate:
    """Return a new key and a certificate of it, which it signs itself and which holds for a year.

    Args:
        name: whom the certificate names; of a longer one what 64 bytes hold.
        now: the tenant's present, in seconds.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    held = name.encode()[:64].decode(errors="ignore")  # ub-common-name (RFC 5280 A.1)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, held)])
    begins = datetime.fromtimestamp(int(now), UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SigningCertificate(
        certificate=certificate.public_bytes(serialization.Encoding.PEM).decode(), key=private.decode()
    )


def without_armour(pem: str) -> str:
    """Return the base64 text of a PEM without its first and last line, as XML carries it."""
    return "".join(line.strip() for line in pem.splitlines() if not line.startswith("-----"))
