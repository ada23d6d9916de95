"""Rules that the order of exchanges shows: what has ended or was used must not work again."""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from loginradius_harness.traffic.exchange import RecordedExchange

Json = Any
OK = 200
MOST_REMEMBERED = 100_000  # secrets; the oldest are forgotten
TOKEN_ENDPOINTS = ("oidc.token", "oauth.token")
REVOCATIONS = ("oidc.revoke", "oauth.revoke", "oauth_m2m.revoke")
INTROSPECTIONS = ("oidc.introspect", "oauth.introspect", "oauth_m2m.introspect")

LOGOUT = "authentication.invalidate_access_token"
DEAD_TOKEN = "tokens.invalidated_one_is_dead_everywhere"  # noqa: S105  # a rule
REVOKED = "federation.revoked_token_is_not_active"
LINK = "verification.link_dies_on_first_use"
REFRESH = "account.refresh_access_token_by_refresh_token"
REVOKE_REFRESH = "account.revoke_refresh_token"

# (operation, member of query or body in lower case) -> the rule that says that its value works once
ONCE: Mapping[tuple[str, str], str] = {
    ("authentication.reset_password_by_reset_token", "resettoken"): "recovery.reset_token_dies_on_first_use",
    ("authentication.verify_email", "verificationtoken"): LINK,
    ("passwordless_login.verify_link", "verificationtoken"): "passwordless.link_is_single_use",
    ("smart_login.verify_token", "verificationtoken"): "smart_login.link_is_single_use",
    ("one_touch_login.verify_email", "verificationtoken"): "one_touch.link_is_single_use",
    (REFRESH, "refresh_token"): "tokens.refresh_token_is_single_use",
    **{(operation, "code"): "federation.code_works_once" for operation in TOKEN_ENDPOINTS},
    **{(operation, "refresh_token"): "federation.refresh_token_works_once" for operation in TOKEN_ENDPOINTS},
}
# (operation, member) -> the rule that says that its value does not work after it was revoked
REVOKED_ONES: Mapping[tuple[str, str], str] = {
    (REFRESH, "refresh_token"): "tokens.revoked_refresh_token_is_refused",
    **{(operation, "refresh_token"): REVOKED for operation in TOKEN_ENDPOINTS},
}
REVOKES: Mapping[str, str] = {REVOKE_REFRESH: "refresh_token", **dict.fromkeys(REVOCATIONS, "token")}


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule: its id, and what was expected and seen."""

    rule: str
    expected: str
    actual: str


class _Seen:
    """Where secrets ended or were used, by their digests: the secrets themselves are not kept."""

    def __init__(self) -> None:
        self._exchanges: OrderedDict[bytes, RecordedExchange] = OrderedDict()

    def add(self, secret: str, exchange: RecordedExchange) -> None:
        if secret:
            self._exchanges.setdefault(_digest(secret), _without_contents(exchange))
            if len(self._exchanges) > MOST_REMEMBERED:
                self._exchanges.popitem(last=False)

    def before(self, secret: str, exchange: RecordedExchange) -> str:
        """Return the place where it was seen before an exchange began, or an empty text."""
        earlier = self._exchanges.get(_digest(secret)) if secret else None
        if earlier is None:
            return ""
        if earlier.started and exchange.started:  # files need not be in order, and a recorder may write one twice
            ended = earlier.started + timedelta(seconds=earlier.seconds)
            if exchange.started < ended or exchange.started == earlier.started:
                return ""
        return earlier.place


class Order:
    """What has ended so far. Only exchanges that were recorded in their order can show anything."""

    def __init__(self) -> None:
        self._logged_out, self._revoked, self._used = _Seen(), _Seen(), _Seen()

    def check(self, operation: str, exchange: RecordedExchange) -> Iterator[Finding]:
        """Yield the rules that a successful exchange breaks, and remember what it ends."""
        if exchange.status != OK or not exchange.in_order:
            return
        yield from self._dead_tokens(operation, exchange)
        for (known, name), rule in ONCE.items():
            if known == operation and (secret := _value(exchange, name)):
                if place := self._used.before(secret, exchange):
                    yield Finding(rule, f"an error: the {name} was used in {place}", "success")
                self._used.add(secret, exchange)
        for (known, name), rule in REVOKED_ONES.items():
            if known == operation and (place := self._revoked.before(_value(exchange, name), exchange)):
                yield Finding(rule, f"an error: the {name} was revoked in {place}", "success")
        if operation == LOGOUT:
            self._logged_out.add(access_token(exchange), exchange)
        if operation in REVOKES:
            self._revoked.add(_value(exchange, REVOKES[operation]), exchange)

    def _dead_tokens(self, operation: str, exchange: RecordedExchange) -> Iterator[Finding]:
        token = access_token(exchange)
        if operation != LOGOUT and (place := self._logged_out.before(token, exchange)):
            yield Finding(DEAD_TOKEN, f"an error: the access token ended in {place}", "success")
        if operation.startswith("oidc.get_userinfo") and (place := self._revoked.before(token, exchange)):
            expected = f"an error: the access token was revoked in {place}"
            yield Finding("federation.userinfo_refuses_other_tokens", expected, "success")
        told_active = operation in INTROSPECTIONS and _is_active(exchange)
        if told_active and (place := self._revoked.before(_value(exchange, "token"), exchange)):
            yield Finding(REVOKED, f"inactive: the token was revoked in {place}", "active")


def access_token(exchange: RecordedExchange) -> str:
    """Return the access token that a request carries, empty where it carries none."""
    bearer = exchange.header("authorization")
    if bearer.lower().startswith("bearer "):
        return bearer[7:].strip()
    return next((value for name, value in exchange.query.items() if name.lower() == "access_token"), "")


def _value(exchange: RecordedExchange, name: str) -> str:
    """Return a member of query or body, by its name in lower case; empty where there is none."""
    body = exchange.request_json
    members = {**exchange.query, **(body if isinstance(body, Mapping) else {})}
    found = next((str(value) for key, value in members.items() if str(key).lower() == name), "")
    return "" if "{{" in found else found  # an unresolved variable of Postman


def _is_active(exchange: RecordedExchange) -> bool:
    try:
        told = exchange.response_json()
    except ValueError:
        return False
    return isinstance(told, Mapping) and told.get("active") is True


def _digest(secret: str) -> bytes:
    return hashlib.blake2b(secret.encode(errors="surrogatepass"), digest_size=16).digest()


def _without_contents(exchange: RecordedExchange) -> RecordedExchange:
    return RecordedExchange(exchange.place, "", "", started=exchange.started, seconds=exchange.seconds)
