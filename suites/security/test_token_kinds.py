"""Rows 22, 23 and 49: tokens of one kind used as another, for other accounts, and guessed."""

from collections.abc import Iterator

import pytest

from loginradius_harness.checks.generation.prepared_request import prepare
from loginradius_harness.checks.security.endpoints import USER_CALLS
from loginradius_harness.checks.security.login_attempts import WRONG_PASSWORD, attempt_login, log_in
from loginradius_harness.checks.security.pipelined_requests import repeat
from loginradius_harness.checks.security.randomness import bits, rises, worst_spread
from loginradius_harness.checks.security.strict_tenants import StrictTenants
from loginradius_harness.checks.security.token_collection import KINDS, TokenCollection, token_names
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.contracts import Operation, api_operations
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password
from loginradius_harness.tenants import TenantContext

HEXADECIMAL = "0123456789abcdef"
SAMPLES = 10_000
ENOUGH_BITS = 120  # a random GUID has 122, a reference of 32 hex digits 128
SIX_SIGMA = 6
NO_LOGIN_YET = frozenset(
    {
        ErrorCode.MFA_LOGIN_REQUIRED,
        ErrorCode.PRIVACY_POLICY_NOT_ACCEPTED,
        ErrorCode.CONSENT_REQUIRED,
        ErrorCode.PIN_SETUP_REQUIRED,
    }
)  # the token was accepted, and the login continues elsewhere

CONSUMERS = [pytest.param(operation, id=operation.id) for operation in api_operations() if token_names(operation)]


@pytest.fixture(scope="module")
def token_collection(strict_tenants: StrictTenants) -> Iterator[TokenCollection]:
    """Create a tenant that offers everything, and a token of each kind."""
    collection = TokenCollection(strict_tenants)
    yield collection
    collection.tenant.close()


@pytest.mark.parametrize("operation", CONSUMERS)
@pytest.mark.security(22, "ASVS 5.0 9.2.2", "ASVS 5.0 6.6.2")
@pytest.mark.rule("links.serve_one_purpose")
def test_operation_refuses_every_other_kind_of_token(operation: Operation, token_collection: TokenCollection) -> None:
    names = token_names(operation)
    with prepare(operation, token_collection.tenant, token_collection.relevant_settings(operation)) as prepared:
        own = {name: str(prepared.preconditions.value(name)) for name in names}
        foreign = token_collection.of_other_kinds(*[KINDS[name] for name in names])
        taken = [
            f"{kind} for {name}"
            for name, value in own.items()
            for kind, token in foreign.items()
            if prepared.send(**prepared.replacing({value: token})).ok
        ]
        assert taken == []
        reply = prepared.send()
        assert reply.ok or reply.error_code in NO_LOGIN_YET, f"its own token is refused too: {reply.summary}"


@pytest.mark.security(22, "ASVS 5.0 9.2.2", "ASVS 5.0 6.6.2")
@pytest.mark.rule("recovery.reset_token_belongs_to_its_account")
def test_reset_token_sets_its_own_password_only(journey: Journey, person: Person) -> None:
    thief = journey.verified_person()
    journey.forget_password(thief)
    token = journey.mailbox.wait(to=thief.email, kind="forgotpassword").token
    password, newest = new_password(), journey.verified_person()
    body = {"resettoken": token, "password": password, "email": person.email, "uid": person.uid}
    journey.client.call("authentication.reset_password_by_reset_token", body=body, query={"uid": person.uid})
    assert attempt_login(journey, thief, password).ok
    for other in (person, newest):
        assert attempt_login(journey, other, password).error_code == WRONG_PASSWORD
        log_in(journey, other)


@pytest.mark.preset("strict-security", token_limit=0)
@pytest.mark.security(23, "ASVS 5.0 7.2.3", "ASVS 5.0 6.5.3", "WSTG-SESS-01")
@pytest.mark.rule("links.tokens_cannot_be_guessed")
def test_link_tokens_cannot_be_guessed(tenant_context: TenantContext) -> None:
    body = {"email": tenant_context.journey.verified_person().email}
    made = repeat(tenant_context, "account.get_forgot_password_token", SAMPLES, body=body)
    tokens = [answer["ForgotToken"] for answer in made]
    assert {len(token) for token in tokens} == {32}
    assert_random(tokens)


