"""A function for each name that contract examples use. Importing this package registers them all."""

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
