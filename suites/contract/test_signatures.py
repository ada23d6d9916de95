"""Is a signature required where the tenant asks for one, and does it cover the whole request?"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from loginradius_harness.client import signing
from loginradius_harness.client.client import Client
from loginradius_harness.client.secrets import Secret
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.people import Person
from loginradius_harness.tenants import TenantContext

Json = Any

READ = "account.get_account_profile_by_email"
STRICT = pytest.mark.preset("default", request_signing="strict")
PREFERRED = pytest.mark.preset("default", request_signing="preferred")


@pytest.fixture
def signer(tenant_context: TenantContext) -> Iterator[Client]:
    """Return a client that signs its management calls and sends no secret."""
    client = Client(replace(tenant_context.target, sign_requests=True))
    client.listeners += tenant_context.client.listeners
    yield client
    client.close()


@pytest.fixture
def person(tenant_context: TenantContext, signer: Client) -> Person:
    """Create an account by a signed call."""
    new_person = tenant_context.journey.new_person()
    signer.call("account.create_account", body=_profile(new_person)).must_succeed()
    return new_person


def _profile(person: Person) -> dict[str, Json]:
    return {"Email": [{"Type": "Primary", "Value": person.email}], "EmailVerified": True, "Password": person.password}


def _signed(tenant: TenantContext, person: Person, secret: Secret | None = None) -> dict[str, str]:
    """Return headers that sign the read of a person's profile."""
    target = tenant.target
    assert target.api_secret is not None
    url = f"{target.api_url}/identity/v2/manage/account?apikey={target.api_key.reveal()}"
    url += f"&email={person.email.replace('@', '%40')}"
    return signing.headers(url, b"", secret or target.api_secret, tenant.client.clock.now())


def _read(tenant: TenantContext, person: Person, headers: dict[str, str], **more: Json) -> Any:
    credentials = {"apisecret": None}
    return tenant.client.call(READ, query={"email": person.email, **more}, headers=headers, credentials=credentials)


@STRICT
@pytest.mark.rule("signing.right_one_opens_the_call")
def test_correct_signature_authorizes_the_call(tenant_context: TenantContext, signer: Client, person: Person) -> None:
    """Reads and writes are authorized by a signature, without the secret."""
    signer.call(READ, query={"email": person.email}).must_succeed()
    _read(tenant_context, person, _signed(tenant_context, person)).must_succeed()


@STRICT
@pytest.mark.rule("signing.missing_one_is_refused")
def test_strict_tenant_requires_a_signature(tenant_context: TenantContext, person: Person) -> None:
    """The secret alone is refused."""
    tenant_context.client.call(READ, query={"email": person.email}).must_be_refused(ErrorCode.SIGNATURE_MISSING)


@PREFERRED
@pytest.mark.rule("signing.missing_one_is_refused", "signing.preferred_mode_checks_what_is_sent")
def test_preferred_signing_accepts_signature_or_secret(
    tenant_context: TenantContext, signer: Client, person: Person
) -> None:
    """Signature or secret is accepted; neither, or a wrong signature with the secret, is refused."""
    query = {"email": person.email}
    signer.call(READ, query=query).must_succeed()
    tenant_context.client.call(READ, query=query).must_succeed()
    tenant_context.client.call(READ, query=query, credentials={"apisecret": str(uuid4())}).must_be_refused(
        ErrorCode.API_SECRET_MISMATCH
    )
    tenant_context.client.call(READ, query=query, credentials={"apisecret": None}).must_be_refused(
        ErrorCode.SIGNATURE_OR_API_SECRET_MISSING
    )
    wrong = _signed(tenant_context, person, secret=Secret(str(uuid4())))
    tenant_context.client.call(READ, query=query, headers=wrong).must_be_refused(ErrorCode.SIGNATURE_INCORRECT)


@STRICT
@pytest.mark.rule("signing.wrong_one_is_refused")
def test_signature_by_another_secret_is_refused(tenant_context: TenantContext, person: Person) -> None:
    """A signature made with another secret is refused."""
    _read(tenant_context, person, _signed(tenant_context, person, secret=Secret(str(uuid4())))).must_be_refused(
        ErrorCode.SIGNATURE_INCORRECT
    )


@STRICT
@pytest.mark.rule("signing.expiry_is_enforced")
def test_signature_expiry_is_enforced(tenant_context: TenantContext, person: Person) -> None:
    """A signature needs a readable expiry in the future."""
    bare = {name: value for name, value in _signed(tenant_context, person).items() if name == "digest"}
    _read(tenant_context, person, bare).must_be_refused(ErrorCode.SIGNATURE_EXPIRY_MISSING)
    _read(tenant_context, person, {**_signed(tenant_context, person), "X-Request-Expires": "tomorrow"}).must_be_refused(
        ErrorCode.SIGNATURE_EXPIRY_MALFORMED
    )
    late = _signed(tenant_context, person)
    tenant_context.journey.let_time_pass((signing.LIFETIME + timedelta(minutes=1)).total_seconds())
    _read(tenant_context, person, late).must_be_refused(ErrorCode.SIGNATURE_EXPIRED)


