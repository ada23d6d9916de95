"""Users that do what applications do besides logging in and validating tokens."""

from loginradius_harness.load.locust_plugin.users import ContractUser


class ReadProfile(ContractUser):
    """Reads the own profile."""

    scenario = "read_profile"


class Refresh(ContractUser):
    """Exchanges a refresh token for a new pair."""

    scenario = "refresh"


class Register(ContractUser):
    """Registers with e-mail and SOTT."""

    scenario = "register"


class Session(ContractUser):
    """Logs in, validates the token, reads the profile, logs out."""

    scenario = "session"
