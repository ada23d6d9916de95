"""Apps that get log-ins as JWTs, as management makes them: names and settings."""

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.settings import changed
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Manage

pytestmark = pytest.mark.preset("administration")

KEY = "a-key-of-many-characters"


@pytest.mark.parametrize("name", ["shop", "a/b", " shop", "Algo", "data-mapping"])
def test_name_that_is_taken_or_that_no_path_holds_is_refused(manage: Manage, tenant: Tenant, name: str) -> None:
    tenant.settings = changed(tenant.settings, {"jwt_apps": [{"name": "shop"}]})
    answer = manage("jwt_integration.create", body={"AppName": name, "Algo": "HS256", "Secret": KEY})
    assert answer.code == ErrorCode.REQUEST_INVALID
    assert [app.name for app in tenant.settings.jwt_apps] == ["shop"]


def test_management_and_settings_are_the_same_apps(manage: Manage, tenant: Tenant) -> None:
    tenant.settings = changed(
        tenant.settings, {"jwt_apps": [{"name": "shop", "redirect_uris": ["https://a.example/"]}]}
    )
    manage("jwt_integration.update", path={"jwt_app": "shop"}, body={"NotAfterDifference": 60, "Secret": KEY})
    (app,) = tenant.settings.jwt_apps
    assert (app.seconds, app.secret, app.redirect_uris) == (60, KEY, ["https://a.example/"])
    manage("jwt_integration.create", body={"AppName": "second", "Algo": "RS256", "Secret": KEY, "LoginUrl": "x"})
    assert [(app.name, app.algorithm, app.login_url) for app in tenant.settings.jwt_apps] == [
        ("shop", "HS256", ""),
        ("second", "RS256", "x"),
    ]
