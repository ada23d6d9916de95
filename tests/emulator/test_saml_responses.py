"""What is read of a SAML response, and what is refused."""

import re
from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from loginradius_harness.client.saml_identity_provider import (
    SIGNATURE,
    SamlIdentityProvider,
    Statement,
    response_with,
    unsigned,
)
from loginradius_harness.emulator.services.federation.saml import responses
from loginradius_harness.emulator.services.federation.saml.responses import Expected, RefusedResponseError
from loginradius_harness.emulator.services.federation.saml.signing import (
    RSA_SHA256,
    WrongSignatureError,
    check_query,
)

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
SAID = Statement(
    subject="ada",
    audience="https://shop.hub.example.com/",
    address="https://hub.example.com/acs?apikey=k&provider=id",
    begins=NOW,
    ends=NOW + timedelta(minutes=5),
    request="_1",
    attributes={"mail": "ada@example.com", "sn": "<Lovelace>"},
)


@pytest.fixture(scope="module")
def identity() -> SamlIdentityProvider:
    return SamlIdentityProvider()


@pytest.fixture
def expected(identity: SamlIdentityProvider) -> Expected:
    return Expected(identity.certificate, SAID.audience, SAID.address, NOW.timestamp())


def refusal(document: str, expected: Expected) -> str:
    with pytest.raises(RefusedResponseError) as refused:
        responses.read(document.encode(), expected)
    return str(refused.value)


def test_signed_assertion_is_read(identity: SamlIdentityProvider, expected: Expected) -> None:
    assertion = responses.read(identity.response(SAID).encode(), expected)
    assert (assertion.subject, assertion.request) == ("ada", "_1")
    assert assertion.attributes == {"mail": "ada@example.com", "sn": "<Lovelace>"}
    assert assertion.ends == SAID.ends.timestamp()


def test_assertion_of_a_signed_response_is_read(identity: SamlIdentityProvider, expected: Expected) -> None:
    response = identity.signed(response_with(SIGNATURE + unsigned(SAID.assertion), SAID.address))
    assert responses.read(response.encode(), expected).subject == "ada"


def test_certificate_without_its_armour_verifies(identity: SamlIdentityProvider, expected: Expected) -> None:
    bare = "".join(identity.certificate.splitlines()[1:-1])
    assert responses.read(identity.response(SAID).encode(), replace(expected, certificate=bare)).subject == "ada"


def test_comment_does_not_cut_a_text(identity: SamlIdentityProvider, expected: Expected) -> None:
    response = identity.response(replace(SAID, subject="ada.evil")).replace("ada.evil", "ada<!---->.evil")
    assert responses.read(response.encode(), expected).subject == "ada.evil"


@pytest.mark.parametrize("certificate", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_provider_without_a_certificate_logs_nobody_in(
    identity: SamlIdentityProvider, expected: Expected, certificate: str
) -> None:
    assert "signature" in refusal(identity.response(SAID), replace(expected, certificate=certificate))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("06092a864886f70d010101", "06092a864886f70d010163"),  # the kind of its key is unknown
        ("02820101", "02820001"),  # its key cannot be read
    ],
)
def test_certificate_whose_key_cannot_be_read_verifies_nothing(
    identity: SamlIdentityProvider, expected: Expected, old: str, new: str
) -> None:
    octets = b64decode("".join(identity.certificate.splitlines()[1:-1]))
    changed = octets.replace(bytes.fromhex(old), bytes.fromhex(new), 1)
    assert changed != octets
    pinned = replace(expected, certificate=b64encode(changed).decode())
    assert "signature" in refusal(identity.response(SAID), pinned)
    with pytest.raises(WrongSignatureError):
        check_query(f"SAMLRequest=x&SigAlg={quote(RSA_SHA256)}&Signature=AAAA", "SAMLRequest", pinned.certificate)


HOSTILE = {
    "SignatureValue": ["", "A", "AAAA", "é", "=", "A" * 344],
    "DigestValue": ["", "A", "AAAA", "é", "="],
    "KeyInfo": [
        "<ds:KeyValue/>",
        "<ds:KeyValue><ds:RSAKeyValue/></ds:KeyValue>",
        "<ds:KeyValue><ds:DSAKeyValue><ds:Y>AAAA</ds:Y></ds:DSAKeyValue></ds:KeyValue>",
        "<ds:X509Data/>",
        "<ds:X509Data><ds:X509IssuerSerial><ds:X509SerialNumber>x</ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data>",
    ],
    "Transforms": ["", "<ds:Transform/>", '<ds:Transform Algorithm="x"/>'],
    "SignedInfo": ["", "<ds:Reference/>", "text"],
}
ALGORITHMS = [
    "", "x", "é", "http://www.w3.org/2000/09/xmldsig#rsa-sha1", "http://www.w3.org/2000/09/xmldsig#base64",
    "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1", "http://www.w3.org/TR/1999/REC-xslt-19991116",
]  # fmt: skip
URIS = ["", "#", "x", "#é", "#]|//*", "#xpointer(/)", "file:///etc/passwd", "http://127.0.0.1/"]


