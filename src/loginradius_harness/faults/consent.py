"""Consent forms."""

from typing import Any

from loginradius_harness.emulator.handlers import consent, consent_form
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import consent as consents
from loginradius_harness.emulator.services import login, registration
from loginradius_harness.emulator.state.single_use_tokens import SingleUseTokens
from loginradius_harness.faults.registry import Faults

Json = Any

faults = Faults("consent")

faults.replace_source(
    "missing_one_lets_login_pass",
    "consent.missing_one_stops_login",
    login._require_consent,
    "if settings.consent and",
    "if False and",
)
faults.replace_source(
    "refusal_carries_no_token",
    "consent.missing_one_stops_login",
    login._require_consent,
    '{"ConsentToken": token.value, "ExpiresIn": iso(token.expires)}',
    "{}",
)
faults.replace_source(
    "optional_form_stops_login",
    "consent.optional_form_does_not_block_login",
    consents.missing,
    "form.required and ",
    "",
)
faults.replace_source(
    "answers_do_not_log_in",
    "consent.submission_continues_the_login",
    consent.submit_by_consent_token,
    'return finish(call, account, provider=token.data["provider"])',
    "return render(account, call.settings)",
)
faults.replace_source(
    "answers_are_forgotten",
    "consent.later_login_asks_no_more",
    consents.record,
    "account.consents = consents",
    "pass",
)
faults.replace_source(
    "newer_form_is_not_asked",
    "consent.newer_form_asks_again",
    consents.is_current,
    "max(answers, default=0) >= form.version and",
    "",
)
faults.replace_source(
    "token_works_twice",
    "consent.bad_token_is_refused",
    consent.submit_by_consent_token,
    "token.used = True",
    "pass",
)
faults.replace_source(
    "token_never_expires",
    "consent.bad_token_is_refused",
    SingleUseTokens.find,
    "if token.expires <= self._clock.now():",
    'if token.expires <= self._clock.now() and kind != "consent":',
)
faults.replace_source(
    "unknown_options_are_taken",
    "consent.bad_answers_are_refused",
    consent._require_known_options,
    "raise ApiError(ErrorCode.CONSENT_FORM_INVALID)",
    "pass",
)
faults.replace_source(
    "answers_do_not_show",
    "consent.submission_by_token_shows_in_profile",
    consent.submit_by_access_token,
    "_submit(call, call.account)",
    "pass",
)


@faults.alter_response("change_tells_no_versions", "consent.update_tells_versions", "consent.update_profile")
def _no_versions(data: Json, _call: RequestContext) -> Json:
    return {**data, "AcceptedConsentVersions": [], "Consents": []}


faults.replace_source(
    "check_is_always_true",
    "consent.verification_follows_the_answers",
    consent.verify,
    "valid = ",
    "valid = True or ",
)
faults.replace_source(
    "log_keeps_the_first_only",
    "consent.every_change_is_logged",
    consents.record,
    "[*(account.consent_log or []), _entry(call, account, options, through)]",
    "(account.consent_log or [_entry(call, account, options, through)])",
)
faults.replace_source(
    "log_by_uid_is_empty",
    "consent.every_change_is_logged",
    consent.get_logs_by_uid,
    "return _logs(",
    'return {"Uid": call.path["uid"], "ConsentLogs": []} or _logs(',
)
faults.replace_source(
    "empty_log_is_shown",
    "consent.empty_log_is_refused",
    consent._logs,
    "if not account.consent_log:",
    "account.consent_log = account.consent_log or []\n    if False:",
)
faults.replace_source(
    "works_while_off",
    "consent.feature_off_is_refused",
    consent._require_form,
    "raise ApiError(ErrorCode.CONSENT_DISABLED)",
    "pass",
)
faults.replace_source(
    "registration_needs_none",
    "consent.registration_needs_it",
    registration._take_consents,
    "raise ApiError(ErrorCode.CONSENT_REQUIRED)",
    "pass",
)

for name, rule, function, old, new in (
    ("made_form_asks_nothing", "consent.forms_decide", consents.forms,
     "*(form for _, form in tenant.consent_forms.scan())", ""),
    ("deleted_form_asks_on", "consent.forms_decide", consents.forms, "if not form.deleted", ""),
    ("form_of_registration_is_not_asked", "consent.forms_decide", registration._take_consents, '"Register"', '"None"'),
    ("oldest_form_asks", "consent.newest_form_of_an_event_asks", consents.current_forms,
     "newest | dict.fromkeys(form.events, form)", "dict.fromkeys(form.events, form) | newest"),
    ("form_asks_before_it_begins", "consent.newest_form_of_an_event_asks", consents.current_forms,
     "form.starts is None or form.starts <= tenant.clock.now()", "True"),
    ("form_asks_at_every_event", "consent.newest_form_of_an_event_asks", consents.current_forms,
     "newest | dict.fromkeys(form.events, form) if form.events else {EVERY_EVENT: form}", "{EVERY_EVENT: form}"),
    ("deleted_form_is_listed", "consent.form_is_listed_until_it_is_deleted", consent_form.delete,
     "form.deleted = True", "pass"),
    ("version_is_given_again", "consent.form_is_listed_until_it_is_deleted", consent_form.create,
     "for _, form in call.tenant.consent_forms.scan()", "for form in consent.forms(call.tenant)"),
    ("deleted_option_is_listed", "consent.form_is_listed_until_it_is_deleted", consent_form.delete_option,
     "call.tenant.consent_options.remove(gone)", "pass"),
    ("deleted_option_is_required", "consent.deleted_option_is_not_asked", consent_form.delete_option,
     "option.active = option.active and option.id != gone", "pass"),
    ("unknown_option_is_asked", "consent.unknown_forms_and_options_are_refused", consent_form.create,
     "if any(option.id not in known for option in options)", "if False"),
    ("forms_are_made_while_off", "consent.forms_need_the_feature", consent_form._require_consent,
     "raise ApiError(ErrorCode.CONSENT_DISABLED)", "pass"),
):  # fmt: skip
    faults.replace_source(name, rule, function, old, new)
