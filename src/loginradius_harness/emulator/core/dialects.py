"""Dialects: the forms in which products of other ages, versions and plans write the same answer.

A point is one such form; a dialect of an age is a set of points. Both are values of the setting `dialect`, and are
applied in one place, when an answer or a delivery leaves. What it means is never changed.

Source: product-facts.md#values, #profile, #common-responses, #errors.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from loginradius_harness.emulator.core.clock import NO_DATE
from loginradius_harness.emulator.core.settings.accounts import Dialect
from loginradius_harness.emulator.core.token_form import GUID, to_jwe

Json = Any
Object = dict[str, Json]
Change = Callable[[Object], object]  # changes an object of an answer in place

AGES: dict[str, tuple[str, ...]] = {
    "2019": (
        "no_disable_login", "no_password_breached", "utc_no_date", "trimmed_fractions", "text_members",
        "other_password_hashes", "delivery_forms", "delivery_consents",
    ),
    "2021": ("no_disable_login", "no_password_breached", "trimmed_fractions", "pin_token", "identity_dates"),
    "2023": (
        "no_disable_login", "no_password_breached", "null_last_login", "trimmed_fractions", "pin_token",
        "identity_dates", "camel_case_refusals",
    ),
    "current": (
        "no_disable_login", "null_last_login", "trimmed_fractions", "pin_token", "identity_dates", "sessions_limit",
        "passkey_members", "encrypted_tokens", "camel_case_refusals", "refusal_status", "typed_members",
        "typed_factors", "further_members", "session_texts",
    ),
}  # fmt: skip
TOKEN_MEMBERS = frozenset(
    """
    access_token refresh_token session_token AccessToken SecondFactorAuthenticationToken SecondFactorValidationToken
    ConsentToken PINAuthToken
    """.split()
)
USER_DATA = frozenset({"CustomObject", "CustomFields"})  # what a tenant stores here comes back as it was sent
NO_TOKEN = "00000000-0000-0000-0000-000000000000"  # noqa: S105  # the product's "no token"
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")

_changes: dict[str, Change] = {}


def point(function: Change) -> Change:
    """Register a change under its function's name, without the underscore."""
    _changes[function.__name__.lstrip("_")] = function
    return function


def apply(data: Json, dialect: Iterable[Dialect]) -> Json:
    """Return an answer in a dialect; the answer itself, which may share values with the state, stays as it is."""
    changes = _changes_of(tuple(dialect))
    return _changed(data, changes) if changes else data


def refusal(envelope: Object, status: int, path: str, dialect: Iterable[Dialect]) -> Object:
    """Return a refusal in a dialect; `path` is that of the request."""
    points = _points_of(tuple(dialect))
    changed: Object = apply(envelope, dialect)
    if "refusal_status" in points:
        detail = {name: changed[name] for name in ("Description", "ErrorCode", "Message")}
        changed = {**changed, "Code": status, "ExtraInfo": [detail]}
    if "camel_case_refusals" in points and path.startswith("/api/v2"):
        changed = {
            "errorCode": changed["ErrorCode"],
            "message": changed["Message"],
            "description": changed["Description"],
        }
    return changed


@cache
def _points_of(dialect: tuple[Dialect, ...]) -> frozenset[str]:
    return frozenset(point for name in dialect for point in AGES.get(name, (name,)))


@cache
def _changes_of(dialect: tuple[Dialect, ...]) -> tuple[Change, ...]:
    points = _points_of(dialect)
    return tuple(change for name, change in _changes.items() if name in points)


def _changed(data: Json, changes: tuple[Change, ...]) -> Json:
    if isinstance(data, list):
        return [_changed(item, changes) for item in data]
    if not isinstance(data, dict):
        return data
    copied = {name: value if name in USER_DATA else _changed(value, changes) for name, value in data.items()}
    for change in changes:
        change(copied)
    return copied


def _add(data: Object, **members: Json) -> None:
    """Add members; one that the answer has keeps its value."""
    for name, value in members.items():
        data.setdefault(name, value)


def _is_profile(data: Object) -> bool:
    """Return whether an object is a profile; the names of its members alone, without values, are none."""
    return data.get("Uid") is not None and "NoOfLogins" in data


def _is_person(data: Object) -> bool:
    """Return whether an object is a profile or one of its identities."""
    return "LastLoginDate" in data


# Profiles ---------------------------------------------------------------------------------------------------------


@point
def _no_disable_login(data: Object) -> None:
    """Leave out a member that no recorded answer has."""
    if _is_profile(data):
        data.pop("DisableLogin", None)


@point
def _no_password_breached(data: Object) -> None:
    """Leave out a member that exists since 2025."""
    if _is_profile(data):
        data.pop("IsPasswordBreached", None)


@point
def _null_last_login(data: Object) -> None:
    if _is_profile(data) and data["LastLoginDate"] == NO_DATE:  # no identity was recorded with a null
        data["LastLoginDate"] = None


