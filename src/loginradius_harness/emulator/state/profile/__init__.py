"""Accounts as profiles in answers, and profile members of requests as accounts.

Source: product-facts.md#shaping-parameters, #profile.
"""

import re
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import NO_DATE, iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.state.accounts import Account, PolicyAcceptance, SocialIdentity
from loginradius_harness.emulator.state.profile.fields import SHAPES, normalize
from loginradius_harness.emulator.state.profile.members import (
    ACCOUNT_ONLY,
    CLEARABLE,
    COUNTERS,
    KEYED_LISTS,
    LISTS,
    OBJECTS,
    SWITCHES,
    TEXTS,
    UNSET,
    WRITABLE,
)

Json = Any

EMPTY_IS_ABSENT = frozenset({"BirthDate", "Gender"})  # an empty text says nothing (product-facts.md#tolerance)
MASKED = "**********"
GENDERS = frozenset(["male", "female", "other", "unknown", "m", "f", "o", "u", "1", "0"])
_BIRTH_DATE = re.compile(
    r"(?P<month>\d{1,2})[-/](?P<day>\d{1,2})[-/](?P<year>\d{4})|(\d{4})/(\d{1,2})/(\d{1,2})"
)  # month first, or year first with slashes
_MARKUP = re.compile(r"<\s*(script|iframe|img|svg|object|embed|link|meta)\b|javascript:", re.IGNORECASE)
TWICE = {
    "Type": ErrorCode.ADDRESS_TYPE_DUPLICATED,
    "PhoneType": ErrorCode.PHONE_TYPE_DUPLICATED,
}  # key of an address or phone number -> refusal of two alike
CONSENT_EVENTS = ("Register", "Login", "FirstLogin")  # the product's own; others are custom
MAX_CUSTOM_FIELDS = 15
MAX_CUSTOM_VALUE = 1000


def render(account: Account, settings: Settings, *, managed: bool = False) -> dict[str, Json]:
    """Return the whole profile. `managed` shows the password hash, as management calls do; else it is masked."""
    return {
        **own_members(account, settings, managed=managed),
        "Identities": [identity(account, linked) for linked in account.identities or ()] or None,
    }


def own_members(account: Account, settings: Settings, *, managed: bool) -> dict[str, Json]:
    """Return the profile without its linked identities."""
    fields = account.fields
    return {**UNSET, **fields, "FullName": _full_name(fields), **_state(account, settings, managed=managed)}


def _full_name(fields: dict[str, Json]) -> str | None:
    return " ".join(part for part in (fields.get("FirstName"), fields.get("LastName")) if part) or fields.get(
        "FullName"
    )


def _state(account: Account, settings: Settings, *, managed: bool) -> dict[str, Json]:
    lock = account.lock
    locked = lock is not None and lock.locked
    pending = [_email(email) for email in account.emails if email.pending]
    listed = sorted((email for email in account.emails if not email.pending), key=lambda email: not email.verified)
    changed = account.password_changed
    return {
        "Uid": account.uid,
        "ID": account.id,
        "Provider": account.provider,
        "RegistrationProvider": account.provider,
        "RegistrationSource": account.registration_source,
        "PreviousUids": account.previous_uids,
        "IsCustomUid": account.custom_uid,
        "Email": [_email(email) for email in listed] or None,
        "UnverifiedEmail": pending or None,
        "EmailVerified": account.email_verified,
        "PhoneId": account.phone,
        "PhoneIdVerified": account.phone_verified,
        "UserName": account.username,
        "IsActive": account.active,
        "IsDeleted": False,
        "IsLoginLocked": locked,
        "LoginLockedType": lock.type if lock is not None else "None",
        "DisableLogin": account.login_disabled,
        "IsPasswordBreached": account.password_breached,
        "IsSecurePassword": None,
        "IsRequiredFieldsFilledOnce": True,
        "FirstLogin": account.logins == 1,
        "NoOfLogins": account.logins,
        "Password": (account.password if managed else MASKED) if account.password else None,
        "LastPasswordChangeDate": iso(changed) if changed else None,
        "LastPasswordChangeToken": None,
        "PasswordExpirationDate": _password_expiry(changed, settings),
        "CreatedDate": iso(account.created),
        "ModifiedDate": iso(account.modified),
        "ProfileModifiedDate": iso(account.modified),
        "SignupDate": iso(account.created),
        "LastLoginDate": iso(account.last_login) if account.last_login else NO_DATE,
        "LastLoginLocation": None,
        "LocalCity": None,
        "LocalCountry": None,
        "PrivacyPolicy": _policy(account),
        "PIN": _pin(account, managed=managed),
        "ConsentProfile": consent_profile(account),
        "CustomFields": account.custom_fields,
        "Roles": account.roles,
        "ExternalIds": account.external_ids,
    }


