"""Are rate limits enforced, distinct from other errors, and reset after their period?"""

import httpx
import pytest
from msgspec.structs import replace

from loginradius_harness import contracts
from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import InfrastructureError
from loginradius_harness.client.retry import TransportFailure
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.tenants import TenantContext

RATE = 5  # requests a second
SERVER_TIME = "configuration.get_server_time"


def _status(client: Client) -> int | None:
    """Return the status of a request; a rate limit breaks no contract."""
    try:
        return client.call(SERVER_TIME).status
    except InfrastructureError as failure:
        return failure.status


@pytest.mark.preset("default", rate_limit_per_second=RATE)
@pytest.mark.rule("limits.rate_is_429")
def test_requests_beyond_the_rate_limit_return_429(tenant_context: TenantContext) -> None:
    """Requests beyond the tenant's rate return 429, and are accepted again later."""
    with Client(replace(tenant_context.target, limits=replace(tenant_context.target.limits, retries=0))) as impatient:
        impatient.listeners += tenant_context.client.listeners
        statuses = [_status(impatient) for _ in range(20 * RATE)]
    assert 429 in statuses
    assert set(statuses) == {429, 200}
    tenant_context.client.call(SERVER_TIME).must_succeed()  # a client that retries waits


@pytest.mark.preset("default", mail_limit=2, sms_limit=2, phone_login=True, email_login_with_phone_login=True)
@pytest.mark.rule("limits.end_with_their_period", "limits.mail_number_is_limited", "limits.sms_number_is_limited")
@pytest.mark.parametrize(
    ("operation", "member", "code", "period"),
    [
        ("authentication.forgot_password", "email", ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED, 1440 * 60),
        ("phone.forgot_password", "phone", ErrorCode.SMS_SENDING_LIMIT_EXCEEDED, 300),
    ],
)
def test_message_limit_resets_after_its_period(
    operation: str, member: str, code: int, period: int, tenant_context: TenantContext
) -> None:
    """The tenant sends so many messages, and as many again after the period."""
    person = tenant_context.journey.new_person()
    tenant_context.journey.accounts.create(person, PhoneId=person.phone)
    body = {member: getattr(person, member)}
    for _ in range(2):
        tenant_context.client.call(operation, body=body).must_succeed()
    tenant_context.client.call(operation, body=body).must_be_refused(code)
    tenant_context.journey.let_time_pass(period + 1)
    tenant_context.client.call(operation, body=body).must_succeed()


@pytest.mark.preset("default", token_limit=2)
@pytest.mark.rule("limits.token_generation_is_limited")
def test_token_generation_is_limited(tenant_context: TenantContext) -> None:
    """Management generates so many tokens, and as many again after the period."""
    body = {"email": tenant_context.journey.accounts.create(tenant_context.journey.new_person()).email}
    for _ in range(2):
        tenant_context.client.call("account.get_forgot_password_token", body=body).must_succeed()
    tenant_context.client.call("account.get_forgot_password_token", body=body).must_be_refused(
        ErrorCode.TOKEN_GENERATION_LIMIT_EXCEEDED
    )
    tenant_context.journey.let_time_pass(1440 * 60 + 1)
    tenant_context.client.call("account.get_forgot_password_token", body=body).must_succeed()


def _refusal(client: Client) -> bytes | None:
    """Return the content of a 429 response; None for any other."""
    url = f"{client.target.api_url}{contracts.get(SERVER_TIME).path}"
    request = httpx.Request("GET", url, headers={"X-LoginRadius-ApiKey": client.target.api_key.reveal()})
    try:
        client.sender.send(request, repeatable=False)
    except TransportFailure as trouble:
        return trouble.received.content if trouble.received else None
    return None


@pytest.mark.preset("default", rate_limit_per_second=RATE)
@pytest.mark.rule("limits.rate_answer_has_no_body")
def test_rate_limit_response_has_no_body(tenant_context: TenantContext) -> None:
    """A 429 response has no body."""
    with Client(replace(tenant_context.target, limits=replace(tenant_context.target.limits, retries=0))) as impatient:
        contents = {_refusal(impatient) for _ in range(20 * RATE)}
    assert contents == {None, b""}
