"""A message as its reader sees it, and what a click on it does."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from loginradius_harness import contracts
from loginradius_harness.emulator.core.hosts import is_vendor_host
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.tenant import Tenant

SHOWN = 100  # messages on one page

TEXTS = {  # what a message is for -> its subject, and what it asks its reader to do
    "emailverification": ("Confirm your address", "This address was given at registration. Confirm that it is yours."),
    "addemail": ("Confirm your new address", "This address was added to your account. Confirm that it is yours."),
    "forgotpassword": ("Set a new password", "Somebody asked for a new password for your account."),
    "forgotpin": ("Set a new PIN", "Somebody asked for a new PIN for your account."),
    "deleteuser": ("Delete your account", "Confirm that your account and everything in it shall be deleted."),
    "passwordlesslogin": ("Log in", "You asked to log in without a password."),
    "smartlogin": ("Log in", "You asked to log in on another device. Confirm it here."),
    "onetouchlogin": ("Log in", "You asked to log in with one touch."),
    "autologin": ("Log in", "You asked to log in with a link."),
    "secondfactor": ("Your code to log in", "Type this code to finish logging in."),
    "mfaenrolment": ("Your code to set up", "Type this code to use this address or number as your second factor."),
    "stepup": ("Your code to go on", "Type this code to show that it is still you."),
    "phoneidverification": ("Confirm your number", "Type this code to confirm that this number is yours."),
    "welcome": ("Welcome", "Your account is ready."),
    "passwordreset": ("Your password was reset", "If this was not you, ask for help at once."),
    "passwordchange": ("Your password was changed", "If this was not you, ask for help at once."),
    "riskbrowser": ("Log-in from a new browser", "If this was not you, change your password."),
    "riskcity": ("Log-in from a new city", "If this was not you, change your password."),
    "riskcountry": ("Log-in from a new country", "If this was not you, change your password."),
    "riskdevice": ("Log-in from a new device", "If this was not you, change your password."),
    "riskip": ("Log-in from a new address", "If this was not you, change your password."),
    "socialmessage": ("A message from a contact", "Sent through a social provider."),
}
REDEEMED_BY = {  # kind of a link -> the operation that an application behind the link calls, and the token's name there
    "emailverification": ("authentication.verify_email", "verificationtoken"),
    "addemail": ("authentication.verify_email", "verificationtoken"),
    "deleteuser": ("authentication.delete_account_by_delete_token", "deletetoken"),
    "passwordlesslogin": ("passwordless_login.verify_link", "verificationtoken"),
    "smartlogin": ("smart_login.verify_token", "verificationtoken"),
    "onetouchlogin": ("one_touch_login.verify_email", "verificationtoken"),
}


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A rendered message. `opens` is the link where it leads to an application, `redeems` the API call behind it."""

    message: Message
    subject: str
    text: str
    opens: str | None
    redeems: str | None


def rendered_messages(tenant: Tenant, search: str = "") -> list[RenderedMessage]:
    """The newest messages whose address, kind or subject hold the text, newest first."""
    wanted = search.strip().lower()
    found = (letter(tenant, message) for message in reversed(tenant.outbox.find()))
    fitting = (one for one in found if wanted in f"{one.message.to}\n{one.message.kind}\n{one.subject}".lower())
    return [one for one, _ in zip(fitting, range(SHOWN), strict=False)]


def letter(tenant: Tenant, message: Message) -> RenderedMessage:
    """One message, rendered."""
    subject, text = TEXTS.get(message.kind, (message.kind, ""))
    return RenderedMessage(message, subject, text, _opens(message.link), _redeems(tenant, message))


def _opens(link: str | None) -> str | None:
    """A link that a browser may follow: of the web, and not to the vendor's hosts, where nobody knows its token."""
    if not link:
        return None
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    return link if parts.scheme in {"http", "https"} and not is_vendor_host(parts.hostname or "") else None


def _redeems(tenant: Tenant, message: Message) -> str | None:
    if message.kind not in REDEEMED_BY or not message.token:
        return None
    operation, token = REDEEMED_BY[message.kind]
    return f"{contracts.get(operation).path}?{urlencode({'apikey': tenant.key, token: message.token})}"
