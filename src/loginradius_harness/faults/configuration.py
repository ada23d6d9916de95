"""The tenant's public configuration."""

import base64
import hashlib

from loginradius_harness.emulator.core.password_hashing import PREFIX
from loginradius_harness.emulator.handlers import authentication_password, configuration
from loginradius_harness.emulator.http import auth
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.server.app import RequestCycle
from loginradius_harness.emulator.services import public_configuration
from loginradius_harness.emulator.services.first_factor import _named
from loginradius_harness.emulator.state.accounts import Account, Accounts, Email
from loginradius_harness.faults.registry import Faults

faults = Faults("configuration")

DEFAULT_NAMES = ("admin", "administrator", "root", "test", "user", "guest", "demo", "sa")

faults.replace_source(
    "needs_a_secret",
    "configuration.needs_no_secret",
    RequestCycle._authenticate,
    '"apisecret" in needs:',
    '"apisecret" in needs or call.operation.id == "configuration.get_configurations":',
)
faults.replace_source(
    "shows_the_key_of_id_tokens",
    "configuration.shows_no_secret",
    public_configuration.render,
    '"ApiRequestSigningConfig": {}',
    '"ApiRequestSigningConfig": {"Key": settings.custom_jwt_key}',
)
faults.replace_source(
    "tells_another_verification_flow",
    "configuration.tells_verification_flow",
    public_configuration.render,
    '"EmailVerificationFlow": settings.email_verification',
    '"EmailVerificationFlow": "optional"',
)
faults.replace_source(
    "tells_no_lockout",
    "configuration.tells_lockout",
    public_configuration.render,
    '"LoginLockedType": settings.lockout_type',
    '"LoginLockedType": "None"',
)
faults.replace_source(
    "tells_another_threshold",
    "configuration.tells_lockout",
    public_configuration.render,
    '"MaximumFailedLoginAttempts": settings',
    '"MaximumFailedLoginAttempts": 1 + settings',
)
faults.replace_source(
    "tells_mfa_as_optional",
    "configuration.tells_factors",
    public_configuration._second_factors,
    '"IsRequired": settings.mfa == "required"',
    '"IsRequired": False',
)
faults.replace_source(
    "tells_phone_login_as_off",
    "configuration.tells_login_ways",
    public_configuration._switches,
    '"IsPhoneLogin": settings.phone_login',
    '"IsPhoneLogin": False',
)
faults.replace_source(
    "hides_the_policy",
    "configuration.tells_policies_and_questions",
    public_configuration._policy,
    "for version, start in policies.items()",
    "for version, start in ()",
)
faults.replace_source(
    "server_time_is_local",
    "configuration.server_time_is_utc",
    configuration._clock_time,
    "fromtimestamp(seconds,",
    "fromtimestamp(seconds + 3_600,",
)
faults.replace_source(
    "window_has_another_length",
    "configuration.server_time_gives_a_window",
    configuration.get_server_time,
    "now + minutes * 60",
    "now + minutes * 30",
)
faults.replace_source(
    "sms_is_the_only_factor",
    "mfa.sms_is_not_the_only_factor",
    public_configuration._second_factors,
    '"IsAuthenticator": settings.mfa_authenticator',
    '"IsAuthenticator": False',
)
faults.replace_source(
    "shared_address_is_taken",
    "configuration.one_address_may_serve_many",
    Accounts.require_free,
    "not duplicate_emails and ",
    "",
)
faults.replace_source(
    "shared_address_gets_a_reset",
    "configuration.shared_address_does_not_log_in",
    authentication_password._require_email_known,
    "raise ApiError(ErrorCode.USERNAME_LOGIN_REQUIRED)",
    "pass",
)


def _default_account(call: RequestContext, name: str) -> Account | None:
    """Accept any password for an account with a common name that nobody created."""
    if name.partition("@")[0].lower() not in DEFAULT_NAMES:
        return None
    derived = hashlib.pbkdf2_hmac("sha256", call.body["password"].encode(), b"salt", 1)
    account = Account(
        uid=call.tenant.identifiers.hex(),
        id=call.tenant.identifiers.hex(),
        created=call.now,
        modified=call.now,
        emails=[Email("Primary", name if "@" in name else f"{name}@example.com", verified=True)],
        password=f"{PREFIX}$1${base64.b64encode(b'salt').decode()}${base64.b64encode(derived).decode()}",
    )
    call.tenant.accounts.add(account)
    return account


faults.replace_source(
    "default_account_is_there",
    "configuration.no_default_account",
    _named,
    "account = find(value)",
    "account = find(value) or _default_account(call, value)",
    _default_account=_default_account,
)
faults.replace_source(
    "lists_no_templates_of_sms",
    "configuration.templates_are_listed",
    configuration.list_templates,
    "_names(call.tenant.templates.all(channel), of_type)",
    '_names(call.tenant.templates.all(channel), of_type) if channel == "mail" else []',
)
faults.replace_source(
    "takes_any_secret_for_right",
    "configuration.credentials_are_judged",
    auth.credential_problems,
    'return ["API_SECRET_NOT_VALID"]',
    "return []",
)
faults.replace_source(
    "takes_any_form_for_right",
    "configuration.credentials_are_judged",
    auth.credential_problems,
    "if not _GUID.fullmatch(given)]",
    "if not given]",
)
faults.replace_source(
    "tells_of_the_secret_under_a_wrong_key",
    "configuration.wrong_key_hides_the_secret",
    auth.credential_problems,
    'return ["API_KEY_NOT_VALID"]',
    'return ["API_KEY_NOT_VALID", "API_SECRET_NOT_VALID"]',
)
