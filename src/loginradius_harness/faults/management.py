"""Operations of the tenant's own servers."""

from loginradius_harness.emulator.handlers import account, account_otp, account_token, user_migration
from loginradius_harness.emulator.services import registration
from loginradius_harness.emulator.services.administration import imported_users
from loginradius_harness.emulator.state.accounts import Accounts
from loginradius_harness.faults.registry import Faults

faults = Faults("management")

faults.replace_source(
    "created_account_is_unverified",
    "management.created_account_is_verified",
    registration.create,
    'email.verified = call.body.get("EmailVerified", call.settings.manage_create_verified)',
    "pass",
)
faults.replace_source(
    "created_account_is_always_verified",
    "management.created_account_is_verified",
    registration.create,
    'call.body.get("EmailVerified", call.settings.manage_create_verified)',
    "True",
)
faults.replace_source(
    "created_account_loses_its_password",
    "management.created_account_logs_in",
    registration.create,
    "return await _enrol(call, account, self_registration=False)",
    "made = await _enrol(call, account, self_registration=False)\n    made.password = None\n    return made",
)
faults.replace_source(
    "taken_uid_is_replaced",
    "management.taken_identifiers_are_refused",
    Accounts.require_free,
    "raise ApiError(ErrorCode.UID_ALREADY_EXISTS)",
    "pass",
)
faults.replace_source(
    "taken_number_is_shared",
    "management.taken_identifiers_are_refused",
    Accounts.require_free,
    "raise ApiError(ErrorCode.PHONE_ALREADY_EXISTS)",
    "pass",
)
faults.replace_source(
    "restrictions_bind_it",
    "management.restrictions_do_not_bind_it",
    registration.create,
    "for email in account.emails:",
    "check_allowed_domain(call, account)\n    for email in account.emails:",
)
faults.replace_source(
    "user_name_finds_the_oldest_account",
    "management.every_lookup_finds_one_account",
    account.get_account_profile_by_username,
    'call.tenant.accounts.by_username(call.query["userName"])',
    "next((one for _, one in call.tenant.accounts.scan()), None)",
)
faults.replace_source(
    "phone_finds_no_account",
    "management.every_lookup_finds_one_account",
    account.get_account_profile_by_phone,
    'call.tenant.accounts.by_phone(call.query["phone"])',
    "None",
)
faults.replace_source(
    "unknown_address_is_a_wrong_parameter",
    "management.unknown_account_is_refused",
    account._known,
    "raise ApiError(otherwise)",
    "raise ApiError(ErrorCode.PARAMETER_MALFORMED)",
)
faults.replace_source(
    "unverified_address_finds_no_account",
    "management.lookup_finds_unverified_addresses",
    account.get_account_profile_by_email,
    'call.tenant.accounts.by_email(call.query["email"])',
    'next((one for one in call.tenant.accounts.all_by_email(call.query["email"]) if one.email_verified), None)',
)
faults.replace_source(
    "identities_are_cut",
    "management.identities_are_listed",
    account.get_account_identities_by_email,
    'for account in _all_with(call, call.query["email"])]',
    'for account in _all_with(call, call.query["email"])[:1]]',
)
faults.replace_source(
    "update_blocks_no_account",
    "management.blocked_by_update",
    account._set_access,
    'account.active = sent.get("IsActive", account.active)',
    "pass",
)
faults.replace_source(
    "update_unblocks_no_account",
    "management.blocked_by_update",
    account._set_access,
    'account.active = sent.get("IsActive", account.active)',
    'account.active = account.active and sent.get("IsActive", True)',
)
faults.replace_source(
    "old_uid_is_forgotten",
    "management.uid_change_moves_the_account",
    Accounts.rename,
    "account.previous_uids = [*(account.previous_uids or []), account.uid]",
    "pass",
)
faults.replace_source(
    "taken_uid_is_given",
    "management.uid_change_moves_the_account",
    Accounts.rename,
    "raise ApiError(ErrorCode.UID_ALREADY_EXISTS)",
    "pass",
)
faults.replace_source(
    "verification_token_is_dead",
    "management.verification_token_works",
    account_token.get_email_verification_token,
    '"VerificationToken": token.value',
    '"VerificationToken": call.tenant.identifiers.hex()',
)
faults.replace_source(
    "verified_address_gets_a_token",
    "management.verification_token_works",
    account_token._verification,
    "raise ApiError(ErrorCode.VERIFICATION_TOKEN_EMAIL_ALREADY_VERIFIED)",
    "pass",
)
faults.replace_source(
    "forgot_token_is_always_mailed",
    "management.forgot_token_works",
    account_token.get_forgot_password_token,
    'if call.query.get("sendEmail"):',
    "if True:",
)
faults.replace_source(
    "forgot_token_is_never_mailed",
    "management.forgot_token_works",
    account_token.get_forgot_password_token,
    'if call.query.get("sendEmail"):',
    "if False:",
)
faults.replace_source(
    "forgot_token_is_dead",
    "management.forgot_token_works",
    account_token.get_forgot_password_token,
    '"ForgotToken": token.value',
    '"ForgotToken": call.tenant.identifiers.hex()',
)
faults.replace_source(
    "generated_token_is_of_another_kind",
    "management.generated_tokens_serve_their_type",
    account_token.generate_email_token,
    "token = make(call)",
    'token = make(call)\n    token.kind = "stepup" if token.kind == "deleteuser" else token.kind',
)
faults.replace_source(
    "generated_otp_is_another",
    "management.generated_tokens_serve_their_type",
    account_otp.generate_sms_otp,
    '"Token": code,',
    '"Token": code[1:] + code[:1],',
)
faults.replace_source(
    "generated_otp_is_texted_too",
    "management.generated_tokens_serve_their_type",
    account_otp.generate_sms_otp,
    'return {"Token"',
    'call.tenant.outbox.add(call.now, channel="sms", to=phone, kind=kind, otp=code)\n    return {"Token"',
)
faults.replace_source(
    "unknown_token_type_is_a_parameter",
    "management.unknown_token_types_are_refused",
    account_token.generate_email_token,
    "raise ApiError(ErrorCode.TOKEN_TYPE_INVALID)",
    "raise ApiError(ErrorCode.PARAMETER_MALFORMED)",
)
faults.replace_source(
    "bulk_upsert_changes_nobody",
    "management.bulk_upsert_inserts_and_updates",
    user_migration._taken,
    "imported_users.update(tenant, account, user)",
    "pass",
)
faults.replace_source(
    "bulk_upsert_counts_everybody_as_new",
    "management.bulk_upsert_inserts_and_updates",
    user_migration._taken,
    "return account is None",
    "return True",
)
faults.replace_source(
    "bulk_upsert_loses_the_hash",
    "management.bulk_upsert_keeps_passwords",
    imported_users.create,
    "_keep(tenant, account, hashed)",
    "pass",
)
faults.replace_source(
    "bulk_upsert_hides_failures",
    "management.bulk_upsert_fails_by_profile",
    user_migration.upsert,
    'failed.append({"Line": line, **_told(refusal)})',
    "pass",
)
