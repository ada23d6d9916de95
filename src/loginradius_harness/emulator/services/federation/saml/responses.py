"""What an identity provider says of a user in a SAML response, read from what it has signed and from nothing else.

Source: SAML 2.0 profiles 4.1.4.3, core 2.3 to 2.5; product-facts.md#saml-providers.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from loginradius_harness.emulator.services.federation.saml.documents import (
    PROTOCOL,
    SPACES,
    Element,
    UnreadableError,
    parse,
    text_of,
)
from loginradius_harness.emulator.services.federation.saml.signing import WrongSignatureError, is_signed, verified

VERSION = "2.0"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
SKEW_SECONDS = 60  # between the clocks of tenant and identity provider (inferred, as for JWTs)


class RefusedResponseError(Exception):
    """A response that logs nobody in. The message is one sentence."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a response must fit: the provider's certificate, the tenant's name and address, the present in seconds."""

    certificate: str
    audience: str
    address: str
    now: float


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a provider has signed about a user. `request` is the id of the request that it answers, None for none."""

    id: str
    subject: str
    attributes: dict[str, str]
    request: str | None
    ends: float


def read(document: bytes, expected: Expected) -> Assertion:
    """Return the assertion of a response. Raise RefusedResponseError where anything about it is not as it must be."""
    response = _parsed(document)
    _require(response.tag == f"{{{PROTOCOL}}}Response", "This is no response of SAML 2.0.")
    _require(response.get("Destination") in {None, expected.address}, "The response is meant for another address.")
    status = response.find("samlp:Status/samlp:StatusCode", SPACES)
    _require(status is not None and status.get("Value") == SUCCESS, "The identity provider reports a failure.")
    assertion = _signed_assertion(response, expected)
    versions = {response.get("Version"), assertion.get("Version")}
    _require(versions == {VERSION}, "Response or assertion have another version than 2.0.")
    _require_audience(assertion, expected)
    confirmed = _confirmation(assertion, expected)
    for limited in (*assertion.iterfind("saml:Conditions", SPACES), confirmed):
        _require_current(limited, expected)
    return Assertion(
        id=assertion.get("ID", ""),
        subject=text_of(assertion.find("saml:Subject/saml:NameID", SPACES)),
        attributes=_attributes(assertion),
        request=confirmed.get("InResponseTo"),
        ends=_seconds(confirmed.get("NotOnOrAfter")),
    )


def _parsed(document: bytes) -> Element:
    try:
        return parse(document)
    except UnreadableError:
        raise RefusedResponseError("The response is no XML, is too large or has a document type.") from None


def _signed_assertion(response: Element, expected: Expected) -> Element:
    """Return the only assertion, as it was signed: by itself, or with the whole response."""
    if is_signed(response):
        return _only_assertion(_verified(response, expected))
    return _verified(_only_assertion(response), expected)


def _only_assertion(response: Element) -> Element:
    assertions = response.findall("saml:Assertion", SPACES)
    _require(len(assertions) == 1, "The response has not one assertion; encrypted ones are not read.")
    return assertions[0]


def _verified(element: Element, expected: Expected) -> Element:
    """Return a copy of an element that holds what its own signature covers, and nothing else."""
    try:
        return verified(element, expected.certificate)
    except WrongSignatureError:
        raise RefusedResponseError("The signature is not one of the identity provider's.") from None


def _require_current(limited: Element, expected: Expected) -> None:
    """Check the times of an element; what it leaves open is not limited."""
    begins, ends = limited.get("NotBefore"), limited.get("NotOnOrAfter")
    _require(begins is None or _seconds(begins) <= expected.now + SKEW_SECONDS, "The assertion does not hold yet.")
    _require(ends is None or _seconds(ends) > expected.now - SKEW_SECONDS, "The assertion has expired.")


def _require_audience(assertion: Element, expected: Expected) -> None:
    """Check that each restriction names the tenant, and that there is one."""
    restrictions = assertion.findall("saml:Conditions/saml:AudienceRestriction", SPACES)
    meant = [expected.audience in _texts(one, "saml:Audience") for one in restrictions]
    _require(bool(meant) and all(meant), "The assertion is meant for another audience.")


def _confirmation(assertion: Element, expected: Expected) -> Element:
    """Return the data that confirm the subject to whoever bears the assertion here."""
    path = f"saml:Subject/saml:SubjectConfirmation[@Method='{BEARER}']/saml:SubjectConfirmationData"
    for data in assertion.iterfind(path, SPACES):
        if data.get("Recipient") == expected.address and data.get("NotOnOrAfter"):
            return data
    raise RefusedResponseError("The assertion does not confirm its subject to this address, for a time that ends.")


def _attributes(assertion: Element) -> dict[str, str]:
    """Return the first value of each attribute by its name."""
    attributes = assertion.findall("saml:AttributeStatement/saml:Attribute", SPACES)
    values = {attribute.get("Name", ""): _texts(attribute, "saml:AttributeValue") for attribute in attributes}
    return {name: texts[0] for name, texts in values.items() if texts}


def _texts(element: Element, path: str) -> list[str]:
    return [text_of(found) for found in element.findall(path, SPACES)]


def _seconds(text: str | None) -> float:
    """Return a time of XML Schema in seconds; one without a zone is UTC (SAML core 1.3.3)."""
    try:
        time = datetime.fromisoformat(text or "")
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise RefusedResponseError("A time of the response has the wrong form.") from None


def _require(holds: bool, problem: str) -> None:  # noqa: FBT001  # reads as a condition with its sentence
    if not holds:
        raise RefusedResponseError(problem)
