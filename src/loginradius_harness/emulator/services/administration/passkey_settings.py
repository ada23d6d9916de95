"""Settings of passkeys, as management and the public configuration show them."""

from typing import Any

from loginradius_harness.emulator.services.administration.documents import Document
from loginradius_harness.emulator.state.tenant import Tenant

Json = Any

DOCUMENT = Document(
    "passkey_configuration",
    settings={
        "IsEnabled": "passkeys",
        "PasskeySelection": "passkey_selection",
        "RPID": "passkey_rp_id",
        "RPOrigins": "passkey_origins",
    },
    stored={
        "LocalEnrollment": False,
        "ProgressiveEnrollment": False,
        "ProgressiveEnrollmentDelay": 0,
        "Attestation": "none",
    },
)


def read(tenant: Tenant) -> dict[str, Json]:
    """Return the settings; without a name of its own the relying party has that of the tenant."""
    return {"RPDisplayName": tenant.settings.app_name, **DOCUMENT.read(tenant)}


def published(tenant: Tenant) -> dict[str, Json]:
    """Return what front ends may know of them; without origins those of the domain count."""
    shown = read(tenant)
    shown.pop("Attestation")
    return shown | {"RPOrigins": shown["RPOrigins"] or [f"https://{tenant.settings.passkey_rp_id}"]}
