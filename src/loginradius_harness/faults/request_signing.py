"""Signed requests and SOTTs."""

from loginradius_harness.emulator.handlers import sott as sott_calls
from loginradius_harness.emulator.http import auth, request_signing, sott
from loginradius_harness.emulator.http.auth import credential
from loginradius_harness.emulator.server.app import RequestCycle
from loginradius_harness.faults.registry import Faults

faults = Faults("signing")

faults.replace_source(
    "strict_mode_asks_for_nothing",
    "signing.missing_one_is_refused",
    auth.check_secret,
    "raise ApiError(ErrorCode.SIGNATURE_MISSING)",
    "pass",
)
faults.replace_source(
    "right_one_is_not_enough",
    "signing.right_one_opens_the_call",
    auth.check_secret,
    "call.tenant.secret)\n        return",
    "call.tenant.secret)",
)
faults.replace_source(
    "wrong_one_is_accepted",
    "signing.wrong_one_is_refused",
    request_signing.check,
    "raise ApiError(ErrorCode.SIGNATURE_INCORRECT)",
    "pass",
)
faults.replace_source(
    "preferred_mode_looks_away",
    "signing.preferred_mode_checks_what_is_sent",
    auth.check_secret,
    'mode != "off" and request_signing',
    'mode == "strict" and request_signing',
)
faults.replace_source(
    "expiry_is_not_looked_at",
    "signing.expiry_is_enforced",
    request_signing.check,
    "raise ApiError(ErrorCode.SIGNATURE_EXPIRED)",
    "pass",
)
faults.replace_source(
    "body_is_not_covered",
    "signing.covers_the_whole_request",
    request_signing.check,
    "if not any(",
    "if not body and not any(",
)
faults.replace_source(
    "users_must_sign_too",
    "signing.does_not_bind_user_calls",
    RequestCycle._authenticate,
    '"apisecret" in needs:',
    '"apisecret" in needs or call.settings.request_signing == "strict":',
)
faults.replace_source(
    "is_asked_by_default",
    "signing.is_not_asked_by_default",
    auth.check_secret,
    'if mode == "strict":',
    'if mode in ("strict", "off"):',
)
faults.replace_source(
    "one_escape_only",
    "signing.escapes_of_every_client_are_read",
    request_signing.digests,
    "for form in sorted(forms)",
    "for form in sorted(forms)[:1]",
)
faults.replace_source(
    "twelve_hours_only",
    "signing.dates_of_every_client_are_read",
    request_signing._moment,
    'hour % 12 + (12 if found[7].upper() == "PM" else 0)',
    "hour % 12",
)

faults = Faults("sott")

faults.replace_source(
    "fresh_one_is_refused",
    "sott.opens_registration",
    sott.check,
    "start > now + skew",
    "start > now - 60",
)
faults.replace_source(
    "missing_one_is_forgiven",
    "sott.missing_one_is_refused",
    auth.check_sott,
    "raise ApiError(ErrorCode.SOTT_MISSING)",
    "return",
)
faults.replace_source(
    "digest_is_not_looked_at",
    "sott.damaged_one_is_refused",
    sott._opened,
    "if not sealed or digest != _digest(sealed):",
    "if not sealed:",
)
faults.replace_source(
    "key_inside_is_not_looked_at",
    "sott.of_other_tenant_is_refused",
    sott.check,
    "key.lower() != tenant.key.lower() or ",
    "",
)
faults.replace_source(
    "never_ends",
    "sott.outside_its_window_is_refused",
    sott.check,
    " or end < now - skew",
    "",
)
faults.replace_source(
    "begins_too_early",
    "sott.outside_its_window_is_refused",
    sott.check,
    "start > now + skew or ",
    "",
)
faults.replace_source(
    "skew_is_not_tolerated",
    "sott.clock_skew_is_tolerated",
    sott.check,
    "tenant.settings.sott_skew_seconds",
    "0",
)
faults.replace_source(
    "is_not_read_from_query",
    "sott.travels_in_header_or_query",
    credential,
    "in place.query:",
    'in () if name == "sott" else place.query:',
)
faults.replace_source(
    "generated_one_ignores_its_length",
    "sott.generated_one_works",
    sott_calls.generate_sott,
    'call.query.get("timeDifference", call.settings.sott_minutes)',
    "call.settings.sott_minutes",
)
faults.replace_source(
    "app_one_ignores_its_length",
    "sott.made_for_an_app_works",
    sott_calls.create,
    'body["ExpiresInMinutes"]',
    "call.settings.sott_minutes",
)
faults.replace_source(
    "app_one_is_not_kept",
    "sott.made_for_an_app_works",
    sott_calls.create,
    "call.tenant.sotts.put(made.id, made)",
    "pass",
)
faults.replace_source(
    "app_one_is_not_encoded",
    "sott.encoded_one_fits_an_address",
    sott_calls._shown,
    'quote(made.token, safe="") if made.encoded else made.token',
    "made.token",
)
faults.replace_source(
    "used_one_serves_again_in_strict_mode",
    "sott.strict_one_serves_once",
    sott.check,
    "if token in tenant.used_sotts:",
    "if False:",
)
faults.replace_source(
    "padded_dates_only",
    "sott.dates_of_every_client_are_read",
    sott._moment,
    "if part)",
    "if len(part) > 1)",
)
