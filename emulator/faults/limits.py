"""How much and how often."""

from emulator.app import Exchange
from emulator.faults.registry import Faults
from emulator.guards import Guard
from emulator.messages import Messages

faults = Faults("limits")

faults.line(
    "mails_are_not_limited", "limits.mail_number_is_limited",
    Messages.count, "raise ApiError(code)", 'if quota != "mail":\n            raise ApiError(code)',
)
faults.line(
    "one_mail_more", "limits.mail_number_is_limited",
    Messages.count, "if len(recent) >= limit:", 'if len(recent) >= limit + (quota == "mail"):',
)
faults.line(
    "sms_are_not_limited", "limits.sms_number_is_limited",
    Messages.count, "raise ApiError(code)", 'if quota != "sms":\n            raise ApiError(code)',
)
faults.line(
    "never_end", "limits.end_with_their_period",
    Messages.count, "if at > now - window]", "]",
)
faults.line(
    "are_everybodys", "limits.are_kept_per_account",
    Messages.count, 'f"{quota} {of.lower()}"', "quota",
)
faults.line(
    "sender_address_starts_anew", "limits.sender_address_does_not_reset_them",
    Exchange._check, "guard = call.tenant.guard",
    """guard = call.tenant.guard
    if call.header("x-origin-ip") or call.header("x-forwarded-for"):
        call.tenant.messages._sent.replace({})""",
)
faults.line(
    "tokens_are_not_limited", "limits.token_generation_is_limited",
    Messages.count, "raise ApiError(code)", 'if quota in ("mail", "sms"):\n            raise ApiError(code)',
)
faults.line(
    "rate_is_not_limited", "limits.rate_is_429",
    Guard.rate, "raise TooManyRequestsError", "pass",
)
faults.line(
    "rate_is_503", "limits.rate_is_429",
    Exchange._too_many, "        429,", "        503,",
)
faults.line(
    "rate_answer_has_a_body", "limits.rate_answer_has_no_body",
    Exchange._too_many, "if settings.rate_limit_envelope else None", "",
)
