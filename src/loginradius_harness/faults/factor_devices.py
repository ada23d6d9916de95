"""Push notifications, Duo, and codes that need no factor."""

from loginradius_harness.emulator.handlers import (
    authentication_profile,
    mfa_duo,
    mfa_push,
    passwordless_login,
    reauthentication,
)
from loginradius_harness.emulator.services import duo, push
from loginradius_harness.emulator.state.factor_devices.duo import DuoPrompts
from loginradius_harness.emulator.state.factor_devices.push import PushDevices
from loginradius_harness.faults.registry import Faults

faults = Faults("factor_devices")

faults.replace_source(
    "phone_is_not_kept",
    "mfa.approved_push_opens_a_session",
    push.register,
    "factors.push_device = device.id",
    "pass",
)
faults.replace_source(
    "unanswered_push_is_approved",
    "mfa.approved_push_opens_a_session",
    PushDevices.finish,
    '"pending": ErrorCode.PUSH_NOTIFICATION_PENDING,',
    "",
)
faults.replace_source(
    "phone_is_always_registered",
    "mfa.approved_push_opens_a_session",
    mfa_push.ping_device,
    "call.account.second_factors().push_device is not None",
    "True",
)
faults.replace_source(
    "declined_push_is_approved",
    "mfa.declined_push_is_refused",
    PushDevices.finish,
    '"declined": ErrorCode.PUSH_NOTIFICATION_DECLINED,',
    "",
)
faults.replace_source(
    "declined_push_is_sent_again",
    "mfa.declined_push_is_refused",
    PushDevices.send,
    'before.state == "declined"',
    "False",
)
faults.replace_source(
    "push_is_not_sent_again",
    "mfa.push_can_be_sent_again",
    mfa_push.resend,
    "call.tenant.push.send(waiting.account.second_factors().push_device, waiting.token.value, call.settings)",
    "pass",
)
faults.replace_source(
    "forged_approval_is_approved",
    "mfa.forged_approval_is_refused",
    PushDevices._deliver,
    "sent.state = said if right",
    "sent.state = said if True",
)
faults.replace_source(
    "approval_serves_every_login",
    "mfa.approval_serves_its_login_only",
    PushDevices.finish,
    "if sent.state in refusals:",
    "if sent.state in refusals and not any(one.state == 'approved' for _, one in self._notifications.scan()):",
)
faults.replace_source(
    "password_registers_a_phone",
    "mfa.password_registers_no_second_phone",
    push.register,
    "pairing.first and factors.enrolled",
    "False",
)
faults.replace_source(
    "duo_is_not_kept",
    "mfa.duo_code_opens_a_session",
    mfa_duo.verify,
    "call.account.second_factors().duo = True",
    "pass",
)
faults.replace_source(
    "declined_duo_is_approved",
    "mfa.declined_duo_is_refused",
    DuoPrompts.answer,
    "self._identifiers.hex(), approve",
    "self._identifiers.hex(), True",
)
faults.replace_source(
    "duo_state_works_again",
    "mfa.duo_state_works_once",
    DuoPrompts.check,
    "self._prompts.remove(state)",
    "pass",
)
faults.replace_source(
    "duo_state_is_everybodys",
    "mfa.duo_state_works_once",
    DuoPrompts.check,
    "prompt.uid != uid",
    "False",
)
faults.replace_source(
    "duo_leads_everywhere",
    "mfa.duo_leads_back_to_allowed_urls",
    duo.offered,
    'call.allowed_url("duoredirecturi", ErrorCode.DUO_REDIRECT_URI_NOT_ALLOWED)',
    "pass",
)
faults.replace_source(
    "duo_proves_a_password",
    "step_up.proof_answers_a_token",
    reauthentication.by_duo,
    'factors.proof(call.account, "2fa")',
    'factors.proof(call.account, "password")',
)
faults.replace_source(
    "mailed_code_is_not_looked_at",
    "step_up.mailed_code_needs_no_factor",
    reauthentication.by_step_up_email_otp,
    'check_code(call, call.account, OTP_PURPOSE, address, call.body["otp"])',
    "pass",
)
faults.replace_source(
    "deletion_code_is_not_looked_at",
    "deletion.sms_code_deletes_the_account",
    authentication_profile.delete_account_by_phone_otp,
    'check_code(call, call.account, "deleteuser", _verified_phone(call.account), call.body["otp"])',
    "pass",
)
faults.replace_source(
    "profile_is_not_registered",
    "passwordless.profile_registers_the_unknown",
    passwordless_login.send_by_email_with_profile,
    'await _register(call, "Email")',
    'create_account(call, emails=[Email(type="Primary", value=address)])',
)
faults.replace_source(
    "password_is_kept",
    "passwordless.profile_registers_the_unknown",
    passwordless_login._register,
    '{"Email", "PhoneId", "UserName", "Password"}',
    '{"Email", "PhoneId", "UserName"}',
)
faults.replace_source(
    "known_account_is_overwritten",
    "passwordless.profile_does_not_change_the_known",
    passwordless_login.send_by_email_with_profile,
    "return _mail(call",
    """_by_email(call, address).fields["FirstName"] = call.body.get("FirstName")
    return _mail(call""",
)
