"""Variations that violate nothing: a test that fails on one of them is a false positive."""

import asyncio
from collections.abc import Callable
from typing import Any, get_args

from loginradius_harness.emulator.core import dialects, errors, password_hashing
from loginradius_harness.emulator.core.ids import Identifiers
from loginradius_harness.emulator.core.settings.accounts import Dialect
from loginradius_harness.emulator.handlers import configuration, custom_object, role
from loginradius_harness.emulator.http import asgi
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.server import app
from loginradius_harness.emulator.server.app import RequestCycle
from loginradius_harness.emulator.state import message_sender
from loginradius_harness.faults.registry import NEUTRAL, Faults
from loginradius_harness.faults.source_patch import Change, SourcePatch

Json = Any

faults = Faults(NEUTRAL)

LATER = 0.005  # real seconds; some tests ask a thousand times
RESPONDS = "await asgi.respond(send, status, body, headers, zipped=zipped)"


def varied(name: str, *operations: str) -> Callable[[Change], Change]:
    """Register a change to the responses of operations that violates nothing; without operations, to all responses."""

    def register(change: Change) -> Change:
        faults.patch(name, "")(lambda patch: patch.alter_response(change, *operations))
        return change

    return register


def headed(name: str, *headers: tuple[bytes, bytes]) -> None:
    """Register a variation that adds headers to every response."""
    new = "await asgi.respond(send, status, body, [*headers, *_more], zipped=zipped)"
    faults.replace_source(name, "", RequestCycle.answer, RESPONDS, new, _more=headers)


def _reversed(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _reversed(member) for name, member in reversed(value.items())}
    return [_reversed(item) for item in value] if isinstance(value, list) else value


@varied("members_in_another_order")
def _other_order(data: Json, _call: RequestContext) -> Json:
    return _reversed(data)


@varied("one_member_more_in_a_profile", "authentication.get_profile", "account.get_account_profile_by_uid")
def _one_more(data: Json, _call: RequestContext) -> Json:
    return {**data, "FavouriteColour": None}


@varied("one_member_more_in_a_session", "authentication.login_by_email", "authentication.login_by_username")
def _one_more_in_a_session(data: Json, _call: RequestContext) -> Json:
    return {**data, "issued_by": "a later release"}


@varied("one_switch_more_in_the_configuration", "configuration.get_configurations")
def _one_switch_more(data: Json, _call: RequestContext) -> Json:
    return {**data, "IsSomethingNew": False}


@varied("dates_with_three_digits", "authentication.validate_access_token", "social.validate_access_token")
def _three_digits(data: Json, _call: RequestContext) -> Json:
    return {**data, "expires_in": f"{data['expires_in'][:23]}Z"}


