"""How each step of the model is taken on a tenant: its request, and what its success changes in the model."""

from loginradius_harness.checks.state_model.model import CHALLENGE_LIFE, Account, Secret
from loginradius_harness.checks.state_model.runner import Json, ModelRunner, Steps, Walk, walk
from loginradius_harness.client import totp
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.people import new_password

WRONG = "not the password"
UNVERIFIED = ErrorCode.EMAIL_NOT_VERIFIED
VERIFICATION, RESET = ("verification link", "emailverification"), ("reset link", "forgotpassword")


@walk("account", "register")
def _register(twin: ModelRunner, account: Account) -> Steps:
    addresses = [{"Type": "Primary", "Value": account.email}]
    profile = {"Email": addresses, "Password": account.password, "FirstName": account.name}
    reply = yield "authentication.register_by_email", {"body": profile}
    if reply.ok:
        fresh = Account(account.email, account.password, account.name, deleted=False)
        twin.accounts[twin.accounts.index(account)] = fresh
        twin.mailed(*VERIFICATION, fresh)


@walk("account", "log in")
def _log_in(twin: ModelRunner, account: Account) -> Steps:
    reply = yield "mfa.login_by_email", {"body": {"email": account.email, "password": account.password}}
    if reply.error_code == UNVERIFIED:  # the password was right, and a mail goes out
        account.forgive()
        twin.mailed(*VERIFICATION, account)
    if reply.ok:
        account.forgive()
        waiting = reply.data["SecondFactorAuthentication"]
        twin.same(reply, "whether a second factor is asked for", waiting is not None, bool(account.secret))
        if waiting is None:
            _came_in(twin, account, reply.data)
        else:
            token = waiting["SecondFactorAuthenticationToken"]
            twin.secrets["challenge"].append(Secret("challenge", token, account, twin.now + CHALLENGE_LIFE))


def _came_in(twin: ModelRunner, account: Account, session: Json) -> None:
    account.logins += 1
    twin.let_in(account, session)


@walk("account", "log in with a wrong password")
def _log_in_wrongly(_twin: ModelRunner, account: Account) -> Steps:
    yield "mfa.login_by_email", {"body": {"email": account.email, "password": WRONG}}


@walk("account", "ask for a reset")
def _ask_for_a_reset(twin: ModelRunner, account: Account) -> Steps:
    reply = yield "authentication.forgot_password", {"body": {"email": account.email}}
    if reply.ok:
        twin.mailed(*RESET, account)


@walk("account", "impersonate")
def _impersonate(twin: ModelRunner, account: Account) -> Steps:
    reply = yield "account.get_access_token_by_uid", {"query": {"uid": twin.uid(account)}}
    if reply.ok:
        twin.let_in(account, reply.data)


def _updating(change: dict[str, Json], name: str, *, value: bool) -> Walk:
    def update(twin: ModelRunner, account: Account) -> Steps:
        reply = yield "account.update_account_by_uid", {"path": {"uid": twin.uid(account)}, "body": change}
        if reply.ok:
            setattr(account, name, value)

    return update


walk("account", "block")(_updating({"IsActive": False}, "blocked", value=True))
walk("account", "disable")(_updating({"DisableLogin": True}, "disabled", value=True))
walk("account", "enable")(_updating({"DisableLogin": False}, "disabled", value=False))


@walk("account", "unblock")
def _unblock(twin: ModelRunner, account: Account) -> Steps:
    was_blocked = account.blocked
    yield from _updating({"IsActive": True}, "blocked", value=False)(twin, account)
    for secret in twin.secrets["access token"] + twin.secrets["refresh token"]:
        if was_blocked and secret.account is account:
            secret.ended = "ended"  # what a blocked account held does not come back to life


@walk("account", "delete")
def _delete(twin: ModelRunner, account: Account) -> Steps:
    reply = yield "account.delete_account_by_uid", {"path": {"uid": twin.uid(account)}}
    if reply.ok:
        account.deleted = True


@walk("address", "see whether it is there")
def _see(twin: ModelRunner, account: Account) -> Steps:
    reply = yield "authentication.check_email_availability", {"query": {"email": account.email}}
    twin.same(reply, "whether the address is there", reply.data["IsExist"], not account.deleted)


