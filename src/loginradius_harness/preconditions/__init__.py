"""Functions that prepare the names in contract examples. Importing this package registers all of them."""

from loginradius_harness.preconditions import (
    consent,
    factors,
    passwordless,
    people,
    phones,
    pins,
    providers,
    tenant_data,
    tokens,
)

__all__ = ["consent", "factors", "passwordless", "people", "phones", "pins", "providers", "tenant_data", "tokens"]