faults.replace_source(
    "other_messages",
    "",
    errors.ApiError.envelope,
    '"Message": meaning',
    '"Message": f"Sorry: {meaning}."',
)
faults.replace_source(
    "other_descriptions",
    "",
    errors.ApiError.envelope,
    '"Description": self.description or meaning',
    '"Description": "See the documentation."',
)
faults.replace_source(
    "long_descriptions",
    "",
    errors.ApiError.envelope,
    '"Description": self.description or meaning',
    '"Description": meaning * 50',
)
faults.replace_source(
    "one_member_more_in_refusals",
    "",
    errors.ApiError.envelope,
    '"IsProviderError": False',
    '"CloudApiErrorResponse": None, "IsProviderError": False',
)
faults.replace_source(
    "slower_answers",
    "",
    RequestCycle.answer,
    RESPONDS,
    f"await asyncio.sleep({LATER})\n    {RESPONDS}",
    asyncio=asyncio,
)
faults.replace_source(
    "slower_refusals",
    "",
    RequestCycle.answer,
    RESPONDS,
    f"await asyncio.sleep({LATER} if code else 0)\n    {RESPONDS}",
    asyncio=asyncio,
)
faults.replace_source(
    "ids_that_end_with_a_digit",
    "",
    Identifiers.hex,
    'f"{self._random.getrandbits(digits * 4):0{digits}x}"',
    '"".join([*self._random.choices("0123456789abcdef", k=digits - 1), self._random.choice("0123456789")])',
)
faults.replace_source(
    "ids_that_begin_with_letters",
    "",
    Identifiers.hex,
    'f"{self._random.getrandbits(digits * 4):0{digits}x}"',
    '"".join([self._random.choice("abcdef"), *self._random.choices("0123456789abcdef", k=digits - 1)])',
)
faults.replace_source(
    "tokens_in_version_four",
    "",
    Identifiers.guid,
    "raw = self.hex()",
    'raw = f"{self.hex(12)}4{self.hex(3)}a{self.hex(15)}"',
)
faults.replace_source(
    "backup_codes_of_letters",
    "",
    Identifiers.backup_code,
    "_LOWER_ALPHANUMERIC",
    "_LOWER_ALPHANUMERIC[:26]",
)
faults.replace_source(
    "sms_ids_of_another_provider",
    "",
    Identifiers.sms_id,
    '"Sid": f"SM{self.hex()}"',
    '"Sid": self.guid()',
)
faults.replace_source(
    "everything_zipped",
    "",
    asgi.respond,
    "len(body) >= GZIP_FROM",
    "body",
)
faults.replace_source(
    "nothing_zipped",
    "",
    asgi.respond,
    "if zipped and",
    "if False and",
)
faults.replace_source(
    "headers_in_another_case",
    "",
    asgi.respond,
    '"headers": headers}',
    '"headers": [(name.title(), value) for name, value in headers]}',
)
faults.replace_source(
    "body_in_two_parts",
    "",
    asgi.respond,
    'await send({"type": "http.response.body", "body": body})',
    """await send({"type": "http.response.body", "body": body[:9], "more_body": True})
    await send({"type": "http.response.body", "body": body[9:]})""",
)
faults.replace_source(
    "body_without_its_length",
    "",
    asgi.respond,
    'headers = [*headers, (b"content-length", str(len(body)).encode())]',
    "headers = [*headers]",
)
faults.replace_entry(
    "charset_in_capitals",
    "",
    vars(app),
    "JSON",
    (b"content-type", b"application/json; charset=UTF-8"),
)
faults.replace_source(
    "blanks_in_json",
    "",
    RequestCycle.answer,
    RESPONDS,
    f"body = body.replace(b'\",\"', b'\" ,\\n \"')\n    {RESPONDS}",
)
headed("cookie", (b"set-cookie", b"lb=node-7; path=/; httponly"))
headed("trace_headers", (b"x-request-id", b"7f3a"), (b"server-timing", b"db;dur=3"))
headed("cache_headers", (b"cache-control", b"no-store"), (b"pragma", b"no-cache"))
headed("security_headers", (b"strict-transport-security", b"max-age=31536000"), (b"x-content-type-options", b"nosniff"))
headed("old_server", (b"server", b"Microsoft-IIS/10.0"), (b"x-powered-by", b"ASP.NET"))


faults.replace_source(
    "roles_newest_first",
    "",
    role.list_roles,
    "[role for _, role in call.tenant.roles.scan()]",
    "[role for _, role in call.tenant.roles.scan()][::-1]",
)
faults.replace_source(
    "objects_newest_first",
    "",
    custom_object.list_records,
    "for record in records]",
    "for record in records[::-1]]",
)
faults.replace_source(
    "server_with_another_name",
    "",
    configuration.get_server_time,
    '"ServerName": "EMULATOR"',
    '"ServerName": "EAST-2"',
)
faults.replace_source(
    "hashes_with_longer_salt",
    "",
    password_hashing.PasswordHasher.hash,
    "self._identifiers.salt()",
    "self._identifiers.salt(24)",
)
faults.replace_source(
    "longer_links",
    "",
    message_sender.MessageSender.link,
    "&vtoken={token.value}",
    "&vtoken={token.value}&utm_source=mail",
)


def spoken(name: str, *dialect: str) -> None:
    """Register a variation in which every tenant answers in a dialect."""

    def speak(patch: SourcePatch) -> None:
        for function in (dialects.apply, dialects.refusal):
            patch.replace_source(function, "tuple(dialect)", "(*dialect, *_spoken)", _spoken=dialect)

    faults.patch(name, "")(speak)


for _name in get_args(Dialect):
    spoken(f"dialect_{_name}", _name)
spoken("dialect_of_all_points", *get_args(Dialect))
