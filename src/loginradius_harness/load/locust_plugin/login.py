"""Users that log in, each in one way."""

from loginradius_harness.load.locust_plugin.users import ContractUser


class LoginByEmail(ContractUser):
    """Logs in with e-mail and password."""

    scenario = "login_by_email"


class LoginByUsername(ContractUser):
    """Logs in with user name and password."""

    scenario = "login_by_username"


class LoginByPhone(ContractUser):
    """Logs in with phone number and password."""

    scenario = "login_by_phone"


class LoginWithTotp(ContractUser):
    """Logs in with a second factor."""

    scenario = "login_with_totp"
