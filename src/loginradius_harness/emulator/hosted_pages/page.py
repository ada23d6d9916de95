"""One hosted page: its heading and template, and how it is rendered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from loginradius_harness import contracts
from loginradius_harness.emulator.http import pages
from loginradius_harness.emulator.services.administration import saml_providers
from loginradius_harness.emulator.state.tenant import Tenant

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Page:
    """A page: heading, template, and values of the template."""

    title: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict)


def problem(text: str) -> Page:
    """Return the page that says why there is none."""
    return Page("This page cannot be shown", "problem.html", {"text": text})


def may_return_to(url: str, tenant: Tenant) -> bool:
    """Return whether a browser may be sent to a URL after the log-in: a path here, or an address that is allowed."""
    if not url or (url.startswith("/") and url[1:2] not in {"/", "\\"}):
        return True
    allowed = tenant.settings.allowed_urls
    try:
        is_web_address = urlsplit(url).scheme in {"http", "https"}
    except ValueError:
        return False
    return is_web_address and ("*" in allowed or any(url.startswith(prefix) for prefix in allowed))


def render(page: Page, tenant: Tenant, query: Mapping[str, str], base: str) -> str:
    """Return the text of a page; `base` is the path below which the emulator is served."""
    return (
        pages.templates(FOLDER)
        .get_template(page.template)
        .render(
            title=page.title,
            tenant=tenant,
            query=query,
            base=base,
            endpoint=_endpoint,
            providers=saml_providers.offered(tenant),
            **page.values,
        )
    )


def _endpoint(operation_id: str) -> str:
    """Return method and path of an operation, e.g. `POST /identity/v2/auth/login`."""
    operation = contracts.get(operation_id)
    return f"{operation.method} {operation.path}"
