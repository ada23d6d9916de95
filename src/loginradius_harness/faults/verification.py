"""Verification of addresses."""

from loginradius_harness.emulator.handlers import authentication_email
from loginradius_harness.emulator.services import verification
from loginradius_harness.emulator.state.single_use_tokens import SingleUseTokens
from loginradius_harness.faults.registry import Faults

faults = Faults("verification")

faults.replace_source(
    "link_verifies_nothing",
    "verification.link_verifies_the_address",
    verification.mark_verified,
    "email.verified, email.pending = True, False",
    "pass",
)
faults.replace_source(
    "link_works_twice",
    "verification.link_dies_on_first_use",
    authentication_email.verify_email,
    "token.used = True",
    "pass",
)
faults.replace_source(
    "link_never_expires",
    "verification.link_expires",
    SingleUseTokens.find,
    "if token.expires <= self._clock.now():",
    'if token.expires <= self._clock.now() and kind not in ("emailverification", "addemail"):',
)
faults.replace_source(
    "unknown_link_is_welcome",
    "verification.unknown_link_is_refused",
    authentication_email.verify_email,
    "token = tokens",
    'if kind is None:\n        return {"IsPosted": True}\n    token = tokens',
)
faults.replace_source(
    "link_verifies_every_address",
    "verification.link_verifies_no_other_address",
    verification.mark_verified,
    "email.verified, email.pending = True, False",
    "for other in account.emails:\n            other.verified, other.pending = True, False",
)
faults.replace_source(
    "link_outlives_its_address",
    "verification.link_dies_with_its_address",
    verification.mark_verified,
    "raise ApiError(ErrorCode.VERIFICATION_LINK_INVALID)",
    'return Email(type="Primary", value=value, verified=True)',
)
faults.replace_source(
    "link_always_logs_in",
    "verification.logs_in_only_where_set",
    authentication_email._verified,
    "logs_in=call.settings.login_on_email_verification",
    "logs_in=True",
)
faults.replace_source(
    "link_never_logs_in",
    "verification.logs_in_only_where_set",
    authentication_email._verified,
    "logs_in=call.settings.login_on_email_verification",
    "logs_in=False",
)
faults.replace_source(
    "verification_sends_a_welcome_mail",
    "verification.sends_no_welcome_mail",
    verification.mark_verified,
    "account.modified = call.now",
    "account.modified = call.now\n        welcome(call, account)",
)
faults.replace_source(
    "otp_mode_mails_a_link",
    "verification.otp_mode_mails_an_otp",
    verification.send_verification,
    "if tenant.settings.otp_email_verification:",
    "if False:",
)
faults.replace_source(
    "otp_verifies_nothing",
    "verification.otp_verifies_the_address",
    authentication_email.verify_email_by_otp,
    "return _verified(call, account, email.value)",
    'return {"IsPosted": True}',
)
faults.replace_source(
    "otp_of_a_uuid_is_refused",
    "verification.otp_with_uuid_verifies_the_address",
    authentication_email._waiting,
    'known["flow"] != "verification"',
    "True",
)
faults.replace_source(
    "otp_form_is_always_open",
    "verification.otp_form_has_conditions",
    authentication_email.verify_email_by_otp,
    "raise ApiError(ErrorCode.EMAIL_OTP_VERIFICATION_DISABLED)",
    "pass",
)
faults.replace_source(
    "resend_sends_nothing",
    "verification.resend_sends_a_mail",
    authentication_email.send_to_unverified,
    "send_verification(call, account, email)",
    "pass",
)
faults.replace_source(
    "verified_address_gets_another_mail",
    "verification.resend_has_conditions",
    authentication_email.send_to_unverified,
    "email is None or email.verified",
    "email is None",
)
faults.replace_source(
    "resend_works_where_nothing_is_verified",
    "verification.resend_has_conditions",
    authentication_email.send_to_unverified,
    "raise ApiError(ErrorCode.EMAIL_VERIFICATION_DISABLED)",
    "pass",
)
faults.replace_source(
    "sessions_outlive_it",
    "verification.ends_sessions_where_set",
    authentication_email._verified,
    "if call.settings.logout_on_email_verification:",
    "if False:",
)