@STRICT
@pytest.mark.rule("signing.covers_the_whole_request")
def test_signature_covers_query_and_expiry(tenant_context: TenantContext, person: Person) -> None:
    """A signature is invalid once the query or the expiry changes."""
    headers = _signed(tenant_context, person)
    _read(tenant_context, person, headers, fields="Uid").must_be_refused(ErrorCode.SIGNATURE_INCORRECT)
    later = (tenant_context.client.clock.now() + timedelta(hours=3)).strftime("%Y-%m-%d %H:%M:%S")
    _read(tenant_context, person, {**headers, "X-Request-Expires": later}).must_be_refused(
        ErrorCode.SIGNATURE_INCORRECT
    )


@STRICT
@pytest.mark.rule("signing.covers_the_whole_request")
def test_signature_covers_the_body(tenant_context: TenantContext, signer: Client, person: Person) -> None:
    """A signature made for one body does not authorize another."""
    target, other = tenant_context.target, tenant_context.journey.new_person()
    assert target.api_secret is not None
    url = f"{target.api_url}/identity/v2/manage/account?apikey={target.api_key.reveal()}"
    headers = signing.headers(url, b'{"Email":[]}', target.api_secret, tenant_context.client.clock.now())
    refused = signer.call(
        "account.create_account", body=_profile(other), headers=headers, credentials={"apisecret": None}
    )
    refused.must_be_refused(ErrorCode.SIGNATURE_INCORRECT)
    signer.call(READ, query={"email": person.email}).must_succeed()
    signer.call(READ, query={"email": other.email}).must_be_refused(ErrorCode.ACCOUNT_NOT_FOUND)


@STRICT
@pytest.mark.rule("signing.does_not_bind_user_calls")
def test_user_operations_need_no_signature(tenant_context: TenantContext, person: Person) -> None:
    """Login and profile need no signature in a strict tenant."""
    body = {"email": person.email, "password": person.password}
    session = tenant_context.client.call("authentication.login_by_email", body=body).must_succeed().data
    tenant_context.client.call("authentication.get_profile", token=session["access_token"]).must_succeed()


@STRICT
@pytest.mark.rule("signing.dates_of_every_client_are_read")
@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M:%S", "%Y-%-m-%-d %-H:%-M:%-S", "%Y-%-m-%-d %-I:%-M:%-S %p"])
def test_signature_expiry_is_read_in_each_client_format(
    form: str, tenant_context: TenantContext, person: Person
) -> None:
    """The expiry is read in 24 or 12 hours, padded or not."""
    expires = tenant_context.client.clock.now() + timedelta(minutes=15)
    _read(tenant_context, person, _signed_until(tenant_context, person, expires.strftime(form))).must_succeed()


@STRICT
@pytest.mark.rule("signing.dates_of_every_client_are_read")
@pytest.mark.parametrize("half", ["AM", "PM"])
def test_twelve_hour_expiry_respects_am_and_pm(half: str, tenant_context: TenantContext, person: Person) -> None:
    """A 12-hour expiry is read correctly before and after noon, whatever the hour of the run."""
    expires = tenant_context.client.clock.now() + timedelta(minutes=15)
    while f"{expires:%p}" != half:
        expires += timedelta(hours=1)
    _read(
        tenant_context, person, _signed_until(tenant_context, person, f"{expires:%Y-%-m-%-d %-I:%-M:%-S %p}")
    ).must_succeed()


def _signed_until(tenant: TenantContext, person: Person, expires: str) -> dict[str, str]:
    """Return headers that sign the read of a person's profile, with an expiry in a client's format."""
    target = tenant.target
    assert target.api_secret is not None
    url = f"{target.api_url}/identity/v2/manage/account?apikey={target.api_key.reveal()}"
    url += f"&email={person.email.replace('@', '%40')}"
    return {"digest": signing.digest(url, b"", target.api_secret, expires), "X-Request-Expires": expires}


@pytest.mark.rule("signing.is_not_asked_by_default")
def test_api_secret_is_sufficient_by_default(tenant_context: TenantContext) -> None:
    """A tenant that requires no signature accepts the secret."""
    person = tenant_context.journey.accounts.create(tenant_context.journey.new_person())
    tenant_context.client.call(READ, query={"email": person.email}).must_succeed()
