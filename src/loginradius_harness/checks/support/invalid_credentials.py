"""Make credentials that are wrong in one way each, and name the places where a correct one may be sent.

Source: product-facts.md#credentials.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import uuid4

import pytest

from loginradius_harness.checks.generation.prepared_request import PreparedRequest, change_tenant_settings
from loginradius_harness.client import sott
from loginradius_harness.client.secrets import Secret
from loginradius_harness.client.session import Session
from loginradius_harness.contracts import Operation, credentials
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.people import Person
from loginradius_harness.tenants import TenantContext, TenantProvider

Json = Any
Value = str | Secret | None

LEGACY = "/api/v2/"  # legacy operations accept key and secret in the query only
MALFORMED = {
    "apikey": "no-key", "apisecret": "no-secret", "access_token": "no-token", "sott": "no-sott",
    "machine_token": "no-token",
}  # fmt: skip
CHECKED_FIRST = frozenset({"apikey", "apisecret"})  # before features, parameters and body
POLICY = {"privacy_policy_version": "9.0", "privacy_policy_mode": "Strict"}
PLAIN = {
    "username_login": False,
    "mfa": "disabled",
    "consent": False,
    "pin_required": False,
}  # settings of a plain login


def invalid_states(name: str) -> tuple[str, ...]:
    """Return the ways in which a credential can be wrong."""
    return tuple(state for state in credentials()[name].codes if state != "refused")


class WrongCredentials:
    """Wrong credentials for a tenant, made when they are first needed.

    A wrong token belongs to another account than the prepared one: the token itself is checked before its owner.
    """

    def __init__(self, tenant: TenantContext, other_tenant: TenantContext | None) -> None:
        self._tenant = tenant
        self._other_tenant = other_tenant
        self._made: dict[tuple[str, str], Value] = {}

    def value(self, name: str, state: str, operation: Operation) -> Value:
        """Return what to send instead of the correct credential; None leaves it out."""
        if state == "foreign" and "apikey" not in operation.auth:
            return str(uuid4())  # without a key the credential itself selects the tenant
        if (name, state) not in self._made:
            self._made[name, state] = self._make(name, state)
        return self._made[name, state]

    def _make(self, name: str, state: str) -> Value:
        if state == "missing":
            return None
        if state == "malformed":
            return MALFORMED[name]
        make = getattr(self, f"_{state}_{name}")
        value: Value = make()
        return value

    def _foreign_apikey(self) -> str:
        return str(uuid4())

    def _foreign_apisecret(self) -> Value:
        return self._other_tenant.target.api_secret if self._other_tenant else str(uuid4())

    def _foreign_access_token(self) -> str:
        return _session(self._other_tenant).token if self._other_tenant else str(uuid4())

    def _foreign_sott(self) -> str:
        target = self._other_tenant.target if self._other_tenant else self._tenant.target
        secret = target.api_secret if self._other_tenant else Secret(str(uuid4()))
        return _sott(self._tenant, target.api_key, secret)

    def _expired_sott(self) -> str:
        target = self._tenant.target
        return _sott(self._tenant, target.api_key, target.api_secret, ago=timedelta(days=1))

    def _expired_access_token(self) -> str:
        return self._token_under({"access_token_seconds": 0})

    def _revoked_access_token(self) -> str:
        session = _session(self._tenant)
        self._tenant.journey.log_out(session)
        return session.token

    def _blocked_access_token(self) -> str:
        session = _session(self._tenant)
        self._tenant.journey.accounts.update(session.uid, IsActive=False)
        return session.token

    def _limited_access_token(self) -> str:
        """Return the token of a login that waits for the policy: it is good for nothing but acceptance."""
        person = _person(self._tenant)
        restore = change_tenant_settings(self._tenant, POLICY | PLAIN)
        try:
            body = {"email": person.email, "password": person.password}
            refusal = self._tenant.client.call("authentication.login_by_email", body=body).must_be_refused(
                ErrorCode.PRIVACY_POLICY_NOT_ACCEPTED
            )
        finally:
            restore()
        return str(refusal.data["Data"]["access_token"])

    def _foreign_machine_token(self) -> str:
        return _machine_token(self._other_tenant) if self._other_tenant else str(uuid4())

    def _expired_machine_token(self) -> str:
        restore = change_tenant_settings(self._tenant, {"machine_token_seconds": 0})
        try:
            return _machine_token(self._tenant)
        finally:
            restore()

    def _revoked_machine_token(self) -> str:
        app, token = self._tenant.journey.federation, _machine_token(self._tenant)
        self._tenant.client.call("oauth_m2m.revoke", body={**app.machine, "token": token}).must_succeed()
        return token

    def _limited_machine_token(self) -> str:
        return _machine_token(self._tenant, scope="profile:read")

    def _token_under(self, settings: Mapping[str, Json]) -> str:
        person = _person(self._tenant)
        restore = change_tenant_settings(self._tenant, settings)
        try:
            return self._tenant.journey.accounts.log_in(person).token
        finally:
            restore()


def _person(tenant: TenantContext) -> Person:
    new_person = tenant.journey.new_person()
    return tenant.journey.accounts.create(new_person, PINInfo={"PIN": new_person.pin, "Skipped": False})


def _session(tenant: TenantContext) -> Session:
    return tenant.journey.accounts.log_in(_person(tenant))


def _machine_token(tenant: TenantContext, **request: str) -> str:
    return str(tenant.journey.federation.machine_token(**request).must_succeed().data["access_token"])


def _sott(tenant: TenantContext, key: Secret, secret: Secret | None, ago: timedelta = timedelta()) -> str:
    if secret is None:
        pytest.skip("a SOTT is made with the tenant's secret, and this target has none")
    start, end = sott.window(tenant.client.clock.now() - ago)
    return sott.generate(key, secret, start, end)


@cache
def wrong_credentials(tenant: TenantContext, provider: TenantProvider) -> WrongCredentials:
    """Return the wrong credentials of a tenant.

    Those of another tenant are real on an emulator, and invented elsewhere: a target has one tenant only.
    """
    if tenant.control is None:
        return WrongCredentials(tenant, None)
    return WrongCredentials(tenant, provider.for_preset("verification-optional"))


def other_locations(operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield credential and location, for every location but the client's default."""
    legacy = operation.path.startswith(LEGACY)
    for name in operation.auth:
        if name == "apikey" and not legacy:
            yield from ((name, "header"), (name, "query in capitals"))
        if name in {"apisecret", "sott"} and not legacy:
            yield name, "query"
        if name == "access_token":
            yield name, "header" if legacy else "query"
            if isinstance(operation.body, dict) and "access_token" not in operation.body.get("properties", {}):
                yield name, "body"


def in_location(prepared: PreparedRequest, name: str, location: str) -> dict[str, Json]:
    """Return keywords that send a correct credential in that location only."""
    value, known = _right(prepared, name), credentials()[name]
    changes: dict[str, Json] = {"credentials": {name: None}}
    if name == "access_token":
        changes["token"] = None
    if location == "header":
        return changes | {"headers": {known.header: f"{known.scheme} {value}" if known.scheme else value}}
    if location == "body":
        return changes | prepared.overriding("body", **{known.body or name: value})
    parameter = known.query[0].upper() if location == "query in capitals" else known.query[0]
    return changes | prepared.overriding("query", **{parameter: value})


def _right(prepared: PreparedRequest, name: str) -> str:
    target = prepared.tenant.target
    if name == "access_token":
        return str(prepared.request["token"])
    if name == "sott":
        return _sott(prepared.tenant, target.api_key, target.api_secret)
    secret = target.api_key if name == "apikey" else target.api_secret
    if secret is None:
        pytest.skip("this target has no secret")
    return secret.reveal()
