"""Log-ins in the context of an organization, and its policies."""

from loginradius_harness.emulator.services import password_policy
from loginradius_harness.emulator.services.federation import authorization, server, signing
from loginradius_harness.emulator.state.federation import Federation
from loginradius_harness.emulator.state.mfa_factors import MfaFactors
from loginradius_harness.emulator.state.organizations import Organizations
from loginradius_harness.emulator.state.organizations.records import Organization
from loginradius_harness.faults.registry import Faults

faults = Faults("organization_context")

faults.replace_source(
    "tokens_name_no_organization",
    "organizations.tokens_name_their_organization",
    signing.context_claim,
    'return {"org_id": grant.organization} if grant.organization else {}',
    "return {}",
)
faults.replace_source(
    "tokens_live_again_after_a_rejoin",
    "organizations.tokens_end_with_membership",
    Federation.end_membership,
    "self.revoke(grant_id)",
    "pass",
)
faults.replace_source(
    "inactive_one_lets_members_in",
    "organizations.inactive_one_lets_nobody_in",
    Organizations.entered_by,
    "organization.active and",
    "",
)
faults.replace_source(
    "session_policy_is_ignored",
    "organizations.session_policy_decides",
    server.Server.issue_tokens,
    'policy.get("AccessTokenTTL", seconds)',
    "seconds",
)
faults.replace_source(
    "members_need_no_second_factor",
    "organizations.mfa_policy_decides",
    MfaFactors.needed,
    "or self._demanded(account)",
    "",
)
faults.replace_source(
    "members_enter_without_second_factor",
    "organizations.mfa_policy_decides",
    authorization._lacks_factor,
    "organization.demands_second_factor and",
    "False and",
)
faults.replace_source(
    "length_of_members_passwords_is_free",
    "organizations.password_policy_decides",
    password_policy.check_policy_of,
    'policy.get("MinLength") or 0',
    "0",
)
faults.replace_source(
    "passwords_of_members_never_grow_old",
    "organizations.old_password_is_refused",
    Organization.lets_expire,
    'self.policy("PasswordPolicy").get("ExpiryDays") or 0',
    "0",
)
