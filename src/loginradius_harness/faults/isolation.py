"""Isolation of users from each other, and of tenants from each other."""

from collections.abc import Callable
from typing import Any

from loginradius_harness.emulator.handlers import (
    account_session,
    authentication_email,
    authentication_profile,
    custom_object,
    role,
    social_data,
    webhook,
)
from loginradius_harness.emulator.http import auth
from loginradius_harness.emulator.state.accounts import Accounts
from loginradius_harness.emulator.state.profile import own_members
from loginradius_harness.emulator.state.sessions import Sessions
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.faults.registry import Faults
from loginradius_harness.faults.source_patch import SourcePatch

faults = Faults("isolation")

NAMED = """call.current_session = session
    call.current_account = call.tenant.accounts.by_uid(call.parameters.get("uid", "")) or account"""

faults.replace_source(
    "uid_in_the_query_is_obeyed",
    "isolation.user_calls_ignore_foreign_uids",
    auth.check_access_token,
    "call.current_session, call.current_account = session, account",
    NAMED,
)
faults.replace_source(
    "uid_in_the_body_is_obeyed",
    "isolation.user_calls_ignore_foreign_uids",
    authentication_profile.update_profile,
    "account, sent = call.account, call.body",
    'account, sent = call.tenant.accounts.by_uid(call.body.get("Uid", "")) or call.account, call.body',
)
faults.replace_source(
    "profile_shows_the_password_hash",
    "isolation.every_secret_member_stays_inside",
    own_members,
    "managed=managed)",
    "managed=True)",
)
faults.replace_source(
    "profile_shows_security_answers",
    "isolation.every_secret_member_stays_inside",
    own_members,
    "return {**UNSET,",
    'return {"SecurityAnswers": account.security_answers, **UNSET,',
)
faults.replace_source(
    "profile_shows_sessions",
    "isolation.every_secret_member_stays_inside",
    own_members,
    "return {**UNSET,",
    'return {"RefreshTokens": account.refresh_tokens, **UNSET,',
)


def lent(name: str, violates: str, method: Callable[..., Any], old: str, new: str) -> None:
    """Let a look-up search every tenant of the process; `_tenants` are those of the registry."""

    @faults.patch(name, violates)
    def _lent(patch: SourcePatch) -> None:
        tenants: dict[str, Tenant] = {}
        meets = "_tenants.update(registry.tenants)\n    given = credential"
        patch.replace_source(auth.find_tenant, "given = credential", meets, _tenants=tenants)
        patch.replace_source(method, old, new, _tenants=tenants)


