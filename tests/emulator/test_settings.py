"""Settings have descriptions and bounds, and a value outside is refused wherever it comes from."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import inspect

from loginradius_harness.emulator.core.presets import PRESETS, preset
from loginradius_harness.emulator.core.setting_fields import setting_fields
from loginradius_harness.emulator.core.settings import Settings, SettingsError, changed
from loginradius_harness.emulator.state.tenant import Tenant

from .conftest import Control


def types_inside(kind: inspect.Type) -> Iterator[inspect.Type]:
    """Yield a type and those of its parts."""
    if isinstance(kind, inspect.Metadata):
        yield from types_inside(kind.type)
        return
    yield kind
    for part in ("item_type", "key_type", "value_type"):
        if hasattr(kind, part):
            yield from types_inside(getattr(kind, part))


def settings_with(kind: type) -> list[Any]:
    struct = inspect.type_info(Settings)
    assert isinstance(struct, inspect.StructType)
    return [
        pytest.param(inner, id=field.name)
        for field in struct.fields
        for inner in types_inside(field.type)
        if isinstance(inner, kind)
    ]


@pytest.mark.parametrize("kind", settings_with(inspect.IntType) + settings_with(inspect.FloatType))
def test_number_has_bounds(kind: inspect.IntType) -> None:
    assert kind.ge is not None
    assert kind.le is not None
    assert kind.ge >= 0


@pytest.mark.parametrize("kind", settings_with(inspect.StrType))
def test_text_has_a_maximum_length(kind: inspect.StrType) -> None:
    assert kind.max_length is not None


@pytest.mark.parametrize("field", setting_fields().values(), ids=setting_fields())
def test_setting_is_described_in_a_group(field: Any) -> None:
    assert field.group
    assert field.description


def test_fields_keep_the_order_of_the_settings() -> None:
    assert list(setting_fields()) == list(Settings.__struct_fields__)


@pytest.mark.parametrize("name", PRESETS)
def test_preset_is_within_bounds(name: str) -> None:
    assert changed(preset(name), {}) == preset(name)


OUTSIDE = [
    ("hash_rounds", 0, "setting 'hash_rounds' is refused: expected `int` >= 1"),
    ("mail_limit", -1, "setting 'mail_limit' is refused: expected `int` >= 0"),
    ("otp_length", 33, "setting 'otp_length' is refused: expected `int` <= 32"),
    ("app_name", "", "setting 'app_name' is refused: expected `str` of length >= 1"),
    ("webhook_secret", "x" * 1_001, "setting 'webhook_secret' is refused: expected `str` of length <= 1000"),
    ("custom_objects", ["x" * 1_001], "setting 'custom_objects[0]' is refused: expected `str` of length <= 1000"),
    (
        "mfa",
        "always",
        "setting 'mfa' is refused: invalid enum value 'always', choose from disabled, optional, required",
    ),
    (
        "jwt_apps",
        [{"name": "a"}, {"name": "b", "redirects": []}],
        (
            "setting 'jwt_apps[1]' is refused: object contains unknown field `redirects`, choose from name, secret, "
            "algorithm, seconds, not_before_seconds, audience, mapping, mapping_template, metadata, parameter, "
            "response_mode, redirect_uris, login_url"
        ),
    ),
    (
        "oauth_clients",
        [{"client_id": "a", "redirect_uris": []}],
        (
            "setting 'oauth_clients[0]' is refused: object contains unknown field `redirect_uris`, choose from "
            "client_id, client_secret, metadata, managed, issued_at, registration_token"
        ),
    ),
    (
        "oauth_integrations",
        [{"id": "a", "client": {"client_id": "a", "redirect_uris": []}}],
        (
            "setting 'oauth_integrations[0].client' is refused: object contains unknown field `redirect_uris`, choose "
            "from client_id, client_secret, metadata, managed, issued_at, registration_token"
        ),
    ),
    (
        "shopify_stores",
        {"a": {"domain": "a", "key": "b"}},
        ("setting 'shopify_stores[...]' is refused: object contains unknown field `key`, choose from domain, secret"),
    ),
    ("federation_apps", [{"name": "a"}], "setting 'federation_apps[0]' is refused: expected `str`, got `object`"),
    (
        "jwt_apps",
        [{"secret": "a"}],
        "setting 'jwt_apps[0]' is refused: object missing required field `name`",
    ),
    ("password_min_length", 2_000, "password_min_length must not exceed password_max_length"),
]


@pytest.mark.parametrize(("name", "value", "said"), OUTSIDE, ids=[name for name, *_ in OUTSIDE])
def test_value_outside_the_bounds_is_refused_with_the_bound(name: str, value: Any, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        changed(Settings(), {name: value})
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("PATCH settings", {"hash_rounds": 0}),
        ("PUT settings", {"settings": {"hash_rounds": 0}}),
        ("POST tenants", {"settings": {"hash_rounds": 0}}),
    ],
)
def test_control_api_refuses_a_value_outside_the_bounds(
    control: Control, tenant: Tenant, call: str, body: dict[str, Any]
) -> None:
    refused = control(call, body)
    assert refused.status == 400
    assert refused.data["error"] == "setting 'hash_rounds' is refused: expected `int` >= 1"
    assert tenant.settings == Settings()
