"""Templates of mails and SMS (product-facts.md#message-templates).

Each type has a template `default` of the emulator, which management can replace by one of that name.
"""

from typing import Any

import msgspec

from loginradius_harness.emulator.core.message_texts import TEXTS, TYPES, types
from loginradius_harness.emulator.core.store import Store

Json = Any

DEFAULT = "default"  # the name of the emulator's own template of each type


class MessageTemplate(msgspec.Struct, kw_only=True):
    """A template: what a message says, with placeholders. `further` are members that are kept as they were sent."""

    channel: str  # mail | sms
    type: str
    name: str
    text: str
    subject: str = ""
    default: bool = False
    active: bool = True
    further: dict[str, Json] = {}

    @property
    def key(self) -> str:
        """What tells the template apart; names are compared without regard to case (inferred)."""
        return f"{self.channel} {self.type} {self.name.lower()}"

    def filled(self, *, link: str | None = None, token: str | None = None, otp: str | None = None) -> str:
        """Return the text with what its placeholders stand for."""
        url = (link or "").partition("?")[0]
        return self.text.replace("#Url#", url).replace("#GUID#", token or "").replace("#OTP#", otp or "")


class MessageTemplates:
    """The templates of one tenant."""

    def __init__(self) -> None:
        self.made = Store[MessageTemplate]()  # by management

    def all(self, channel: str) -> list[MessageTemplate]:
        """Return every template of a channel: the emulator's own, unless replaced, and those of management."""
        made = [template for _, template in self.made.scan() if template.channel == channel]
        defaults = {template.type for template in made if template.default}
        own = [_own(channel, kind, default=kind not in defaults) for kind in types(channel)]
        return [*(template for template in own if template.key not in self.made), *made]

    def find(self, channel: str, kind: str, name: str) -> MessageTemplate | None:
        """Return a template by type and name, in any case."""
        key = f"{channel} {kind} {name}".lower()
        return next((template for template in self.all(channel) if template.key == key), None)

    def put(self, template: MessageTemplate) -> None:
        """Add or replace a template; if it is the default, no other of its type is any more."""
        if template.default:
            for key, other in list(self.made.scan()):
                if (other.channel, other.type) == (template.channel, template.type):
                    self.made.put(key, msgspec.structs.replace(other, default=False))
        self.made.put(template.key, template)

    def chosen(self, channel: str, message: str, name: str | None) -> MessageTemplate | None:
        """Return the template of management that writes a kind of message: the named one, else the default."""
        if not len(self.made):
            return None
        fitting = [
            template
            for template in self.all(channel)
            if template.type == TYPES[channel].get(message) and template.active
        ]
        named = [template for template in fitting if name and template.name.lower() == name.lower()]
        found = next(iter(named), None) or next((template for template in fitting if template.default), None)
        return found if found and found.key in self.made else None

    def fork(self) -> "MessageTemplates":
        """Return a copy that changes on its own."""
        child = MessageTemplates()
        child.made = self.made.fork()
        return child


def _own(channel: str, kind: str, *, default: bool) -> MessageTemplate:
    """Return the emulator's own template of a type: what its messages say."""
    message = next((message for message, known in TYPES[channel].items() if known == kind), kind)
    subject, text = TEXTS.get(message, (message, message))
    return MessageTemplate(channel=channel, type=kind, name=DEFAULT, text=text, subject=subject, default=default)