def _email(email: Any) -> dict[str, str]:
    return {"Type": email.type, "Value": email.value}


def _password_expiry(changed: float | None, settings: Settings) -> str | None:
    if not changed or not settings.password_max_age_days:
        return None
    return iso(changed + settings.password_max_age_days * 86_400)


def _policy(account: Account) -> Json:
    return accepted_policy(account.policies[-1]) if account.policies else None


def accepted_policy(acceptance: PolicyAcceptance) -> dict[str, Json]:
    """Return one acceptance of a privacy policy version."""
    return {
        "Version": acceptance.version,
        "AcceptSource": acceptance.source,
        "AcceptDateTime": iso(acceptance.at),
    }


def _pin(account: Account, *, managed: bool) -> Json:
    if account.pin is None:
        return None
    return {
        "Skipped": account.pin.skipped,
        "PIN": (account.pin.hash if managed else MASKED) if account.pin.hash else None,
        "LastPINChangeDate": iso(account.pin.changed) if account.pin.changed else None,
        "SkippedDate": iso(account.pin.skipped_at) if account.pin.skipped_at else None,
    }


def consent_profile(account: Account) -> Json:
    """Return `{"AcceptedConsentVersions", "Consents"}` of the account, or None (product-facts.md#consent)."""
    if account.consents is None:
        return None
    return {
        "AcceptedConsentVersions": accepted_forms(account),
        "Consents": [{"ConsentOptionId": option, "AcceptOnDate": iso(at)} for option, at in account.consents.items()],
    }


def accepted_forms(account: Account) -> list[dict[str, Json]]:
    """Return the version of the consent form that was answered for each event; the tenant's own events are custom."""
    return [
        {"Event": event, "Version": version, "IsCustom": event not in CONSENT_EVENTS}
        for event, version in (account.consent_versions or {}).items()
    ]


def identity(account: Account, linked: SocialIdentity) -> dict[str, Json]:
    """Return a linked provider profile as `Identities` shows it: personal data, and the provider's own id."""
    personal = {**UNSET, **{name: value for name, value in linked.profile.items() if name in WRITABLE}}
    return {
        **{name: value for name, value in personal.items() if name not in ACCOUNT_ONLY},
        "FullName": _full_name(linked.profile),
        "ID": linked.provider_id,
        "Provider": linked.provider,
        "Email": linked.profile.get("Email"),
        "FirstLogin": account.logins == 1,
        "LastLoginDate": iso(account.last_login) if account.last_login else NO_DATE,
        "LocalCity": None,
        "LocalCountry": None,
        "CreatedDate": iso(account.created),
        "ModifiedDate": iso(account.modified),
        "SignupDate": iso(account.created),
    }


def write(
    account: Account, sent: dict[str, Json], now: float, *, nulls: bool = False, known: Collection[str] = ()
) -> None:
    """Merge personal members into the account.

    Raise DATE_INVALID, CUSTOM_FIELD_INVALID, FIELD_VALIDATION_FAILED, MARKUP_NOT_ALLOWED for values that do not fit;
    then nothing changes.

    `nulls` is `nullsupport`: a null clears a clearable member instead of being ignored. `known` are the custom fields
    that the tenant has; none named: any. A value from before a field was deleted stays (inferred).
    """
    fields, custom = merged(account.fields, sent, nulls=nulls), _custom_fields(account, sent, nulls=nulls)
    before = account.custom_fields or {}
    changed = {name for name, value in (custom or {}).items() if name not in before or before[name] != value}
    if known and changed - set(known):
        raise ApiError(ErrorCode.CUSTOM_FIELD_INVALID)
    account.fields, account.custom_fields, account.modified = _with_age(fields, now), custom, now


def _with_age(fields: dict[str, Json], now: float) -> dict[str, Json]:
    """Return the members with the age, as text, that follows from the birth date."""
    born = birth_date(fields.get("BirthDate") or "")
    return fields if born is None else {**fields, "Age": str(years(born, datetime.fromtimestamp(now, UTC).date()))}


