"""One-time codes."""

from loginradius_harness.emulator.core.ids import Identifiers
from loginradius_harness.emulator.services import login
from loginradius_harness.emulator.state import one_time_codes
from loginradius_harness.emulator.state.mfa_factors import MfaFactors
from loginradius_harness.emulator.state.one_time_codes import OneTimeCodes
from loginradius_harness.faults.registry import Faults

faults = Faults("otp")

ANY = """if found is None and channel == "{channel}" and issued:
        found = issued[-1]
    if found is None:"""

faults.replace_source(
    "any_mailed_one_is_right",
    "otp.wrong_mailed_one_is_refused",
    OneTimeCodes.redeem,
    "if found is None:",
    ANY.format(channel="mail"),
)
faults.replace_source(
    "any_texted_one_is_right",
    "otp.wrong_texted_one_is_refused",
    OneTimeCodes.redeem,
    "if found is None:",
    ANY.format(channel="sms"),
)
faults.replace_source(
    "mailed_one_works_twice",
    "otp.mailed_one_dies_on_first_use",
    OneTimeCodes.redeem,
    "if found.used:",
    'if found.used and channel == "sms":',
)
faults.replace_source(
    "texted_one_works_twice",
    "otp.texted_one_dies_on_first_use",
    OneTimeCodes.redeem,
    "if found.used:",
    'if found.used and channel == "mail":',
)
faults.replace_source(
    "mailed_one_never_expires",
    "otp.mailed_one_expires",
    OneTimeCodes.redeem,
    "if found.expires <= self._clock.now():",
    'if found.expires <= self._clock.now() and channel == "sms":',
)
faults.replace_source(
    "texted_one_never_expires",
    "otp.texted_one_expires",
    OneTimeCodes.redeem,
    "if found.expires <= self._clock.now():",
    'if found.expires <= self._clock.now() and channel == "mail":',
)
faults.replace_source(
    "lives_for_an_hour",
    "otp.life_is_at_most_ten_minutes",
    OneTimeCodes.issue,
    "settings.otp_seconds",
    "3_600",
)
faults.replace_source(
    "older_one_lives_on",
    "otp.newer_one_ends_the_older",
    OneTimeCodes.issue,
    "[] if settings.new_otp_cancels_old else ",
    "",
)
faults.replace_source(
    "is_everybodys",
    "otp.belongs_to_its_account",
    OneTimeCodes.redeem,
    "issued = self._slots.get(_slot(purpose, address)) or []",
    'issued = [one for slot, codes in self._slots.scan() if slot.startswith(f"{purpose} ") for one in codes]',
)
faults.replace_source(
    "of_a_shared_phone_is_everybodys",
    "otp.belongs_to_its_account",
    MfaFactors.prove_code,
    "if found.uid != account.uid:",
    "if False:",
)
faults.replace_source(
    "serves_every_purpose",
    "otp.belongs_to_its_purpose",
    one_time_codes._slot,
    '"{purpose} {address.lower()}"',
    '"{address.lower()}"',
)
faults.replace_source(
    "guesses_are_not_limited",
    "otp.guesses_are_limited",
    login.check_code,
    "if refusal.code != REFUSALS[channel][0]:",
    "if True:",
)
faults.replace_source(
    "locked_account_guesses_on",
    "otp.guesses_are_limited",
    login.check_code,
    "check_lock(call, account)",
    "pass",
)
faults.replace_source(
    "has_five_digits",
    "otp.has_six_digits",
    OneTimeCodes.issue,
    "settings.otp_length,",
    "settings.otp_length - 1,",
)
faults.replace_source(
    "has_no_nine",
    "otp.digits_are_evenly_spread",
    Identifiers.code,
    "choices(alphabet,",
    "choices(alphabet[:9],",
)
faults.replace_source(
    "is_always_of_digits",
    "otp.follows_tenant_format",
    OneTimeCodes.issue,
    "settings.otp_kind",
    '"Numeric"',
)