lent(
    "tokens_are_everybodys",
    "isolation.token_of_other_tenant_is_refused",
    auth.check_access_token,
    "session = call.tenant.sessions.find(given)\n    account = call.tenant.accounts",
    """tenant = next((one for one in _tenants.values() if one.sessions.peek(given)), call.tenant)
    session = tenant.sessions.find(given)
    account = tenant.accounts""",
)
lent(
    "secrets_are_everybodys",
    "isolation.secret_of_other_tenant_is_refused",
    auth.check_secret,
    "raise ApiError(ErrorCode.API_SECRET_MISMATCH)",
    "if given.lower() not in [one.secret for one in _tenants.values()]:\n"
    "            raise ApiError(ErrorCode.API_SECRET_MISMATCH)",
)
lent(
    "uids_are_everybodys",
    "isolation.uid_of_other_tenant_is_unknown",
    Tenant.managed_account,
    "account = self.accounts.by_uid(uid)",
    "account = next(filter(None, [one.accounts.by_uid(uid) for one in (self, *_tenants.values())]), None)",
)
lent(
    "refresh_tokens_are_everybodys",
    "isolation.refresh_token_of_other_tenant_is_refused",
    account_session.refresh_access_token_by_refresh_token,
    "sessions = call.tenant.sessions",
    """call.tenant = next((one for one in _tenants.values() if one.sessions._refresh.get(call.query["refresh_Token"])),
                       call.tenant)
    sessions = call.tenant.sessions""",
)
lent(
    "links_are_everybodys",
    "isolation.link_of_other_tenant_is_refused",
    authentication_email.verify_email,
    'value, tokens = call.query["verificationToken"], call.tenant.single_use_tokens',
    """value = call.query["verificationToken"]
    tenants = _tenants.values()
    call.tenant = next((one for one in tenants if one.single_use_tokens.kind_of(value)), call.tenant)
    tokens = call.tenant.single_use_tokens""",
)
lent(
    "objects_are_everybodys",
    "isolation.records_of_other_tenant_are_unknown",
    custom_object._record,
    "if record is None or record.uid != account.uid",
    """everywhere = (one.custom_objects.get(record_id) for one in _tenants.values())
    record = record or next(filter(None, everywhere), None)
    if record is None or False and record.uid != account.uid""",
)
lent(
    "roles_are_everybodys",
    "isolation.records_of_other_tenant_are_unknown",
    role.find,
    "role = call.tenant.roles.get(name)",
    "role = next(filter(None, [one.roles.get(name) for one in (call.tenant, *_tenants.values())]), None)",
)
lent(
    "webhooks_are_everybodys",
    "isolation.records_of_other_tenant_are_unknown",
    webhook._hook,
    "return call.tenant.webhooks.find(hook_id)",
    """everybody = (call.tenant, *_tenants.values())
    return next((one for one in everybody if one.webhooks._hooks.get(hook_id)), call.tenant).webhooks.find(hook_id)""",
)
lent(
    "addresses_are_everybodys",
    "isolation.address_serves_each_tenant",
    Accounts.require_free,
    "if account.uid in self._by_uid:",
    """taken = {value for one in _tenants.values() for value, _ in one.accounts._by_email.scan()}
    if any(email.value.lower() in taken for email in account.emails):
        raise ApiError(ErrorCode.EMAIL_ALREADY_EXISTS)
    if account.uid in self._by_uid:""",
)
faults.replace_source(
    "settings_are_everybodys",
    "isolation.settings_are_the_tenants_own",
    auth.find_tenant,
    "return tenant\n",
    "tenant.settings = registry.default.settings\n        return tenant\n",
)
faults.replace_source(
    "objects_are_read_by_anybody",
    "custom_objects.belong_to_their_owner",
    custom_object._record,
    "record.uid != account.uid or ",
    '("uid" not in call.path) * 0 or ',
)
faults.replace_source(
    "object_needs_no_fitting_uid",
    "custom_objects.uid_and_record_must_fit",
    custom_object._record,
    "record.uid != account.uid",
    '("uid" not in call.path and record.uid != account.uid)',
)
faults.replace_source(
    "profile_is_of_the_newest_account",
    "profile.is_the_callers_own",
    authentication_profile.get_profile,
    "return profile.render(call.account,",
    "newest = max((one for _, one in call.tenant.accounts.scan()), key=lambda one: one.created)\n"
    "    return profile.render(newest,",
)
faults.replace_source(
    "social_profile_is_of_the_newest_account",
    "social.data_profile_is_the_tokens_own",
    social_data.read_profile,
    "return render(call.account,",
    "newest = max((one for _, one in call.tenant.accounts.scan()), key=lambda one: one.created)\n"
    "    return render(newest,",
)
faults.replace_source(
    "roles_reach_another_account",
    "roles.assignment_spares_other_accounts",
    role.assign_roles_by_uid,
    "account.modified = call.now",
    """for _, other in call.tenant.accounts.scan():
        other.roles = account.roles
    account.modified = call.now""",
)
faults.replace_source(
    "mailed_reset_reaches_another_account",
    "recovery.reset_token_belongs_to_its_account",
    Tenant.holder,
    "account = self.accounts.by_uid(token.uid) if token.uid else None",
    """account = self.accounts.by_uid(token.uid) if token.uid else None
    if account is not None and token.kind == "forgotpassword":
        account = max((one for _, one in self.accounts.scan()), key=lambda one: one.created)""",
)
faults.replace_source(
    "revocation_reaches_everybody",
    "tokens.revocation_of_all_ends_every_one",
    Sessions.revoke_all,
    "for token in [",
    """for token in [known for known, _ in self._refresh.scan()]:
        self._refresh.remove(token)
    for token in [""",
)
