"""What nobody is to see."""

from emulator import app, profile
from emulator.errors import ApiError
from emulator.faults.registry import Faults

faults = Faults("leaks")

REFUSED = "status, code, body = error.status, error.code, wire.encode(error.envelope())"


def tells(name: str, breaks: str, what: str) -> None:
    """The description of every refusal tells more; `what` is an expression over the exchange and the error."""
    told = f"error.description = str({what})"
    faults.line(name, breaks, app.Exchange.answer, REFUSED, f"{told}\n        {REFUSED}")


tells("error_repeats_the_body", "errors.echo_no_secret", "self._call and self._call.sent")
tells("error_repeats_the_query", "errors.echo_no_secret", "self._scope['query_string']")
tells("error_repeats_the_headers", "errors.echo_no_secret", "self._headers")
tells("error_shows_a_file", "errors.show_no_internals", "f'{__file__}, line 42, in {self._handle.__qualname__}'")
tells("error_shows_a_class", "errors.show_no_internals", "'System.NullReferenceException in LoginController'")
faults.line(
    "error_shows_a_trace", "errors.show_no_internals",
    ApiError.envelope, '"ProviderErrorResponse": None', '"ProviderErrorResponse": "Traceback (most recent call last):"',
)
faults.line(
    "profile_shows_the_hash", "profile.password_is_masked_for_users",
    profile._state, "(account.password if managed else MASKED)", "account.password",
)
faults.line(
    "profile_shows_the_pin", "pin.is_never_shown",
    profile._pin, "(account.pin.hash if managed else MASKED)", "getattr(account.pin, 'hash')",
)
