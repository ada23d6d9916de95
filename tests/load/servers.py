"""Servers for tests: an emulator with altered answers, and one whose answers the test writes."""

import asyncio
import contextlib
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from loginradius_harness import emulator
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.http import asgi
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.server.endpoint import listen
from loginradius_harness.emulator.server.uvicorn_server import configured

TOKEN = "0b0d4a4c-7c3e-4f0e-9d11-7d2e65a3f1aa"
GOOD = msgspec.json.encode({"access_token": TOKEN, "expires_in": "2030-01-02T03:04:05.1234567Z"})
UNKNOWN = msgspec.json.encode(
    {
        "Description": "The access token is not valid.",
        "ErrorCode": ErrorCode.ACCESS_TOKEN_INVALID,
        "Message": "The access token is not valid",
        "IsProviderError": False,
        "ProviderErrorResponse": None,
    }
)


Alter = Callable[[str, int, bytes], tuple[int, bytes]]


@dataclass
class AlteringProxy:
    """An emulator whose answers pass through `alter`: path, status and body in, status and body out."""

    app: App
    alter: Alter
    seconds: float = 0.0  # added to every answer

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Pass the request on, and the answer through `alter`."""
        if scope["type"] != "http" or scope["path"].startswith("/__emulator__"):
            await self.app(scope, receive, send)
            return
        sent: list[MutableMapping[str, Any]] = []

        async def keep(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        await self.app(scope, receive, keep)
        await asyncio.sleep(self.seconds)
        body = b"".join(message.get("body", b"") for message in sent)
        status, body = self.alter(scope["path"], sent[0]["status"], body)
        headers = [pair for pair in sent[0]["headers"] if pair[0].lower() != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@contextlib.contextmanager
def altered_emulator(alter: Alter = lambda _, status, body: (status, body), seconds: float = 0.0) -> Iterator[str]:
    """Yield the URL of an emulator whose answers are altered."""
    with emulator.running() as running:
        listener = listen("127.0.0.1", 0)
        server = configured(AlteringProxy(running.app, alter, seconds))  # type: ignore[arg-type]  # any ASGI application does
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # not the main thread
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
        thread.start()
        while not server.started:
            thread.join(0.005)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)
        listener.close()


Answer = Callable[[bytes], Awaitable[bytes | None]]


@dataclass
class Scripted:
    """A server whose answers the test writes; None drops the connection."""

    port: int
    received_requests: list[bytes] = field(default_factory=list)
    connections: int = 0


def reply(body: bytes = GOOD, *headers: str, status: str = "200 OK") -> bytes:
    """Return a whole response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Content-Type: application/json", *headers]
    return "\r\n".join([*lines, "\r\n"]).encode() + body


@contextlib.asynccontextmanager
async def scripted(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[Scripted]:
    """Yield a server on this loop."""
    serving: set[asyncio.Task[None]] = set()
    state = Scripted(0)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        state.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                state.received_requests.append(request)
                response = await answer(request)
                if response is None:
                    break
                writer.write(response)
        writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(serve(reader, writer))
        serving.add(task)
        task.add_done_callback(serving.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    state.port = server.sockets[0].getsockname()[1]
    try:
        yield state
    finally:
        server.close()
        for task in list(serving):
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
        await server.wait_closed()
