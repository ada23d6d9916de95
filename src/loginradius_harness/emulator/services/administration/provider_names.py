"""Names that providers can have, however they were added (product-facts.md#administration)."""

import re

from loginradius_harness.emulator.state.tenant import Tenant

OAUTH, SAML = "oauth_provider", "saml_provider"  # documents of the providers of the tenant's own
_NAME = re.compile(r"[a-z0-9_-]{1,50}")  # it stands in paths and queries (inferred)


def is_provider_name(text: str) -> bool:
    """Return whether a provider can have a name, which is lower-case."""
    return _NAME.fullmatch(text) is not None


def not_own(tenant: Tenant) -> list[str]:
    """Return the social providers that are on, but for those of the tenant's own, which stand in documents."""
    own = {name for document in (OAUTH, SAML) for name in tenant.configuration.get(document) or {}}
    return [name for name in tenant.settings.social_providers if name not in own]
