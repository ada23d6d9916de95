"""The tenant's privacy policy."""

from loginradius_harness.emulator.handlers import authentication_policy
from loginradius_harness.emulator.http import auth
from loginradius_harness.emulator.services import login, privacy_policy, registration
from loginradius_harness.faults.registry import Faults

faults = Faults("privacy_policy")

faults.replace_source(
    "strict_mode_does_not_block_login",
    "privacy_policy.strict_mode_stops_login",
    login._require_policy,
    'settings.privacy_policy_mode != "Strict"',
    "True",
)
faults.replace_source(
    "refusal_carries_no_token",
    "privacy_policy.strict_mode_stops_login",
    login._require_policy,
    'Data={"access_token": session.token, "expires_in": iso(session.expires)}',
    "Data={}",
)
faults.replace_source(
    "token_opens_everything",
    "privacy_policy.that_token_only_accepts",
    auth.check_access_token,
    "if session.scope is not None and",
    "if False and",
)
faults.replace_source(
    "token_does_not_accept",
    "privacy_policy.that_token_only_accepts",
    auth.check_access_token,
    "if session.scope is not None and call",
    "if session.scope is not None or False and call",
)
faults.replace_source(
    "moderated_mode_stops_login",
    "privacy_policy.moderated_mode_lets_login_pass",
    login._require_policy,
    ' or settings.privacy_policy_mode != "Strict"',
    "",
)
faults.replace_source(
    "acceptance_is_forgotten",
    "privacy_policy.acceptance_opens_login",
    privacy_policy.accept,
    "account.policies = [*(account.policies or []), accepted]",
    "pass",
)
faults.replace_source(
    "second_acceptance_counts",
    "privacy_policy.needless_calls_are_refused",
    authentication_policy.accept_privacy_policy,
    "raise ApiError(ErrorCode.PRIVACY_POLICY_ALREADY_ACCEPTED)",
    "pass",
)
faults.replace_source(
    "any_acceptance_will_do",
    "privacy_policy.newest_started_one_is_current",
    login._require_policy,
    "if accepted != ",
    "if accepted is None and accepted != ",
)
faults.replace_source(
    "history_keeps_the_newest_only",
    "privacy_policy.history_keeps_every_acceptance",
    privacy_policy.accept,
    "[*(account.policies or []), accepted]",
    "[accepted]",
)
faults.replace_source(
    "registration_needs_no_acceptance",
    "privacy_policy.registration_needs_acceptance",
    registration._require_agreements,
    "raise ApiError(ErrorCode.PRIVACY_POLICY_ACCEPTANCE_REQUIRED)",
    "pass",
)
