"""Settings that management reads and writes."""

from loginradius_harness.emulator.core.oauth_client import (
    MACHINE_CLIENT,
    MANAGEMENT_AUDIENCE,
    READ_SETTINGS,
    WRITE_SETTINGS,
)
from loginradius_harness.emulator.handlers import (
    captcha_configuration,
    domain_restriction,
    ip_restriction,
    jwt_provider,
    passkey_configuration,
    password_policy,
    push_configuration,
    second_factor_configuration,
    security_question,
    social_provider,
)
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.administration import documents, machine_access
from loginradius_harness.emulator.services.federation import jwt_providers
from loginradius_harness.emulator.state.factor_devices.push import PushDevices
from loginradius_harness.emulator.state.federation.records import Grant, OAuthToken
from loginradius_harness.faults.registry import Faults

faults = Faults("administration")

for name, rule, function, old, new in (
    ("anybody_manages", "administration.machine_token_is_required", machine_access.check,
     "raise ApiError(ErrorCode.ACCESS_TOKEN_MISSING)", "return"),
    ("late_token_is_only_wrong", "administration.machine_token_is_required", machine_access.check,
     "if token.expires <= call.now", "if False"),
    ("revoked_token_manages", "administration.machine_token_is_required", machine_access.check,
     "call.tenant.federation.live(token) is None or ", ""),
    ("scope_does_not_matter", "administration.scope_decides", machine_access.check,
     "if needed_scope(call) not in token.scope.split()", "if False"),
    ("reader_writes", "administration.scope_decides", machine_access.needed_scope,
     'if call.operation.effect == "read" else WRITE_SETTINGS', ""),
    ("audience_does_not_matter", "administration.token_serves_its_audience_only", machine_access.check,
     "if grant.audience != MANAGEMENT_AUDIENCE", "if False"),
    ("settings_are_not_kept", "administration.settings_are_read_as_written", documents.Document.write,
     "tenant.configuration.put(self.name, {**(tenant.configuration.get(self.name) or {}), **others})", "pass"),
    ("other_members_are_forgotten", "administration.unnamed_settings_stay", documents.Document.write,
     "**(tenant.configuration.get(self.name) or {}), **others", "**others"),
    ("policy_is_stored_only", "administration.password_policy_decides", password_policy.update,
     "POLICY.write(call, changes)", "POLICY.write(call)"),
    ("common_passwords_stay_allowed", "administration.password_policy_decides", password_policy.update,
     "POLICY.write(call, changes)", 'POLICY.write(call, changes | {"password_blocklist": False})'),
    ("passkeys_stay_off", "administration.passkey_switch_decides", passkey_configuration.update,
     "passkey_settings.DOCUMENT.write(call)", 'call.body.pop("IsEnabled"); passkey_settings.DOCUMENT.write(call)'),
    ("blocked_domains_register", "administration.domain_restriction_decides", domain_restriction.update,
     "return RESTRICTION.write(call)", "return {**RESTRICTION.read(call.tenant), **call.body}"),
    ("denied_address_is_let_in", "administration.ip_restriction_decides", ip_restriction.update,
     "return RESTRICTION.write(call)", "return {**RESTRICTION.read(call.tenant), **call.body}"),
    ("reset_forgets_denied_addresses", "administration.ip_restriction_decides", ip_restriction.reset,
     ', "blocked_ips": []', ""),
    ("captcha_stays_off", "administration.captcha_decides", captcha_configuration.update,
     ', {"bot_protection": (protected or CAPTCHA_APIS) if is_on else []}', ""),
    ("required_factor_is_optional", "administration.factors_decide", second_factor_configuration.update,
     '"required" if is_required else "optional"', '"optional"'),
    ("push_stays_off", "administration.push_settings_decide", push_configuration.update,
     "return PUSH.write(call)", 'call.body.pop("IsEnabled"); return PUSH.write(call)'),
    ("push_code_names_the_tenant", "administration.push_code_follows_settings", PushDevices.offer,
     "settings.push_app_name or ", ""),
    ("push_code_has_one_width", "administration.push_code_follows_settings", PushDevices.offer,
     "width = settings.push_qr_width", "width = 150"),
    ("provider_settings_are_not_kept", "administration.provider_settings_are_read_as_written", social_provider.update,
     "{**stored.get(name, {}), **sent}", "stored.get(name, {})"),
    ("provider_forgets_other_settings", "administration.provider_settings_are_read_as_written", social_provider.update,
     "{**stored.get(name, {}), **sent}", "sent"),
    ("removed_provider_stays", "administration.provider_settings_are_read_as_written", social_provider.forget,
     "if name != gone", ""),
    ("provider_stays_on", "administration.provider_switch_decides", social_provider._switch,
     "if switches.get(name, True)", ""),
    ("provider_stays_off", "administration.provider_switch_decides", social_provider._switch,
     "if is_on", "if False"),
    ("switched_off_providers_count_as_active", "administration.provider_switch_decides", social_provider.list_active,
     "call.settings.social_providers", "_providers(call)"),
    ("provider_order_is_stored_only", "administration.provider_order_is_offered", social_provider.set_order,
     "_offer(call, [name for name in names if name in call.settings.social_providers])", "pass"),
    ("unknown_provider_is_ordered", "administration.unknown_provider_is_refused", social_provider.set_order,
     '[_known(call, name) for name in call.body.get("Data", [])]',
     '[name for name in call.body.get("Data", []) if name in _providers(call)]'),
    ("provider_secrets_are_shown", "administration.secrets_are_not_shown", social_provider._shown,
     "if member not in SECRETS", ""),
    ("jwt_provider_change_is_not_kept", "administration.jwt_providers_follow_changes", jwt_provider.update,
     "_keep(call, name, settings_of(call.tenant, name))", "pass"),
    ("removed_jwt_provider_stays", "administration.jwt_providers_follow_changes", jwt_provider.delete,
     "custom_jwt_providers if name != gone", "custom_jwt_providers"),
    ("jwt_provider_settings_are_stored_only", "administration.jwt_provider_decides", jwt_provider.is_managed,
     "name in _stored(tenant)", "False"),
    ("issuer_of_provider_does_not_matter", "administration.jwt_provider_decides", jwt_providers._is_meant,
     'issuer["MatchValue"] and ', "False and "),
    ("audience_of_provider_does_not_matter", "administration.jwt_provider_decides", jwt_providers._is_meant,
     'not audience["MatchValue"]', "True"),
    ("late_jwt_of_provider_logs_in", "administration.jwt_provider_decides", jwt_providers._is_current,
     " and now - skew < times[1]", ""),
    ("jwt_of_provider_needs_no_end", "administration.jwt_provider_decides", jwt_providers._is_current,
     'ends is None and provider["Expiration"]["IsMandatory"]', "False"),
    ("name_of_jwt_provider_is_given_twice", "administration.unknown_jwt_provider_is_refused", jwt_provider.create,
     " or name in call.settings.custom_jwt_providers", ""),
    ("key_of_jwt_provider_is_shown", "administration.secrets_are_not_shown", jwt_provider._shown,
     "if member not in SECRETS", ""),
    ("added_question_is_not_kept", "administration.questions_follow_changes", security_question._put,
     "**call.settings.security_questions, question: text", "**call.settings.security_questions"),
    ("removed_question_stays", "administration.questions_follow_changes", security_question.delete,
     "if name != gone", ""),
    ("question_count_is_said_only", "administration.question_count_is_told", security_question.update_count,
     "return COUNT.write(call)", "return call.body"),
    ("unknown_question_is_added", "administration.unknown_question_is_refused", security_question._known,
     "if question not in call.settings.security_questions", "if False"),
    ("private_keys_are_shown", "administration.secrets_are_not_shown", captcha_configuration._without_secrets,
     "if name not in SECRETS", ""),
    ("stored_secrets_are_shown", "administration.secrets_are_not_shown", documents.Document.read,
     "if name not in self.secret", ""),
):  # fmt: skip
    faults.replace_source(name, rule, function, old, new)


def _token(call: RequestContext) -> tuple[OAuthToken, Grant]:
    """Return a token that nobody has asked for."""
    scope = f"{READ_SETTINGS} {WRITE_SETTINGS}"
    federation = call.tenant.federation
    grant = Grant(
        id="none", issuer="", client_id=MACHINE_CLIENT, scope=scope, kind="", began=0, audience=MANAGEMENT_AUDIENCE
    )
    return federation.issue(federation.open_grant(grant), "access_token", scope, 60), grant


faults.replace_source(
    "foreign_token_manages",
    "isolation.machine_token_of_other_tenant_is_refused",
    machine_access._issued,
    "raise ApiError(ErrorCode.ACCESS_TOKEN_INVALID)",
    "return made(call)",
    made=_token,
)
