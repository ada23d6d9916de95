"""Social log-in and linking."""

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.handlers import authentication_social, native_social, social_data
from loginradius_harness.emulator.http.validation import RequestValidator
from loginradius_harness.emulator.services import social_login
from loginradius_harness.emulator.state import profile
from loginradius_harness.emulator.state.accounts import Accounts
from loginradius_harness.emulator.state.social_provider import SocialProvider
from loginradius_harness.faults.registry import Faults

faults = Faults("social")

faults.replace_source(
    "login_answers_a_dead_token",
    "social.provider_token_answers_tokens",
    social_login.log_in,
    "body = admit(call, identity)",
    'body = {**admit(call, identity), "access_token": call.tenant.identifiers.guid()}',
)
faults.replace_source(
    "missing_provider_token_has_a_general_code",
    "social.provider_token_is_required",
    RequestValidator._refusal,
    "return ApiError(code, f",
    'return ApiError(ErrorCode.PARAMETER_MALFORMED if missing and part == "query" else code, f',
    ErrorCode=ErrorCode,
)
faults.replace_source(
    "provider_words_are_swallowed",
    "social.provider_refusal_is_passed_on",
    SocialProvider.ask,
    "raise refusal(identity.error)",
    "raise ApiError(ErrorCode.PROVIDER_ERROR)",
)
faults.replace_source(
    "unconfigured_provider_is_asked",
    "social.unconfigured_provider_is_refused",
    native_social._require_configured,
    "raise ApiError(ErrorCode.PROVIDER_NOT_CONFIGURED)",
    "pass",
)
faults.replace_source(
    "jwt_of_unknown_user_is_accepted",
    "social.jwt_is_judged",
    SocialProvider.meant,
    "raise ApiError(ErrorCode.JWT_IDENTIFIER_MISSING)",
    'claims["sub"] = "nobody"',
)
faults.replace_source(
    "forged_jwt_has_another_code",
    "social.jwt_is_judged",
    SocialProvider.open_jwt,
    "raise ApiError(ErrorCode.JWT_INVALID)\n    if not jwt",
    "raise ApiError(ErrorCode.JWT_IDENTIFIER_MISSING)\n    if not jwt",
)
faults.replace_source(
    "second_login_makes_another_account",
    "social.one_person_keeps_one_account",
    social_login.account_of,
    "if linked is not None:",
    "if linked is not None:\n        call.tenant.accounts.unlink(linked, "
    "linked_profile(linked, identity.provider))\n        linked = None\n    if linked is not None:",
)
faults.replace_source(
    "trusted_address_is_not_linked",
    "social.trusted_address_joins_its_account",
    social_login._link_by_address,
    "if not identity.email_verified:",
    "if True:",
)
faults.replace_source(
    "untrusted_address_joins",
    "social.untrusted_address_takes_nothing_over",
    social_login._link_by_address,
    "raise ApiError(ErrorCode.SOCIAL_LOGIN_EMAIL_OF_ANOTHER_ACCOUNT)",
    "pass",
)
faults.replace_source(
    "unverified_holder_is_joined",
    "social.unverified_holder_is_not_joined",
    social_login._link_by_address,
    "raise ApiError(ErrorCode.SOCIAL_LOGIN_EMAIL_NOT_VERIFIED)",
    "pass",
)
faults.replace_source(
    "links_while_off",
    "social.linking_off_is_refused",
    social_login._link_by_address,
    "raise ApiError(ErrorCode.ACCOUNT_LINKING_DISABLED)",
    "pass",
)
faults.replace_source(
    "joins_while_off",
    "social.new_accounts_off_are_refused",
    social_login._join,
    "raise ApiError(ErrorCode.SOCIAL_REGISTRATION_DISABLED)",
    "pass",
)
faults.replace_source(
    "linked_identity_is_hidden",
    "social.linked_identity_shows_in_profile",
    profile.render,
    "for linked in account.identities or ()]",
    "for linked in ()]",
)
faults.replace_source(
    "linked_one_is_linked_again",
    "social.identity_is_linked_once",
    social_login.link,
    "raise ApiError(ErrorCode.ACCOUNT_ALREADY_LINKED if owner.uid == account.uid else ErrorCode.ACCOUNT_NOT_LINKABLE)",
    "return",
)
faults.replace_source(
    "client_guid_links_nothing",
    "social.link_by_client_guid",
    authentication_social.link_by_ping,
    "social_login.link(call, call.account, _identity(call, waiting))",
    "pass",
)
faults.replace_source(
    "unlinked_one_still_logs_in",
    "social.unlinked_identity_is_gone",
    Accounts.unlink,
    "self._unindex_identity(identity)",
    "pass",
)
faults.replace_source(
    "unlinked_one_stays",
    "social.unlinked_identity_is_gone",
    authentication_social.unlink,
    "call.tenant.accounts.unlink(account, profile)",
    "pass",
)
faults.replace_source(
    "own_identity_is_unlinked",
    "social.unlink_has_conditions",
    authentication_social.unlink,
    "raise ApiError(ErrorCode.PROFILE_NOT_UNLINKABLE_FROM_ITSELF)",
    "pass",
)
faults.replace_source(
    "ping_answers_every_time",
    "social.ping_answers_a_session",
    authentication_social._waiting,
    "raise ApiError(ErrorCode.SOCIAL_LOGIN_WITHOUT_CALLBACK_DISABLED)",
    "pass",
)
faults.replace_source(
    "link_mail_is_not_sent",
    "social.link_mail_answers_a_uuid",
    authentication_social.send_verification_email,
    "send_to_unverified(call, account, email)",
    "pass",
)
faults.replace_source(
    "unsupported_data_is_empty",
    "social.data_calls_tell_unsupported",
    social_data._provider_user,
    "raise ApiError(ErrorCode.PROVIDER_ENDPOINT_NOT_SUPPORTED)",
    "raise ApiError(ErrorCode.ENDPOINT_NOT_IN_PLAN)",
)
faults.replace_source(
    "raw_form_is_the_mapped_one",
    "social.raw_data_is_the_providers",
    social_data._content,
    'call.operation.path.endswith("/raw")',
    "False",
)
faults.replace_source(
    "raw_profile_is_the_accounts",
    "social.raw_data_is_the_providers",
    social_data._profile_at_provider,
    "**identity.profile",
    "**call.account.fields",
)
faults.replace_source(
    "statistics_stay_at_zero",
    "social.trackable_status_is_counted",
    social_data.read_statistics,
    "status.get(name, 0)",
    "0",
)
faults.replace_source(
    "unknown_status_has_statistics",
    "social.trackable_status_is_counted",
    social_data.read_statistics,
    "raise ApiError(ErrorCode.STATUS_ID_INVALID)",
    "status = {}",
)
faults.replace_source(
    "short_urls_are_all_the_same",
    "social.short_url_ends_in_its_key",
    social_data.shorten_url,
    'call.tenant.identifiers.code(5, "Alphanumeric")',
    '"KLM7"',
)
faults.replace_source(
    "refresh_keeps_the_old_profile",
    "social.refreshed_profile_comes_from_provider",
    social_login.refresh,
    "linked.profile = told",
    "return",
)
faults.replace_source(
    "trusted_address_is_unverified",
    "social.trusted_address_is_verified",
    social_login._join,
    "verified=identity.email_verified",
    "verified=False",
)
faults.replace_source(
    "address_in_use_is_linked_by_force",
    "social.address_in_use_is_refused",
    social_login._link_by_address,
    "raise ApiError(ErrorCode.SOCIAL_LOGIN_EMAIL_ALREADY_REGISTERED)",
    "pass",
)
