"""Row 74: passkeys."""

import pytest

from loginradius_harness.checks.support.passkey_ceremonies import Ceremony, of_domain, public_key_of, with_challenge
from loginradius_harness.client.errors import UnsupportedByTarget
from loginradius_harness.client.passkey_device import PasskeyDevice, base64url, from_base64url
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

pytestmark = pytest.mark.preset("passkeys")

REFUSED = ErrorCode.PASSKEY_VERIFICATION_FAILED
WAYS = ("register", "login", "autofill")
FOREIGN_ORIGINS = ("https://attacker.example", "https://{domain}.attacker.example", "https://not{domain}")
ENOUGH_BYTES = 16


@pytest.fixture
def device(journey: Journey, session: Session) -> PasskeyDevice:
    """Return the victim's device, with a passkey."""
    device = journey.passkeys.device()
    journey.passkeys.add(session, device)
    return device


@pytest.fixture
def attacker(journey: Journey) -> PasskeyDevice:
    """Return the device of another user, with a passkey of theirs."""
    device = journey.passkeys.device()
    journey.passkeys.add(journey.log_in(journey.verified_person()), device)
    return device


@pytest.fixture(params=WAYS)
def ceremony(request: pytest.FixtureRequest, journey: Journey, person: Person) -> Ceremony:
    """Return each ceremony without a session: a registration, and both logins of the victim."""
    return Ceremony(journey, request.param, journey.new_person() if request.param == "register" else person)


@pytest.fixture
def login(journey: Journey, person: Person) -> Ceremony:
    """Return the victim's login."""
    return Ceremony(journey, "login", person)


@pytest.fixture
def autofill(journey: Journey, person: Person) -> Ceremony:
    """Return a login that names no user."""
    return Ceremony(journey, "autofill", person)


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
@pytest.mark.security(74, "NIST SP 800-63B-4 3.2.5", "WebAuthn 7.2")
@pytest.mark.rule("passkeys.foreign_origin_is_refused")
def test_passkey_of_a_foreign_page_is_refused(ceremony: Ceremony, device: PasskeyDevice, origin: str) -> None:
    domain = device.origin.partition("://")[2].partition(":")[0]
    device.origin = origin.format(domain=domain)
    ceremony.run(device).must_be_refused(REFUSED)


@pytest.mark.security(74, "NIST SP 800-63B-4 3.2.5", "WebAuthn 7.2")
@pytest.mark.rule("passkeys.foreign_domain_is_refused")
def test_passkey_of_a_foreign_domain_is_refused(ceremony: Ceremony, device: PasskeyDevice) -> None:
    ceremony.run(device, lambda options: of_domain(options, "attacker.example")).must_be_refused(REFUSED)


@pytest.mark.security(74, "ASVS 5.0 6.7.2", "NIST SP 800-63B-4 3.2.7")
@pytest.mark.rule("passkeys.challenge_is_single_use")
def test_answer_to_a_challenge_works_once(ceremony: Ceremony, device: PasskeyDevice) -> None:
    body = ceremony.answer(device, ceremony.begin())
    ceremony.finish(body).must_succeed()
    ceremony.finish(body).must_be_refused(REFUSED)


@pytest.mark.parametrize("way", ["login", "autofill"])
@pytest.mark.security(74, "ASVS 5.0 6.7.2", "NIST SP 800-63B-4 3.2.7")
@pytest.mark.rule("passkeys.challenge_is_single_use")
def test_answered_challenge_is_not_accepted_with_a_new_signature(
    journey: Journey, person: Person, device: PasskeyDevice, way: str
) -> None:
    ceremony = Ceremony(journey, way, person)
    options = ceremony.begin()
    ceremony.finish(ceremony.answer(device, options)).must_succeed()
    ceremony.finish(ceremony.answer(device, options)).must_be_refused(REFUSED)


@pytest.mark.security(74, "ASVS 5.0 6.7.2", "WebAuthn 7.2")
@pytest.mark.rule("passkeys.challenge_is_the_tenants_own")
def test_challenge_that_was_not_issued_is_refused(login: Ceremony, device: PasskeyDevice) -> None:
    login.run(device, lambda options: with_challenge(options, base64url(bytes(32)))).must_be_refused(REFUSED)


