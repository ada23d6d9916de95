"""Implement each action of the model: its request, and what its success changes in the model."""

from loginradius_harness.checks.state_model.model import CHALLENGE_LIFE, Account, Secret
from loginradius_harness.checks.state_model.runner import Action, Json, ModelRunner, Steps, implements
from loginradius_harness.client import totp
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.people import new_password

WRONG = "not the password"
UNVERIFIED = ErrorCode.EMAIL_NOT_VERIFIED
VERIFICATION, RESET = ("verification link", "emailverification"), ("reset link", "forgotpassword")


@implements("account", "register")
def _register(runner: ModelRunner, account: Account) -> Steps:
    addresses = [{"Type": "Primary", "Value": account.email}]
    profile = {"Email": addresses, "Password": account.password, "FirstName": account.name}
    reply = yield "authentication.register_by_email", {"body": profile}
    if reply.ok:
        fresh = Account(account.email, account.password, account.name, deleted=False)
        runner.accounts[runner.accounts.index(account)] = fresh
        runner.record_link(*VERIFICATION, fresh)


@implements("account", "log in")
def _log_in(runner: ModelRunner, account: Account) -> Steps:
    reply = yield "mfa.login_by_email", {"body": {"email": account.email, "password": account.password}}
    if reply.error_code == UNVERIFIED:  # the password was correct, and a mail is sent
        account.reset_failures()
        runner.record_link(*VERIFICATION, account)
    if reply.ok:
        account.reset_failures()
        waiting = reply.data["SecondFactorAuthentication"]
        runner.assert_same(reply, "whether a second factor is asked for", waiting is not None, bool(account.secret))
        if waiting is None:
            _record_login(runner, account, reply.data)
        else:
            token = waiting["SecondFactorAuthenticationToken"]
            runner.secrets["challenge"].append(Secret("challenge", token, account, runner.now + CHALLENGE_LIFE))


def _record_login(runner: ModelRunner, account: Account, session: Json) -> None:
    account.logins += 1
    runner.record_session(account, session)


@implements("account", "log in with a wrong password")
def _log_in_wrongly(_runner: ModelRunner, account: Account) -> Steps:
    yield "mfa.login_by_email", {"body": {"email": account.email, "password": WRONG}}


@implements("account", "ask for a reset")
def _ask_for_a_reset(runner: ModelRunner, account: Account) -> Steps:
    reply = yield "authentication.forgot_password", {"body": {"email": account.email}}
    if reply.ok:
        runner.record_link(*RESET, account)


@implements("account", "impersonate")
def _impersonate(runner: ModelRunner, account: Account) -> Steps:
    reply = yield "account.get_access_token_by_uid", {"query": {"uid": runner.uid(account)}}
    if reply.ok:
        runner.record_session(account, reply.data)


def _updating(change: dict[str, Json], name: str, *, value: bool) -> Action:
    def update(runner: ModelRunner, account: Account) -> Steps:
        reply = yield "account.update_account_by_uid", {"path": {"uid": runner.uid(account)}, "body": change}
        if reply.ok:
            setattr(account, name, value)

    return update


implements("account", "block")(_updating({"IsActive": False}, "blocked", value=True))
implements("account", "disable")(_updating({"DisableLogin": True}, "disabled", value=True))
implements("account", "enable")(_updating({"DisableLogin": False}, "disabled", value=False))


@implements("account", "unblock")
def _unblock(runner: ModelRunner, account: Account) -> Steps:
    was_blocked = account.blocked
    yield from _updating({"IsActive": True}, "blocked", value=False)(runner, account)
    for secret in runner.secrets["access token"] + runner.secrets["refresh token"]:
        if was_blocked and secret.account is account:
            secret.ended = "ended"  # unblocking does not restore sessions


@implements("account", "delete")
def _delete(runner: ModelRunner, account: Account) -> Steps:
    reply = yield "account.delete_account_by_uid", {"path": {"uid": runner.uid(account)}}
    if reply.ok:
        account.deleted = True


