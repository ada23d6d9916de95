"""The password policy (product-facts.md#administration)."""

import re
from typing import Any

from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.administration.documents import Document

Json = Any

POLICY = Document(
    "password_policy",
    settings={
        "CommonPasswordPreventionValidation": "password_blocklist",
        "ProfileDataPasswordValidation": "password_profile_words",
        "MaxPasswordHistory": "password_history",
    },
    stored={
        "DictionaryPasswordValidation": False,
        "ProfileDataPasswordExactMatch": False,
        "ExpirationFrequencyType": "Days",
    },
)
DAYS = {"Days": 1, "Weeks": 7, "Months": 30}
LENGTHS = {"min_length": "password_min_length", "max_length": "password_max_length"}
_LENGTH = re.compile(r"(min_length|max_length)\[([0-9]{1,5})\]")


@handles("password_policy.get")
def get(call: RequestContext) -> Json:
    """Return the policy; its rules are written as registration forms write them (product-facts.md#appinfo)."""
    settings, shown = call.settings, POLICY.read(call.tenant)
    lengths = [f"{rule}[{getattr(settings, setting)}]" for rule, setting in LENGTHS.items()]
    return shown | {
        "ExpirationFrequency": settings.password_max_age_days // DAYS[shown["ExpirationFrequencyType"]],
        "PasswordValidationRules": "|".join([*lengths, *shown.get("PasswordValidationRules", ())]),
    }


@handles("password_policy.update")
def update(call: RequestContext) -> Json:
    """Change the policy. Of the rules the emulator knows the lengths; it keeps all others."""
    sent, changes = call.body, dict[str, Json]()
    kind = sent.get("ExpirationFrequencyType") or POLICY.read(call.tenant)["ExpirationFrequencyType"]
    if "ExpirationFrequency" in sent:
        changes["password_max_age_days"] = sent.pop("ExpirationFrequency") * DAYS[kind]
    if "PasswordValidationRules" in sent:
        rules = [rule for rule in sent["PasswordValidationRules"].split("|") if rule]
        changes |= {LENGTHS[match[1]]: int(match[2]) for rule in rules if (match := _LENGTH.fullmatch(rule))}
        sent["PasswordValidationRules"] = [rule for rule in rules if not _LENGTH.fullmatch(rule)]
    POLICY.write(call, changes)
    return get(call)