@pytest.mark.security(74, "ASVS 5.0 6.7.2")
@pytest.mark.rule("passkeys.challenge_expires")
def test_challenge_expires_with_its_timeout(ceremony: Ceremony, device: PasskeyDevice) -> None:
    options = ceremony.begin()
    seconds = public_key_of(options).get("timeout", 600_000) / 1000
    ceremony.journey.let_time_pass(seconds + 1)
    ceremony.finish(ceremony.answer(device, options)).must_be_refused(REFUSED)


@pytest.mark.security(74, "ASVS 5.0 6.7.2")
@pytest.mark.rule("passkeys.challenge_keeps_its_purpose")
def test_challenge_of_one_ceremony_is_refused_by_another(
    login: Ceremony, autofill: Ceremony, device: PasskeyDevice
) -> None:
    login.finish(autofill.answer(device, autofill.begin())).must_be_refused(REFUSED)
    autofill.finish(login.answer(device, login.begin())).must_be_refused(REFUSED)


@pytest.mark.security(74, "ASVS 5.0 6.7.2", "WebAuthn 13.4.3")
@pytest.mark.rule("passkeys.challenge_is_unpredictable")
def test_challenges_are_long_and_differ(autofill: Ceremony) -> None:
    challenges = [from_base64url(public_key_of(autofill.begin())["challenge"]) for _ in range(8)]
    assert min(map(len, challenges)) >= ENOUGH_BYTES
    assert len({challenge[:4] for challenge in challenges}) == len(challenges)


@pytest.mark.parametrize("step", [-1, 0])
@pytest.mark.security(74, "WebAuthn 7.2", "NIST SP 800-63B-4 3.1.7")
@pytest.mark.rule("passkeys.counter_must_grow")
def test_signature_counter_must_grow(login: Ceremony, device: PasskeyDevice, step: int) -> None:
    device.credentials[0].counter = 5
    login.run(device).must_succeed()
    device.credentials[0].counter += step - 1  # the device adds one to each signature
    login.run(device).must_be_refused(REFUSED)


@pytest.mark.security(74, "WebAuthn 7.2", "NIST SP 800-63B-4 3.1.7")
@pytest.mark.rule("passkeys.other_users_passkey_is_refused")
@pytest.mark.usefixtures("device")
def test_passkey_of_another_user_is_refused(login: Ceremony, attacker: PasskeyDevice) -> None:
    signed = attacker.sign(login.begin(), attacker.credentials[0])
    login.finish(signed.body).must_be_refused(REFUSED)


@pytest.mark.security(74, "WebAuthn 7.2", "NIST SP 800-63B-4 3.1.7")
@pytest.mark.rule("passkeys.user_handle_must_fit")
def test_user_handle_of_another_user_is_refused(
    autofill: Ceremony, device: PasskeyDevice, attacker: PasskeyDevice
) -> None:
    attacker.credentials[0].user_handle = device.credentials[0].user_handle
    autofill.run(attacker).must_be_refused(REFUSED)


@pytest.mark.parametrize("way", ["login", "autofill"])
@pytest.mark.security(74, "WebAuthn 7.2", "NIST SP 800-63B-4 3.1.7")
@pytest.mark.rule("passkeys.forged_signature_is_refused")
def test_signature_of_another_key_is_refused(
    journey: Journey, person: Person, device: PasskeyDevice, attacker: PasskeyDevice, way: str
) -> None:
    device.credentials[0].key = attacker.credentials[0].key
    Ceremony(journey, way, person).run(device).must_be_refused(REFUSED)


@pytest.mark.security(74, "NIST SP 800-63B-4 3.1.7", "WebAuthn 7.2")
@pytest.mark.rule("passkeys.user_verification_is_enforced")
def test_required_user_verification_is_enforced(ceremony: Ceremony, device: PasskeyDevice) -> None:
    options = ceremony.begin()
    if _wanted_verification(options) != "required":
        raise UnsupportedByTarget("needs a tenant that requires user verification")
    device.verifies_user = False
    ceremony.finish(ceremony.answer(device, options)).must_be_refused(REFUSED)