@implements("address", "see whether it is there")
def _see(runner: ModelRunner, account: Account) -> Steps:
    reply = yield "authentication.check_email_availability", {"query": {"email": account.email}}
    runner.assert_same(reply, "whether the address is there", reply.data["IsExist"], not account.deleted)


@implements("address", "ask for verification")
def _ask_for_verification(runner: ModelRunner, account: Account) -> Steps:
    reply = yield "authentication.resend_email_verification", {"body": {"email": account.email}}
    if reply.ok:
        runner.record_link(*VERIFICATION, account)


@implements("verification link", "open")
def _open(_runner: ModelRunner, link: Secret) -> Steps:
    reply = yield "authentication.verify_email", {"query": {"verificationToken": link.value}}
    if reply.ok and link.account is not None:
        link.ended, link.account.verified = "used", True


@implements("reset link", "use")
def _reset(_runner: ModelRunner, link: Secret) -> Steps:
    fresh = new_password()
    body = {"resettoken": link.value, "password": fresh}
    reply = yield "authentication.reset_password_by_reset_token", {"body": body}
    if reply.ok and link.account is not None:
        link.ended = "used"
        link.account.password, link.account.verified = fresh, True
        link.account.reset_failures()


# Tokens -------------------------------------------------------------------------------------------------------------


@implements("access token", "validate")
def _validate(runner: ModelRunner, token: Secret) -> Steps:
    reply = yield "authentication.validate_access_token", {"token": token.value}
    if reply.ok:
        runner.assert_same(reply, "the token", reply.data["access_token"], token.value)


@implements("access token", "read the profile")
def _read(runner: ModelRunner, token: Secret) -> Steps:
    reply = yield "authentication.get_profile", {"token": token.value}
    if reply.ok and token.account is not None:
        reported, known = reply.data, token.account
        runner.assert_same(reply, "the address", reported["Email"], [{"Type": "Primary", "Value": known.email}])
        runner.assert_same(reply, "EmailVerified", reported["EmailVerified"], known.verified)
        runner.assert_same(reply, "FirstName", reported["FirstName"], known.name)
        runner.assert_same(reply, "NoOfLogins", reported["NoOfLogins"], known.logins)


@implements("access token", "change the name")
def _change_name(runner: ModelRunner, token: Secret) -> Steps:
    name = f"Lrh-{len(runner.performed)}"
    reply = yield "authentication.update_profile", {"token": token.value, "body": {"FirstName": name}}
    if reply.ok and token.account is not None:
        token.account.name = name
        runner.assert_same(reply, "FirstName", reply.data["Data"]["FirstName"], name)


@implements("access token", "log out")
def _log_out(_runner: ModelRunner, token: Secret) -> Steps:
    reply = yield "authentication.invalidate_access_token", {"token": token.value}
    if reply.ok:
        token.ended = "ended"


@implements("access token", "change the password")
def _change_password(_runner: ModelRunner, token: Secret) -> Steps:
    old = token.account.password if token.account else WRONG
    fresh = new_password()
    body = {"oldpassword": old, "newpassword": fresh}
    reply = yield "authentication.change_password", {"token": token.value, "body": body}
    if reply.ok and token.account is not None:
        token.account.password = fresh
        token.account.reset_failures()


@implements("access token", "give a wrong password")
def _change_password_wrongly(_runner: ModelRunner, token: Secret) -> Steps:
    body = {"oldpassword": WRONG, "newpassword": new_password()}
    yield "authentication.change_password", {"token": token.value, "body": body}


@implements("refresh token", "refresh")
def _refresh(runner: ModelRunner, token: Secret) -> Steps:
    query = {"refresh_Token": token.value}
    reply = yield "account.refresh_access_token_by_refresh_token", {"query": query}
    if reply.ok and token.account is not None:
        token.ended = "used"
        runner.record_session(token.account, reply.data, token.family)
        runner.secrets["refresh token"][
            -1
        ].expires = token.expires  # a refreshed token expires with the first of its family


