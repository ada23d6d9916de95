"""Log-ins to PerfectMind (product-facts.md#connectors)."""

from typing import Any

from loginradius_harness.emulator.core.settings.connectors import PerfectMindSite
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.federation import connectors

Json = Any

SITE = "perfectmindsitename"


@handles("perfectmind_sso.get_contact")
def get_contact(call: RequestContext) -> Json:
    """Return the contacts that the site has of the user."""
    site, email = _asked(call)
    return {"Email": email, "ContactId": _contacts(call, site, email)}


@handles("perfectmind_sso.get_session")
def get_session(call: RequestContext) -> Json:
    """Log the user in to the site; the first log-in links the user to a contact, a new one if there is none (inferred).

    The answer tells a link that is new.
    """
    site, email = _asked(call)
    key, links = _key(call, email), call.tenant.perfectmind_links
    is_new = links.get(key) is None
    if is_new:
        links.put(key, next(iter(_contacts(call, site, email)), call.tenant.identifiers.guid()))
    session = call.tenant.identifiers.guid()
    address = f"https://{site.domain}/Menu/Account/SessionSignIn?sessionId={session}"
    return {"SessionId": session, "URL": address, "IsNewLink": is_new}


def _asked(call: RequestContext) -> tuple[PerfectMindSite, str]:
    site = connectors.known(call.settings.perfectmind_sites, call.query[SITE])
    return site, connectors.address_of(call.account)


def _key(call: RequestContext, email: str) -> str:
    return f"{call.query[SITE]} {email.lower()}"


def _contacts(call: RequestContext, site: PerfectMindSite, email: str) -> list[str]:
    """Return the contacts of an address: those that the site has, and the one that a log-in has made."""
    scripted = [
        contact for known, contacts in site.contacts.items() if known.lower() == email.lower() for contact in contacts
    ]
    linked = call.tenant.perfectmind_links.get(_key(call, email))
    return scripted + ([linked] if linked and linked not in scripted else [])
