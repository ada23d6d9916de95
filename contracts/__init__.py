"""What is promised: one JSON contract per operation, the behaviour rules, and the least code that reads them."""

from contracts.catalogue import ContractError, allowed_methods, digest, get, operations, resolve
from contracts.matching import Match
from contracts.operation import Operation, Violation, When
from contracts.rules import Rule, rule, rules
from contracts.tables import Credential, ErrorCode, credentials, errors, refusals

__all__ = [
    "ContractError",
    "Credential",
    "ErrorCode",
    "Match",
    "Operation",
    "Rule",
    "Violation",
    "When",
    "allowed_methods",
    "credentials",
    "digest",
    "errors",
    "get",
    "operations",
    "refusals",
    "resolve",
    "rule",
    "rules",
]
