"""User actions on a tenant, one method each.

A method succeeds or raises: Refused where the tenant answers with an error (`with expect_error(ErrorCode.X): ...`
expects one), ContractViolationError where the response breaks its contract. Methods of special topics have modules of
their own and are reached as `journey.mfa`, `journey.emails` and so on.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from itertools import cycle
from typing import TYPE_CHECKING, Any

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.client.totp import Authenticator
from loginradius_harness.journey.accounts import Accounts
from loginradius_harness.journey.administration import Administration
from loginradius_harness.journey.connectors import Connectors
from loginradius_harness.journey.consent import Consent
from loginradius_harness.journey.cross_device import CrossDevice
from loginradius_harness.journey.custom_objects import CustomObjects
from loginradius_harness.journey.directory import Directory
from loginradius_harness.journey.emails import Emails
from loginradius_harness.journey.factor_devices import FactorDevices
from loginradius_harness.journey.federation import Federation
from loginradius_harness.journey.jwt_app import JwtApp
from loginradius_harness.journey.mfa import Mfa
from loginradius_harness.journey.mfa_removal import MfaRemoval
from loginradius_harness.journey.oauth_clients import OAuthClients
from loginradius_harness.journey.oauth_integrations import OAuthIntegrations
from loginradius_harness.journey.organizations import Organizations
from loginradius_harness.journey.passkeys import Passkeys
from loginradius_harness.journey.password_reset import PasswordReset
from loginradius_harness.journey.passwordless import Passwordless
from loginradius_harness.journey.people import Person, new_person
from loginradius_harness.journey.phones import Phones
from loginradius_harness.journey.pins import Pins
from loginradius_harness.journey.reauthentication import Reauthentication
from loginradius_harness.journey.registration import Registration
from loginradius_harness.journey.roles import Roles
from loginradius_harness.journey.saml_log_in import SamlLogIn
from loginradius_harness.journey.social import Social
from loginradius_harness.journey.templates import mail_templates, sms_templates
from loginradius_harness.mailbox.mailbox import Mailbox

if TYPE_CHECKING:
    from loginradius_harness.journey.saml import SamlApplications

Json = Any

PLAIN_LOGINS = {
    "email": "authentication.login_by_email",
    "username": "authentication.login_by_username",
    "phone": "phone.login_by_phone",
}
LONGEST_SLEEP = 90.0  # seconds; the longest real wait where there is no emulator clock to advance


class Journey:
    """All user actions on one tenant. `control` is the emulator's control API, None on any other tenant."""

    def __init__(
        self,
        client: Client,
        mailbox: Mailbox,
        control: EmulatorClient | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.client = client
        self.mailbox = mailbox
        self.control = control
        self._sleep = sleep
        self._phones = cycle(client.target.phones)
        if control is not None:
            control.on_change.append(client.clock.forget)
            control.on_settings.append(self._forget_configuration)
        self.accounts = Accounts(client)
        self.administration = Administration(client, self._forget_configuration)
        self.oauth_clients = OAuthClients(self.administration)
        self.oauth_integrations = OAuthIntegrations(self.administration)
        self.mail_templates = mail_templates(self.administration)
        self.sms_templates = sms_templates(self.administration)
        self.connectors = Connectors(client, control)
        self.consent = Consent(client)
        self.cross_device = CrossDevice(client)
        self.directory = Directory(client)
        self.emails = Emails(client, mailbox)
        self.factor_devices = FactorDevices(client, control)
        self.federation = Federation(client)
        self.jwt_app = JwtApp(client, control)
        self.oauth = Federation(client, "oauth")
        self.mfa_removal = MfaRemoval(client)
        self.passwordless = Passwordless(client, mailbox)
        self.mfa = Mfa(client, mailbox, self.authenticator)
        self.phones = Phones(client, mailbox)
        self.pins = Pins(client, mailbox)
        self.custom_objects = CustomObjects(client)
        self.organizations = Organizations(client, mailbox)
        self.passkeys = Passkeys(client, mailbox)
        self.password_reset = PasswordReset(client, mailbox)
        self.registration = Registration(client)
        self.roles = Roles(client)
        self.reauthentication = Reauthentication(client, mailbox)
        self.saml_log_in = SamlLogIn(client, self.administration)
        self.social = Social(client, control)

    @cached_property
    def saml(self) -> "SamlApplications":
        """The applications that log users in by SAML."""
        from loginradius_harness.journey.saml import SamlApplications  # noqa: PLC0415  # 100 ms

        return SamlApplications(self.client, self.administration)

    def new_person(self) -> Person:
        """Return a person without an account, with an address of the target's mailbox and a phone of the target."""
        person = new_person(self.client.target.mailbox.address)
        return replace(person, phone=next(self._phones)) if self.client.target.phones else person

    def verified_person(self, *having: str) -> Person:
        """Create a verified account by a management call; return its person.

        `having` names further members of the account: answer, phone, pin, username.
        """
        person = self.new_person()
        profile: dict[str, Any] = {}
        for member in having:
            profile |= self._member(member, person)
        return self.accounts.create(person, **profile)

    def _member(self, name: str, person: Person) -> dict[str, Json]:
        match name:
            case "answer":
                return {"SecurityQuestionAnswer": {self.question_id: person.answer}}
            case "phone":
                return {"PhoneId": person.phone}
            case "pin":
                return {"PINInfo": {"PIN": person.pin, "Skipped": False}}
            case "username":
                return {"UserName": person.username}
        raise ValueError(f"a person has no {name}")

    def register(self, person: Person, **profile: Any) -> ApiResponse:
        """Register by e-mail. `profile` adds members to the request body; None removes a member."""
        body = _without_none(
            {
                "Email": [{"Type": "Primary", "Value": person.email}],
                "Password": person.password,
                "FirstName": person.first_name,
                "LastName": person.last_name,
                **profile,
            }
        )
        return self.client.call("authentication.register_by_email", query=self._urls(), body=body).must_succeed()

    def confirm_email(self, person: Person) -> ApiResponse:
        """Follow the link of the verification mail, or enter its code."""
        message = self.mailbox.wait(to=person.email, kind="emailverification")
        if message.token:
            return self.emails.verify(message.token)
        return self.emails.verify_code(person.email, message.otp)

    def resend_confirmation(self, person: Person) -> ApiResponse:
        """Request the verification mail again."""
        body = {"email": person.email}
        return self.client.call(
            "authentication.resend_email_verification", query=self._urls(), body=body
        ).must_succeed()

    def log_in(self, person: Person, *, password: str | None = None, by: str = "email", **more: Any) -> Session:
        """Log in with the password. `by` is email, username or phone; `more` is added to the request body.

        It is the MFA login where the tenant requires that; the user must have no second factor then.
        """
        operation = f"mfa.login_by_{by}" if self.requires_mfa_login else PLAIN_LOGINS[by]
        body = {by: getattr(person, by), "password": password or person.password, **more}
        return Session.of(self.client.call(operation, body=body))

    def log_out(self, session: Session, *, everything: bool = False) -> ApiResponse:
        """Invalidate the access token; with `everything` the refresh token too."""
        query = {"preventRefresh": True} if everything else {}
        operation = "authentication.invalidate_access_token"
        return self.client.call(operation, token=session.token, query=query).must_succeed()

    def profile(self, session: Session) -> Json:
        """Return the profile of the session's user."""
        return self.client.call("authentication.get_profile", token=session.token).must_succeed().data

    def update_profile(self, session: Session, **changes: Any) -> Json:
        """Change the profile of the session's user; return the whole profile."""
        reply = self.client.call("authentication.update_profile", token=session.token, body=changes)
        return reply.must_succeed().data["Data"]

    def change_username(self, session: Session, username: str) -> ApiResponse:
        """Change the user name."""
        operation, body = "authentication.set_or_change_username", {"username": username}
        return self.client.call(operation, token=session.token, body=body).must_succeed()

    def change_password(self, person: Person, session: Session, new_password: str) -> Person:
        """Change the password; return the person with the new one."""
        body = {"oldpassword": person.password, "newpassword": new_password}
        self.client.call("authentication.change_password", token=session.token, body=body).must_succeed()
        return replace(person, password=new_password)

    def forget_password(self, person: Person) -> ApiResponse:
        """Request a password reset mail."""
        return self.password_reset.ask_by_email(person)

    def reset_password(self, person: Person, new_password: str) -> Person:
        """Reset the password with the reset mail; return the person with the new password."""
        return self.password_reset.reset_by_mail(person, new_password)

    def enrol_totp(self, session: Session) -> Authenticator:
        """Set up an authenticator app; return it."""
        return self.mfa.enrol_totp(session)

    def log_in_with_totp(self, person: Person, app: Authenticator) -> Session:
        """Log in with the password and a code of the authenticator app."""
        return self.mfa.answer_totp(self.mfa.begin(person), app)

    def log_in_with_backup_code(self, person: Person, code: str) -> Session:
        """Log in with the password and a backup code."""
        return self.mfa.answer_backup_code(self.mfa.begin(person), code)

    def backup_codes(self, session: Session) -> list[str]:
        """Return the ten backup codes; a second call is refused."""
        return self.mfa.backup_codes(session)

    def token_is_live(self, session: Session) -> bool:
        """Return whether the tenant accepts the session's access token."""
        return self.client.call("authentication.validate_access_token", token=session.token).ok

    def authenticator(self, secret: str) -> Authenticator:
        """Return an authenticator app with a secret (base32), on the tenant's clock."""
        return Authenticator(secret, self.client.clock.now, self.let_time_pass)

    def let_time_pass(self, seconds: float) -> None:
        """Advance an emulator's clock; on any other tenant wait, for `LONGEST_SLEEP` seconds at most."""
        if self.control is not None:
            self.control.advance(seconds)
        elif seconds <= LONGEST_SLEEP:
            self._sleep(seconds)
        else:
            raise ValueError(f"{seconds:g} s can only pass on an emulator: let the test need its clock")

    @cached_property
    def configuration(self) -> Json:
        """The tenant's public configuration, requested once, and again after a change of an emulator's settings."""
        return self.client.call("configuration.get_configurations").must_succeed().data

    def _forget_configuration(self) -> None:
        vars(self).pop("configuration", None)

    @property
    def requires_mfa_login(self) -> bool:
        """Whether multi-factor authentication is enabled: then plain logins are refused (MFA_LOGIN_REQUIRED)."""
        return bool(self.configuration["TwoFactorAuthentication"]["IsEnabled"])

    @property
    def question_id(self) -> str:
        """The first security question that the tenant asks."""
        return str(self.configuration["SecurityQuestions"]["Questions"][0]["QuestionId"])

    def _urls(self) -> dict[str, str]:
        url = self.client.target.verification_url
        return {"verificationUrl": url} if url else {}


def _without_none(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}
