"""The control API: every call, what it refuses, and its own description."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.control.api import ControlApi
from loginradius_harness.emulator.control.routes import routes
from loginradius_harness.emulator.core.presets import PRESETS
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.tenant import Tenant

from .conftest import Ask, Control, Member

Last = Callable[[str, str], Message]


def log_in(ask: Ask, person: Member, **more: Any) -> Any:
    return ask("authentication.login_by_email", body={"email": person.email, "password": person.password}, **more)


# --- outbox -----------------------------------------------------------------------------------------------------------


def test_outbox_is_searched_by_address_kind_and_id(control: Control, tenant: Tenant) -> None:
    for to, kind in (("ada@example.com", "welcome"), ("ada@example.com", "autologin"), ("eve@example.com", "welcome")):
        tenant.outbox.add(0, channel="mail", to=to, kind=kind)

    def found(**query: Any) -> list[int]:
        return [message["id"] for message in control("GET outbox", **query).data["messages"]]

    assert found() == [1, 2, 3]
    assert found(to="ADA@example.com") == [1, 2]
    assert found(kind="welcome") == [1, 3]
    assert found(to="ada@example.com", kind="welcome", after=1) == []


def test_outbox_answers_with_the_message_that_it_waited_for(app: App, loop: asyncio.AbstractEventLoop) -> None:
    tenant, control = app.registry.default, routes(ControlApi)["GET", "outbox"]

    async def wait() -> list[str]:
        query = control.arguments({"to": "ada@example.com", "wait": "60"}, b"")
        waiting = asyncio.ensure_future(control.method(app.control, tenant, **query))
        await asyncio.wait([waiting], timeout=0)  # lets it begin
        tenant.outbox.add(0, channel="mail", to="eve@example.com", kind="welcome")
        _, pending = await asyncio.wait([waiting], timeout=0)
        assert pending
        tenant.outbox.add(0, channel="mail", to="ada@example.com", kind="welcome")
        return [message.to for message in (await waiting).messages]

    assert loop.run_until_complete(wait()) == ["ada@example.com"]


def test_outbox_answers_empty_after_the_wait(control: Control) -> None:
    assert control("GET outbox", wait=0.01).data == {"messages": []}


# --- settings and tenants ---------------------------------------------------------------------------------------------


def test_settings_are_changed_and_shown(control: Control, tenant: Tenant) -> None:
    changed = control("PATCH settings", {"mfa": "required", "custom_objects": ["orders"]}).data
    assert (tenant.settings.mfa, tenant.settings.custom_objects) == ("required", ["orders"])
    assert changed == control("GET settings").data


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"mffa": "required", "lok": 1}, "no setting 'mffa'; did you mean 'mfa'?; no setting 'lok'"),
        ({"mfa": "always"}, "setting 'mfa' is refused: invalid enum value 'always'"),
        ({"otp_length": "6"}, "setting 'otp_length' is refused: expected `int`, got `str`"),
    ],
)
def test_one_invalid_setting_changes_none(
    control: Control, tenant: Tenant, wrong: dict[str, Any], message: str
) -> None:
    refused = control("PATCH settings", {"pin": True, **wrong})
    assert refused.status == 400
    assert message in refused.data["error"]
    assert tenant.settings == Settings()


def test_settings_are_replaced_by_those_of_a_preset(control: Control, tenant: Tenant) -> None:
    tenant.settings.pin = True
    control("PUT settings", {"preset": "mfa-required", "settings": {"otp_length": 8}})
    assert tenant.settings == Settings(mfa="required", otp_length=8)
    assert control("PUT settings", {"preset": "mfa-requird"}).data["error"].endswith("did you mean 'mfa-required'?")


def test_presets_are_listed(control: Control) -> None:
    assert control("GET presets").data == {"presets": PRESETS}


def test_tenants_are_made_listed_and_dropped(control: Control, tenant: Tenant) -> None:
    made = control("POST tenants", {"preset": "pin", "settings": {"app_name": "second"}}).data
    assert control("GET settings", apikey=made["apikey"]).data["pin"] is True
    assert control("GET tenants").data["tenants"] == [
        {"apikey": tenant.key, "app_name": "emulated", "users": 0, "default": True},
        {"apikey": made["apikey"], "app_name": "second", "users": 0, "default": False},
    ]
    assert control("DELETE tenants", apikey=made["apikey"]).data == {"dropped": True}
    assert control("GET settings", apikey=made["apikey"]).status == 404


def test_default_tenant_stays(control: Control) -> None:
    assert control("DELETE tenants").data == {"dropped": False}
    assert control("GET health").data["tenants"] == 1


def test_tenants_know_nothing_of_each_other(ask: Ask, control: Control, person: Member) -> None:
    other = control("POST tenants", {}).data["apikey"]
    assert log_in(ask, person).status == 200
    assert log_in(ask, person, key=other).code == ErrorCode.ACCOUNT_NOT_FOUND
    assert control("GET users", apikey=other).data["count"] == 0


# --- state ------------------------------------------------------------------------------------------------------------


def test_reset_forgets_all_but_key_secret_and_settings(ask: Ask, control: Control, app: App, person: Member) -> None:
    before = app.registry.default
    control("PATCH settings", {"app_name": "kept"})
    control("POST clock", {"advance_seconds": 3600})
    token = log_in(ask, person).data["access_token"]
    assert control("POST reset").data == {"apikey": before.key}
    fresh = app.registry.default
    assert (fresh.key, fresh.secret, fresh.settings.app_name) == (before.key, before.secret, "kept")
    assert (len(fresh.accounts), fresh.outbox.find(), fresh.journal.count, fresh.clock.ahead) == (0, [], 0, 0)
    assert ask("authentication.validate_access_token", token=token).code == ErrorCode.ACCESS_TOKEN_INVALID


def test_seeded_users_log_in(ask: Ask, control: Control) -> None:
    seeded = control("POST seed", {"users": 3, "password": "a good passphrase 1"}).data
    assert len(set(seeded["emails"])) == 3
    for email in seeded["emails"]:
        assert log_in(ask, Member("", email, seeded["password"])).status == 200
    more = control("POST seed", {"users": 2}).data["emails"]
    assert not set(more) & set(seeded["emails"])


@pytest.mark.preset("default", lockout_type="Suspend", lockout_threshold=1)
def test_users_are_listed_as_they_stand(ask: Ask, control: Control, tenant: Tenant, person: Member) -> None:
    log_in(ask, person)
    ask("authentication.login_by_email", body={"email": person.email, "password": "wrong"})
    tenant.managed_account(person.uid).second_factors().totp_verified = True
    control("POST seed", {"users": 1})
    answer = control("GET users", search="ADA").data
    assert answer["count"] == 2
    [user] = answer["users"]
    assert user["emails"] == [{"value": person.email, "verified": True}]
    assert (user["lock"], user["factors"], user["logins"], user["sessions"]) == ("Suspend", ["authenticator"], 1, 1)
    control("POST clock", {"advance_seconds": 901})
    [user] = control("GET users", search=person.uid).data["users"]
    assert (user["lock"], user["sessions"]) == (None, 0)


def test_journal_counts_exactly(ask: Ask, control: Control, person: Member) -> None:
    for _ in range(3):
        log_in(ask, person)
    ask("configuration.get_configurations")
    answer = control("GET journal").data
    assert answer["count"] == 5
    assert answer["by_operation"] == {
        "account.create_account": 1,
        "authentication.login_by_email": 3,
        "configuration.get_configurations": 1,
    }
    assert [entry["number"] for entry in answer["entries"]] == [1, 2, 3, 4, 5]
    assert [entry["number"] for entry in control("GET journal", after=3).data["entries"]] == [4, 5]


def test_journal_keeps_no_secret(ask: Ask, control: Control, tenant: Tenant, person: Member) -> None:
    token = log_in(ask, person).data["access_token"]
    ask("authentication.validate_access_token", token=token)
    ask("authentication.check_email_availability", query={"email": person.email})
    answer = str(control("GET journal").data)
    assert [secret for secret in (token, tenant.secret, person.password, person.email) if secret in answer] == []


def test_journal_counts_what_it_no_longer_keeps(ask: Ask, control: Control) -> None:
    for _ in range(2_003):
        ask("configuration.get_configurations")
    answer = control("GET journal").data
    assert (answer["count"], answer["by_operation"]) == (2_003, {"configuration.get_configurations": 2_003})
    assert [answer["entries"][0]["number"], answer["entries"][-1]["number"]] == [4, 2_003]


# --- limits -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def standing_still(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """All requests of the test fall into one second."""
    monkeypatch.setattr(type(tenant.clock), "now", lambda clock: 1_900_000_000.0 + clock.ahead)


@pytest.mark.usefixtures("standing_still")
def test_rate_limit_is_switched_on_and_off(ask: Ask, control: Control) -> None:
    def statuses() -> list[int]:
        return [ask("configuration.get_configurations").status for _ in range(4)]

    assert statuses() == [200] * 4
    control("PATCH settings", {"rate_limit_per_second": 3})
    assert statuses() == [200, 200, 200, 429]
    control("POST clock", {"advance_seconds": 1})
    assert statuses() == [200, 200, 200, 429]
    control("PATCH settings", {"rate_limit_per_second": 0})
    assert statuses() == [200] * 4


@pytest.mark.usefixtures("standing_still")
@pytest.mark.preset("default", rate_limit_per_second=1)
def test_429_has_neither_body_nor_header_by_default(ask: Ask, control: Control) -> None:
    ask("configuration.get_configurations")
    bare = ask("configuration.get_configurations")
    assert (bare.status, bare.data, bare.headers.get("retry-after")) == (429, None, None)
    assert bare.headers["content-length"] == "0"
    control("PATCH settings", {"retry_after_seconds": 7, "rate_limit_envelope": True})
    answer = ask("configuration.get_configurations")
    assert (answer.status, answer.headers["retry-after"], answer.data["Message"]) == (429, "7", "too many requests")


@pytest.mark.usefixtures("standing_still")
@pytest.mark.preset("default", rate_limit_per_second=1)
def test_control_calls_are_not_limited(control: Control) -> None:
    assert {control("GET health").status for _ in range(5)} == {200}


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "body", "message"),
    [
        ("POST clock", {}, "`advance_seconds`"),
        ("POST clock", {"advance_seconds": "60"}, "Expected `float`, got `str`"),
        ("POST clock", {"advance_second": 60}, "did you mean 'advance_seconds'?"),
        ("POST clock", {"advance_seconds": 1e300}, "lies beyond the calendar"),
        ("POST clock", {"advance_seconds": -1e11}, "lies beyond the calendar"),
        ("POST clock", {"now": "2030-01-02T03:04:05"}, "Expected `datetime` with a timezone component"),
        ("POST clock", {"now": -1}, "lies beyond the calendar"),
        ("POST tenants", {"apikey": "mine"}, "the API key must be a dashed GUID"),
        ("POST tenants", {"apisecret": "mine"}, "the API secret must be a dashed GUID"),
        ("POST clock", [60], "Expected `object`, got `array`"),
        ("PATCH settings", [], "Expected `object`, got `array`"),
        ("POST seed", {"users": 0}, "Expected `int` >= 1"),
        ("POST seed", {"users": True}, "Expected `int`, got `bool`"),
        ("POST seed", {"users": 1, "pasword": "x"}, "did you mean 'password'?"),
        ("POST tenants", {"preset": "mfa"}, "no preset 'mfa'"),
        ("POST tenants", {"settings": {"mffa": 1}}, "did you mean 'mfa'?"),
        ("POST provider", {"id": "1"}, "`provider`"),
        ("PUT snapshot", {"snapshot": 99}, "not a snapshot of version 1"),
    ],
)
def test_invalid_body_is_refused_with_the_place(control: Control, call: str, body: Any, message: str) -> None:
    refused = control(call, body)
    assert refused.status == 400
    assert message in refused.data["error"]


@pytest.mark.parametrize(
    ("call", "query", "message"),
    [
        ("GET outbox", {"wait": "long"}, "Expected `float`, got `str` - at `$.wait`"),
        ("GET outbox", {"wait": "nan"}, "Expected `float` >= 0"),
        ("GET outbox", {"after": "-1"}, "Expected `int` >= 0"),
        ("GET outbox", {"form": "a@example.com"}, "has no 'form'; it takes to, kind, after, wait"),
        ("GET journal", {"after": "1.5"}, "Expected `int`"),
        ("GET users", {"limit": "0"}, "Expected `int` >= 1"),
    ],
)
def test_invalid_query_is_refused_with_the_place(
    control: Control, call: str, query: dict[str, str], message: str
) -> None:
    refused = control(call, **query)
    assert refused.status == 400
    assert message in refused.data["error"]


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 100_000, b'{"advance_seconds": 1e999}'])
def test_body_that_is_not_json_is_refused(control: Control, content: bytes) -> None:
    refused = control("POST clock", content=content)
    assert refused.status == 400
    assert refused.data["error"].startswith("the body of POST /clock is")


@pytest.mark.parametrize(
    ("call", "status", "message"),
    [
        ("GET outbux", 404, "did you mean /__emulator__/outbox?"),
        ("GET zzz", 404, "see /__emulator__/openapi.json"),
        ("GET __class__", 404, "no control call"),
        ("DELETE outbox", 405, "takes GET, not DELETE"),
        ("POST settings", 405, "takes GET, PATCH, PUT, not POST"),
    ],
)
def test_unknown_call_is_refused_with_a_hint(control: Control, call: str, status: int, message: str) -> None:
    refused = control(call)
    assert refused.status == status
    assert message in refused.data["error"]


@pytest.mark.parametrize("call", [f"{verb} {path}" for verb, path in routes(ControlApi) if path != "openapi.json"])
def test_every_call_refuses_an_unknown_tenant(control: Control, call: str) -> None:
    refused = control(call, {}, apikey="99999999-1111-2222-3333-444444444444")
    assert (refused.status, refused.data) == (404, {"error": "no tenant has this apikey"})


# --- its description --------------------------------------------------------------------------------------------------


def test_openapi_is_valid(control: Control) -> None:
    OpenAPIV31SpecValidator(control("GET openapi.json").data).validate()


def test_openapi_describes_every_call(control: Control) -> None:
    paths = control("GET openapi.json").data["paths"]
    described = {(verb.upper(), path.strip("/")) for path, calls in paths.items() for verb in calls}
    assert described == set(routes(ControlApi))
    assert [call["operationId"] for calls in paths.values() for call in calls.values() if not call["summary"]] == []


def test_openapi_describes_queries_and_bodies(control: Control) -> None:
    document = control("GET openapi.json").data
    asked = {parameter.get("name") for parameter in document["paths"]["/outbox"]["get"]["parameters"]}
    assert asked == {None, "to", "kind", "after", "wait"}  # None: the tenant's key, which all calls share
    seeding = document["components"]["schemas"]["SeedRequest"]
    assert seeding["required"] == ["users"]
    assert seeding["properties"]["users"] == {"type": "integer", "minimum": 1, "maximum": 1_000_000}


def test_settings_are_described_with_their_bounds(control: Control) -> None:
    described = control("GET openapi.json").data["components"]["schemas"]["Settings"]["properties"]
    assert described["password_max_age_days"] == {
        "type": "integer",
        "minimum": 0,
        "maximum": 36_500,
        "description": "Days until a password expires; 0: never",
        "default": 0,
    }


def test_start_loads_nothing_that_only_few_ask_for() -> None:
    script = (
        "import sys, loginradius_harness.cli.run_emulator;"
        " late = ('authlib', 'jinja2', 'joserfc', 'loginradius_harness.faults', 'rich');"
        " print([m for m in late if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_help_loads_no_server_and_no_contracts() -> None:
    script = (
        "import sys, loginradius_harness.cli.emulator;"
        " late = ('uvicorn', 'asyncio', 'jsonschema_rs', 'loginradius_harness.contracts');"
        " print([m for m in late if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
