"""Passkeys: the relying party's side of WebAuthn (product-facts.md#passkeys).

The library fido2 verifies what an authenticator signed. The client's authenticator shares no code with it: each checks
the other. It is imported on first use, since it reads the list of public suffixes.
"""

import struct
from base64 import urlsafe_b64decode
from contextlib import suppress
from json import loads
from typing import TYPE_CHECKING, Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.administration import passkey_settings
from loginradius_harness.emulator.state.accounts import Account, Passkey
from loginradius_harness.emulator.state.passkeys import Ceremony, base64url

if TYPE_CHECKING:
    from fido2.server import Fido2Server
    from fido2.webauthn import AuthenticatorData

Json = Any

ALGORITHMS = (-7, -35, -36, -257, -258, -259, -37, -38, -39, -8)  # COSE identifiers, in the product's order
ATTESTED = ("indirect", "direct")  # preferences that are told to the browser
ADDING_SECONDS = 30  # timeout of a passkey that is added with an access token; others follow the setting
FACTOR = "factor"  # kind of the ceremony that proves a second factor
UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AssertionError, NotImplementedError, struct.error)


def require_on(settings: Settings) -> None:
    """Raise PASSKEYS_DISABLED where passkeys are off, PASSKEYS_MISCONFIGURED where an origin is not of the domain."""
    if not settings.passkeys:
        raise ApiError(ErrorCode.PASSKEYS_DISABLED)
    require_configured(settings)


def require_configured(settings: Settings) -> None:
    """Raise PASSKEYS_MISCONFIGURED where an origin does not belong to the domain."""
    from fido2.rpid import verify_rp_id  # noqa: PLC0415  # see the module's docstring

    origins = settings.passkey_origins or [f"https://{settings.passkey_rp_id}"]
    if not all(verify_rp_id(settings.passkey_rp_id, origin) for origin in origins):
        raise ApiError(ErrorCode.PASSKEYS_MISCONFIGURED)


def begin_creation(call: RequestContext, kind: str, uid: str, identifier: str, known: list[Passkey]) -> Json:
    """Return the options to create a passkey for a user; `known` are those of which the device must have none."""
    settings, managed = call.settings, passkey_settings.read(call.tenant)
    seconds = min(ADDING_SECONDS, settings.passkey_seconds) if kind == "add" else settings.passkey_seconds
    options = {
        "rp": {"name": managed["RPDisplayName"], "id": settings.passkey_rp_id},
        "user": {"name": identifier, "displayName": identifier, "id": base64url(uid.encode())},
        "challenge": call.tenant.passkeys.begin(kind, uid, identifier, seconds),
        "pubKeyCredParams": [{"type": "public-key", "alg": algorithm} for algorithm in ALGORITHMS],
        "timeout": seconds * 1000,
        "authenticatorSelection": {
            "requireResidentKey": False, "userVerification": settings.passkey_user_verification,
        },
    }  # fmt: skip
    if managed["Attestation"] in ATTESTED:
        options["attestation"] = managed["Attestation"]
    if known:
        options["excludeCredentials"] = _listed(known)
    return {"RegisterBeginCredential": {"publicKey": options}}


def begin_request(call: RequestContext, kind: str, account: Account | None = None) -> Json:
    """Return the options to log in by a passkey of the account, or by any that the device has for this domain."""
    settings, uid = call.settings, account.uid if account else None
    options = {
        "challenge": call.tenant.passkeys.begin(kind, uid, "", settings.passkey_seconds),
        "timeout": settings.passkey_seconds * 1000,
        "rpId": settings.passkey_rp_id,
        "userVerification": settings.passkey_user_verification,
    }
    if account is not None:
        options["allowCredentials"] = _listed(_usable(account, kind))
    return {"LoginBeginCredential": {"publicKey": options}}


def _usable(account: Account, kind: str) -> list[Passkey]:
    """Return the passkeys that may answer a challenge of a kind."""
    return account.second_factors().passkeys if kind == FACTOR else account.passkeys


def _listed(known: list[Passkey]) -> Json:
    return [{"type": "public-key", "id": passkey.credential_id} for passkey in known]


def finish_creation(call: RequestContext, kind: str, account: Account | None = None) -> tuple[Ceremony, Passkey]:
    """Verify the request's new credential; return its ceremony and the passkey, which is not stored yet.

    With `account`, the ceremony must have begun for it. Raise PASSKEY_VERIFICATION_FAILED, also for a credential that
    an account has already (WebAuthn 7.1).
    """
    credential = _credential(call)
    ceremony = call.tenant.passkeys.take(kind, _challenge(credential), account.uid if account else None)
    try:
        data = _server(call.settings).register_complete(_state(call, credential), credential)
        made = _made(call, ceremony, data, credential)
    except UNREADABLE:
        raise ApiError(ErrorCode.PASSKEY_VERIFICATION_FAILED) from None
    if call.tenant.passkeys.owner(made.credential_id) is not None:
        raise ApiError(ErrorCode.PASSKEY_VERIFICATION_FAILED)
    return ceremony, made


