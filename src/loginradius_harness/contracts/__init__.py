"""The contracts: one JSON file per operation, the behaviour rules, and the code that reads them."""

from loginradius_harness.contracts.error_envelope import error_code
from loginradius_harness.contracts.loader import (
    ContractError,
    allowed_methods,
    api_operations,
    digest,
    get,
    oauth_operations,
    operations,
    resolve,
    saml_operations,
)
from loginradius_harness.contracts.operation import Operation, When
from loginradius_harness.contracts.reference_data import (
    Credential,
    ErrorDefinition,
    credentials,
    default_error_codes,
    error_definitions,
)
from loginradius_harness.contracts.router import Match
from loginradius_harness.contracts.rules import Rule, rule, rules
from loginradius_harness.contracts.violations import Violation

__all__ = [
    "ContractError",
    "Credential",
    "ErrorDefinition",
    "Match",
    "Operation",
    "Rule",
    "Violation",
    "When",
    "allowed_methods",
    "api_operations",
    "credentials",
    "default_error_codes",
    "digest",
    "error_code",
    "error_definitions",
    "get",
    "oauth_operations",
    "operations",
    "resolve",
    "rule",
    "rules",
    "saml_operations",
]
