"""Client of an emulator's control API, `/__emulator__/`."""

from collections.abc import Callable, Mapping
from typing import Any, Self

import httpx

from loginradius_harness.client.errors import InfrastructureError
from loginradius_harness.client.http_transport import transport as connections
from loginradius_harness.client.secrets import Secret

PREFIX = "/__emulator__/"


def is_emulator(url: str, transport: httpx.BaseTransport | None = None) -> bool:
    """Return whether an emulator answers at the URL; a real tenant answers 404."""
    try:
        with httpx.Client(transport=transport or connections(), timeout=2, trust_env=False) as http:
            return http.get(url + PREFIX + "health").status_code == httpx.codes.OK
    except (httpx.HTTPError, httpx.InvalidURL):
        return False


class EmulatorClient:
    """Control one tenant of an emulator. `api_key` selects the tenant where the emulator has several.

    `on_change` holds functions that are called after this client has changed the tenant's clock or state, `on_settings`
    those that are called after it has changed the settings too.
    """

    def __init__(
        self, base_url: str, api_key: Secret | None = None, transport: httpx.BaseTransport | None = None
    ) -> None:
        self.base_url = base_url
        self.on_change: list[Callable[[], None]] = []
        self.on_settings: list[Callable[[], None]] = []
        params = {"apikey": api_key.reveal()} if api_key else {}
        self._http = httpx.Client(
            base_url=base_url + PREFIX,
            params=params,
            transport=transport or connections(),
            timeout=70,
            trust_env=False,
        )

    def outbox(self, *, to: str = "", kind: str = "", wait: float = 0, after: int = 0) -> list[dict[str, Any]]:
        """Return the messages with an id above `after`, oldest first; wait up to `wait` seconds for the first match."""
        wanted = {"to": to, "kind": kind, "wait": wait, "after": after}
        given = {name: value for name, value in wanted.items() if value}
        messages: list[dict[str, Any]] = self._ask("GET", "outbox", params=given)["messages"]
        return messages

    def advance(self, seconds: float) -> None:
        """Advance the tenant's clock by seconds, and with it every expiry, lockout and TOTP step."""
        self._ask("POST", "clock", json={"advance_seconds": seconds})
        self._changed()

    def settings(self) -> dict[str, Any]:
        """Return all settings of the tenant."""
        settings: dict[str, Any] = self._ask("GET", "settings")
        return settings

    def patch_settings(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Change some settings; return all of them."""
        settings: dict[str, Any] = self._ask("PATCH", "settings", json=dict(changes))
        for listener in self.on_settings:
            listener()
        return settings

    def reset(self) -> None:
        """Empty the tenant and restore its first settings."""
        self._ask("POST", "reset")
        self._changed()

    def fork(self) -> tuple[Secret, Secret]:
        """Copy the tenant; return key and secret of the copy."""
        return _keys(self._ask("POST", "fork"))

    def new_tenant(self, preset: str = "default", **settings: Any) -> tuple[Secret, Secret]:
        """Create a new, empty tenant in the same emulator; return its key and secret."""
        return _keys(self._ask("POST", "tenants", json={"preset": preset, "settings": settings}))

    def drop(self) -> None:
        """Delete the tenant; the emulator's default tenant cannot be deleted."""
        self._ask("DELETE", "tenants")

    def script_provider(self, **script: Any) -> dict[str, Any]:
        """Invent a user of a social provider; return the tokens that the provider grants."""
        granted: dict[str, Any] = self._ask("POST", "provider", json=script)
        return granted

    def script_device(self, **script: Any) -> dict[str, Any]:
        """Register a phone (`qr_code`) or name one (`device`), and say how it `answer`s push notifications."""
        device: dict[str, Any] = self._ask("POST", "devices", json=script)
        return device

    def answer_duo(self, endpoint: str, *, approve: bool = True) -> dict[str, str]:
        """Answer a prompt of Duo; return the `state` and `code` that the browser comes back with."""
        returned: dict[str, str] = self._ask("POST", "duo", json={"endpoint": endpoint, "approve": approve})
        return returned

    def seed(self, users: int) -> dict[str, Any]:
        """Create `users` verified accounts at once; return their `emails` and their common `password`."""
        seeded: dict[str, Any] = self._ask("POST", "seed", json={"users": users})
        return seeded

    def snapshot(self) -> Any:
        """Return the whole state of the tenant as JSON."""
        return self._ask("GET", "snapshot")

    def restore(self, snapshot: Any) -> None:
        """Restore a snapshot."""
        self._ask("PUT", "snapshot", json=snapshot)
        self._changed()

    def journal(self, after: int = 0) -> dict[str, Any]:
        """Return the tenant's requests: `count`, `by_operation`, and the `entries` with a number above `after`."""
        journal: dict[str, Any] = self._ask("GET", "journal", params={"after": after})
        return journal

    def jwks(self) -> dict[str, Any]:
        """Return the keys that verify access tokens in JWT form (RFC 7517)."""
        keys: dict[str, Any] = self._ask("GET", "jwks")
        return keys

    def deliveries(self) -> list[dict[str, Any]]:
        """Return the webhook calls that the tenant has made, oldest first."""
        entries: list[dict[str, Any]] = self._ask("GET", "deliveries", params={"wait": 5})["deliveries"]
        return entries

    def faults(self) -> Any:
        """Return the active faults."""
        return self._ask("GET", "faults")

    def set_faults(self, faults: Any) -> Any:
        """Replace the active faults."""
        return self._ask("PUT", "faults", json=faults)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _ask(self, method: str, path: str, **what: Any) -> Any:
        try:
            response = self._http.request(method, path, **what)
        except httpx.HTTPError as error:
            trouble = f"{self.base_url} does not answer: {error}"
            raise InfrastructureError(f"emulator control {path}", trouble) from None
        if response.is_success:
            return response.json() if response.content else None
        raise InfrastructureError(f"emulator control {path}", response.text[:300], status=response.status_code)

    def _changed(self) -> None:
        for listener in (*self.on_change, *self.on_settings):
            listener()


def _keys(tenant: dict[str, str]) -> tuple[Secret, Secret]:
    return Secret(tenant["apikey"]), Secret(tenant["apisecret"])
