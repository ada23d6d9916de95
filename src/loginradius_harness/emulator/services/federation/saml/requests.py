"""Messages that applications send through the browser: found in query or form, verified, and checked."""

from dataclasses import dataclass

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.federation.saml import signing
from loginradius_harness.emulator.services.federation.saml.documents import (
    PROTOCOL,
    SPACES,
    Element,
    UnreadableError,
    decode,
    parse,
    text_of,
)
from loginradius_harness.emulator.state.federation.saml import POST, UNSPECIFIED, SamlApp

TRUE = ("true", "1")


@dataclass(frozen=True)
class Message:
    """A checked message. `root` holds nothing but what is signed, where it is signed."""

    root: Element
    relay_state: str | None

    @property
    def id(self) -> str:
        """Return the id of the message."""
        return str(self.root.get("ID"))

    def text(self, path: str) -> str:
        """Return the text of an element; empty where there is none."""
        return text_of(self.root.find(path, SPACES))


@dataclass(frozen=True)
class AuthnRequest:
    """What an application asks of a log-in."""

    id: str
    relay_state: str | None
    again: bool
    passive: bool
    name_id_format: str


def message_of(call: RequestContext, app: SamlApp, kind: str, name: str = "SAMLRequest") -> Message | None:
    """Return the message of a request; None where it carries none.

    Args:
        call: the request.
        app: the application that the message must come from.
        kind: element of the message, such as `AuthnRequest`.
        name: parameter that carries the message.

    Raise PARAMETER_MALFORMED, SAML_CERTIFICATE_MISMATCH.
    """
    sent = call.sent if isinstance(call.sent, dict) else {}
    form = {field: value for field, value in sent.items() if isinstance(value, str)}
    posted, queried = form.get(name), call.parameters.get(name.lower())
    if not posted and not queried:
        return None
    try:
        root = parse(decode(posted or queried or "", deflated=not posted))
    except UnreadableError:
        raise _refused("The message cannot be read.") from None
    if root.tag != f"{{{PROTOCOL}}}{kind}":
        raise _refused(f"The message is no {kind}.")
    state = form.get("RelayState") if posted else call.parameters.get("relaystate")
    message = Message(_verified(call, app, root, name, posted=bool(posted)), state)
    _check(call, app, message)
    return message


def _verified(call: RequestContext, app: SamlApp, root: Element, name: str, *, posted: bool) -> Element:
    """Return what of a message may be believed.

    An application with a certificate signs all of its messages (inferred); of one without, signatures mean nothing.
    """
    certificate = app.settings.sp_certificate.certificate
    if not certificate:
        return root
    try:
        if posted:
            return signing.verified(root, certificate)
        signing.check_query(call.asked_query, name, certificate)
    except signing.WrongSignatureError:
        raise ApiError(ErrorCode.SAML_CERTIFICATE_MISMATCH) from None
    if not root.get("Destination"):
        raise _refused("A signed message names its destination.")  # bindings 3.4.5.2
    return root


def _check(call: RequestContext, app: SamlApp, message: Message) -> None:
    """Check what every message has (core 3.2.1): version, id, destination, issuer."""
    root, audiences = message.root, app.settings.audiences
    if root.get("Version") != "2.0" or not root.get("ID"):
        raise _refused("The message has no ID or another Version than 2.0.")
    destination = root.get("Destination")
    if destination and destination.partition("?")[0] != f"{call.origin()}{call.operation.path}":
        raise _refused("The message has another Destination.")
    if audiences and message.text("saml:Issuer") not in audiences:
        raise _refused("The message has an Issuer that is not the application.")


def authn_request(call: RequestContext, app: SamlApp) -> AuthnRequest | None:
    """Return the checked request for a log-in; None where the request carries none."""
    message = message_of(call, app, "AuthnRequest")
    if message is None:
        return None
    root, policy = message.root, message.root.find("samlp:NameIDPolicy", SPACES)
    consumer = root.get("AssertionConsumerServiceURL")
    if consumer and consumer != app.settings.assertion_consumer_service.location:
        raise _refused("The request names an assertion consumer service that the application does not have.")
    if root.get("ProtocolBinding", POST) != POST:
        raise _refused("Responses are sent by HTTP-POST only.")
    return AuthnRequest(
        id=message.id,
        relay_state=message.relay_state,
        again=root.get("ForceAuthn") in TRUE,
        passive=root.get("IsPassive") in TRUE,
        name_id_format=(policy.get("Format") if policy is not None else None) or UNSPECIFIED,
    )


def _refused(text: str) -> ApiError:
    return ApiError(ErrorCode.PARAMETER_MALFORMED, text)
