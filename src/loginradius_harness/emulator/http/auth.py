"""Who may ask: key, secret or signature, SOTT, access token, and how often.

Source: product-facts.md#credentials, #request-signing, #sott.
"""

import hmac
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from loginradius_harness import contracts
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http import request_signing, sott
from loginradius_harness.emulator.http.request import RequestContext

if TYPE_CHECKING:  # Tenant owns its CredentialChecks
    from loginradius_harness.emulator.state.tenant import Tenant

_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
SCOPED = {  # scope of a limited session -> what it may call
    "privacy-policy": frozenset({"authentication.accept_privacy_policy"}),
}
SCOPE_CODES = {"privacy-policy": 1194}


class TooManyRequestsError(Exception):
    """The tenant's request limit is reached; answered with 429."""


class CredentialChecks:
    """Checks of one tenant, in the order in which a request meets them."""

    def __init__(self, tenant: "Tenant") -> None:
        self._tenant = tenant
        self._second = 0
        self._in_second = 0

    def rate(self) -> None:
        """Count the request against the tenant's limit."""
        limit = self._tenant.settings.rate_limit_per_second
        if not limit:
            return
        second = int(self._tenant.clock.now())
        if second != self._second:
            self._second, self._in_second = second, 0
        self._in_second += 1
        if self._in_second > limit:
            raise TooManyRequestsError

    def caller(self, call: RequestContext) -> None:
        """The key is in use, the address welcome, the feature part of the plan."""
        settings = self._tenant.settings
        if settings.api_key_disabled:
            raise ApiError(901)
        if settings.blocked_ips and call.ip in settings.blocked_ips:
            raise ApiError(1206)
        if settings.disabled_features and call.operation.group in settings.disabled_features:
            raise ApiError(909)

    def secret(self, call: RequestContext, raw_url: str, raw_body: bytes) -> None:
        """The secret is right, or the request is signed with it, as the tenant's signing mode asks."""
        mode = self._tenant.settings.request_signing
        if mode != "off" and request_signing.is_signed(call):
            request_signing.check(call, raw_url, raw_body, self._tenant.secret)
            return
        given = credential(call, "apisecret")
        if mode == "strict":
            raise ApiError(1207)
        if given is None:
            raise ApiError(923 if mode == "off" else 1209)
        if not _GUID.fullmatch(given):
            raise ApiError(921)
        if not hmac.compare_digest(given.lower(), self._tenant.secret.lower()):
            raise ApiError(902)

    def sott(self, call: RequestContext) -> None:
        """The SOTT was made with this tenant's secret and is within its window; 1048, 1049."""
        given = credential(call, "sott")
        if given is None:
            raise ApiError(1048)
        sott.check(given, self._tenant)

    def access_token(self, call: RequestContext) -> None:
        """The token is live and its person may act; sets the call's session and account. 1060, 905, 906, 991."""
        given = credential(call, "access_token")
        if given is None:
            raise ApiError(1060)
        session = self._tenant.sessions.find(given)
        account = self._tenant.accounts.by_uid(session.uid)
        if account is None:
            raise ApiError(905)
        if not account.active:
            raise ApiError(991)
        if session.scope is not None and call.operation.id not in SCOPED.get(session.scope, ()):
            raise ApiError(SCOPE_CODES.get(session.scope, 905))
        call.current_session, call.current_account = session, account


class CredentialLocation(NamedTuple):
    """Where a credential may travel, made ready for looking it up."""

    header: bytes
    scheme: str | None
    query: tuple[str, ...]
    body: str | None


@cache
def _places() -> dict[str, CredentialLocation]:
    return {
        name: CredentialLocation(
            known.header.lower().encode(), known.scheme and known.scheme.lower(), known.query, known.body
        )
        for name, known in contracts.credentials().items()
    }


def credential(call: RequestContext, name: str) -> str | None:
    """A credential from wherever it may travel: the header wins over the query (product-facts.md#credentials)."""
    place = _places()[name]
    header = call.headers.get(place.header)
    if header is not None and (value := _of_header(header.decode("latin-1").strip(), place.scheme)):
        return value
    for parameter in place.query:
        given = call.parameters.get(parameter)
        if given:
            return given
    inside = call.sent.get(place.body) if place.body and isinstance(call.sent, dict) else None
    return inside if isinstance(inside, str) and inside else None


def _of_header(text: str, scheme: str | None) -> str | None:
    if scheme is None:
        return text or None
    named, _, value = text.partition(" ")
    return value.strip() or None if named.lower() == scheme else None
