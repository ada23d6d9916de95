"""What an answer shows that must stay inside: hashes, secret members, secrets of the request, internals of a server."""

from collections.abc import Iterator
from typing import Any

from loginradius_harness.checks.security.information_leaks import (
    PASSWORD_HASH,
    SECRET_MEMBER,
    TRACE,
    disclosed,
    members,
    texts,
)
from loginradius_harness.traffic.exchange import RecordedExchange
from loginradius_harness.traffic.order import Finding, access_token

Json = Any
REFUSED = 400  # and above
SHORTEST_SECRET = 8  # characters; a shorter one may be an ordinary word
SENT_SECRETS = frozenset(
    {"password", "newpassword", "oldpassword", "otp", "apisecret", "client_secret", "access_token"}
)


def leaks(exchange: RecordedExchange, data: Json, *, managed: bool) -> Iterator[Finding]:
    """Yield what an answer must not hold; `managed`: it is for the operator, whom the product shows hashes."""
    for name, value in () if managed else members(data):
        secret = SECRET_MEMBER.match(name) or (name == "Password" and set(str(value)) != {"*"})
        if secret and value not in (None, "", [], {}):
            yield Finding("isolation.every_secret_member_stays_inside", "no secret member", f"member {name}")
    whole = "\n".join(texts(data))
    if not managed and PASSWORD_HASH.search(whole):
        yield Finding("isolation.every_secret_member_stays_inside", "no hash of a password", "a hash of a password")
    if exchange.status is not None and exchange.status >= REFUSED:
        if TRACE.search(whole):
            yield Finding("errors.show_no_internals", "no internals of the server", "a trace, class or file")
        for name, value in _sent(exchange):
            if disclosed(data, [value.lower()]):
                yield Finding("errors.echo_no_secret", "no secret of the request", f"the request's {name}")


def _sent(exchange: RecordedExchange) -> Iterator[tuple[str, str]]:
    """Yield the secrets of a request by name."""
    yield from (
        (name, str(value))
        for name, value in (
            *exchange.query.items(),
            *members(exchange.request_json),
            ("access_token", access_token(exchange)),
        )
        if str(name).lower() in SENT_SECRETS and len(str(value)) >= SHORTEST_SECRET
    )
