"""Forward proxy: unmodified applications that call the vendor's hosts reach the emulator instead.

It answers CONNECT for the vendor's hosts and those of --proxy-host only, terminates TLS with a certificate of its own
authority and forwards the bytes. Every other host is refused: no traffic ever leaves this machine through it.
"""

import asyncio
import contextlib
import socket
from ssl import SSLContext, SSLError

from loginradius_harness.emulator.control.origin_check import Allowed

MAX_HEAD_BYTES = 16_384  # of a CONNECT request
CHUNK_BYTES = 65_536


async def serve(
    listener: socket.socket, emulator: tuple[str, int], context: SSLContext, allowed: Allowed
) -> asyncio.Server:
    """Start to answer CONNECT on a listening socket, for an emulator at a host and port."""

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, SSLError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await _tunnel(reader, writer, emulator, context, allowed)
        writer.close()

    return await asyncio.start_server(accept, sock=listener, limit=MAX_HEAD_BYTES)


async def _tunnel(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    emulator: tuple[str, int],
    context: SSLContext,
    allowed: Allowed,
) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    method, _, rest = head.partition(" ")
    host = rest.partition(" ")[0].rpartition(":")[0]
    if method != "CONNECT" or not allowed.is_proxied(host):
        text = "This proxy leads to the emulator only: CONNECT to a host of the product or of --proxy-host.\n"
        writer.write(f"HTTP/1.1 403 Forbidden\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())
        await writer.drain()
        return
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    await writer.drain()
    await writer.start_tls(context)
    inner_reader, inner_writer = await asyncio.open_connection(*emulator)
    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(_forward(reader, inner_writer))
            both.create_task(_forward(inner_reader, writer))
    except* OSError:
        pass  # one side closed the connection; the other is closed below
    finally:
        inner_writer.close()


async def _forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Forward bytes until the reader ends, then close the writer."""
    while chunk := await reader.read(CHUNK_BYTES):
        writer.write(chunk)
        await writer.drain()
    writer.close()