@point
def _utc_no_date(data: Object) -> None:
    if _is_person(data) and data["LastLoginDate"] == NO_DATE:
        data["LastLoginDate"] = f"{NO_DATE}Z"


@point
def _pin_token(data: Object) -> None:
    if {"PIN", "Skipped"} <= data.keys():
        _add(data, LastPINChangeToken=None)


@point
def _identity_dates(data: Object) -> None:
    if _is_person(data) and not _is_profile(data) and "ModifiedDate" in data:
        _add(data, PreviousUids=None, ProfileModifiedDate=data["ModifiedDate"])


@point
def _sessions_limit(data: Object) -> None:
    """Add what profiles have where login sharing is restricted."""
    if _is_profile(data):
        _add(data, SessionsLimit=5)


@point
def _passkey_members(data: Object) -> None:
    if _is_profile(data):
        enrolment = {"ProgressiveEnrollmentDate": None, "ProgressiveFlag": False, "LocalEnrollmentFlag": False}
        _add(data, PasskeyLogin=enrolment, Organizations=None, ObjectId=data["ID"][:24])


@point
def _text_members(data: Object) -> None:
    """Write texts where some printed samples have them."""
    if _is_profile(data):
        data |= {"PreviousUids": ",".join(data["PreviousUids"] or ()) or None, "IsProtected": str(data["IsProtected"])}


@point
def _typed_members(data: Object) -> None:
    """Leave out what the newest typed client does not have."""
    if _is_profile(data):
        for name in (
            "Password", "ExternalUserLoginId", "RegistrationProvider", "RegistrationSource", "LoginLockedType",
            "LastLoginLocation", "LastPasswordChangeToken",
        ):  # fmt: skip
            data.pop(name, None)


@point
def _other_password_hashes(data: Object) -> None:
    """Write hashes as those of an imported account, which keep the form of its former store."""
    for name in ("Password", "PasswordHash"):
        if str(data.get(name)).startswith("Rfc2898DeriveBytes$"):
            data[name] = data[name].rpartition("$")[2].encode().hex().ljust(128, "0")[:128]


# Dates and tokens -------------------------------------------------------------------------------------------------


@point
def _trimmed_fractions(data: Object) -> None:
    """Leave out the zeros at the end of a fraction, as the product's runtime does, and a fraction of zeros."""
    for name, value in data.items():
        if isinstance(value, str) and _DATE.fullmatch(value):
            data[name] = value[:-1].rstrip("0").rstrip(".") + "Z"


@point
def _encrypted_tokens(data: Object) -> None:
    for name in TOKEN_MEMBERS & data.keys():
        value = data[name]
        if isinstance(value, str) and GUID.fullmatch(value) and value != NO_TOKEN:
            data[name] = to_jwe(value)


# Other answers ----------------------------------------------------------------------------------------------------


@point
def _typed_factors(data: Object) -> None:
    """Write the members that the newest typed client has in the settings of second factors."""
    if "IsGoogleAuthenticatorVerified" not in data:
        return
    data.pop("IsSecurityQuestionEnabled", None)
    _add(data, PushQRCode=None, DuoAuthEndpoint=None, IsPushDeviceRegistered=False)
    _add(data, IsDuoAuthenticatorVerified=False, IsPasskeyAuthenticatorVerified=False)


@point
def _further_members(data: Object) -> None:
    """Add what typed clients and recordings have beside the documented members."""
    if data.get("IsDeleted") is True:
        _add(data, RecordsDeleted=1)
    if {"StartTime", "EndTime", "TimeDifference"} <= data.keys():
        _add(data, IP="127.0.0.1", ForWardedIP=None)


@point
def _session_texts(data: Object) -> None:
    """Write no null, which the newest typed client cannot read, and the cursor in its spelling."""
    if {"Browser", "Os", "DeviceType"} <= data.keys():
        for name in ("Browser", "Device", "Os", "DeviceType", "City", "Country"):
            data[name] = data[name] or ""
    if "nextcursor" in data:
        data["nextCursor"] = data.pop("nextcursor")


# Deliveries -------------------------------------------------------------------------------------------------------


@point
def _delivery_forms(data: Object) -> None:
    """Write a delivery as recorded ones are: id as a GUID, time in milliseconds, type of the lock as a number."""
    if "HookId" not in data:
        return
    digits = data["HookId"].ljust(32, "0")
    data["HookId"] = "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])
    data["Time"] = f"{data['Time'][:23]}Z"
    for profile in (data["Data"], data["Data"].get("UserProfile") or {}):
        if _is_profile(profile):
            profile["LoginLockedType"] = 0


@point
def _delivery_consents(data: Object) -> None:
    """Add what deliveries of 2019 have."""
    if "HookId" in data:
        profile = data["Data"].get("UserProfile") or data["Data"]
        _add(profile, Consents=None, LastAcceptedConsentVersion=None)


REFUSAL_POINTS = frozenset({"camel_case_refusals", "refusal_status"})
POINTS = (*_changes, *sorted(REFUSAL_POINTS))
