"""What the client sends, and what it makes of the answer."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ContractViolationError
from loginradius_harness.client.exchange import Exchange
from loginradius_harness.client.response import Refused, expect_error
from loginradius_harness.contracts import Violation
from loginradius_harness.contracts.codes import ErrorCode
from tests.scripted_tenant import KEY, SECRET, ScriptedTenant, refusal

POSTED = httpx.Response(200, json={"IsPosted": True})
EXISTS = {"IsExist": True}


def ask(client: Client, tenant: ScriptedTenant, operation: str, answer: httpx.Response, **parts: Any) -> httpx.Request:
    """Return the request that a call sends."""
    tenant.will_answer(answer)
    client.call(operation, check=False, **parts)
    return tenant.requests[-1]


def test_key_travels_in_the_query(client: Client, tenant: ScriptedTenant) -> None:
    answer = httpx.Response(200, json=EXISTS)
    request = ask(client, tenant, "authentication.check_email_availability", answer, query={"email": "a@b.co"})
    assert dict(request.url.params) == {"apikey": KEY, "email": "a@b.co"}
    assert request.url.host == "api.loginradius.com"


def test_token_travels_as_bearer(client: Client, tenant: ScriptedTenant) -> None:
    request = ask(client, tenant, "authentication.validate_access_token", POSTED, token="t")
    assert request.headers["authorization"] == "Bearer t"


def test_secret_travels_in_its_header(client: Client, tenant: ScriptedTenant) -> None:
    request = ask(client, tenant, "account.get_account_profile_by_uid", POSTED, path={"uid": "a/b?c"})
    assert request.headers["x-loginradius-apisecret"] == SECRET
    assert request.url.raw_path.startswith(b"/identity/v2/manage/account/a%2Fb%3Fc?")
    assert SECRET not in str(request.url)


def test_legacy_family_takes_key_and_secret_by_its_own_names(client: Client, tenant: ScriptedTenant) -> None:
    request = ask(client, tenant, "social.validate_access_token", POSTED, token="t")
    assert dict(request.url.params) == {"key": KEY, "secret": SECRET, "access_token": "t"}


def test_sott_is_made_by_the_tenants_clock(client: Client, tenant: ScriptedTenant) -> None:
    request = ask(client, tenant, "authentication.register_by_email", POSTED, body={})
    assert "*" in request.headers["x-loginradius-sott"]
    assert client.clock.now().year == 2030


@pytest.mark.parametrize(
    ("replaced", "seen"), [({"apikey": None}, None), ({"apikey": ""}, ""), ({"apikey": "junk"}, "junk")]
)
def test_one_credential_is_replaced_or_left_out(
    client: Client, tenant: ScriptedTenant, replaced: dict[str, str | None], seen: str | None
) -> None:
    request = ask(client, tenant, "authentication.validate_access_token", POSTED, token="t", credentials=replaced)
    assert request.url.params.get("apikey") == seen
    assert request.headers["authorization"] == "Bearer t"


def test_configuration_is_asked_of_its_own_host(client: Client, tenant: ScriptedTenant) -> None:
    assert ask(client, tenant, "configuration.get_configurations", POSTED).url.host == "config.lrcontent.com"


def test_body_of_bytes_is_sent_as_it_is(client: Client, tenant: ScriptedTenant) -> None:
    request = ask(client, tenant, "authentication.login_by_email", POSTED, body=b'{"email":')
    assert request.content == b'{"email":'


def test_none_is_left_out_of_the_query_and_booleans_are_lower_case(client: Client, tenant: ScriptedTenant) -> None:
    query = {"preventRefresh": True, "fields": None}
    request = ask(client, tenant, "authentication.invalidate_access_token", POSTED, token="t", query=query)
    assert dict(request.url.params) == {"apikey": KEY, "preventRefresh": "true"}


def test_standing_wishes_of_the_target_are_on_every_request(
    make_client: Callable[..., Client], tenant: ScriptedTenant
) -> None:
    client = make_client(region="eu", origin_ip="203.0.113.7", prevent_webhook=True)
    request = ask(client, tenant, "authentication.validate_access_token", POSTED, token="t")
    assert request.url.params["region"] == "eu"
    assert request.headers["x-origin-ip"] == "203.0.113.7"
    assert request.headers["x-preventwebhook"] == "true"


def test_signed_management_call_carries_no_secret(make_client: Callable[..., Client], tenant: ScriptedTenant) -> None:
    client = make_client(sign_requests=True)
    request = ask(client, tenant, "account.get_account_profile_by_uid", POSTED, path={"uid": "u"})
    assert request.headers["digest"].startswith("SHA-256=")
    assert "x-loginradius-apisecret" not in request.headers


def test_missing_path_parameter_is_a_programmers_mistake(client: Client) -> None:
    with pytest.raises(KeyError, match="uid"):
        client.call("account.get_account_profile_by_uid")


def test_unknown_operation_is_answered_with_the_nearest(client: Client) -> None:
    with pytest.raises(KeyError, match=r"did you mean authentication\.login_by_email"):
        client.call("authentication.login_by_mail")


def test_broken_promise_is_raised_with_place_and_replay(client: Client, tenant: ScriptedTenant) -> None:
    tenant.will_answer(httpx.Response(200, json={"IsExist": "yes"}))
    with pytest.raises(ContractViolationError) as caught:
        client.call("authentication.check_email_availability", query={"email": "a@b.co"})
    assert caught.value.operation == "authentication.check_email_availability"
    assert "/IsExist" in caught.value.requirement
    assert caught.value.actual == "'yes'"
    assert caught.value.replay.startswith("curl ")


def test_json_under_another_content_type_breaks_the_promise(client: Client, tenant: ScriptedTenant) -> None:
    answer = httpx.Response(200, content=json.dumps(EXISTS), headers={"content-type": "text/html"})
    tenant.will_answer(answer)
    with pytest.raises(ContractViolationError, match="text/html"):
        client.call("authentication.check_email_availability", query={"email": "a@b.co"})


def test_unknown_member_is_drift_and_not_raised(
    client: Client, tenant: ScriptedTenant, exchanges: list[Exchange]
) -> None:
    tenant.will_answer(httpx.Response(200, json=EXISTS | {"New": 1}))
    reply = client.call("authentication.check_email_availability", query={"email": "a@b.co"})
    assert reply.ok
    assert [violation.kind for violation in exchanges[0].violations] == ["drift"]


def test_refusal_is_a_reply(client: Client, tenant: ScriptedTenant) -> None:
    tenant.will_answer(refusal(ErrorCode.CREDENTIALS_INCORRECT, 401))
    reply = client.call("authentication.login_by_email", body={"email": "a@b.co", "password": "p"})
    assert (reply.ok, reply.status, reply.error_code) == (False, 401, ErrorCode.CREDENTIALS_INCORRECT)


def test_projection_may_leave_members_out(client: Client, tenant: ScriptedTenant) -> None:
    tenant.will_answer(httpx.Response(200, json={}))
    assert client.call("authentication.get_profile", token="t", query={"fields": "Nothing"}).ok


def test_hook_of_the_sender_stops_a_call_before_it_is_sent(client: Client, tenant: ScriptedTenant) -> None:
    def refuse(_request: object) -> None:
        raise RuntimeError("refused")

    client.sender.before_request.append(refuse)
    with pytest.raises(RuntimeError, match="refused"):
        client.call("authentication.validate_access_token", token="t")
    assert tenant.requests == []


def test_repr_of_a_reply_shows_no_data(client: Client, tenant: ScriptedTenant) -> None:
    tenant.will_answer(httpx.Response(200, json={"access_token": "very-secret"}))
    assert repr(client.call("authentication.validate_access_token", token="t", check=False)) == (
        "<authentication.validate_access_token: 200>"
    )


def test_refused_block_wants_the_code(client: Client, tenant: ScriptedTenant) -> None:
    tenant.will_answer(refusal(ErrorCode.CREDENTIALS_INCORRECT, 401))
    with expect_error(ErrorCode.CREDENTIALS_INCORRECT) as refusal_met:
        client.call("authentication.login_by_email", body={}, check=False).must_succeed()
    assert refusal_met.reply is not None
    assert refusal_met.reply.status == 401


def test_refused_block_that_meets_another_code_fails(client: Client, tenant: ScriptedTenant) -> None:
    tenant.will_answer(refusal(ErrorCode.ACCOUNT_NOT_FOUND, 403))
    with pytest.raises(ContractViolationError, match="938"), expect_error(ErrorCode.CREDENTIALS_INCORRECT):
        client.call("authentication.login_by_email", body={}, check=False).must_succeed()


def test_refused_block_that_meets_success_fails() -> None:
    with pytest.raises(ContractViolationError, match="it succeeded"), expect_error(ErrorCode.CREDENTIALS_INCORRECT):
        pass


def test_story_that_is_refused_says_code_and_meaning(client: Client, tenant: ScriptedTenant) -> None:
    tenant.will_answer(refusal(ErrorCode.EMAIL_NOT_VERIFIED, 403))
    with pytest.raises(Refused, match=r"970 \(.+\)"):
        client.call("authentication.login_by_email", body={}, check=False).must_succeed()


def test_other_refusal_than_an_inferred_code_is_a_hint_on_a_tenant(client: Client, tenant: ScriptedTenant) -> None:
    hints: list[tuple[str, Violation]] = []
    client.hint_listeners.append(lambda operation, hint: hints.append((operation, hint)))
    tenant.will_answer(refusal(ErrorCode.ACCOUNT_NOT_FOUND, 403))
    client.call("role.list_roles", check=False).must_be_refused(ErrorCode.PARAMETER_MALFORMED)
    [(operation, hint)] = hints
    assert (operation, hint.kind, hint.grade) == ("role.list_roles", "hint", "inferred")
    assert hint.actual.startswith("403, 938 ")


@pytest.mark.parametrize("members", [{"strict": True}, {"environment": "emulator"}])
def test_every_code_is_binding_where_the_target_is_strict(
    make_client: Callable[..., Client], tenant: ScriptedTenant, members: dict[str, Any]
) -> None:
    tenant.will_answer(refusal(ErrorCode.ACCOUNT_NOT_FOUND, 403))
    reply = make_client(**members).call("role.list_roles", check=False)
    with pytest.raises(ContractViolationError, match="938") as broken:
        reply.must_be_refused(ErrorCode.PARAMETER_MALFORMED)
    assert broken.value.grade == "inferred"
    assert broken.value.source.startswith("product-facts.md#roles-and-records")
