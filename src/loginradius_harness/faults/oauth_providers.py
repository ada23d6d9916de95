"""Providers of OAuth of the tenant's own."""

from loginradius_harness.emulator.handlers import oauth_provider, social, social_provider
from loginradius_harness.faults.registry import Faults

faults = Faults("oauth_providers")

for name, rule, function, old, new in (
    ("change_is_not_kept", "oauth_providers.providers_follow_changes", oauth_provider._keep, "**before, **said",
     "**said, **before"),
    ("removed_provider_stays", "oauth_providers.providers_follow_changes", oauth_provider.delete,
     "if name != gone", ""),
    ("added_provider_is_not_offered", "oauth_providers.provider_logs_users_in", oauth_provider.create,
     "social_provider.switch_on(call, name)", "pass"),
    ("removed_provider_logs_in", "oauth_providers.provider_logs_users_in", social.exchange,
     "raise ApiError(ErrorCode.PROVIDER_NOT_CONFIGURED)", "pass"),
    ("name_is_given_twice", "oauth_providers.unknown_provider_is_refused", social_provider.new_name,
     " or name in (*taken, *_providers(call), *call.settings.custom_jwt_providers)", ""),
    ("secret_is_shown", "administration.secrets_are_not_shown", oauth_provider._shown,
     "if member not in NEVER_SHOWN", ""),
):  # fmt: skip
    faults.replace_source(name, rule, function, old, new)
