"""Applications that log their users in at the tenant by SAML, and the requests of theirs that wait for a log-in."""

from typing import Annotated, Final, Literal

import msgspec

POST: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
UNSPECIFIED: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
EMAIL: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
PERSISTENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
TRANSIENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"

Binding = Literal[
    "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
]
NameIdFormat = Literal[
    "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=70)]  # product-facts.md#saml


class ConsumerService(msgspec.Struct, kw_only=True, rename="pascal"):
    """Where the application takes responses. They are posted, whatever the binding says (product-facts.md#saml)."""

    binding: Binding = POST
    location: str = ""


class Attribute(msgspec.Struct, kw_only=True, rename="pascal"):
    """What an assertion says of the user: a member of the profile, or a text that is the same for all."""

    value: str = ""
    is_static: bool = False
    alternative_mapping_key: str = ""  # member that is taken where the first is empty (inferred)
    format: str = ""


class Certificates(msgspec.Struct, kw_only=True, rename="pascal"):
    """The application's certificate. Its key has no effect."""

    certificate: str | None = None
    key: str | None = None

    def __repr__(self) -> str:
        """Return no more than the kind: the key is secret."""
        return "Certificates()"


class SamlSettings(msgspec.Struct, kw_only=True, rename="pascal"):
    """What management writes of an application, by the names of the API. `login_url` is kept only."""

    after_logout_url: str = ""
    assertion_consumer_service: ConsumerService = msgspec.field(default_factory=ConsumerService)
    attributes: dict[str, Attribute] = {}
    audiences: list[str] = []
    default_request_binding: Binding = REDIRECT
    is_idp_initiated: bool = False
    issuer_url: str = ""
    login_url: str = ""
    name_id_format: NameIdFormat = UNSPECIFIED
    not_on_or_after: Minutes = 5
    relay_state_parameter: str = "RelayState"
    sp_certificate: Certificates = msgspec.field(default_factory=Certificates)
    sp_logout_url: str = ""


class SamlApp(msgspec.Struct, kw_only=True):
    """One application, with the key that signs what it gets and the key's certificate, both as PEM."""

    name: str
    settings: SamlSettings
    certificate: str
    key: str

    def __repr__(self) -> str:
        """Return the name without the key."""
        return f"SamlApp({self.name!r})"


class WaitingRequest(msgspec.Struct, kw_only=True):
    """A checked request of an application whose user logs in; without an id, the log-in starts at the tenant."""

    app: str
    expires: float
    id: str | None = None
    relay_state: str | None = None
    again: bool = False  # the user must log in anew
    passive: bool = False  # the user must not be asked
    name_id_format: str = UNSPECIFIED