@walk("address", "ask for verification")
def _ask_for_verification(twin: ModelRunner, account: Account) -> Steps:
    reply = yield "authentication.resend_email_verification", {"body": {"email": account.email}}
    if reply.ok:
        twin.mailed(*VERIFICATION, account)


@walk("verification link", "open")
def _open(_twin: ModelRunner, link: Secret) -> Steps:
    reply = yield "authentication.verify_email", {"query": {"verificationToken": link.value}}
    if reply.ok and link.account is not None:
        link.ended, link.account.verified = "used", True


@walk("reset link", "use")
def _reset(_twin: ModelRunner, link: Secret) -> Steps:
    fresh = new_password()
    body = {"resettoken": link.value, "password": fresh}
    reply = yield "authentication.reset_password_by_reset_token", {"body": body}
    if reply.ok and link.account is not None:
        link.ended = "used"
        link.account.password, link.account.verified = fresh, True
        link.account.forgive()


# Tokens -------------------------------------------------------------------------------------------------------------


@walk("access token", "validate")
def _validate(twin: ModelRunner, token: Secret) -> Steps:
    reply = yield "authentication.validate_access_token", {"token": token.value}
    if reply.ok:
        twin.same(reply, "the token", reply.data["access_token"], token.value)


@walk("access token", "read the profile")
def _read(twin: ModelRunner, token: Secret) -> Steps:
    reply = yield "authentication.get_profile", {"token": token.value}
    if reply.ok and token.account is not None:
        told, known = reply.data, token.account
        twin.same(reply, "the address", told["Email"], [{"Type": "Primary", "Value": known.email}])
        twin.same(reply, "EmailVerified", told["EmailVerified"], known.verified)
        twin.same(reply, "FirstName", told["FirstName"], known.name)
        twin.same(reply, "NoOfLogins", told["NoOfLogins"], known.logins)


@walk("access token", "change the name")
def _change_name(twin: ModelRunner, token: Secret) -> Steps:
    name = f"Lrh-{len(twin.taken)}"
    reply = yield "authentication.update_profile", {"token": token.value, "body": {"FirstName": name}}
    if reply.ok and token.account is not None:
        token.account.name = name
        twin.same(reply, "FirstName", reply.data["Data"]["FirstName"], name)


@walk("access token", "log out")
def _log_out(_twin: ModelRunner, token: Secret) -> Steps:
    reply = yield "authentication.invalidate_access_token", {"token": token.value}
    if reply.ok:
        token.ended = "ended"


@walk("access token", "change the password")
def _change_password(_twin: ModelRunner, token: Secret) -> Steps:
    old = token.account.password if token.account else WRONG
    fresh = new_password()
    body = {"oldpassword": old, "newpassword": fresh}
    reply = yield "authentication.change_password", {"token": token.value, "body": body}
    if reply.ok and token.account is not None:
        token.account.password = fresh
        token.account.forgive()


@walk("access token", "give a wrong password")
def _change_password_wrongly(_twin: ModelRunner, token: Secret) -> Steps:
    body = {"oldpassword": WRONG, "newpassword": new_password()}
    yield "authentication.change_password", {"token": token.value, "body": body}


@walk("refresh token", "refresh")
def _refresh(twin: ModelRunner, token: Secret) -> Steps:
    query = {"refresh_Token": token.value}
    reply = yield "account.refresh_access_token_by_refresh_token", {"query": query}
    _end_replayed_family(twin, token)
    if reply.ok and token.account is not None:
        token.ended = "used"
        twin.let_in(token.account, reply.data, token.family)
        twin.secrets["refresh token"][-1].expires = token.expires  # a chain ends where its first token would have


@walk("refresh token", "revoke")
def _revoke(twin: ModelRunner, token: Secret) -> Steps:
    reply = yield "account.revoke_refresh_token", {"query": {"refresh_Token": token.value}}
    _end_replayed_family(twin, token)
    if reply.ok:
        token.ended = "ended"


