"""Ports for systems that cannot choose one themselves."""

import socket
from contextlib import ExitStack, closing


def free_ports(count: int) -> list[int]:
    """As many ports of the loopback that nobody listens on."""
    with ExitStack() as taken:
        sockets = [taken.enter_context(closing(socket.socket())) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
