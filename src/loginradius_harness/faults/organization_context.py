"""Log-ins in the context of an organization, and its policies."""

from loginradius_harness.emulator.services.federation import server, signing, tokens
from loginradius_harness.emulator.state.organizations import Organizations
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
    "tokens_outlive_the_membership",
    "organizations.tokens_end_with_membership",
    tokens.may_use,
    "grant.organization is None or",
    "True or",
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