@implements("refresh token", "revoke")
def _revoke(_runner: ModelRunner, token: Secret) -> Steps:
    reply = yield "account.revoke_refresh_token", {"query": {"refresh_Token": token.value}}
    if reply.ok:
        token.ended = "ended"


# Factors ------------------------------------------------------------------------------------------------------------


def _code(runner: ModelRunner, secret: str) -> str:
    return totp.code(secret, runner.tenant.client.clock.now())


def _other(code: str) -> str:
    """Return a code in which no digit is that of the app's code."""
    return code.translate(str.maketrans("0123456789", "1234567890"))


def _offered(runner: ModelRunner, token: str) -> str:
    secret: str = runner.call("mfa.get_settings", token=token)["ManualEntryCode"]
    return secret


@implements("factor", "enrol")
def _enrol(runner: ModelRunner, account: Account) -> Steps:
    token = runner.live_token(account)
    secret = _offered(runner, token)
    body = {"authenticatorcode": _code(runner, secret)}
    reply = yield "mfa.verify_authenticator_code_by_access_token", {"token": token, "body": body}
    if reply.ok:
        account.secret = secret
        account.reset_failures()


@implements("factor", "enrol with a wrong code")
def _enrol_wrongly(runner: ModelRunner, account: Account) -> Steps:
    token = runner.live_token(account)
    body = {"authenticatorcode": _other(_code(runner, _offered(runner, token)))}
    yield "mfa.verify_authenticator_code_by_access_token", {"token": token, "body": body}


@implements("factor", "remove")
def _remove(runner: ModelRunner, account: Account) -> Steps:
    request = {"token": runner.live_token(account), "body": {"authenticator": True}}
    reply = yield "mfa.reset_authenticator_by_access_token", request
    if reply.ok:
        account.secret, account.backup_codes = "", {}


@implements("factor", "get backup codes")
def _get_backup_codes(runner: ModelRunner, account: Account) -> Steps:
    reply = yield "mfa.get_backup_codes_by_access_token", {"token": runner.live_token(account)}
    if reply.ok:
        account.backup_codes = dict.fromkeys(reply.data["BackUpCodes"], False)


def _answering(challenge: Secret, **body: str) -> tuple[str, dict[str, Json]]:
    operation = "mfa.validate_authenticator_code" if "authenticatorcode" in body else "mfa.validate_backup_code"
    return operation, {"query": {"secondFactorAuthenticationToken": challenge.value}, "body": body}


def _right(runner: ModelRunner, challenge: Secret) -> str:
    return _code(runner, challenge.account.secret) if challenge.account and challenge.account.secret else "123456"


@implements("challenge", "answer")
def _answer(runner: ModelRunner, challenge: Secret) -> Steps:
    reply = yield _answering(challenge, authenticatorcode=_right(runner, challenge))
    if reply.ok:
        _complete_challenge(runner, challenge, reply.data)


@implements("challenge", "answer wrongly")
def _answer_wrongly(runner: ModelRunner, challenge: Secret) -> Steps:
    yield _answering(challenge, authenticatorcode=_other(_right(runner, challenge)))


@implements("challenge", "answer by a backup code")
def _answer_by_backup_code(runner: ModelRunner, challenge: Secret) -> Steps:
    code = _backup_code(challenge, used=False)
    reply = yield _answering(challenge, backupcode=code)
    if reply.ok and challenge.account is not None:
        challenge.account.backup_codes[code] = True
        _complete_challenge(runner, challenge, reply.data)


@implements("challenge", "answer by a used backup code")
def _answer_by_used_backup_code(_runner: ModelRunner, challenge: Secret) -> Steps:
    yield _answering(challenge, backupcode=_backup_code(challenge, used=True))


def _backup_code(challenge: Secret, *, used: bool) -> str:
    codes = challenge.account.backup_codes if challenge.account else {}
    return next((code for code, state in codes.items() if state is used), "aaaaa-bbbbb")


def _complete_challenge(runner: ModelRunner, challenge: Secret, session: Json) -> None:
    challenge.ended = "used"
    if challenge.account is not None:
        challenge.account.reset_failures()
        _record_login(runner, challenge.account, session)
