"""Processes in network namespaces of their own, which reach nothing but the ports that they are given.

`python -m tests.load.namespaces FOLDER PORT ... -- COMMAND ...` runs inside: 127.0.0.1:PORT leads to the Unix
socket FOLDER/PORT, for such sockets do not care about networks. `bridge` is the other end of them.
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
    """Whether this system lets us make namespaces and wake up their loopback."""
    command = [*UNSHARE, "ip", "link", "set", "lo", "up"]
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def secluded(folder: Path, ports: Sequence[int], command: Sequence[str]) -> list[str]:
    """The command that runs `command` in a namespace of its own."""
    inside = [sys.executable, "-m", "tests.load.namespaces", str(folder), *map(str, ports), "--"]
    return [*UNSHARE, *inside, *command]


@contextlib.contextmanager
def bridge(folder: Path, ports: Sequence[int]) -> Iterator[None]:
    """The sockets of the folder lead to these ports of our own loopback."""
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
    """Open the doors, leave a process behind that keeps them, become the command."""
    split = rest.index("--")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)  # noqa: S607  # of the system
    doors = {port: socket.create_server(("127.0.0.1", int(port))) for port in rest[:split]}
    watched, held = os.pipe()  # the command holds one end; its death is the end of the other
    os.set_inheritable(held, True)
    if os.fork():
        os.execvp(rest[split + 1], rest[split + 1 :])  # noqa: S606  # the command that we were asked to become
    os.close(held)
    asyncio.run(_keep(doors, Path(folder), watched))


async def _keep(doors: dict[str, socket.socket], folder: Path, watched: int) -> None:
    for port, door in doors.items():
        await asyncio.start_server(partial(_join, partial(asyncio.open_unix_connection, folder / port)), sock=door)
    await asyncio.to_thread(os.read, watched, 1)


async def _join(
    reach: Callable[[], Awaitable[Streams]], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Whoever connects is joined with what `reach` gives."""
    there, back = await reach()
    await asyncio.gather(_pump(reader, back), _pump(there, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.closing(writer), contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


if __name__ == "__main__":
    main(*sys.argv[1:])
