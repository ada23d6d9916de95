"""The egress filter: this process connects to the target of the run and to nothing else.

A Python audit hook sees every connect of the process, whatever asks for it: a changed host box, a redirect, a proxy, an
absolute URL, a decimal address, a name that suddenly resolves elsewhere. uvloop's connects do not pass through Python;
the engine is therefore only ever given addresses from `permit`.
"""

import socket
import sys
from typing import Any
from urllib.parse import urlsplit

from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.load.config.targets import port


class ForbiddenConnectionError(PermissionError):
    """Something in this process tried to connect to a host that is not the target."""


class EgressFilter:
    """The addresses that this process may connect to. Installed once, for the life of the process.

    `always` are URLs that may be reached beside the target, such as an OpenTelemetry collector.
    """

    def __init__(self, *always: str) -> None:
        self._always = always
        self._permitted: set[tuple[str, int]] = set()
        self.refused = 0

    def install(self) -> None:
        """Refuse all connections that are not permitted, from now on."""
        self._permit([])
        sys.addaudithook(self._audit)

    def permit(self, *urls: str) -> dict[str, str]:
        """Permit these hosts and no others; return the first address of each. Names are resolved now, once."""
        found = {url: self._resolve(url) for url in urls}
        self._permit(list(found.values()))
        return {url: places[0][0] for url, places in found.items()}

    def _permit(self, found: list[list[tuple[str, int]]]) -> None:
        always = [self._resolve(url) for url in self._always]
        self._permitted = {place for places in (*found, *always) for place in places}

    def check(self, address: Any) -> None:
        """Raise ForbiddenConnectionError for an internet address that is not permitted."""
        if not isinstance(address, tuple) or (address[0], address[1]) in self._permitted:
            return  # the path of a local socket, or the target
        self.refused += 1
        raise ForbiddenConnectionError(f"{address[0]}:{address[1]} is not the target of this run")

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect":
            self.check(arguments[1])

    def _resolve(self, url: str) -> list[tuple[str, int]]:
        host = urlsplit(url).hostname or ""
        try:
            found = socket.getaddrinfo(host, port(url), type=socket.SOCK_STREAM)
        except OSError as error:
            raise ConfigurationError(f"{host} has no address: {error.strerror}.") from error
        return [(str(address[0]), int(address[1])) for *_, address in found]
