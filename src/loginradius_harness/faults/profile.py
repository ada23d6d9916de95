"""Reading and writing profiles."""

from loginradius_harness.emulator.handlers import account, authentication_email, authentication_profile
from loginradius_harness.emulator.handlers.phone import request_change
from loginradius_harness.emulator.state import profile
from loginradius_harness.emulator.state.accounts import Accounts
from loginradius_harness.faults.registry import Faults
from loginradius_harness.faults.source_patch import SourcePatch

faults = Faults("profile")

WRITE = "profile.write(account, call.sent, call.now, nulls=nulls, known=call.settings.custom_fields)"

faults.replace_source(
    "update_replaces",
    "profile.update_merges",
    profile.merged,
    "result = dict(fields)",
    "result = {}",
)
faults.replace_source(
    "update_writes_nothing",
    "profile.update_merges",
    profile.write,
    "account.fields, account.custom_fields, account.modified = _with_age(fields, now), custom, now",
    "pass",
)
faults.replace_source(
    "null_always_clears",
    "profile.null_clears_only_on_request",
    profile.merged,
    "if nulls and name in CLEARABLE:",
    "if name in CLEARABLE:",
)
faults.replace_source(
    "null_never_clears",
    "profile.null_clears_only_on_request",
    profile.merged,
    "if nulls and name in CLEARABLE:",
    "if False:",
)
faults.replace_source(
    "null_clears_everything",
    "profile.null_clears_listed_members_only",
    profile.merged,
    "if nulls and name in CLEARABLE:",
    "if nulls:",
)
faults.replace_source(
    "null_clears_own_user_name",
    "profile.null_clears_listed_members_only",
    authentication_profile.update_profile,
    WRITE,
    f'{WRITE}\n    if call.query.get("nullSupport") and call.sent.get("UserName", "") is None:\n'
    "        call.tenant.accounts.set_username(account, None)",
)
faults.replace_source(
    "marked_element_stays",
    "profile.marked_elements_are_removed",
    profile._merged_list,
    "if item.get(key) not in gone]",
    "]",
)
faults.replace_source(
    "full_name_is_the_first",
    "profile.full_name_is_derived",
    profile._full_name,
    'fields.get("FirstName"), fields.get("LastName")',
    'fields.get("FirstName"), None',
)


def obeys(member: str, assignment: str) -> None:
    """Accept a member that only the server may set from a user's update."""
    faults.replace_source(
        f"user_sets_{member}",
        "profile.privileged_members_are_ignored",
        authentication_profile.update_profile,
        WRITE,
        f"{WRITE}\n    {assignment}",
    )


obeys("NoOfLogins", 'account.logins = sent.get("NoOfLogins", account.logins)')
obeys("Roles", 'account.roles = sent.get("Roles", account.roles)')
obeys("IsActive", 'account.active = sent.get("IsActive", account.active)')
obeys("EmailVerified", 'account.emails[0].verified = sent.get("EmailVerified", account.emails[0].verified)')


@faults.patch("taken_user_name_is_shared", "profile.taken_names_are_refused")
def _taken_user_name(patch: SourcePatch) -> None:
    patch.replace_source(authentication_profile._require_free, "raise ApiError(code)", "pass")
    patch.replace_source(Accounts.set_username, "raise ApiError(ErrorCode.USERNAME_ALREADY_EXISTS)", "pass")


faults.replace_source(
    "new_number_gets_no_otp",
    "profile.new_phone_number_gets_an_otp",
    request_change,
    "sent = _send(call, account, number, CHANGE)",
    "sent = call.tenant.identifiers.sms_id()",
)
faults.replace_source(
    "two_entries_of_a_type_are_kept",
    "profile.one_entry_of_a_type",
    profile._merged_list,
    "raise ApiError(TWICE[key])",
    "pass",
)
faults.replace_source(
    "birth_date_may_be_anything",
    "profile.birth_date_has_four_forms",
    profile._check_birth_date,
    "raise ApiError(ErrorCode.DATE_INVALID)",
    "pass",
)
faults.replace_source(
    "birth_date_has_no_slashes",
    "profile.birth_date_has_four_forms",
    profile._check_birth_date,
    "birth_date(value) is None",
    '(birth_date(value) is None or "/" in value)',
)
faults.replace_source(
    "markup_is_kept",
    "profile.markup_is_refused",
    profile.refuse_markup,
    "raise ApiError(ErrorCode.MARKUP_NOT_ALLOWED)",
    "pass",
)
faults.replace_source(
    "own_call_welcomes_once",
    "profile.welcome_mail_on_request",
    authentication_email.send_welcome_email,
    ", again=True",
    "",
)
faults.replace_source(
    "first_read_sends_no_welcome_mail",
    "profile.first_read_may_welcome",
    authentication_profile.get_profile,
    "welcome(call, call.account)",
    "pass",
)
faults.replace_source(
    "user_name_is_not_changed",
    "profile.user_name_change_takes_effect",
    authentication_profile.set_or_change_username,
    'call.tenant.accounts.set_username(account, registration.stored_username(call, call.body["username"]))',
    "pass",
)
faults.replace_source(
    "old_user_name_lives_on",
    "profile.user_name_change_takes_effect",
    Accounts.set_username,
    "self._by_username.remove(account.username)",
    "pass",
)
faults.replace_source(
    "user_answers_any_question",
    "profile.user_answers_enabled_questions_only",
    authentication_profile._known_answers,
    "raise ApiError(ErrorCode.SECURITY_QUESTION_ID_INVALID)",
    "pass",
)
faults.replace_source(
    "operator_enables_nothing",
    "profile.operator_enables_questions",
    account.update_security_answers_by_uid,
    "account.security_answers = {**(account.security_answers or {}), **(answers or {})}",
    "pass",
)
faults.replace_source(
    "country_must_be_an_object",
    "profile.country_may_be_text",
    profile._object_member,
    'if name == "Country" and isinstance(value, str):',
    "if False:",
)
faults.replace_source(
    "gender_has_nine_spellings",
    "profile.gender_has_ten_spellings",
    profile._text_member,
    "not in GENDERS",
    'not in GENDERS - {"o"}',
)
faults.replace_source(
    "identities_share_the_id",
    "profile.identities_share_one_uid",
    profile.identity,
    '"ID": linked.provider_id',
    '"ID": account.id',
)
faults.replace_source(
    "unknown_custom_field_is_kept",
    "profile.unknown_custom_field_is_refused",
    profile.write,
    "raise ApiError(ErrorCode.CUSTOM_FIELD_INVALID)",
    "pass",
)
