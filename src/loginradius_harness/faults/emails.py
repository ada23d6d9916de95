"""E-mail addresses of an account."""

from loginradius_harness.emulator.handlers import account_identifiers, authentication_email, authentication_profile
from loginradius_harness.emulator.services import email_addresses
from loginradius_harness.emulator.services.login import require_verified
from loginradius_harness.emulator.state.accounts import Accounts, Email
from loginradius_harness.faults.registry import Faults

faults = Faults("emails")

faults.replace_source(
    "added_one_counts_as_verified",
    "emails.added_one_waits_for_verification",
    email_addresses.add,
    "Email(type=kind, value=value, pending=True)",
    "Email(type=kind, value=value, verified=True)",
)
faults.replace_source(
    "added_one_gets_no_mail",
    "emails.added_one_waits_for_verification",
    authentication_email.add_email,
    'send_verification(call, call.account, email, kind="addemail")',
    "pass",
)
faults.replace_source(
    "unverified_one_logs_in",
    "emails.unverified_one_does_not_log_in",
    require_verified,
    "named.verified if named else ",
    "",
)
faults.replace_source(
    "taken_one_is_added",
    "emails.taken_one_is_refused",
    Accounts.add_email,
    "raise ApiError(ErrorCode.EMAIL_ALREADY_EXISTS)",
    "pass",
)
faults.replace_source(
    "operator_adds_a_taken_one",
    "emails.taken_one_is_refused",
    account_identifiers._require_free,
    "raise ApiError(ErrorCode.EMAIL_ALREADY_EXISTS)",
    "raise ApiError(ErrorCode.EMAIL_TYPE_ALREADY_EXISTS)",
)
faults.replace_source(
    "own_address_is_added_again",
    "emails.own_address_is_not_added_again",
    email_addresses.add,
    "account.email(value) or",
    "",
)
faults.replace_source(
    "unverified_account_adds",
    "emails.adding_has_conditions",
    authentication_email.add_email,
    "raise ApiError(ErrorCode.ACCOUNT_HAS_NO_VERIFIED_EMAIL)",
    "pass",
)
faults.replace_source(
    "removed_one_stays",
    "emails.removed_one_is_gone",
    email_addresses.remove,
    "call.tenant.accounts.remove_email(account, email)",
    "pass",
)
faults.replace_source(
    "removed_one_still_logs_in",
    "emails.removed_one_is_gone",
    Accounts.remove_email,
    "self._unindex_email(email.value, account.uid)",
    "pass",
)
faults.replace_source(
    "last_one_is_removed",
    "emails.last_one_stays",
    email_addresses.remove,
    "raise ApiError(ErrorCode.LAST_EMAIL_NOT_REMOVABLE)",
    "pass",
)
faults.replace_source(
    "foreign_one_is_removed",
    "emails.foreign_one_cannot_be_removed",
    email_addresses.remove,
    "email = account.email(value)",
    """owner = call.tenant.accounts.by_email(value)
    account = owner if owner is not None and len(owner.emails) > 1 else account
    email = account.email(value)""",
)
faults.replace_source(
    "unknown_one_is_removed",
    "emails.foreign_one_cannot_be_removed",
    email_addresses.remove,
    "raise ApiError(ErrorCode.ACCOUNT_HAS_NO_SUCH_EMAIL)",
    "return",
)
faults.replace_source(
    "no_address_becomes_primary",
    "emails.next_one_becomes_primary",
    Accounts.remove_email,
    'account.emails[0].type, account.emails[0].pending = "Primary", False',
    "pass",
)
faults.replace_source(
    "operator_replaces_other_types",
    "emails.operator_sets_by_type",
    account_identifiers._put,
    "if known.type.lower() == email.type.lower()",
    "if known is not email",
)
faults.replace_source(
    "operators_one_is_unverified",
    "emails.operators_one_counts_as_verified",
    account_identifiers._put,
    "email.verified = True",
    "pass",
)
faults.replace_source(
    "operator_removes_nothing",
    "emails.operator_removes",
    account_identifiers.remove_email_by_uid,
    'email_addresses.remove(call, account, call.body["email"])',
    "pass",
)
faults.replace_source(
    "invalidated_one_stays_verified",
    "emails.invalidated_one_is_unverified_again",
    account_identifiers.invalidate_email_verification_by_uid,
    "email.verified = False",
    "pass",
)
faults.replace_source(
    "invalidated_one_gets_no_mail",
    "emails.invalidated_one_is_unverified_again",
    account_identifiers.invalidate_email_verification_by_uid,
    "send_verification(call, account, account.primary)",
    "pass",
)
faults.replace_source(
    "update_replaces_the_list",
    "profile.email_list_is_not_replaced",
    authentication_profile._refuse_new_addresses,
    "raise ApiError(ErrorCode.EMAIL_ALREADY_EXISTS if taken else ErrorCode.EMAIL_TYPE_ALREADY_EXISTS)",
    'call.tenant.accounts.add_email(account, Email(type=email["Type"], value=email["Value"]))',
    Email=Email,
)
