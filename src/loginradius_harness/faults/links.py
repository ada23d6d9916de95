"""Links in mails."""

from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.cross_device_login import open_link
from loginradius_harness.emulator.services.password_reset import send_reset
from loginradius_harness.emulator.state import message_sender
from loginradius_harness.emulator.state.message_sender import MessageSender
from loginradius_harness.emulator.state.single_use_tokens import SingleUseTokens
from loginradius_harness.faults.registry import Faults

faults = Faults("links")

faults.replace_entry(
    "reset_says_it_verifies",
    "links.name_their_purpose",
    message_sender.VTYPES,
    "forgotpassword",
    "emailverification",
)
faults.replace_source(
    "token_has_another_name",
    "links.name_their_purpose",
    MessageSender.link,
    "&vtoken={",
    "&token={",
)
faults.replace_source(
    "lead_to_the_tenants_own_url",
    "links.lead_to_the_given_url",
    MessageSender.link,
    "{url or self._default_url(token.kind)}",
    "{self._default_url(token.kind)}",
)
faults.replace_source(
    "foreign_url_is_mailed",
    "links.foreign_url_is_refused",
    RequestContext.allowed_url,
    "raise ApiError(code)",
    "pass",
)
faults.replace_source(
    "foreign_url_has_another_code",
    "links.foreign_url_is_refused",
    RequestContext.allowed_url,
    "raise ApiError(code)",
    "raise ApiError(ErrorCode.PASSKEY_RESET_URL_NOT_ALLOWED)",
)
faults.replace_source(
    "foreign_reset_url_is_mailed",
    "links.foreign_reset_url_is_not_mailed",
    send_reset,
    'call.allowed_url("resetPasswordUrl")',
    'call.query.get("resetPasswordUrl")',
)
faults.replace_source(
    "lead_to_the_forwarded_host",
    "links.host_header_is_ignored",
    RequestContext.allowed_url,
    "return url",
    """host = self.header("x-forwarded-host") or self.header("host") or ""
    return url or (None if host.startswith(("127.0.0.1", "localhost")) else f"https://{host}/auth.aspx")""",
)
faults.replace_source(
    "login_links_never_expire",
    "links.expire",
    SingleUseTokens.find,
    "if token.expires <= self._clock.now():",
    'if token.expires <= self._clock.now() and kind not in ("passwordlesslogin", "smartlogin", "onetouchlogin"):',
)
faults.replace_source(
    "deletion_links_never_expire",
    "links.expire",
    SingleUseTokens.find,
    "if token.expires <= self._clock.now():",
    'if token.expires <= self._clock.now() and kind != "deleteuser":',
)
faults.replace_source(
    "pin_links_never_expire",
    "links.expire",
    SingleUseTokens.find,
    "if token.expires <= self._clock.now():",
    'if token.expires <= self._clock.now() and kind != "forgotpin":',
)
faults.replace_source(
    "verification_resets_passwords",
    "links.serve_one_purpose",
    SingleUseTokens.find,
    "token.kind != kind",
    'token.kind != kind and (token.kind, kind) != ("emailverification", "forgotpassword")',
)
faults.replace_source(
    "older_one_lives_on",
    "links.newer_one_ends_the_older",
    SingleUseTokens.issue,
    "if cancels and",
    "if False and",
)
faults.replace_source(
    "older_login_link_lives_on",
    "links.newer_one_ends_the_older",
    SingleUseTokens.issue,
    "if cancels and",
    'if kind != "passwordlesslogin" and cancels and',
)
faults.replace_source(
    "login_leaves_address_unverified",
    "links.login_verifies_the_address",
    open_link,
    'mark_verified(call, account, token.data["email"])',
    "pass",
)
faults.replace_source(
    "tokens_are_counted_up",
    "links.tokens_cannot_be_guessed",
    SingleUseTokens.issue,
    'self._identifiers.hex() if form.form == "hex"',
    'f"{id(self) + self._issued:032x}" if form.form == "hex"',
)
