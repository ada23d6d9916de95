"""Steps that the tests of second factors share."""

from typing import Any

from loginradius_harness.emulator.core.totp import STEP_SECONDS, code_at
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Member

PHONE = "+15550100100"
QUESTION = "db7a1c1de73a4b7d8f4f9f6a1c8f8c20"
ANSWERS = {"securityquestionanswer": [{"QuestionId": QUESTION, "Answer": "Blue"}]}


def account_of(tenant: Tenant, person: Member) -> Account:
    """Return the person's state in the tenant."""
    return tenant.managed_account(person.uid)


def token_of(tenant: Tenant, person: Member) -> str:
    """Return a live access token, without a login."""
    return tenant.sessions.open(account_of(tenant, person), tenant.settings).token


def log_in(ask: Ask, person: Member, password: str | None = None) -> Answer:
    """Return the first factor of a multi-factor login."""
    return ask("mfa.login_by_email", body={"email": person.email, "password": password or person.password})


def challenge(ask: Ask, person: Member) -> dict[str, Any]:
    """Return a login that waits for the second factor: the inner object of its reply."""
    inner: dict[str, Any] = log_in(ask, person).data["SecondFactorAuthentication"]
    assert inner is not None, "the login was not challenged"
    return inner


def with_token(inner: dict[str, Any]) -> dict[str, str]:
    """Return the query of a challenge."""
    return {"secondFactorAuthenticationToken": inner["SecondFactorAuthenticationToken"]}


def app_code(tenant: Tenant, person: Member, steps: int = 0) -> str:
    """Return the code of the authenticator app now, or a number of 30 s steps from now."""
    secret = account_of(tenant, person).second_factors().totp_secret
    assert secret, "no secret was offered yet"
    return code_at(secret, int(tenant.clock.now()) // STEP_SECONDS + steps)


def wrong_code(right: str) -> str:
    """Another code of the same form."""
    return f"{(int(right) + 1) % 10 ** len(right):0{len(right)}d}"


def enrol_app(ask: Ask, tenant: Tenant, person: Member) -> None:
    """Enrol an authenticator app for the person."""
    token = token_of(tenant, person)
    ask("mfa.get_settings", token=token)
    body = {"authenticatorcode": app_code(tenant, person)}
    assert ask("mfa.verify_authenticator_code_by_access_token", token=token, body=body).status == 200


def enrol_phone(ask: Ask, tenant: Tenant, person: Member) -> None:
    """Enrol PHONE as the SMS factor of the person."""
    token = token_of(tenant, person)
    ask("mfa.update_phone_by_access_token", token=token, body={"phoneno2fa": PHONE})
    code = tenant.outbox.find(PHONE)[-1].otp
    assert ask("mfa.verify_sms_otp_by_access_token", token=token, body={"otp": code}).status == 200


def enrol_mail(ask: Ask, tenant: Tenant, person: Member) -> None:
    """Enrol the address of the person as the e-mail factor."""
    token = token_of(tenant, person)
    ask("mfa.send_email_otp_by_access_token", token=token, query={"emailId": person.email})
    body = {"EmailId": person.email, "otp": tenant.outbox.find(person.email, "mfaenrolment")[-1].otp}
    assert ask("mfa.verify_email_otp_by_access_token", token=token, body=body).status == 200


def enrol_answers(ask: Ask, tenant: Tenant, person: Member) -> None:
    """Enrol the security-question factor of the person."""
    body = {**ANSWERS, "ReplaceSecurityQuestionAnswer": True}
    token = token_of(tenant, person)
    assert ask("mfa.set_security_answers_by_access_token", token=token, body=body).status == 200


def backup_codes(ask: Ask, tenant: Tenant, person: Member) -> list[str]:
    """Return a fresh set of the person's backup codes."""
    codes: list[str] = ask("mfa.reset_backup_codes_by_access_token", token=token_of(tenant, person)).data["BackUpCodes"]
    return codes
