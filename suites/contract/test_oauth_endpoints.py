"""Do the operations of OAuth and OpenID Connect answer as their standards say?"""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.contracts import Operation, oauth_operations

OPERATIONS = [pytest.param(operation, id=operation.id) for operation in oauth_operations()]
NOT_A_TOKEN = "00000000-0000-4000-8000-000000000000"
OWN_ERRORS = {"grant_type": "unsupported_grant_type", "response_type": "unsupported_response_type"}
GIVING_TOKENS = frozenset({"oidc.token", "oauth.token", "oauth_m2m.token"})


def _with_secret() -> Iterator[object]:
    for operation in oauth_operations():
        if "client_secret" in (operation.example.get("body") or {}):
            yield pytest.param(operation, id=operation.id)


def _with_required_member() -> Iterator[object]:
    """Yield each required member of a body; what a client is known by is told apart as `invalid_client`."""
    for operation in oauth_operations():
        for name in (operation.body or {}).get("required", ()):
            if name != "client_id" and "client_secret" in (operation.example.get("body") or {}):
                yield pytest.param(operation, name, id=f"{operation.id}-{name}")


@pytest.mark.rule("federation.metadata_agrees_with_endpoints")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_documented_example_succeeds(operation: Operation, prepared_request: PreparedRequest) -> None:
    """The contract's example succeeds, and tokens are never stored on the way."""
    reply = prepared_request.send().must_succeed()
    if operation.id in GIVING_TOKENS:
        assert reply.headers["cache-control"] == "no-store"  # RFC 6749 5.1


@pytest.mark.rule("federation.client_proves_itself")
@pytest.mark.parametrize("operation", [*_with_secret()])
@pytest.mark.parametrize("secret", ["wrong", None], ids=["wrong", "none"])
def test_client_without_its_secret_is_refused(secret: str | None, prepared_request: PreparedRequest) -> None:
    """A wrong secret, or none where the client has one, is `invalid_client`."""
    body = {**prepared_request.body, "client_secret": secret}
    kept = {name: value for name, value in body.items() if value is not None}
    prepared_request.send(body=kept).must_fail_with("invalid_client")


@pytest.mark.rule("federation.missing_parameter_is_refused")
@pytest.mark.parametrize(("operation", "name"), [*_with_required_member()])
def test_missing_member_is_refused(name: str, prepared_request: PreparedRequest) -> None:
    """A request without a required member is refused with an error of OAuth."""
    kept = {member: value for member, value in prepared_request.body.items() if member != name}
    prepared_request.send(body=kept).must_fail_with(OWN_ERRORS.get(name, "invalid_request"), "invalid_request")


@pytest.mark.rule("federation.userinfo_refuses_other_tokens")
@pytest.mark.parametrize(
    "operation", [pytest.param(known, id=known.id) for known in oauth_operations() if "oauth_token" in known.auth]
)
@pytest.mark.parametrize("token", [None, NOT_A_TOKEN, "ey.ey.ey"], ids=["none", "unknown", "no jwt"])
def test_wrong_token_is_refused(token: str | None, prepared_request: PreparedRequest) -> None:
    """Without its token, or with a wrong one, the request is refused."""
    prepared_request.send(token=token).must_fail_with("invalid_token", "access_denied")


@pytest.mark.rule("federation.client_proves_itself")
@pytest.mark.parametrize("operation", [*_with_secret()])
def test_form_is_read_as_json_is(prepared_request: PreparedRequest) -> None:
    """A body may be a form, as the standards say, or JSON, as the vendor documents."""
    content = urlencode(prepared_request.body).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    prepared_request.send(body=content, headers=headers).must_succeed()