def _wanted_verification(options: dict[str, object]) -> object:
    public = public_key_of(options)
    return public.get("userVerification") or (public.get("authenticatorSelection") or {}).get("userVerification")


@pytest.mark.parametrize(
    ("begin", "finish"),
    [
        ("passkey.add_begin", "passkey.add_finish"),
        ("mfa.register_passkey_begin_by_access_token", "mfa.register_passkey_finish_by_access_token"),
    ],
)
@pytest.mark.preset("passkeys", mfa="optional", mfa_passkey=True)
@pytest.mark.security(74, "ASVS 5.0 8.2.2", "API1:2023")
@pytest.mark.rule("passkeys.added_for_its_own_user_only")
def test_passkey_begun_by_one_user_is_not_added_to_another(
    journey: Journey, session: Session, begin: str, finish: str
) -> None:
    options = journey.passkeys.begin(begin, token=session.token)
    other = journey.accounts.log_in(journey.verified_person())
    body = journey.passkeys.device().create(options).body
    journey.client.call(finish, token=other.token, body=body).must_be_refused(REFUSED)


@pytest.mark.security(74, "ASVS 5.0 6.5.1", "ASVS 5.0 6.4.3")
@pytest.mark.rule("passkeys.reset_token_is_single_use")
@pytest.mark.usefixtures("device")
def test_passkey_reset_token_works_once(journey: Journey, person: Person) -> None:
    token = journey.passkeys.ask_for_reset(person)
    query = {"vtoken": token}
    body = journey.passkeys.device().create(journey.passkeys.begin("passkey.reset_begin", query=query)).body
    journey.passkeys.reset(token, journey.passkeys.device())
    reply = journey.client.call("passkey.reset_finish", query=query, body=body)
    reply.must_be_refused(ErrorCode.LINK_ALREADY_USED)


@pytest.mark.preset("passkeys", mfa="optional", mfa_passkey=True)
@pytest.mark.security(74, "ASVS 5.0 6.3.3")
@pytest.mark.rule("passkeys.factor_is_no_login")
def test_passkey_of_the_second_factor_is_no_login(journey: Journey, autofill: Ceremony) -> None:
    device = journey.passkeys.device()
    journey.passkeys.enrol_factor(journey.accounts.log_in(autofill.person), device)
    autofill.run(device).must_be_refused(REFUSED)


@pytest.mark.preset("mfa-passkeys")
@pytest.mark.security(74, "WebAuthn 7.2", "NIST SP 800-63B-4 3.1.7")
@pytest.mark.rule("passkeys.other_users_passkey_is_refused")
def test_factor_of_another_user_is_refused(journey: Journey, person: Person) -> None:
    devices = [journey.passkeys.device(), journey.passkeys.device()]
    for user, device in zip([person, journey.verified_person()], devices, strict=True):
        journey.passkeys.enrol_factor(journey.accounts.log_in(user), device)
    query = {"secondFactorAuthenticationToken": journey.mfa.begin(person).token}
    options = journey.passkeys.begin("mfa.verify_passkey_begin", query=query)
    signed = devices[1].sign(options, devices[1].credentials[0])
    journey.client.call("mfa.verify_passkey_finish", query=query, body=signed.body).must_be_refused(REFUSED)


@pytest.mark.parametrize("factor", ["totp", "passkey"])
@pytest.mark.preset("mfa-passkeys")
@pytest.mark.security(74, "ASVS 5.0 6.3.3", "NIST SP 800-63B-4 4.1.2")
@pytest.mark.rule("passkeys.password_alone_adds_no_factor")
def test_password_alone_adds_no_passkey_beside_a_factor(journey: Journey, person: Person, factor: str) -> None:
    session = journey.accounts.log_in(person)
    if factor == "totp":
        journey.enrol_totp(session)
    else:
        journey.passkeys.enrol_factor(session, journey.passkeys.device())
    query = {"secondFactorAuthenticationToken": journey.mfa.begin(person).token}
    reply: ApiResponse = journey.client.call("mfa.register_passkey_begin", query=query)
    reply.must_be_refused(ErrorCode.PASSKEY_FACTOR_NOT_CONFIGURED)
