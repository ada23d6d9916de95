"""The high concurrency API."""

from loginradius_harness.emulator.handlers import high_concurrency
from loginradius_harness.faults.registry import Faults

faults = Faults("high_concurrency")

faults.replace_source(
    "password_is_not_kept",
    "high_concurrency.registered_user_logs_in",
    high_concurrency.register,
    "account.password = await call.tenant.passwords.hash(password, call.settings.hash_rounds)",
    "pass",
)
faults.replace_source(
    "password_is_not_looked_at",
    "high_concurrency.registered_user_logs_in",
    high_concurrency.log_in,
    'await check_password(call, account, call.body["password"])',
    "pass",
)
faults.replace_source(
    "every_name_is_taken",
    "high_concurrency.check_tells_what_is_taken",
    high_concurrency.check_username,
    "is not None",
    "is not account_that_is_nobody",
    account_that_is_nobody=object(),
)
faults.replace_source(
    "address_does_not_matter",
    "high_concurrency.profile_is_that_of_the_token",
    high_concurrency.get_profile,
    'call.account.email(call.query["email"]) is None',
    "False",
)