def _made(call: RequestContext, ceremony: Ceremony, data: "AuthenticatorData", credential: Json) -> Passkey:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  # loads the library: 10 ms

    attested = data.credential_data
    if attested is None or attested.public_key.ALGORITHM not in ALGORITHMS:
        raise ValueError("no key of a kind that was asked for")
    with suppress(InvalidSignature):  # a key that is no point of its curve raises ValueError
        attested.public_key.verify(b"", b"")
    return Passkey(
        id=call.tenant.identifiers.hex(),
        credential_id=base64url(attested.credential_id),
        credential=base64url(attested),
        handle=base64url((ceremony.uid or "").encode()),
        counter=data.counter,
        identifier=ceremony.identifier,
        authenticator=credential.get("authenticatorAttachment") or "unknown",
        created=call.now,
    )


def finish_request(call: RequestContext, kind: str, account: Account | None = None) -> Account:
    """Verify the request's assertion and return the account whose passkey made it (WebAuthn 7.2).

    With `account`, the ceremony must have begun for it. Raise PASSKEY_VERIFICATION_FAILED.
    """
    credential = _credential(call)
    ceremony = call.tenant.passkeys.take(kind, _challenge(credential), account.uid if account else None)
    signer, passkey = _signer(call, ceremony, credential)
    try:
        counter = _verified_counter(call, passkey, credential)
    except UNREADABLE:
        raise ApiError(ErrorCode.PASSKEY_VERIFICATION_FAILED) from None
    if (counter or passkey.counter) and counter <= passkey.counter:  # two authenticators have the key
        raise ApiError(ErrorCode.PASSKEY_VERIFICATION_FAILED)
    passkey.counter = counter
    return signer


def _signer(call: RequestContext, ceremony: Ceremony, credential: Json) -> tuple[Account, Passkey]:
    """Return the account of a credential, which must be the one of the ceremony and of the credential's user handle."""
    credential_id, handle = credential["rawId"], credential["response"].get("userHandle")
    uid = call.tenant.passkeys.owner(credential_id)
    if ceremony.uid not in {None, uid}:
        raise ApiError(ErrorCode.PASSKEY_VERIFICATION_FAILED)
    account = call.tenant.accounts.by_uid(uid) if uid else None
    if account is None:
        raise ApiError(ErrorCode.PASSKEY_VERIFICATION_FAILED)
    usable = _usable(account, ceremony.kind)
    passkey = next((passkey for passkey in usable if passkey.credential_id == credential_id), None)
    if passkey is None or (handle != passkey.handle and (handle or ceremony.uid is None)):
        raise ApiError(ErrorCode.PASSKEY_VERIFICATION_FAILED)
    return account, passkey


def _verified_counter(call: RequestContext, passkey: Passkey, credential: Json) -> int:
    """Return the signature counter of a valid assertion."""
    from fido2.webauthn import AttestedCredentialData, AuthenticatorData  # noqa: PLC0415  # as above

    known = [AttestedCredentialData(_bytes(passkey.credential))]
    _server(call.settings).authenticate_complete(_state(call, credential), known, credential)
    return AuthenticatorData(_bytes(credential["response"]["authenticatorData"])).counter


def _server(settings: Settings) -> "Fido2Server":
    from fido2.rpid import verify_rp_id  # noqa: PLC0415  # as above
    from fido2.server import Fido2Server  # noqa: PLC0415  # as above
    from fido2.webauthn import PublicKeyCredentialRpEntity  # noqa: PLC0415  # as above

    def is_allowed(origin: str) -> bool:
        allowed = settings.passkey_origins
        return origin in allowed if allowed else verify_rp_id(settings.passkey_rp_id, origin)

    return Fido2Server(
        PublicKeyCredentialRpEntity(name=settings.app_name, id=settings.passkey_rp_id), verify_origin=is_allowed
    )


def _state(call: RequestContext, credential: Json) -> Json:
    """Return what the library compares with the answer; whether the challenge is ours was found out before."""
    return {
        "challenge": _challenge(credential),
        "user_verification": call.settings.passkey_user_verification,
    }


def _credential(call: RequestContext) -> Json:
    """Return the request's credential in base64url, whether it is wrapped or not and whatever its alphabet.

    Browsers send further members beside the texts that are verified: the number of the algorithm, a list of transports.
    """
    sent = call.body.get("PasskeyCredential") or call.body
    texts = {name: _in_base64url(value) for name, value in sent["response"].items() if isinstance(value, str)}
    plain = {name: value for name, value in sent.items() if name not in {"id", "rawId", "response"}}
    return {
        **{name: plain[name] for name in ("type", "authenticatorAttachment") if plain.get(name)},
        "rawId": _in_base64url(sent["rawId"]),
        "response": texts,
    }


def _in_base64url(text: str) -> str:
    return text.translate(str.maketrans("+/", "-_")).rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _challenge(credential: Json) -> str:
    try:
        challenge: Json = loads(_bytes(credential["response"]["clientDataJSON"]))["challenge"]
    except UNREADABLE:
        raise ApiError(ErrorCode.PASSKEY_VERIFICATION_FAILED) from None
    return str(challenge)


def name_of(account: Account) -> str:
    """Return the name under which a device lists the account's passkeys."""
    return account.primary.value if account.primary else account.uid


def shown(passkey: Passkey) -> Json:
    """Return a passkey as lists show it."""
    return {
        "Id": passkey.id,
        "Authenticator": passkey.authenticator,
        "Identifier": passkey.identifier,
        "CreatedAt": iso(passkey.created),
    }
