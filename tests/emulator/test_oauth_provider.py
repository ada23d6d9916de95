"""Providers of OAuth of the tenant's own, beside other social providers."""

from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Control, Manage
from tests.emulator.test_saml_provider import NEW as SAML

pytestmark = pytest.mark.preset("administration")

NEW: dict[str, Any] = {
    "ProviderName": "Portal",
    "UserLoginEndpoint": "https://id.example.com/authorize",
    "AccessTokenEndpoint": "https://id.example.com/token",
    "ApplicationKey": "app",
    "ApplicationSecret": "secret",
    "Scope": "openid",
    "ResponseType": "code",
    "DataMap": {"ID": "sub"},
    "RequestTokenHttpMethod": "POST",
}


def test_added_provider_is_switched_like_any_other(manage: Manage, tenant: Tenant) -> None:
    assert manage("oauth_provider.create", body=NEW).data["IsActive"] is True
    assert tenant.settings.social_providers[-1] == "portal"
    switch = {"Data": [{"ProviderName": "portal", "IsActive": False}]}
    assert manage("social_provider.set_status", body=switch).status == 200
    (listed,) = manage("oauth_provider.list").data["Data"]
    assert (listed["ProviderName"], listed["IsActive"]) == ("portal", False)


@pytest.mark.parametrize("name", ["Google", "MyJWT", "a b", "ä"])
def test_name_that_cannot_be_given_is_refused(manage: Manage, name: str) -> None:
    refused = manage("oauth_provider.create", body={**NEW, "ProviderName": name})
    assert refused.code == ErrorCode.PROVIDER_INVALID


def test_null_changes_nothing(manage: Manage) -> None:
    manage("oauth_provider.create", body={**NEW, "EnableAutoLookUp": True})
    body = {"ProviderName": "portal", "EnableAutoLookUp": None}
    assert manage("oauth_provider.update", body=body).data["EnableAutoLookUp"] is True


def test_removed_provider_leaves_no_setting(manage: Manage, tenant: Tenant) -> None:
    before = list(tenant.settings.social_providers)
    manage("oauth_provider.create", body=NEW)
    assert manage("oauth_provider.delete", body={"ProviderName": "PORTAL"}).data == {"IsDeleted": True}
    assert tenant.settings.social_providers == before
    assert manage("social_provider.get", path={"provider": "portal"}).code == ErrorCode.PROVIDER_NOT_CONFIGURED


@pytest.mark.parametrize("named", ["shop-login", "shop_login", "s"])
def test_names_that_management_adds_are_names_that_it_sets_up(manage: Manage, named: str) -> None:
    assert manage("social_provider.update", path={"provider": named}, body={"IsActive": True}).status == 200
    assert manage("social_provider.delete", path={"provider": named}).status == 200


@pytest.mark.parametrize("named", ["shop login", "shop.login", "s" * 51])
def test_names_that_management_does_not_add_are_not_set_up(manage: Manage, named: str) -> None:
    refused = manage("social_provider.update", path={"provider": named}, body={"IsActive": True})
    assert refused.code == ErrorCode.PROVIDER_INVALID


@pytest.mark.parametrize(("name", "body"), [("oauth_provider", NEW), ("saml_provider", SAML)])
def test_reset_leaves_no_provider_of_the_tenants_own(
    manage: Manage, control: Control, app: App, name: str, body: dict[str, Any]
) -> None:
    before = app.registry.default.settings.social_providers
    assert manage(f"{name}.create", body=body).status == 200
    assert "portal" in app.registry.default.settings.social_providers
    control("POST reset")
    assert app.registry.default.settings.social_providers == before