def years(born: date, today: date) -> int:
    """Return the age in whole years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def merged(fields: dict[str, Json], sent: dict[str, Json], *, nulls: bool = False) -> dict[str, Json]:
    """Return the personal members after a merge, checked."""
    result = dict(fields)
    for name, value in sent.items():
        if name not in WRITABLE or (value == "" and name in EMPTY_IS_ABSENT):
            continue
        if value is None:
            if nulls and name in CLEARABLE:
                result.pop(name, None)
            continue
        refuse_markup(value)
        result[name] = _member(name, value, result.get(name))
    return result


def _member(name: str, value: Json, before: Json) -> Json:
    """Return a personal member as it is stored. Raise FIELD_VALIDATION_FAILED for a value of the wrong type."""
    if name in TEXTS:
        return _text_member(name, value)
    if name in LISTS:
        return _list_member(name, value, before)
    if name in COUNTERS and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise _unfit(name, "a whole number from 0 on")
    if name in SWITCHES and not isinstance(value, bool):
        raise _unfit(name, "true or false")
    return _object_member(name, value) if name in OBJECTS else value


def _text_member(name: str, value: Json) -> Json:
    if isinstance(value, dict | list):
        raise _unfit(name, "a text")
    if name == "BirthDate":
        _check_birth_date(value)
    if name == "Gender" and str(value).lower() not in GENDERS:
        raise _unfit(name, "one of the known genders")
    return str(value)


def _list_member(name: str, value: Json, before: Json) -> Json:
    if not isinstance(value, list):
        raise _unfit(name, "a list")
    if name not in SHAPES:
        return [str(element) for element in value if not isinstance(element, dict | list | None)] or None
    if name in KEYED_LISTS:
        value = _merged_list(KEYED_LISTS[name], value, before or [])
    return normalize(value, SHAPES[name]) or None


def _object_member(name: str, value: Json) -> Json:
    if name == "Country" and isinstance(value, str):  # older clients send the name alone
        return {"Code": None, "Name": value}
    if not isinstance(value, dict):
        raise _unfit(name, "an object")
    return normalize(value, SHAPES.get(name, dict.fromkeys(value)))


def _unfit(name: str, wanted: str) -> ApiError:
    return ApiError(
        ErrorCode.FIELD_VALIDATION_FAILED, Errors=[{"FieldName": name, "ErrorMessage": f"The value must be {wanted}."}]
    )


def _merged_list(key: str, sent: list[Json], before: list[Json]) -> list[Json] | None:
    """Return the sent list, which replaces the old one unless it only removes elements (`op`: delete).

    Raise ADDRESS_TYPE_DUPLICATED, PHONE_TYPE_DUPLICATED.
    """
    gone = [item.get(key) for item in sent if isinstance(item, dict) and str(item.get("op")).lower() == "delete"]
    kept = [item for item in sent if not (isinstance(item, dict) and str(item.get("op")).lower() == "delete")]
    types = [str(item.get(key)).lower() for item in kept if isinstance(item, dict)]
    if key in TWICE and len(set(types)) < len(types):
        raise ApiError(TWICE[key])
    return (kept or [item for item in before if item.get(key) not in gone]) or None


def birth_date(value: str) -> date | None:
    """Return the day of a birth date in one of the product's forms; None for another form."""
    found = _BIRTH_DATE.fullmatch(value)
    if not found:
        return None
    month, day, year, *year_first = (int(part or 0) for part in found.groups())
    year, month, day = (year, month, day) if year else year_first
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _check_birth_date(value: Json) -> None:
    if not isinstance(value, str) or birth_date(value) is None:
        raise ApiError(ErrorCode.DATE_INVALID)


def refuse_markup(value: Json) -> None:
    """Raise MARKUP_NOT_ALLOWED for script or markup anywhere in a value."""
    if isinstance(value, str):
        if _MARKUP.search(value):
            raise ApiError(ErrorCode.MARKUP_NOT_ALLOWED)
    elif isinstance(value, dict):
        for member in value.values():
            refuse_markup(member)
    elif isinstance(value, list):
        for member in value:
            refuse_markup(member)


def _custom_fields(account: Account, sent: dict[str, Json], *, nulls: bool) -> dict[str, Json] | None:
    given = sent.get("CustomFields")
    if not isinstance(given, dict):
        return account.custom_fields
    result = dict(account.custom_fields or {})
    for name, value in given.items():
        if value is None:
            if nulls:
                result.pop(name, None)
            continue
        refuse_markup(value)
        result[name] = value
    if len(result) > MAX_CUSTOM_FIELDS or any(len(str(value)) > MAX_CUSTOM_VALUE for value in result.values()):
        raise ApiError(ErrorCode.CUSTOM_FIELD_INVALID)
    return result or None
