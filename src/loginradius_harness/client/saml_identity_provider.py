"""An identity provider of SAML in software: what it signs about a user, and what a forger makes of that.

The emulator verifies responses with code of its own on purpose: each checks the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from xml.sax.saxutils import escape, quoteattr

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod
from signxml.signer import XMLSigner

PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
SIGNATURE = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="placeholder"></ds:Signature>'


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What a response says: about whom, for whom, until when, and which request it answers (None: none)."""

    subject: str
    audience: str
    address: str
    begins: datetime
    ends: datetime
    request: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def assertion(self) -> str:
        """Return an assertion with a new id, which is not signed yet."""
        answered = f" InResponseTo={quoteattr(self.request)}" if self.request else ""
        attributes = "".join(
            f"<saml:Attribute Name={quoteattr(name)}><saml:AttributeValue>{escape(value)}</saml:AttributeValue>"
            "</saml:Attribute>"
            for name, value in self.attributes.items()
        )
        return (
            f'<saml:Assertion xmlns:saml="{ASSERTION}" ID="_{uuid4().hex}" Version="2.0" '
            f'IssueInstant="{_instant(self.begins)}"><saml:Issuer>https://id.example.com/</saml:Issuer>{SIGNATURE}'
            f"<saml:Subject><saml:NameID>{escape(self.subject)}</saml:NameID>"
            '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData '
            f'NotOnOrAfter="{_instant(self.ends)}" Recipient={quoteattr(self.address)}{answered}/>'
            "</saml:SubjectConfirmation></saml:Subject>"
            f'<saml:Conditions NotBefore="{_instant(self.begins)}" NotOnOrAfter="{_instant(self.ends)}">'
            f"<saml:AudienceRestriction><saml:Audience>{escape(self.audience)}</saml:Audience>"
            "</saml:AudienceRestriction></saml:Conditions>"
            f'<saml:AuthnStatement AuthnInstant="{_instant(self.begins)}"><saml:AuthnContext>'
            "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml:AuthnContextClassRef></saml:AuthnContext>"
            f"</saml:AuthnStatement><saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
        )


class SamlIdentityProvider:
    """A key with its certificate, both as PEM, and what it signs."""

    def __init__(self) -> None:
        key, now = generate_private_key(public_exponent=65537, key_size=2048), datetime.now(UTC)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "id.example.com")])
        century = timedelta(days=36_500)  # the clock of an emulated tenant may be anywhere
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - century / 4)
            .not_valid_after(now + century)
            .sign(key, SHA256())
        )
        self.certificate = made.public_bytes(Encoding.PEM).decode()
        self.key = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def __repr__(self) -> str:
        """Return no more than the kind: the key is secret."""
        return "SamlIdentityProvider()"

    def signed(self, element: str) -> str:
        """Return an element with an enveloped signature where it has room for one."""
        signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
        root = etree.fromstring(element)
        signed = signer.sign(root, key=self.key, cert=self.certificate, reference_uri=root.get("ID"), id_attribute="ID")
        return str(etree.tostring(signed, encoding="unicode"))

    def response(self, statement: Statement) -> str:
        """Return a response whose assertion is signed."""
        return response_with(self.signed(statement.assertion), statement.address)


def response_with(content: str, address: str) -> str:
    """Return a response around assertions, signed or not, and whatever else it is to contain."""
    return (
        f'<samlp:Response xmlns:samlp="{PROTOCOL}" ID="_{uuid4().hex}" Version="2.0" '
        f'IssueInstant="{_instant(datetime.now(UTC))}" Destination={quoteattr(address)}><samlp:Status>'
        '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
        f"{content}</samlp:Response>"
    )


def unsigned(element: str) -> str:
    """Return an element without the room for its signature."""
    return element.replace(SIGNATURE, "")


def _instant(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
