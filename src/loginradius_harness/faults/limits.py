"""Rates and quotas."""

from loginradius_harness.emulator.http import auth
from loginradius_harness.emulator.server.app import RequestCycle
from loginradius_harness.emulator.state.message_sender import MessageSender
from loginradius_harness.faults.registry import Faults

faults = Faults("limits")

faults.replace_source(
    "mails_are_not_limited",
    "limits.mail_number_is_limited",
    MessageSender.count,
    "raise ApiError(code)",
    'if quota != "mail":\n            raise ApiError(code)',
)
faults.replace_source(
    "one_mail_more",
    "limits.mail_number_is_limited",
    MessageSender.count,
    "if len(recent) >= limit:",
    'if len(recent) >= limit + (quota == "mail"):',
)
faults.replace_source(
    "sms_are_not_limited",
    "limits.sms_number_is_limited",
    MessageSender.count,
    "raise ApiError(code)",
    'if quota != "sms":\n            raise ApiError(code)',
)
faults.replace_source(
    "never_end",
    "limits.end_with_their_period",
    MessageSender.count,
    "if at > now - window]",
    "]",
)
faults.replace_source(
    "are_everybodys",
    "limits.are_kept_per_account",
    MessageSender.count,
    'f"{quota} {of.lower()}"',
    "quota",
)
faults.replace_source(
    "sender_address_starts_anew",
    "limits.sender_address_does_not_reset_them",
    RequestCycle._authenticate,
    "auth.check_caller(call)",
    """auth.check_caller(call)
    if call.header("x-origin-ip") or call.header("x-forwarded-for"):
        call.tenant.messages._sent.replace({})""",
)
faults.replace_source(
    "tokens_are_not_limited",
    "limits.token_generation_is_limited",
    MessageSender.count,
    "raise ApiError(code)",
    'if quota in ("mail", "sms"):\n            raise ApiError(code)',
)
faults.replace_source(
    "rate_is_not_limited",
    "limits.rate_is_429",
    auth.check_rate,
    "raise TooManyRequestsError",
    "pass",
)
faults.replace_source(
    "rate_is_503",
    "limits.rate_is_429",
    RequestCycle._too_many,
    "        429,",
    "        503,",
)
faults.replace_source(
    "rate_answer_has_a_body",
    "limits.rate_answer_has_no_body",
    RequestCycle._too_many,
    "if settings.rate_limit_envelope else None",
    "",
)
