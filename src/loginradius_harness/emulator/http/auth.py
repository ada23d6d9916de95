"""Credential checks: key, secret or signature, SOTT, access token, and the request rate.

Source: product-facts.md#credentials, #request-signing, #sott.
"""

import hmac
import re
from functools import cache
from typing import NamedTuple

from loginradius_harness import contracts
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http import request_signing, sott
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.emulator.state.tenants import TenantRegistry

_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
SCOPED = {  # scope of a limited session -> what it may call
    "privacy-policy": frozenset({"authentication.accept_privacy_policy"}),
}
OF_ORGANIZATIONS = frozenset(
    "organization organization_connection organization_domain organization_invitation organization_role permission"
    " tenant_role".split()
)  # groups of operations that the switch `organizations` is for
NEVER_SIGNED = ("/api/v2/", "/v2/manage/webhooks")  # paths that clients call with the secret in every mode
JUDGES_CREDENTIALS = "configuration.validate_credentials"  # whose answer says whether key and secret are right
SCOPE_CODES = {"privacy-policy": ErrorCode.PRIVACY_POLICY_NOT_ACCEPTED}


class TooManyRequestsError(Exception):
    """The tenant's request limit is reached; answered with 429."""


def find_tenant(registry: TenantRegistry, call: RequestContext) -> Tenant:
    """Return the tenant that a request is for: by key, or by secret or token where an operation takes no key.

    Raise API_KEY_INVALID, API_KEY_MISSING.
    """
    given = credential(call, "apikey")
    if given is not None:
        tenant = registry.by_key(given)
        if tenant is None and call.operation.id == JUDGES_CREDENTIALS:
            return registry.default
        if tenant is None:
            raise ApiError(ErrorCode.API_KEY_INVALID)
        return tenant
    if "apikey" in call.operation.auth:
        raise ApiError(ErrorCode.API_KEY_MISSING)
    if call.operation.host == "hub":
        return _tenant_of_app(registry, call)
    return _tenant_without_key(registry, call) or registry.default


def _tenant_of_app(registry: TenantRegistry, call: RequestContext) -> Tenant:
    """Return the first tenant that has the app of a path: the product's hubs have a host each, here all share one."""
    given = (call.path[part] for part in ("oidcappname", "oauthappname", "jwtappname") if part in call.path)
    name = next(given, call.parameters.get("jwtapp") or call.parameters.get("appname"))
    if name is None and (tenant := registry.by_key(_client_id(call))) is not None:
        return tenant  # whose key stands for an app
    return next((tenant for tenant in registry.tenants.values() if name in _apps(tenant)), registry.default)


def _client_id(call: RequestContext) -> str:
    sent = call.sent if isinstance(call.sent, dict) else {}
    return str(call.parameters.get("client_id") or sent.get("client_id", ""))


def _apps(tenant: Tenant) -> list[str]:
    settings = tenant.settings
    made = [*(app.name for app in settings.jwt_apps), *(app.id for app in settings.oauth_integrations)]
    return [*settings.federation_apps, *made, *(name for name, _ in tenant.federation.saml_apps.scan())]


def _tenant_without_key(registry: TenantRegistry, call: RequestContext) -> Tenant | None:
    secret = credential(call, "apisecret") if "apisecret" in call.operation.auth else None
    if secret is not None:
        return registry.by_secret(secret)
    token = credential(call, "access_token")
    return registry.by_token(token) if token is not None else None


def check_rate(call: RequestContext) -> None:
    """Count the request against the tenant's limit. Raise TooManyRequestsError above it."""
    if call.tenant.rate.exceeds(call.settings.rate_limit_per_second):
        raise TooManyRequestsError


def check_caller(call: RequestContext) -> None:
    """Check that the key is in use, the address allowed and the feature part of the plan.

    Raise API_KEY_NOT_ALLOWED, IP_ADDRESS_NOT_ALLOWED, ENDPOINT_NOT_IN_PLAN.
    """
    settings = call.settings
    if settings.api_key_disabled:
        raise ApiError(ErrorCode.API_KEY_NOT_ALLOWED)
    if (settings.blocked_ips and call.ip in settings.blocked_ips) or _is_outside(call):
        raise ApiError(ErrorCode.IP_ADDRESS_NOT_ALLOWED)
    if settings.disabled_features and call.operation.group in settings.disabled_features:
        raise ApiError(ErrorCode.ENDPOINT_NOT_IN_PLAN)
    if not settings.organizations and call.operation.group in OF_ORGANIZATIONS:
        raise ApiError(ErrorCode.ENDPOINT_NOT_IN_PLAN)


