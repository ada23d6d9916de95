"""Responses that are malformed, incomplete or slow."""

import asyncio
from typing import Any

from loginradius_harness.emulator.handlers import authentication, authentication_token
from loginradius_harness.emulator.http import asgi
from loginradius_harness.emulator.server import app
from loginradius_harness.faults.registry import Faults

faults = Faults("transport")

RESPONDS = "await asgi.respond(send, status, body, headers, zipped=zipped)"
NEVER = 3_600  # real seconds, longer than any client waits


async def _broken_off(send: asgi.Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    """Announce a body and close the connection before its end."""
    length = str(len(body) + 1).encode()
    await send({"type": "http.response.start", "status": status, "headers": [*headers, (b"content-length", length)]})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    raise ConnectionResetError


async def _dripping(send: asgi.Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    """Send the first half of the body and never the rest."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    await asyncio.sleep(NEVER)


def responds(name: str, how: str, **names: Any) -> None:
    """Send every response of the API in another way."""
    faults.replace_source(name, "wire.answers_are_json", app.RequestCycle.answer, RESPONDS, how, **names)


responds("body_is_cut", "await asgi.respond(send, status, body[: len(body) // 2], headers, zipped=zipped)")
responds("body_is_missing", 'await asgi.respond(send, status, b"", headers, zipped=zipped)')
responds("body_is_a_page", 'await asgi.respond(send, status, b"<html>busy</html>", headers, zipped=zipped)')
responds("body_says_it_is_zipped", 'await asgi.respond(send, status, body, [*headers, (b"content-encoding", b"gzip")])')
responds("body_breaks_off", "await _broken_off(send, status, body, headers)", _broken_off=_broken_off)
responds("body_drips", "await _dripping(send, status, body, headers)", _dripping=_dripping)
responds("body_is_in_another_charset", 'await asgi.respond(send, status, body.decode().encode("utf-16"), headers)')
faults.replace_entry(
    "content_type_is_text",
    "wire.answers_are_json",
    vars(app),
    "JSON",
    (b"content-type", b"text/plain; charset=utf-8"),
)
faults.replace_entry(
    "content_type_names_another_charset",
    "wire.answers_are_json",
    vars(app),
    "JSON",
    (b"content-type", b"application/json; charset=iso-8859-1"),
)
faults.replace_source(
    "gateway_is_busy",
    "wire.success_is_200",
    app.RequestCycle.answer,
    RESPONDS,
    "await asgi.respond(send, 503, body, headers, zipped=zipped)",
)
faults.replace_source(
    "zipped_answers_are_cut",
    "wire.gzip_changes_nothing",
    app.RequestCycle.answer,
    RESPONDS,
    "await asgi.respond(send, status, body[:-2] if zipped and len(body) > 1_000 else body, headers, zipped=zipped)",
)

faults = Faults("latency")

faults.replace_source(
    "login_never_answers",
    "authentication.login_by_email",
    authentication.log_in,
    "account = await first_factor(call)",
    f"await asyncio.sleep({NEVER})\n    account = None",
    asyncio=asyncio,
)
faults.replace_source(
    "token_check_never_answers",
    "authentication.validate_access_token",
    authentication_token.validate_access_token,
    "return token_body(call.session)",
    f"return asyncio.sleep({NEVER})",
    asyncio=asyncio,
)
faults.replace_source(
    "refusals_never_arrive",
    "errors.have_one_envelope",
    app.RequestCycle.answer,
    "status, code, body = self._refused(error)",
    f"""status, code, body = self._refused(error)
        await asyncio.sleep({NEVER})""",
    asyncio=asyncio,
)