@pytest.mark.preset("strict-security", sessions_kept=2 * SAMPLES)  # so that no session is evicted
@pytest.mark.security(23, "ASVS 5.0 7.2.3", "WSTG-SESS-01")
@pytest.mark.rule("tokens.values_cannot_be_guessed")
def test_access_and_refresh_tokens_cannot_be_guessed(tenant_context: TenantContext) -> None:
    query = {"uid": tenant_context.journey.verified_person().uid}
    made = list(repeat(tenant_context, "account.get_access_token_by_uid", SAMPLES, query=query))
    assert_random([answer["access_token"].replace("-", "") for answer in made])
    assert_random([answer["refresh_token"].replace("-", "") for answer in made])
    assert not {answer["access_token"] for answer in made} & {answer["refresh_token"] for answer in made}


def assert_random(tokens: list[str]) -> None:
    """Assert that texts are distinct, long, and without a prefix, a counter or a preferred digit.

    Encrypted tokens differ in length, and have no position with hexadecimal digits alone.
    """
    assert len(set(tokens)) == len(tokens)
    tokens = [token[: min(map(len, tokens))] for token in tokens]
    assert rises(tokens) < SIX_SIGMA
    assert bits(tokens) >= ENOUGH_BITS
    combined = [token for token in zip(*tokens, strict=True) if set(token) == set(HEXADECIMAL)]
    if combined:
        assert worst_spread(["".join(letters) for letters in zip(*combined, strict=True)], HEXADECIMAL) < 1


@pytest.mark.parametrize("operation", USER_CALLS)
@pytest.mark.security(49, "ASVS 5.0 9.2.2", "ASVS 5.0 6.6.2", "ASVS 5.0 7.2.2")
@pytest.mark.rule(
    "tokens.refresh_token_opens_nothing_else", "tokens.one_time_tokens_open_nothing_else", "credentials.key_is_no_token"
)
def test_no_other_value_is_accepted_as_access_token(operation: Operation, token_collection: TokenCollection) -> None:
    with prepare(operation, token_collection.tenant, token_collection.relevant_settings(operation)) as prepared:
        taken = [
            kind
            for kind, token in token_collection.of_other_kinds("access token").items()
            if prepared.send(token=token).ok
        ]
    assert taken == []


@pytest.mark.security(49, "ASVS 5.0 9.2.2")
@pytest.mark.rule("tokens.access_token_refreshes_nothing")
def test_access_token_cannot_refresh(journey: Journey, session: Session) -> None:
    def refreshed(token: str) -> ApiResponse:
        query = {"refresh_Token": token}
        return journey.client.call("account.refresh_access_token_by_refresh_token", query=query)

    refreshed(session.token).must_be_refused(ErrorCode.REFRESH_TOKEN_INVALID)
    refreshed(session.refresh_token).must_succeed()


@pytest.mark.parametrize("credential", ["apikey", "apisecret", "sott"])
@pytest.mark.security(49, "ASVS 5.0 9.2.2", "ASVS 5.0 8.2.1")
@pytest.mark.rule("credentials.key_is_no_token")
def test_no_token_is_accepted_as_tenant_credential(token_collection: TokenCollection, credential: str) -> None:
    call = token_collection.tenant.client.call
    operation = "authentication.register_by_email" if credential == "sott" else "role.list_roles"
    body = {
        "Email": [{"Type": "Primary", "Value": token_collection.tenant.journey.new_person().email}],
        "Password": new_password(),
    }
    own = {"apikey": "API key", "apisecret": "API secret"}.get(credential, "")
    taken = [
        kind
        for kind, token in token_collection.of_other_kinds(own).items()
        if call(operation, body=body if credential == "sott" else None, credentials={credential: token}).ok
    ]
    assert taken == []


@pytest.mark.preset("step-up")
@pytest.mark.security(49, "ASVS 5.0 9.2.2")
@pytest.mark.rule("step_up.token_belongs_to_its_proof")
def test_password_proof_is_not_a_second_factor_proof(journey: Journey, person: Person, session: Session) -> None:
    proof = journey.reauthentication.by_password(session, person)
    body = {"secondfactorvalidationtoken": proof}
    assert not journey.client.call("reauthentication.check_mfa", path={"uid": person.uid}, body=body).ok
