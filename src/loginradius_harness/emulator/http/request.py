"""One request, as a handler sees it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.sessions import Session
from loginradius_harness.emulator.state.tenant import Tenant

Json = Any


@dataclass(slots=True)
class RequestContext:
    """`query`, `body` and `path` are in the contract's spelling and hold what its request schema allows.

    `account` and `session` are set where the operation needs an access token. `sent` is the body with its nulls.
    """

    tenant: Tenant
    operation: Operation
    path: Mapping[str, str]
    parameters: Mapping[str, str]  # the whole query, names in lower case
    headers: Mapping[bytes, bytes]
    client: str
    origin: Callable[[], str] = (
        str  # of the address that the caller uses, such as `http://127.0.0.1:8484`; rarely asked
    )
    asked_path: str = ""  # as the caller wrote it
    asked_query: str = ""  # as the caller wrote it
    query: dict[str, Json] = field(default_factory=dict)
    body: Any = None
    sent: Any = None
    current_session: Session | None = None
    current_account: Account | None = None

    @property
    def settings(self) -> Settings:
        """Return the tenant's settings."""
        return self.tenant.settings

    @property
    def now(self) -> float:
        """Return the tenant's present, in seconds."""
        return self.tenant.clock.now()

    @property
    def session(self) -> Session:
        """Return the session of the access token. Raise ACCESS_TOKEN_MISSING where the request carries none."""
        if self.current_session is None:
            raise ApiError(ErrorCode.ACCESS_TOKEN_MISSING)
        return self.current_session

    @property
    def account(self) -> Account:
        """Return the account of the access token. Raise ACCESS_TOKEN_MISSING where the request carries none."""
        if self.current_account is None:
            raise ApiError(ErrorCode.ACCESS_TOKEN_MISSING)
        return self.current_account

    def header(self, name: str) -> str | None:
        """Return the text of a request header."""
        value = self.headers.get(name.lower().encode())
        return value.decode("latin-1") if value is not None else None

    @property
    def ip(self) -> str:
        """Return the end user's address: `X-Origin-IP` where the caller gives it, else the socket's.

        Source: product-facts.md#request-headers.
        """
        return self.header("x-origin-ip") or self.client

    @property
    def user_agent(self) -> str | None:
        """Return the end user's user agent."""
        return self.header("x-origin-user-agent") or self.header("user-agent")

    @property
    def prevents_webhooks(self) -> bool:
        """Return whether the caller prevents webhooks; the header wins over the query.

        Source: product-facts.md#request-headers.
        """
        wish = self.header("x-preventwebhook") or self.parameters.get("prevent_webhook", "")
        return wish.lower() == "true"

    def allowed_url(self, name: str, code: int = ErrorCode.VERIFICATION_URL_NOT_ALLOWED) -> str | None:
        """Return a URL parameter on the tenant's allow-list. Raise `code` for another."""
        url: str | None = self.query.get(name)
        allowed = self.settings.allowed_urls
        if url and "*" not in allowed and not any(url.startswith(prefix) for prefix in allowed):
            raise ApiError(code)
        return url
