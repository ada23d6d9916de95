"""Renders messages as their recipients see them, with links that can be followed."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from loginradius_harness.emulator.core.hosts import is_vendor_host
from loginradius_harness.emulator.core.message_texts import TEXTS
from loginradius_harness.emulator.hosted_pages import PAGES, PATH
from loginradius_harness.emulator.state.message_sender import VTYPES
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.tenant import Tenant

SHOWN = 100  # messages on one page


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A message with its text; `opens` leads to an application's page, `hosted` to the emulator's for its link."""

    message: Message
    subject: str
    text: str
    opens: str | None
    hosted: str | None


def rendered_messages(tenant: Tenant, search: str = "") -> list[RenderedMessage]:
    """Return the newest messages whose address, kind or subject contain the text, newest first."""
    wanted = search.strip().lower()
    found = (rendered(message) for message in reversed(tenant.outbox.find()))
    fitting = (one for one in found if wanted in f"{one.message.to}\n{one.message.kind}\n{one.subject}".lower())
    return [one for one, _ in zip(fitting, range(SHOWN), strict=False)]


def rendered(message: Message) -> RenderedMessage:
    """Return one message with its text and links."""
    subject, text = TEXTS.get(message.kind, (message.kind, ""))
    hosted = _hosted(message)
    is_hosted = hosted is not None and (message.link or "").endswith(hosted)
    subject, text = message.subject or subject, message.text or text
    return RenderedMessage(message, subject, text, None if is_hosted else _opens(message.link), hosted)


def _opens(link: str | None) -> str | None:
    """Return a link that a browser may follow: an http one, and not to the vendor, who does not know its token."""
    if not link:
        return None
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    return link if parts.scheme in {"http", "https"} and not is_vendor_host(parts.hostname or "") else None


def _hosted(message: Message) -> str | None:
    """Return the hosted page that redeems a link's token, wherever the link itself leads."""
    vtype = VTYPES.get(message.kind, message.kind)
    if not message.token or vtype not in PAGES:
        return None
    return f"{PATH}?{urlencode({'vtype': vtype, 'vtoken': message.token})}"
