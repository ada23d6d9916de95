"""Information that responses must not reveal."""

import time
from typing import Any

from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.password_hashing import PasswordHasher
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.server import app
from loginradius_harness.emulator.services import password_reset
from loginradius_harness.emulator.state import profile
from loginradius_harness.emulator.state.lockout import Lockout
from loginradius_harness.faults.registry import Faults
from loginradius_harness.faults.source_patch import SourcePatch

faults = Faults("leaks")

REFUSED = "status, code, body = self._refused(error)"


def tells(name: str, violates: str, what: str) -> None:
    """Add information to the description of every error; `what` is an expression over request cycle and error."""
    told = f"error.description = str({what})"
    faults.replace_source(name, violates, app.RequestCycle.answer, REFUSED, f"{told}\n        {REFUSED}")


tells("error_repeats_the_body", "errors.echo_no_secret", "self._call and self._call.sent")
tells("error_repeats_the_query", "errors.echo_no_secret", "self._scope['query_string']")
tells("error_repeats_the_headers", "errors.echo_no_secret", "self._headers")
tells("error_shows_a_file", "errors.show_no_internals", "f'{__file__}, line 42, in {self._handle.__qualname__}'")
tells("error_shows_a_class", "errors.show_no_internals", "'System.NullReferenceException in LoginController'")
faults.replace_source(
    "error_shows_a_trace",
    "errors.show_no_internals",
    ApiError.envelope,
    '"ProviderErrorResponse": None',
    '"ProviderErrorResponse": "Traceback (most recent call last):"',
)
faults.replace_source(
    "refused_login_names_the_account",
    "errors.have_one_envelope",
    Lockout.fail,
    "return ApiError(otherwise, **extra)",
    'return ApiError(otherwise, **extra, Data={"Uid": account.uid})',
)


@faults.alter_response(
    "recovery_names_the_account", "isolation.every_secret_member_stays_inside", "authentication.forgot_password"
)
def _names_the_account(data: Any, call: RequestContext) -> Any:
    return {**data, "Data": {"Uid": password_reset.owner(call).uid}}


@faults.patch("nearly_right_password_takes_longer", "login.nearly_right_password_takes_as_long")
def _letter_by_letter(patch: SourcePatch) -> None:
    # what leaks is time itself: half a millisecond for each first letter that is right
    patch.replace_source(
        PasswordHasher.hash,
        "derived = await _derive(password, salt, rounds)",
        """derived = await _derive(password, salt, rounds)
    PLAIN[b64encode(derived).decode()] = password""",
        PLAIN={},
    )
    patch.replace_source(
        PasswordHasher.matches,
        "return hmac.compare_digest",
        """time.sleep(5e-4 * len(os.path.commonprefix([PLAIN.get(wanted, ""), password])))
    return hmac.compare_digest""",
        time=time,
    )


faults.replace_source(
    "password_is_read_from_the_address",
    "credentials.password_in_address_is_not_read",
    app.RequestCycle._validate,
    "validator.body(call.sent)",
    'validator.body({**call.sent, **{name: value for name, value in call.parameters.items() if name == "password"}})',
)
faults.replace_source(
    "profile_shows_the_hash",
    "profile.password_is_masked_for_users",
    profile._state,
    "(account.password if managed else MASKED)",
    "account.password",
)
faults.replace_source(
    "profile_shows_the_pin",
    "pin.is_never_shown",
    profile._pin,
    "(account.pin.hash if managed else MASKED)",
    "getattr(account.pin, 'hash')",
)
