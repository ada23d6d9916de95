"""Processes in network namespaces of their own, which reach nothing but the given ports.

`python -m tests.load.namespaces FOLDER PORT ... -- COMMAND ...` runs inside: 127.0.0.1:PORT leads to the Unix
socket FOLDER/PORT, because such sockets are independent of networks. `bridge` is their other end.
"""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

UNSHARE = ("unshare", "--net") if os.geteuid() == 0 else ("unshare", "--map-root-user", "--net")


def possible() -> bool:
    """Return whether this system permits namespaces with a loopback interface."""
    command = [*UNSHARE, "ip", "link", "set", "lo", "up"]
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def isolated(folder: Path, ports: Sequence[int], command: Sequence[str]) -> list[str]:
    """Return the command that runs `command` in a namespace of its own."""
    inside = [sys.executable, "-m", "tests.load.namespaces", str(folder), *map(str, ports), "--"]
    return [*UNSHARE, *inside, *command]


@contextlib.contextmanager
def bridge(folder: Path, ports: Sequence[int]) -> Iterator[None]:
    """Connect the sockets of the folder to these ports of our own loopback."""
    started, loops = threading.Event(), list[tuple[asyncio.AbstractEventLoop, asyncio.Event]]()

    async def serve() -> None:
        loops.append((asyncio.get_running_loop(), over := asyncio.Event()))
        async with contextlib.AsyncExitStack() as stack:
            for port in ports:
                reach = partial(asyncio.open_connection, "127.0.0.1", port)
                join = partial(_join, reach)
                await stack.enter_async_context(await asyncio.start_unix_server(join, folder / str(port)))
            started.set()
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    started.wait()
    yield
    loop, over = loops[0]
    loop.call_soon_threadsafe(over.set)
    thread.join()


def main(folder: str, *rest: str) -> None:
    """Open the listeners, fork a process that serves them, become the command."""
    split = rest.index("--")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)  # noqa: S607  # of the system
    listeners = {port: socket.create_server(("127.0.0.1", int(port))) for port in rest[:split]}
    watched, held = os.pipe()  # the command holds one end; when it ends, the other end closes
    os.set_inheritable(held, True)
    if os.fork():
        os.execvp(rest[split + 1], rest[split + 1 :])  # noqa: S606  # the command that we were asked to become
    os.close(held)
    asyncio.run(_keep(listeners, Path(folder), watched))


async def _keep(listeners: dict[str, socket.socket], folder: Path, watched: int) -> None:
    for port, listener_socket in listeners.items():
        await asyncio.start_server(
            partial(_join, partial(asyncio.open_unix_connection, folder / port)), sock=listener_socket
        )
    await asyncio.to_thread(os.read, watched, 1)


async def _join(
    reach: Callable[[], Awaitable[Streams]], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Join an incoming connection with the one that `reach` opens."""
    there, back = await reach()
    await asyncio.gather(_copy(reader, back), _copy(there, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.closing(writer), contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


if __name__ == "__main__":
    main(*sys.argv[1:])
