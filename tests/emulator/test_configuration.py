"""The tenant's public configuration and its clock (product-facts.md#sott, #appinfo)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask

CLOCK = "%Y-%m-%d %H:%M:%S"


def configuration(ask: Ask) -> dict[str, Any]:
    """Return the public configuration."""
    data: dict[str, Any] = ask("configuration.get_configurations").data
    return data


def server_time(ask: Ask, **query: int) -> dict[str, Any]:
    """Return the SOTT window of the server time."""
    data: dict[str, Any] = ask("configuration.get_server_time", query=query).data
    return data


@pytest.mark.preset("lockout-suspend", mfa="required", email_verification="optional", phone_login=True)
def test_configuration_tells_the_settings(ask: Ask) -> None:
    answer = configuration(ask)
    assert answer["EmailVerificationFlow"] == "optional"
    assert answer["IsPhoneLogin"] is True
    assert (answer["TwoFactorAuthentication"]["IsEnabled"], answer["TwoFactorAuthentication"]["IsRequired"]) == (
        True,
        True,
    )
    assert answer["LoginLockedConfiguration"] == {
        "LoginLockedType": "Suspend",
        "MaximumFailedLoginAttempts": 3,
        "SuspendConfiguration": {"EffectivePeriodInSeconds": 900},
    }


def test_configuration_follows_a_change(ask: Ask, tenant: Tenant) -> None:
    assert configuration(ask)["PrivacyPolicyConfiguration"]["PrivacyPolicies"] == []
    tenant.settings.privacy_policy_version = "3.1"
    assert configuration(ask)["PrivacyPolicyConfiguration"]["PrivacyPolicies"][0]["Version"] == "3.1"


def test_password_rules_are_the_tenants(ask: Ask, tenant: Tenant) -> None:
    tenant.settings.password_min_length, tenant.settings.password_max_length = 12, 64
    rules = {field["name"]: field["rules"] for field in configuration(ask)["RegistrationFormSchema"]}
    assert rules["password"] == "min_length[12]|max_length[64]|required"


def test_configuration_needs_a_known_key(ask: Ask) -> None:
    assert ask("configuration.get_configurations", key="not-a-key").code == ErrorCode.API_KEY_INVALID


def test_server_time_is_the_tenants_clock(ask: Ask, tenant: Tenant) -> None:
    tenant.clock.advance(86_400)
    answer = datetime.strptime(server_time(ask)["CurrentTime"], CLOCK).replace(tzinfo=UTC).timestamp()
    assert abs(answer - tenant.clock.now()) < 2


@pytest.mark.parametrize(("query", "minutes"), [({}, 10), ({"timeDifference": 25}, 25)])
def test_server_time_offers_a_sott_window(ask: Ask, query: dict[str, int], minutes: int) -> None:
    window = server_time(ask, **query)["Sott"]
    start, end = (datetime.strptime(window[name], CLOCK).replace(tzinfo=UTC) for name in ("StartTime", "EndTime"))
    assert (end - start, window["TimeDifference"]) == (timedelta(minutes=minutes), f"{minutes} Minutes")


def test_each_kind_of_template_has_a_name(ask: Ask) -> None:
    listed = ask("configuration.list_templates").data
    assert listed["EmailTemplates"]["Welcome"] == listed["SMSTemplates"]["SecondFactorAuthentication"] == ["default"]


def test_key_of_no_tenant_is_judged_without_a_refusal(ask: Ask, tenant: Tenant) -> None:
    right = {"apikey": tenant.key, "apisecret": tenant.secret}
    assert ask("configuration.validate_credentials", query=right).data == {"Status": True, "Messages": []}
    wrong = right | {"apikey": "00000000-0000-4000-8000-000000000000"}
    judged = ask("configuration.validate_credentials", query=wrong).data
    assert judged == {"Status": False, "Messages": ["API_KEY_NOT_VALID"]}