def _end_replayed_family(twin: ModelRunner, token: Secret) -> None:
    """Who comes with a used refresh token ends all that its log-in led to."""
    if token.ended == "used":
        for other in twin.secrets["refresh token"]:
            if other.family is token.family:
                other.ended = "ended"


# Factors ------------------------------------------------------------------------------------------------------------


def _code(twin: ModelRunner, secret: str) -> str:
    return totp.code(secret, twin.scene.client.clock.now())


def _other(code: str) -> str:
    """A code that the app does not show: no digit is the right one's."""
    return code.translate(str.maketrans("0123456789", "1234567890"))


def _offered(twin: ModelRunner, token: str) -> str:
    secret: str = twin.call("mfa.get_settings", token=token)["ManualEntryCode"]
    return secret


@walk("factor", "enrol")
def _enrol(twin: ModelRunner, account: Account) -> Steps:
    token = twin.live_token(account)
    secret = _offered(twin, token)
    body = {"authenticatorcode": _code(twin, secret)}
    reply = yield "mfa.verify_authenticator_code_by_access_token", {"token": token, "body": body}
    if reply.ok:
        account.secret = secret
        account.forgive()


@walk("factor", "enrol with a wrong code")
def _enrol_wrongly(twin: ModelRunner, account: Account) -> Steps:
    token = twin.live_token(account)
    body = {"authenticatorcode": _other(_code(twin, _offered(twin, token)))}
    yield "mfa.verify_authenticator_code_by_access_token", {"token": token, "body": body}


@walk("factor", "remove")
def _remove(twin: ModelRunner, account: Account) -> Steps:
    request = {"token": twin.live_token(account), "body": {"authenticator": True}}
    reply = yield "mfa.reset_authenticator_by_access_token", request
    if reply.ok:
        account.secret, account.backup_codes = "", {}


@walk("factor", "get backup codes")
def _get_backup_codes(twin: ModelRunner, account: Account) -> Steps:
    reply = yield "mfa.get_backup_codes_by_access_token", {"token": twin.live_token(account)}
    if reply.ok:
        account.backup_codes = dict.fromkeys(reply.data["BackUpCodes"], False)


def _answering(challenge: Secret, **body: str) -> tuple[str, dict[str, Json]]:
    operation = "mfa.validate_authenticator_code" if "authenticatorcode" in body else "mfa.validate_backup_code"
    return operation, {"query": {"secondFactorAuthenticationToken": challenge.value}, "body": body}


def _right(twin: ModelRunner, challenge: Secret) -> str:
    return _code(twin, challenge.account.secret) if challenge.account and challenge.account.secret else "123456"


@walk("challenge", "answer")
def _answer(twin: ModelRunner, challenge: Secret) -> Steps:
    reply = yield _answering(challenge, authenticatorcode=_right(twin, challenge))
    if reply.ok:
        _met(twin, challenge, reply.data)


@walk("challenge", "answer wrongly")
def _answer_wrongly(twin: ModelRunner, challenge: Secret) -> Steps:
    yield _answering(challenge, authenticatorcode=_other(_right(twin, challenge)))


@walk("challenge", "answer by a backup code")
def _answer_by_backup_code(twin: ModelRunner, challenge: Secret) -> Steps:
    code = _backup_code(challenge, used=False)
    reply = yield _answering(challenge, backupcode=code)
    if reply.ok and challenge.account is not None:
        challenge.account.backup_codes[code] = True
        _met(twin, challenge, reply.data)


@walk("challenge", "answer by a used backup code")
def _answer_by_used_backup_code(_twin: ModelRunner, challenge: Secret) -> Steps:
    yield _answering(challenge, backupcode=_backup_code(challenge, used=True))


def _backup_code(challenge: Secret, *, used: bool) -> str:
    codes = challenge.account.backup_codes if challenge.account else {}
    return next((code for code, state in codes.items() if state is used), "aaaaa-bbbbb")


def _met(twin: ModelRunner, challenge: Secret, session: Json) -> None:
    challenge.ended = "used"
    if challenge.account is not None:
        challenge.account.forgive()
        _came_in(twin, challenge.account, session)
