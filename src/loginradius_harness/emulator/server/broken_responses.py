"""Responses that end early: a connection that is reset, a body of which half arrives."""

import contextlib
import socket
import struct

from loginradius_harness.emulator.http import asgi

LINGER = struct.pack("ii", 1, 0)  # close with RST instead of FIN


async def cut(scope: asgi.Scope, receive: asgi.Receive) -> None:
    """Reset the connection without a response."""
    transport = scope["extensions"]["transport"]["transport"]
    with contextlib.suppress(OSError):
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
    transport.abort()
    await _end(receive)


async def truncate(  # noqa: PLR0913, PLR0917  # those of `asgi.respond`
    scope: asgi.Scope,
    receive: asgi.Receive,
    send: asgi.Send,
    status: int,
    body: bytes,
    headers: list[tuple[bytes, bytes]],
) -> None:
    """Send half of a body that was announced in full, and close the connection."""
    headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    scope["extensions"]["transport"]["transport"].close()
    await _end(receive)


async def _end(receive: asgi.Receive) -> None:
    """Wait until the server has seen the end of the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass
