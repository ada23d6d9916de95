"""A tenant's configuration: everything in product-facts.md#tenant-configuration and #undocumented, as one typed object.

Every setting has a group, a description and bounds; the console, the control API's document and the fidelity table
read them from here. Durations are seconds unless the name says otherwise. An inferred setting is one whose default no
source states.
"""

from typing import Any

import msgspec

from loginradius_harness.emulator.core.setting_refusals import refusal, suggestion
from loginradius_harness.emulator.core.settings.services import ServiceSettings

RESERVED_CLAIMS = frozenset(["iss", "sub", "aud", "exp", "nbf", "iat", "jti"])  # RFC 7519 4.1


class SettingsError(Exception):
    """A setting that does not exist or does not take the given value. The message is one sentence for a user."""


class Settings(ServiceSettings, kw_only=True):
    """Every member has a default; together they are the `default` preset."""

    def __post_init__(self) -> None:
        """Refuse minimum lengths above the maximum ones, and claims that are not the tenant's to choose."""
        for kind in ("password", "pin"):
            if getattr(self, f"{kind}_min_length") > getattr(self, f"{kind}_max_length"):
                raise ValueError(f"{kind}_min_length must not exceed {kind}_max_length")
        if reserved := RESERVED_CLAIMS & self.jwt_claims.keys():
            raise ValueError(f"jwt_claims must not contain {', '.join(sorted(reserved))}: every token has its own")


def changed(settings: Settings, patch: dict[str, Any]) -> Settings:
    """Return a copy with some members replaced.

    Raise SettingsError that names every unknown setting, or the first value outside its bounds.
    """
    known = Settings.__struct_fields__
    unknown = [f"no setting {name!r}{suggestion(name, known)}" for name in patch if name not in known]
    if unknown:
        raise SettingsError("; ".join(unknown))
    try:
        return msgspec.convert({**msgspec.to_builtins(settings), **patch}, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(refusal(error, Settings)) from None
