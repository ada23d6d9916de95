"""Sending mail and SMS: links, one-time codes, quotas (product-facts.md#shaping-parameters, #rate-limits)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.store import Store
from loginradius_harness.emulator.state.accounts import Account, phone_key
from loginradius_harness.emulator.state.single_use_tokens import SingleUseToken
from loginradius_harness.emulator.state.tenant_base import TenantBase

# The kind of a link's token is the kind of its mail; these are further kinds.
NOTICES = ("welcome", "passwordreset", "passwordchange", "addpasskey", "deletepasskey")
RESETS = ("forgotpassword", "forgotpin", "forgotpasskey")  # kinds of link that lead to the page for a new secret
VTYPES = {  # kind of link -> its `vtype`, where that is another word (product-facts.md#shaping-parameters)
    "addemail": "emailverification", "forgotpassword": "reset", "passwordlesslogin": "oneclicksignin",
    "smartlogin": "autologin",
}  # fmt: skip


class MessageSender:
    """Sends mail and SMS to the outbox; quotas are counted per address or account."""

    def __init__(self, tenant: TenantBase) -> None:
        self._tenant = tenant
        self._sent = Store[list[float]]()  # quota + address or uid -> times

    def link(self, token: SingleUseToken, to: str, *, url: str | None = None, template: str | None = None) -> None:
        """Mail a link that carries a token: `<url>?vtype=<type>&vtoken=<token>`.

        Raise EMAIL_SENDING_LIMIT_EXCEEDED over quota.

        Source: product-facts.md#shaping-parameters.
        """
        self.count("mail", to)
        vtype = VTYPES.get(token.kind, token.kind)
        link = f"{url or self._default_url(token.kind)}?vtype={vtype}&vtoken={token.value}"
        self._add("mail", to, token.kind, uid=token.uid, token=token.value, link=link, template=template)

    def _default_url(self, kind: str) -> str:
        settings = self._tenant.settings
        chosen = settings.reset_url if kind in RESETS else settings.verification_url
        return chosen or f"{self._tenant.site.url}/auth.aspx"

    def mail_code(self, purpose: str, to: str, uid: str | None, *, template: str | None = None, **data: Any) -> None:
        """Mail a one-time code, which remembers `data`. EMAIL_SENDING_LIMIT_EXCEEDED over quota."""
        self.count("mail", to)
        tenant = self._tenant
        otp = tenant.codes.issue(purpose, to, uid, tenant.settings, **data)
        self._add("mail", to, purpose, uid=uid, otp=otp, template=template)

    def sms_code(
        self, purpose: str, to: str, uid: str | None, *, template: str | None = None, voice: bool = False
    ) -> dict[str, str]:
        """Send a one-time code by SMS or voice; return the provider's ids.

        Raise SMS_PROVIDER_NOT_CONFIGURED without provider, SMS_SENDING_LIMIT_EXCEEDED over quota.
        """
        tenant = self._tenant
        if not tenant.settings.sms_provider:
            raise ApiError(ErrorCode.SMS_PROVIDER_NOT_CONFIGURED)
        self.count("sms", phone_key(to))
        otp = tenant.codes.issue(purpose, phone_key(to), uid, tenant.settings)
        self._add("voice" if voice else "sms", to, purpose, uid=uid, otp=otp, template=template)
        return tenant.identifiers.sms_id()

    def notice(self, kind: str, account: Account, *, template: str | None = None) -> None:
        """Mail a notice that carries no secret, e.g. `welcome` or `passwordchange`; nothing without an address."""
        if account.primary is not None:
            self._add("mail", account.primary.value, kind, uid=account.uid, template=template)

    def _add(self, channel: str, to: str, kind: str, *, template: str | None = None, **what: Any) -> None:
        """Keep a message, written by the template that management has made for it, if there is one."""
        written = self._tenant.templates.chosen("mail" if channel == "mail" else "sms", kind, template)
        if written is not None:
            contents = {name: what.get(name) for name in ("link", "token", "otp")}
            what |= {"subject": written.subject or None, "text": written.filled(**contents)}
            template = written.name
        now = self._tenant.clock.now()
        self._tenant.outbox.add(now, channel=channel, to=to, kind=kind, template=template, **what)

    def count(self, quota: str, of: str) -> None:
        """Count against a quota: mail and sms per address, generated token and otp per account.

        Raise EMAIL_SENDING_LIMIT_EXCEEDED, SMS_SENDING_LIMIT_EXCEEDED, TOKEN_GENERATION_LIMIT_EXCEEDED or
        OTP_GENERATION_LIMIT_EXCEEDED.
        """
        settings = self._tenant.settings
        limit, window, code = {
            "mail": (settings.mail_limit, settings.mail_window_seconds, ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED),
            "sms": (settings.sms_limit, settings.sms_window_seconds, ErrorCode.SMS_SENDING_LIMIT_EXCEEDED),
            "token": (settings.token_limit, settings.mail_window_seconds, ErrorCode.TOKEN_GENERATION_LIMIT_EXCEEDED),
            "otp": (settings.otp_limit, settings.sms_window_seconds, ErrorCode.OTP_GENERATION_LIMIT_EXCEEDED),
        }[quota]
        if not limit:
            return
        now, slot = self._tenant.clock.now(), f"{quota} {of.lower()}"
        recent = [at for at in self._sent.get(slot) or () if at > now - window]
        if len(recent) >= limit:
            raise ApiError(code)
        self._sent.put(slot, [*recent, now])

    def fork(self, tenant: TenantBase) -> "MessageSender":
        """Return a child tenant's sender with the same quotas."""
        child = MessageSender(tenant)
        child._sent = self._sent.fork()
        return child