def _is_outside(call: RequestContext) -> bool:
    """Return whether other addresses are allowed only. Whoever restricts them is let in, or nobody could (inferred)."""
    allowed = call.settings.allowed_ips
    return bool(allowed) and call.ip not in allowed and call.operation.group != "ip_restriction"


def check_secret(call: RequestContext, raw_url: str, raw_body: bytes) -> None:
    """Check the secret, or the signature made with it, as the tenant's signing mode asks.

    Raise SIGNATURE_MISSING, SIGNATURE_OR_API_SECRET_MISSING, API_SECRET_MISSING, API_SECRET_INVALID,
    API_SECRET_MISMATCH, and the codes of `request_signing.check`.
    """
    mode = call.settings.request_signing
    if mode == "strict" and call.operation.path.startswith(NEVER_SIGNED):
        mode = "preferred"
    if mode != "off" and request_signing.is_signed(call):
        request_signing.check(call, raw_url, raw_body, call.tenant.secret)
        return
    given = credential(call, "apisecret")
    if mode == "strict":
        raise ApiError(ErrorCode.SIGNATURE_MISSING)
    if given is None:
        raise ApiError(ErrorCode.API_SECRET_MISSING if mode == "off" else ErrorCode.SIGNATURE_OR_API_SECRET_MISSING)
    if not _GUID.fullmatch(given):
        raise ApiError(ErrorCode.API_SECRET_INVALID)
    if not hmac.compare_digest(given.lower(), call.tenant.secret.lower()):
        raise ApiError(ErrorCode.API_SECRET_MISMATCH)


def credential_problems(call: RequestContext) -> list[str]:
    """Return what is wrong with key and secret, in the words of the call that judges them (product-facts.md#appinfo).

    Nothing is said of the secret as long as the key is wrong.
    """
    key, secret = call.query.get("apikey", ""), call.query.get("apisecret", "")
    formats = {"API_KEY_NOT_FORMATED": key, "API_SECRET_NOT_FORMATED": secret}
    if problems := [problem for problem, given in formats.items() if not _GUID.fullmatch(given)]:
        return problems
    if key.lower() != call.tenant.key.lower():
        return ["API_KEY_NOT_VALID"]
    if not hmac.compare_digest(secret.lower(), call.tenant.secret.lower()):
        return ["API_SECRET_NOT_VALID"]
    return []


def check_sott(call: RequestContext) -> None:
    """Check that the SOTT was made with this tenant's secret and is within its window.

    Raise SOTT_MISSING, SOTT_INVALID.
    """
    given = credential(call, "sott")
    if given is None:
        raise ApiError(ErrorCode.SOTT_MISSING)
    sott.check(given, call.tenant)


def check_access_token(call: RequestContext) -> None:
    """Check that the token is live and its account may act; set the call's session and account.

    Raise ACCESS_TOKEN_MISSING, ACCESS_TOKEN_INVALID, ACCESS_TOKEN_EXPIRED, ACCOUNT_BLOCKED.
    """
    given = credential(call, "access_token")
    if given is None:
        raise ApiError(ErrorCode.ACCESS_TOKEN_MISSING)
    session = call.tenant.sessions.find(given)
    account = call.tenant.accounts.by_uid(session.uid)
    if account is None:
        raise ApiError(ErrorCode.ACCESS_TOKEN_INVALID)
    if not account.active:
        raise ApiError(ErrorCode.ACCOUNT_BLOCKED)
    if session.scope is not None and call.operation.id not in SCOPED.get(session.scope, ()):
        raise ApiError(SCOPE_CODES.get(session.scope, ErrorCode.ACCESS_TOKEN_INVALID))
    call.current_session, call.current_account = session, account


class CredentialLocation(NamedTuple):
    """Where a credential may travel, in the forms that it is compared in."""

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
    """Return a credential from header, query or body, in this order (product-facts.md#credentials)."""
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
    """Return the value of a header; its scheme may be left out, as some clients do."""
    named, blank, value = text.partition(" ")
    if scheme is None or not blank:
        return text if text.lower() != scheme else None
    return value.strip() or None if named.lower() == scheme else None
