"""The life of an account, by calls of the vendor's unmodified Python SDK."""

from collections.abc import Iterator
from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.people import new_password, new_person
from loginradius_harness.tenants import TenantContext, TenantProvider
from tests.clients.methods import sdk


@pytest.fixture
def tenant_context(loginradius_tenants: TenantProvider) -> Iterator[TenantContext]:
    """Return a new tenant with optional MFA."""
    context = loginradius_tenants.create("mfa-optional")
    yield context
    context.close()


@pytest.fixture
def lr(tenant_context: TenantContext) -> Any:
    """Return the SDK with the tenant's key and secret."""
    secret = tenant_context.target.api_secret
    assert secret is not None
    return sdk(tenant_context.target.api_key.reveal(), secret.reveal(), tenant_context.target.api_url)


def test_sdk_completes_the_life_of_an_account(lr: Any, tenant_context: TenantContext) -> None:
    """Register, verify, log in, enrol TOTP, use second factor and backup code, reset the password, log in, log out."""
    person, mailbox = new_person(), tenant_context.mailbox
    credentials = {"email": person.email, "password": person.password}

    profile = {"Email": [{"Type": "Primary", "Value": person.email}], "Password": person.password}
    assert lr.authentication.user_registration_by_email(profile, lr.sott.generate_sott()["Sott"])["IsPosted"] is True
    assert lr.mfa.mfa_login_by_email(person.email, person.password)["ErrorCode"] == ErrorCode.EMAIL_NOT_VERIFIED
    token = mailbox.wait(to=person.email, kind="emailverification").token
    assert lr.authentication.verify_email(token)["IsPosted"] is True

    session = lr.mfa.mfa_login_by_email(person.email, person.password)["access_token"]
    assert lr.authentication.get_profile_by_access_token(session)["EmailVerified"] is True
    app = tenant_context.journey.authenticator(lr.mfa.mfa_configure_by_access_token(session)["ManualEntryCode"])
    assert "Uid" in lr.mfa.mfa_verify_authenticator_code(session, {"authenticatorcode": app.code()})
    backup = lr.mfa.mfa_backup_code_by_access_token(session)["BackUpCodes"][0]

    def challenge(password: str) -> str:
        answer = lr.mfa.mfa_login_by_email(person.email, password)
        token: str = answer["SecondFactorAuthentication"]["SecondFactorAuthenticationToken"]
        return token

    code = {"authenticatorcode": app.code()}
    assert "access_token" in lr.mfa.mfa_validate_authenticator_code(code, challenge(person.password))
    assert "access_token" in lr.mfa.mfa_validate_backup_code({"backupcode": backup}, challenge(person.password))
    assert (
        lr.mfa.mfa_validate_backup_code({"backupcode": backup}, challenge(person.password))["ErrorCode"]
        == ErrorCode.BACKUP_CODE_INCORRECT_OR_USED
    )

    lr.authentication.forgot_password(person.email, "https://app.example.com/reset")
    reset, renewed = mailbox.wait(to=person.email, kind="forgotpassword").token, new_password()
    assert (
        lr.authentication.reset_password_by_reset_token({"resettoken": reset, "password": renewed})["IsPosted"] is True
    )
    assert (
        lr.mfa.mfa_login_by_email(credentials["email"], credentials["password"])["ErrorCode"]
        == ErrorCode.CREDENTIALS_INCORRECT
    )
    session = lr.mfa.mfa_validate_authenticator_code({"authenticatorcode": app.code()}, challenge(renewed))[
        "access_token"
    ]

    assert lr.authentication.auth_in_validate_access_token(session)["IsPosted"] is True
    assert lr.authentication.auth_validate_access_token(session)["ErrorCode"] == ErrorCode.ACCESS_TOKEN_INVALID