@pytest.mark.parametrize(("element", "content"), [(name, text) for name in HOSTILE for text in HOSTILE[name]])
def test_hostile_part_of_a_signature_is_refused(
    identity: SamlIdentityProvider, expected: Expected, element: str, content: str
) -> None:
    document = identity.response(SAID)
    hostile = re.sub(f"(<ds:{element}>).*(</ds:{element}>)", rf"\g<1>{content}\2", document, flags=re.DOTALL)
    assert hostile != document
    assert refusal(hostile, expected)


@pytest.mark.parametrize("name", ["CanonicalizationMethod", "SignatureMethod", "DigestMethod", "Transform"])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_algorithm_that_is_not_wanted_is_refused(
    identity: SamlIdentityProvider, expected: Expected, name: str, algorithm: str
) -> None:
    hostile = re.sub(f'ds:{name} Algorithm="[^"]*"', f'ds:{name} Algorithm="{algorithm}"', identity.response(SAID))
    assert "signature" in refusal(hostile, expected)


@pytest.mark.parametrize("uri", URIS)
def test_reference_to_anything_else_is_refused(identity: SamlIdentityProvider, expected: Expected, uri: str) -> None:
    hostile = re.sub('Reference URI="[^"]*"', f'Reference URI="{uri}"', identity.response(SAID))
    assert "signature" in refusal(hostile, expected)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Destination=", 'Destination="https://other.example.com/" Was=', "another address"),
        ("status:Success", "status:Responder", "reports a failure"),
        ("samlp:Response", "samlp:LogoutResponse", "no response"),
        ("<saml:Assertion", "<saml:EncryptedAssertion/><saml:Evil", "no XML"),
        ("<samlp:Status>", "<!DOCTYPE a>", "no XML"),
    ],
)
def test_response_of_another_kind_is_refused(
    identity: SamlIdentityProvider, expected: Expected, old: str, new: str, words: str
) -> None:
    assert words in refusal(identity.response(SAID).replace(old, new), expected)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (' NotOnOrAfter="2030-01-02T03:09:05Z" Recipient', " Recipient", "for a time that ends"),
        ("cm:bearer", "cm:holder-of-key", "does not confirm"),
        ("2030-01-02T03:09:05Z", "tomorrow", "wrong form"),
        (f"<saml:AudienceRestriction><saml:Audience>{SAID.audience}</saml:Audience></saml:AudienceRestriction>", "",
         "another audience"),
    ],
)  # fmt: skip
def test_signed_assertion_that_limits_itself_less_than_it_must_is_refused(
    identity: SamlIdentityProvider, expected: Expected, old: str, new: str, words: str
) -> None:
    assert old in SAID.assertion
    response = response_with(identity.signed(SAID.assertion.replace(old, new)), SAID.address)
    assert words in refusal(response, expected)


@pytest.mark.parametrize("version", ['Version="1.1"', 'Version="2.1"', 'Version=""', ""])
def test_version_other_than_2_is_refused(identity: SamlIdentityProvider, expected: Expected, version: str) -> None:
    document = identity.response(SAID)
    assert "version" in refusal(document.replace('Version="2.0"', version, 1), expected)
    assertion = identity.signed(SAID.assertion.replace('Version="2.0"', version))
    assert "version" in refusal(response_with(assertion, SAID.address), expected)


def test_times_forgive_a_minute(identity: SamlIdentityProvider, expected: Expected) -> None:
    for moment, taken in ((-60, True), (-61, False), (359, True), (360, False)):
        then = replace(expected, now=NOW.timestamp() + moment)
        if taken:
            assert responses.read(identity.response(SAID).encode(), then)
        else:
            assert refusal(identity.response(SAID), then)


@pytest.mark.parametrize("document", ["", "no XML", "<a/>", "<a xmlns='x'>&b;</a>", "\0", "<?xml version='9'?>"])
def test_text_that_is_no_response_is_refused(expected: Expected, document: str) -> None:
    assert refusal(document, expected)
