"""Where browsers begin a log-in at an identity provider of SAML, and where they bring its answer.

Source: product-facts.md#saml-providers.
"""

import re
from collections.abc import Mapping

from loginradius_harness.emulator.hosted_pages.page import Page, may_return_to, problem, render
from loginradius_harness.emulator.http import asgi, pages
from loginradius_harness.emulator.services.administration import saml_providers
from loginradius_harness.emulator.services.administration.saml_providers import ANSWER, START
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.emulator.state.tenants import TenantRegistry

WEB_ADDRESS = re.compile(r"(?P<origin>https?://[A-Za-z0-9.:\[\]-]+)(/[!-~]*)?")
METHODS = {START: "GET", ANSWER: "POST"}
Answer = tuple[int, Page | str]  # status, and a page or the address to which the browser is sent


class SamlPages:
    """Answers browsers on their way to an identity provider and back."""

    def __init__(self, registry: TenantRegistry) -> None:
        self._registry = registry

    @staticmethod
    def serves(path: str) -> bool:
        """Return whether a path is one of these."""
        return path in METHODS

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Answer one request."""
        path, query = scope["path"], asgi.parameters(scope["query_string"])
        if scope["method"] != METHODS[path]:
            await asgi.respond(send, 405, b"", [(b"allow", METHODS[path].encode()), *pages.headers(".html")])
            return
        tenant = self._registry.by_key(query["apikey"]) if "apikey" in query else self._registry.default
        status, shown = self._answer(path, tenant, query, await self._form(receive))
        if isinstance(shown, str):
            location = (scope.get("root_path", "") if shown.startswith("/") else "") + shown
            await asgi.respond(send, 302, b"", [(b"location", location.encode()), *pages.headers(".html")])
            return
        text = render(shown, tenant or self._registry.default, {}, scope.get("root_path", ""))
        await asgi.respond(send, status, text.encode(), _headers(shown))

    @staticmethod
    def _answer(path: str, tenant: Tenant | None, query: Mapping[str, str], form: Mapping[str, str]) -> Answer:
        if tenant is None:
            return 404, problem("No tenant has this API key.")
        if saml_providers.active(tenant, query.get("provider", "").lower()) is None:
            return 404, problem("No identity provider of SAML has this name. Other providers are scripted.")
        return _depart(tenant, query) if path == START else _arrive(tenant, query, form)

    async def _form(self, receive: asgi.Receive) -> dict[str, str]:
        """Return the fields of a form by lower-case name; none of one that is too large."""
        try:
            return asgi.parameters(await asgi.read_body(receive, self._registry.default.settings.max_body_bytes))
        except asgi.TooLargeError:
            return {}


def _depart(tenant: Tenant, query: Mapping[str, str]) -> Answer:
    from loginradius_harness.emulator.services.federation.saml import service_provider  # noqa: PLC0415  # 100 ms of start-up

    name, return_to = query["provider"].lower(), query.get("callback", "")
    if not _is_return_address(return_to, tenant):
        return 400, problem(f"The tenant does not allow callback {return_to}.")
    location = (saml_providers.stored(tenant)[name].get("IdentityProvider") or {}).get("Location", "")
    if not WEB_ADDRESS.fullmatch(location):
        return 400, problem(f"The provider {name} has no address where users log in.")
    departure = service_provider.depart(tenant, name, return_to)
    if departure.fields is None:
        return 302, departure.address
    return 200, Page("Log in", "post.html", {"address": departure.address, "fields": departure.fields})


def _arrive(tenant: Tenant, query: Mapping[str, str], form: Mapping[str, str]) -> Answer:
    from loginradius_harness.emulator.services.federation.saml import responses, service_provider  # noqa: PLC0415  # see above

    try:
        arrival = service_provider.arrive(tenant, query["provider"].lower(), form)
    except responses.RefusedResponseError as refusal:
        return 403, problem(str(refusal))
    address = arrival.return_to
    if not _is_return_address(address, tenant):
        return 400, problem(f"The tenant does not allow callback {address}.")
    if not address:
        return 200, Page("Log in", "request_token.html", {"token": arrival.request_token})
    return 302, f"{address}{'&' if '?' in address else '?'}token={arrival.request_token}"


def _is_return_address(address: str, tenant: Tenant) -> bool:
    return address.isascii() and address.isprintable() and "#" not in address and may_return_to(address, tenant)


def _headers(page: Page) -> list[tuple[bytes, bytes]]:
    """Return the headers of a page; the form of one with an address may be sent there."""
    address = WEB_ADDRESS.fullmatch(str(page.values.get("address", "")))
    return pages.headers(".html", address["origin"] if address else "")
