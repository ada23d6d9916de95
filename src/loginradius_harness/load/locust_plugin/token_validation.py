"""Users that validate access tokens, live and dead ones."""

from loginradius_harness.load.locust_plugin.users import ContractUser


class ValidateToken(ContractUser):
    """Validates one of a few hot tokens."""

    scenario = "validate_token"


class ValidateMany(ContractUser):
    """Validates many tokens in turn."""

    scenario = "validate_many"


class ValidateExpired(ContractUser):
    """Validates tokens that have expired."""

    scenario = "validate_expired"


class ValidateUnknown(ContractUser):
    """Validates tokens that nobody issued."""

    scenario = "validate_unknown"
