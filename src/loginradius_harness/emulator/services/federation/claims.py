"""Standard claims of an account by scope (OpenID Connect Core 1.0 5.4)."""

from collections.abc import Mapping
from typing import Any

from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.profile import render

Json = Any

_PROFILE = {
    "name": "FullName", "given_name": "FirstName", "family_name": "LastName", "middle_name": "MiddleName",
    "nickname": "NickName", "preferred_username": "UserName", "profile": "ProfileUrl", "picture": "ImageUrl",
    "website": "Website", "gender": "Gender", "birthdate": "BirthDate", "zoneinfo": "TimeZone",
    "locale": "LocalLanguage",
}  # fmt: skip


def user_claims(account: Account, scope: str, settings: Settings) -> dict[str, Json]:
    """Return the claims that a scope gives; what the account lacks is left out."""
    scopes = scope.split()
    claims: dict[str, Json] = {"sub": account.uid}
    if "profile" in scopes:
        profile = render(account, settings)
        claims |= {claim: profile.get(member) for claim, member in _PROFILE.items()}
        claims["updated_at"] = int(account.modified)
    if "email" in scopes:
        email = next((email for email in account.emails if not email.pending), None)
        claims |= {"email": email.value, "email_verified": email.verified} if email else {}
    if "phone" in scopes and account.phone:
        claims |= {"phone_number": account.phone, "phone_number_verified": account.phone_verified}
    if "address" in scopes and (addresses := account.fields.get("Addresses")):
        claims["address"] = _address(addresses[0])
    return {name: value for name, value in claims.items() if value not in (None, "")}


def mapped_claims(mapping: Mapping[str, str], account: Account, settings: Settings) -> dict[str, Json]:
    """Return the claims of a mapping (claim to member of the profile); what the account lacks is left out."""
    profile = render(account, settings) if mapping else {}
    return {claim: profile[member] for claim, member in mapping.items() if profile.get(member) not in (None, "")}


def _address(address: dict[str, Json]) -> dict[str, Json]:
    named = {
        "street_address": address.get("Address1"),
        "locality": address.get("City"),
        "region": address.get("State") or address.get("Region"),
        "postal_code": address.get("PostalCode"),
        "country": address.get("Country"),
    }
    return {name: value for name, value in named.items() if value}
