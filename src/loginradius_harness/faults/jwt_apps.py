"""Log-ins to apps as JWTs."""

from loginradius_harness.emulator.handlers import jwt, jwt_integration
from loginradius_harness.emulator.services.federation import hub, jwt_apps
from loginradius_harness.faults.registry import Faults

faults = Faults("jwt_apps")

faults.replace_source(
    "token_names_nobody",
    "jwt_apps.token_names_the_user",
    jwt_apps.token,
    "**user_claims(account, SCOPE, call.settings),",
    "",
)
faults.replace_source(
    "token_lives_for_ever",
    "jwt_apps.token_names_the_user",
    jwt_apps.token,
    "int(call.now) + app.seconds",
    "int(call.now) + 315_360_000",
)
faults.replace_source(
    "nonce_is_forgotten",
    "jwt_apps.nonce_is_in_the_token",
    jwt_apps.token,
    '{"nonce": nonce} if nonce else {}',
    "{}",
)
faults.replace_source(
    "parameter_has_another_name",
    "jwt_apps.browser_comes_back_with_a_token",
    jwt.authorize,
    "{app.parameter: ",
    "{'token': ",
)
faults.replace_source(
    "form_is_a_redirect",
    "jwt_apps.form_carries_the_token",
    jwt.authorize,
    'if app.response_mode == "form_post":',
    "if False:",
)
faults.replace_source(
    "redirect_address_matches_by_prefix",
    "jwt_apps.redirect_address_is_registered",
    jwt._may_bring,
    "address in app.redirect_uris",
    "address.startswith(tuple(app.redirect_uris))",
)
for name, rule, function, old, new in (
    ("changed_one_stays", "jwt_apps.listed_until_removed", jwt_integration.update,
     "_keep(call, call.settings.jwt_apps, name)", "pass"),
    ("removed_one_stays", "jwt_apps.removed_app_gets_no_log_in", jwt_integration.delete,
     "_keep(call, [app for app in call.settings.jwt_apps if app is not gone])", "pass"),
    ("mapping_is_stored_only", "jwt_apps.management_decides", jwt_apps.token,
     "**mapped_claims(app.mapping, account, call.settings),", ""),
    ("life_is_the_same_for_all", "jwt_apps.management_decides", jwt_apps.token,
     "app.seconds", "600"),
    ("algorithm_is_the_same_for_all", "jwt_apps.management_decides", jwt_integration._keep,
     "in MEMBERS}", 'in MEMBERS and member != "Algo"}'),
    ("own_private_key_is_not_used", "jwt_apps.management_decides", jwt_apps._key,
     "not app.secret.lstrip().startswith(PEM)", "True"),
    ("audience_is_stored_only", "jwt_apps.audience_and_metadata_are_claims", jwt_apps.token,
     "app.audience or app.name", "app.name"),
    ("metadata_is_stored_only", "jwt_apps.audience_and_metadata_are_claims", jwt_apps.token,
     "**app.metadata,", ""),
    ("start_is_stored_only", "jwt_apps.audience_and_metadata_are_claims", jwt_apps.token,
     " - app.not_before_seconds", ""),
    ("mapping_names_somebody_else", "jwt_apps.audience_and_metadata_are_claims", jwt_apps.token,
     '"sub": account.uid,', ""),
    ("name_is_given_twice", "jwt_apps.name_is_given_once", jwt_integration.create,
     "taken or ", ""),
    ("fields_are_not_those_of_profiles", "jwt_apps.choices_are_listed", jwt_integration.list_mapping_fields,
     "list(FIELDS)", "[field.lower() for field in FIELDS]"),
    ("any_address_is_allowed", "jwt_apps.tenant_allows_addresses", hub.may_lead_to,
     '"*" in allowed', "True"),
    ("key_is_shown", "administration.secrets_are_not_shown", jwt_integration._shown,
     " if member != SECRET", ""),
):  # fmt: skip
    faults.replace_source(name, rule, function, old, new)
