"""Mailboxes with real mail: a Mailpit-compatible HTTP API, and IMAP."""

import imaplib
import re
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from typing import Any, Protocol

import httpx

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.client.http_transport import transport as connections
from loginradius_harness.client.secrets import Secret
from loginradius_harness.mailbox.mailbox import (
    ApiMailbox,
    ByChannel,
    EmulatorMailbox,
    Mailbox,
    Message,
    MessageNotReceived,
)
from loginradius_harness.target.target import MailboxSettings, Target

_PAUSE = 2.0  # seconds between two queries

_LINK = re.compile(r"https?://[^\s\"'<>]*\bvtoken=(?P<token>[0-9a-fA-F]{32})[^\s\"'<>]*")
_LINK_KIND = re.compile(r"\bvtype=(?P<kind>[a-z]+)")
_CODE = re.compile(r"(?<![\w#/=-])(\d{4,8})(?![\w/-])")
_VTYPES = {  # vtype of a link -> its kind, where the words differ (product-facts.md#shaping-parameters)
    "reset": "forgotpassword", "oneclicksignin": "passwordlesslogin", "autologin": "smartlogin",
}  # fmt: skip


def select_mailbox(target: Target, client: Client, control: EmulatorClient | None) -> Mailbox:
    """Return the mailbox of a target. SMS come from management calls where they cannot be read."""
    if control is not None:
        return EmulatorMailbox(control)
    if target.mailbox.adapter == "api":
        return ApiMailbox(client)
    return ByChannel(mail=inbox(target), sms=ApiMailbox(client))


def inbox(target: Target) -> "PolledMailbox":
    """Return the real mailbox that the target's settings name."""
    settings = target.mailbox
    if settings.adapter == "mailpit":
        return PolledMailbox(MailpitStore(settings.url), settings.wait_seconds)
    if target.mailbox_password is None:
        raise ConfigurationError(f"target {target.name}: mailbox.password_env names no password.")
    return PolledMailbox(ImapStore(settings, target.mailbox_password), settings.wait_seconds)


class MailStore(Protocol):
    """A store of mail."""

    def mails(self, to: str) -> Iterator[tuple[str, str]]:
        """Yield (id, text) of the mail to an address, newest first. Texts are plain or HTML."""


class PolledMailbox:
    """Queries a mail store until the message is there."""

    def __init__(
        self,
        store: MailStore,
        wait_seconds: float,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._wait_seconds = wait_seconds
        self._sleep = sleep
        self._monotonic = monotonic
        self._returned: set[str] = set()

    def wait(self, *, to: str, kind: str) -> Message:
        """Return the newest message of the kind. A mail with a code only does not state its kind and matches any."""
        deadline = self._monotonic() + self._wait_seconds
        while True:
            for mail_id, text in self._store.mails(to):
                message = read(text, to, kind)
                if message is not None and mail_id not in self._returned:
                    self._returned.add(mail_id)
                    return message
            if self._monotonic() >= deadline:
                raise MessageNotReceived(
                    kind, to, f"waited {self._wait_seconds:g} s. Does the tenant send mail there? Is it spam?"
                )
            self._sleep(_PAUSE)


class MailpitStore:
    """A Mailpit-compatible HTTP API (`/api/v1/search`, `/api/v1/message/ID`)."""

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(
            base_url=url.rstrip("/"), transport=transport or connections(), timeout=10, trust_env=False
        )

    def mails(self, to: str) -> Iterator[tuple[str, str]]:
        """Yield the mail, newest first, as the API sorts it."""
        found = self._get("/api/v1/search", query=f'to:"{to}"')
        for entry in found.get("messages", []):
            mail = self._get(f"/api/v1/message/{entry['ID']}")
            yield entry["ID"], mail.get("Text") or mail.get("HTML") or ""

    def _get(self, path: str, **params: str) -> Any:
        try:
            return self._http.get(path, params=params).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise MessageNotReceived(
                "any", str(self._http.base_url), f"the Mailpit API does not answer: {error}"
            ) from None


class ImapStore:
    """A folder of an IMAP account over TLS."""

    def __init__(
        self,
        settings: MailboxSettings,
        password: Secret,
        connect: Callable[[str, int], imaplib.IMAP4] = imaplib.IMAP4_SSL,
    ) -> None:
        self._settings = settings
        self._password = password
        self._connect = connect

    def mails(self, to: str) -> Iterator[tuple[str, str]]:
        """Yield the mail, newest first. Each query has its own connection: the server would close an idle one."""
        try:
            with self._connect(self._settings.host, self._settings.port) as imap:
                imap.login(self._settings.user, self._password.reveal())
                imap.select(self._settings.folder, readonly=True)
                _, found = imap.uid("SEARCH", "TO", f'"{to}"')
                for uid in reversed((found[0] or b"").split()):
                    _, parts = imap.uid("FETCH", uid.decode(), "(BODY.PEEK[])")
                    yield uid.decode(), _text(parts)
        except (OSError, imaplib.IMAP4.error) as error:
            raise MessageNotReceived("any", to, f"the IMAP server {self._settings.host} refuses: {error}") from None


def _text(parts: list[Any]) -> str:
    raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
    mail = message_from_bytes(raw, policy=policy.default)
    body = mail.get_body(("plain", "html")) if isinstance(mail, EmailMessage) else None
    return str(body.get_content()) if body is not None else ""


def read(text: str, to: str, kind: str) -> Message | None:
    """Return the link or code of a mail; None where it has neither, or a link of another kind."""
    text = unescape(text)
    link = _LINK.search(text)
    if link is not None:
        vtype = _LINK_KIND.search(link[0])
        found = vtype["kind"] if vtype else kind
        return Message(kind, to, link["token"], "", link[0]) if _VTYPES.get(found, found) == kind else None
    codes = sorted(_CODE.findall(text), key=len, reverse=True)  # a code is longer than a year
    return Message(kind, to, code=codes[0]) if codes else None
