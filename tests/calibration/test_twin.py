from datetime import date
from typing import Any

import pytest

from loginradius_harness.calibration import places, twin
from loginradius_harness.contracts import overlay
from loginradius_harness.contracts.overlay import Key, Overlay, Seen
from loginradius_harness.emulator.core.presets import PRESETS, preset
from loginradius_harness.emulator.core.settings import Settings, changed
from loginradius_harness.emulator.services import public_configuration
from loginradius_harness.emulator.services.administration import passkey_settings
from loginradius_harness.emulator.state.tenants import TenantRegistry

ONCE = Seen(count=1, first_seen=date(2026, 3, 1), last_seen=date(2026, 3, 1))
PROFILE = "authentication.get_profile"
LOGIN = "authentication.login_by_email"


def accepted(*keys: tuple[Key, str]) -> Overlay:
    differences = [overlay.describe(key, ONCE, [operation], "text") for key, operation in keys]
    known = overlay.merge(overlay.EMPTY, differences, {})
    return overlay.accept(known, [action.id for action in known.actions])


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_twin_of_a_preset_shows_the_same_public_configuration(name: str) -> None:
    settings = preset(name)
    shown = _published(settings)
    copied = changed(Settings(), twin.from_configuration(shown))
    assert _without_questions(_published(copied)) == _without_questions(shown)


def _published(settings: Settings) -> dict[str, Any]:
    tenant = TenantRegistry(settings).default
    return public_configuration.render(
        settings, "key", settings.social_providers, passkey_settings.published(tenant), []
    )


def _without_questions(configuration: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in configuration.items() if name != "AppName"}


def test_member_of_a_shared_schema_is_added_wherever_the_schema_is() -> None:
    members = twin.from_overlay(accepted((Key("extra-member", "profile_members.json", "", "Plan"), PROFILE)))
    pointers = {entry["pointer"]: entry for entry in members["other_members"]}
    assert PROFILE in pointers[""]["operations"]
    assert LOGIN in pointers["/Profile"]["operations"]
    assert pointers[""]["add"] == {"Plan": "text"}


def test_member_that_some_operations_have_and_others_lack_follows_what_was_seen() -> None:
    extra = Key("extra-member", "profile_members.json", "", "Plan")
    absent = Key("absent-member", "profile_members.json", "Plan", "")
    members = twin.from_overlay(accepted((extra, PROFILE), (absent, LOGIN)))["other_members"]
    assert [entry["operations"] for entry in members if "add" in entry] == [[PROFILE]]
    assert [entry["operations"] for entry in members if "remove" in entry] == [[LOGIN]]


def test_settings_from_an_overlay_are_settings_of_the_emulator() -> None:
    keys = [
        (Key("extra-member", "profile_members.json", "", "Plan"), PROFILE),
        (Key("absent-member", "session.json", "refresh_token", ""), LOGIN),
        (Key("other-code", LOGIN, "966", "403, 938"), LOGIN),
        (Key("dialect", "trimmed_fractions", "", "trimmed_fractions"), LOGIN),
    ]
    settings = changed(Settings(), twin.from_overlay(accepted(*keys)))
    assert settings.dialect == ["trimmed_fractions"]
    assert [(other.code, other.status, other.other) for other in settings.other_codes] == [(966, 403, 938)]
    assert len(settings.other_members) > 1


def test_owner_of_a_member_is_the_innermost_shared_schema() -> None:
    assert places.owner_of(LOGIN, 200, "/Profile") == "profile_members.json"
    assert places.owner_of(LOGIN, 200, "") == "session.json"
