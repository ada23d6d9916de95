"""The list of differences is exact: nothing missing, no divergence closed unnoticed, none unlisted."""

import ast
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from loginradius_harness import contracts
from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.control import fidelity
from loginradius_harness.emulator.core.oauth_client import CALLBACK
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.state.single_use_tokens import SWEEP_EVERY
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Control, Manage, Member, ProviderUser
from tests.emulator.enrolment import account_of, token_of

EMULATOR = Path(fidelity.__file__).parents[1]
CHECKED: set[str] = set()


def diverges(name: str) -> Callable[[Any], Any]:
    """Mark the test that shows that a divergence still holds."""
    CHECKED.add(name)
    return lambda test: test


def test_every_operation_is_emulated() -> None:
    assert [row.operation for row in fidelity.rows() if not row.emulated] == []
    assert [row.operation for row in fidelity.rows()] == [operation.id for operation in contracts.operations()]


def test_every_operation_is_bound_by_a_rule() -> None:
    assert [row.operation for row in fidelity.rows() if not row.rules] == []


def test_shares_of_evidence_add_up() -> None:
    assert set(fidelity.shares()) == {"documented", "inferred", "observed", "sdk"}
    assert sum(fidelity.shares().values()) == pytest.approx(1)


def test_guesses_are_the_settings_marked_inferred() -> None:
    files = (EMULATOR / "core" / "settings").glob("*.py")
    marked = sum(file.read_text(encoding="utf-8").count("inferred=True") for file in files)
    assert len(fidelity.inferred_defaults()) == marked


def test_ledger_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert fidelity.show() == 0
    answer = " ".join(capsys.readouterr().out.split())
    assert f"{len(contracts.operations())}/{len(contracts.operations())} operations emulated" in answer
    assert "evidence of" in answer
    assert [name for name in fidelity.DIVERGENCES if f"diverges: {name}:" not in answer] == []


def test_no_name_is_cut_where_a_program_reads_the_ledger(capsys: pytest.CaptureFixture[str]) -> None:
    fidelity.show()
    first_words = {line.split()[0] for line in capsys.readouterr().out.splitlines() if line.strip()}
    assert {operation.id for operation in contracts.operations()} - first_words == set()


def test_every_divergence_is_checked_below() -> None:
    assert set(fidelity.DIVERGENCES) == CHECKED


# --- divergences that still hold --------------------------------------------------------------------------------------


def codes_in_handlers() -> Iterator[int]:
    """Codes that the source of the emulator names."""
    for path in EMULATOR.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree) if path.parent.name != "faults" and path.name != "fidelity.py" else ():
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "ErrorCode":
                yield ErrorCode[node.attr]


