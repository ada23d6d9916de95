"""Messages of a SAML application as it signs them, and as others forge them."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote_plus

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod
from signxml.signer import XMLSigner

from loginradius_harness.journey.saml import SPACES, in_query, parse

RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


class ApplicationKey:
    """The key by which an application signs its messages, and the key's certificate."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lrh")])
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(name, name, self._key.public_key(), x509.random_serial_number())
        valid = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
        self.certificate = valid.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()

    def query(self, xml: str, relay_state: str = "/cart") -> dict[str, str]:
        """Return the parameters of a signed request in a query (bindings 3.4.4.1)."""
        parts = {"SAMLRequest": in_query(xml), "RelayState": relay_state, "SigAlg": RSA_SHA256}
        text = "&".join(f"{name}={quote_plus(value)}" for name, value in parts.items())
        signature = self._key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return dict(parse_qsl(text)) | {"Signature": b64encode(signature).decode()}

    def signed(self, xml: str) -> str:
        """Return a message with a signature inside (bindings 3.5.4)."""
        root = parse(xml.encode())
        root.insert(1, etree.Element(f"{{{SPACES['ds']}}}Signature", Id="placeholder", nsmap={"ds": SPACES["ds"]}))
        signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
        sealed = signer.sign(
            root, key=self._key, cert=self.certificate, reference_uri=root.get("ID"), id_attribute="ID"
        )
        return str(etree.tostring(sealed, encoding="unicode"))


def wrapped(signed: str, forged: str) -> str:
    """Return a forged message that carries a signed one, with its signature at the place of the forged one's own."""
    inner, outer = parse(signed.encode()), parse(forged.encode())
    signature = inner.find("ds:Signature", SPACES)
    inner.remove(signature)
    holder = etree.SubElement(outer, f"{{{SPACES['samlp']}}}Extensions")
    holder.append(inner)
    outer.insert(1, signature)
    return str(etree.tostring(outer, encoding="unicode"))


def with_dtd(xml: str) -> str:
    """Return a message behind a DTD, whose entities grow when they are read."""
    grown = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, 10))
    return f'<!DOCTYPE message [<!ENTITY e0 "lrh">{grown}]>{xml}'
