"""Renders messages as their recipients see them, with links that can be followed."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from loginradius_harness.emulator.core.hosts import is_vendor_host
from loginradius_harness.emulator.hosted_pages import PAGES, PATH
from loginradius_harness.emulator.state.message_sender import VTYPES
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.tenant import Tenant

SHOWN = 100  # messages on one page

TEXTS = {  # kind of message -> its subject and text
    "emailverification": ("Confirm your address", "Please confirm the address that you registered with."),
    "addemail": ("Confirm your new address", "Please confirm the address that was added to your account."),
    "forgotpassword": ("Set a new password", "A new password was requested for your account."),
    "forgotpin": ("Set a new PIN", "A new PIN was requested for your account."),
    "forgotpasskey": ("Create a new passkey", "A passkey in place of a lost one was requested for your account."),
    "invitation": ("You are invited", "You are invited to an organization. Register or log in to accept."),
    "deleteuser": ("Delete your account", "Please confirm that your account and all its data are to be deleted."),
    "passwordlesslogin": ("Log in", "A log-in without a password was requested."),
    "smartlogin": ("Log in", "A log-in on another device was requested. Confirm it here."),
    "onetouchlogin": ("Log in", "A one-touch log-in was requested."),
    "autologin": ("Log in", "A log-in by link was requested."),
    "secondfactor": ("Your log-in code", "Enter this code to complete the log-in."),
    "mfaenrolment": ("Your set-up code", "Enter this code to use this address or number as a second factor."),
    "stepup": ("Your confirmation code", "Enter this code to confirm your identity."),
    "stepupotp": ("Your confirmation code", "Enter this code to confirm your identity; no second factor is needed."),
    "addphone": ("Confirm your new number", "Enter this code to confirm the number that was added to your account."),
    "phoneidverification": ("Confirm your number", "Enter this code to confirm your number."),
    "welcome": ("Welcome", "Your account is ready."),
    "passwordreset": ("Your password was reset", "If you did not do this, contact support."),
    "passwordchange": ("Your password was changed", "If you did not do this, contact support."),
    "addpasskey": ("A passkey was added", "If you did not do this, contact support."),
    "deletepasskey": ("A passkey was deleted", "If you did not do this, contact support."),
    "riskbrowser": ("Log-in from a new browser", "If you did not do this, change your password."),
    "riskip": ("Log-in from a new address", "If you did not do this, change your password."),
    "socialmessage": ("A message from a contact", "Sent through a social provider."),
}


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