def codes_in_requests(part: Any, *, refuses: bool = False) -> Iterator[int]:
    """Codes that a contract's request side refuses with: `x-missing`, `x-invalid`."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from codes_in_requests(value, refuses=refuses or name.startswith("x-"))
    elif isinstance(part, list):
        for value in part:
            yield from codes_in_requests(value, refuses=refuses)
    elif refuses and isinstance(part, int):
        yield part


@diverges("codes.unanswered")
def test_codes_that_are_never_answered_are_listed_exactly() -> None:
    promised = {code for operation in contracts.operations() for code in operation.codes}
    answered = set(codes_in_handlers())
    for operation in contracts.operations():
        answered.update(codes_in_requests(operation.query), codes_in_requests(operation.body))
    for path in reference_data.ROOT.glob("schemas/*.json"):
        answered.update(codes_in_requests(json.loads(path.read_bytes())))
    for codes in (
        *contracts.default_error_codes().values(),
        *(known.codes for known in contracts.credentials().values()),
    ):
        answered.update(codes.values())
    assert promised - answered == {code for codes in fidelity.UNANSWERED.values() for code in codes}


@diverges("captcha.magic")
@pytest.mark.preset("default", bot_protection=["PostForgotPasswordByEmail"])
def test_one_captcha_answer_is_right(ask: Ask, person: Member) -> None:
    def forget(answer: str) -> int | None:
        return ask("authentication.forgot_password", body={"email": person.email, "g-recaptcha-response": answer}).code

    assert (forget("pass"), forget("another")) == (None, ErrorCode.CAPTCHA_MISSING_OR_INCORRECT)


@diverges("credentials.one_secret")
def test_second_secret_is_wrong(ask: Ask) -> None:
    headers = {"X-LoginRadius-ApiSecret": "99999999-6666-7777-8888-999999999999"}
    assert ask("role.list_roles", secret=False, headers=headers).code == ErrorCode.API_SECRET_MISMATCH


@diverges("high_concurrency.one_store")
@pytest.mark.preset("high-concurrency")
def test_high_concurrency_api_sees_the_users_of_the_tenant(ask: Ask, person: Member) -> None:
    assert ask("high_concurrency.check_email", body={"email": person.email}).data == {"Exists": True}


@diverges("limits.per_tenant")
@pytest.mark.preset("default", rate_limit_per_second=1)
def test_operations_of_two_groups_share_a_limit(ask: Ask, tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(tenant.clock), "now", lambda _: 1_900_000_000.0)
    assert [ask("configuration.get_configurations").status, ask("role.list_roles").status] == [200, 429]


@diverges("locations.none")
def test_places_are_unknown(ask: Ask, tenant: Tenant, person: Member) -> None:
    profile = ask("authentication.get_profile", token=token_of(tenant, person)).data
    assert [profile[name] for name in ("LocalCity", "LocalCountry", "LastLoginLocation")] == [None] * 3


@diverges("messages.outbox")
def test_no_message_leaves_the_process(
    ask: Ask, tenant: Tenant, person: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    ask("authentication.forgot_password", body={"email": person.email})
    tenant.messages.sms_code("phoneidverification", "+15550100100", person.uid)
    assert [message.channel for message in tenant.outbox.find()][-2:] == ["mail", "sms"]


@diverges("risk.two_factors")
@pytest.mark.preset("default", risk_based=True)
def test_only_browser_and_address_are_remembered(ask: Ask, tenant: Tenant, person: Member) -> None:
    ask("authentication.login_by_email", body={"email": person.email, "password": person.password})
    assert set(account_of(tenant, person).seen or {}) == {"browser", "ip"}


@diverges("sessions.bounded")
def test_hundred_and_first_session_ends_the_first(ask: Ask, tenant: Tenant, person: Member) -> None:
    assert tenant.settings.session_limit == 0
    first, *_ = [token_of(tenant, person) for _ in range(101)]
    assert ask("authentication.validate_access_token", token=first).code == ErrorCode.ACCESS_TOKEN_INVALID


@diverges("social.scripted")
def test_token_that_no_script_made_is_refused(ask: Ask, provider_user: ProviderUser) -> None:
    def log_in(token: str) -> int | None:
        return ask("native_social.by_facebook_access_token", query={"fb_Access_Token": token}).code

    assert log_in(provider_user("facebook", email="ada@example.com", email_verified=True)["access_token"]) is None
    assert log_in("anything-else") == ErrorCode.PROVIDER_ERROR


@diverges("tokens.remembered")
def test_expired_link_is_unknown_in_the_end(tenant: Tenant, control: Control) -> None:
    old = tenant.single_use_tokens.issue("emailverification", None, tenant.settings)
    control("POST clock", {"advance_seconds": tenant.settings.link_seconds + 86_401})
    for _ in range(SWEEP_EVERY):
        tenant.single_use_tokens.issue("request", None, tenant.settings)
    assert tenant.single_use_tokens.kind_of(old.value) is None


@diverges("transport.plain")
def test_plain_http_answers_every_hosts_paths(ask: Ask) -> None:
    hosts = {contracts.get(name).host for name in ("configuration.get_configurations", "configuration.get_server_time")}
    assert len(hosts) == 2
    assert ask("configuration.get_configurations").status == ask("configuration.get_server_time").status == 200


@diverges("federation.code_alone")
def test_app_knows_no_implicit_and_no_password_grant(ask: Ask) -> None:
    path = {"oidcappname": "emulated"}
    query = {"client_id": "lrh-web-client", "redirect_uri": CALLBACK, "response_type": "token", "scope": "openid"}
    answer = ask("oidc.authorize", path=path, query=query)
    assert "error=unsupported_response_type" in answer.headers["location"]
    assert ask("oidc.token", path=path, body={"grant_type": "password"}).data["error"] == "unsupported_grant_type"


@diverges("federation.one_hub")
def test_app_is_found_by_its_name_without_an_api_key(app: App, tenant: Tenant, ask: Ask) -> None:
    app.registry.fork(tenant).settings.federation_apps = ["shop"]
    path, without_key = {"oidcappname": "shop"}, {"X-LoginRadius-ApiKey": ""}
    assert ask("oidc.get_discovery", path=path, headers=without_key).status == 200
    assert ask("oidc.get_discovery", path=path, key=tenant.key).status == 400  # the default tenant's has another name


@diverges("organizations.connections")
@pytest.mark.preset("organizations")
def test_connection_of_an_organization_is_offered_to_nobody(ask: Ask) -> None:
    def offered() -> str:
        return json.dumps(ask("configuration.get_configurations").data)

    before = offered()
    path = {"org_id": ask("organization.create", body={"Name": "Engines", "JITPolicy": {"Enabled": True}}).data["Id"]}
    made = {"Name": "engines-idp", "Domain": "engines.example.com", "ConnectionType": "oidc_custom"}
    given = {**made, "Issuer": "https://id.example.com", "ClientId": "engines", "ClientSecret": "secret"}
    connection = {**path, "connection_id": ask("organization_connection.create", path=path, body=given).data["Id"]}
    switched = ask("organization_connection.update_status", path=connection, body={"Active": True}).data
    assert (switched["IsActive"], offered()) == (True, before)


@diverges("saml.signed_alone")
@pytest.mark.preset("administration")
def test_metadata_names_no_key_for_encryption(ask: Ask, manage: Manage) -> None:
    manage("saml_integration.create", body={"AppName": "shop"})
    metadata = ask("saml.get_idp_metadata", query={"appName": "shop"}).data
    assert ('use="signing"' in metadata, 'use="encryption"' in metadata) == (True, False)
