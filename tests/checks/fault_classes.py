"""Classes of faults of which a request generator alone finds two in five, each with a fault and the test that finds it.

`names` is what the failure has to name beside the operation: the rule that the test proves, the place in the contract,
or the expected code.
"""

from dataclasses import dataclass

VALID = "suites/contract/test_valid_requests.py::test_documented_example_succeeds[{}]"
WORDS = "suites/contract/test_valid_requests.py::test_optional_members_are_accepted[{}]"
CREDENTIAL = "suites/contract/test_credentials.py::test_each_credential_is_required[{}]"
REFUSAL = "suites/contract/test_documented_errors.py::test_documented_error_is_returned[{}]"
MODEL = "suites/contract/test_state_model.py::test_transition_matches_the_model[{}]"
BODY = "suites/security/test_errors.py::{}"
PASSWORD = "suites/journeys/test_passwords.py::{}"
DELETION = "suites/journeys/test_deletion.py::{}"
PROFILE = "suites/journeys/test_profile.py::{}"
ENUMERATION = "suites/security/test_enumeration.py::{}"


@dataclass(frozen=True)
class FaultClass:
    """One way in which an identity service goes wrong."""

    description: str
    fault: str
    test: str
    operation: str
    names: str


CLASSES = (
    # Responses
    FaultClass(
        "a member is missing", "shape.profile_has_no_uid",
        VALID.format("authentication.get_profile"), "authentication.get_profile", "responses/200",
    ),
    FaultClass(
        "a member has another type", "shape.exists_is_a_number",
        VALID.format("authentication.check_email_availability"), "authentication.check_email_availability",
        "responses/200",
    ),
    FaultClass(
        "a secret is shown", "leaks.profile_shows_the_hash",
        PROFILE.format("test_profile_never_shows_the_password"), "authentication.login_by_email",
        "profile.password_is_masked_for_users",
    ),
    FaultClass(
        "a sibling's answer comes back", "routing.verification_answers_availability",
        VALID.format("authentication.verify_email"), "authentication.verify_email", "responses/200",
    ),
    # Status and content type
    FaultClass(
        "another status", "status.success_is_201",
        VALID.format("authentication.register_by_email"), "authentication.register_by_email", "200",
    ),
    FaultClass(
        "another content type", "transport.content_type_is_text",
        VALID.format("configuration.get_configurations"), "configuration.get_configurations",
        "a response has the content type that its operation promises",
    ),
    # Boundary values
    FaultClass(
        "a blank breaks the server", "boundary.blank_name_breaks_the_server",
        WORDS.format("authentication.update_profile"), "authentication.update_profile", "may be ' '",
    ),
    FaultClass(
        "a control character breaks the server", "boundary.control_character_breaks_the_server",
        BODY.format("test_malformed_body_is_refused_cleanly[authentication.login_by_email]"),
        "authentication.login_by_email", "errors.bad_input_never_breaks_the_server",
    ),
    FaultClass(
        "a long value breaks the server", "boundary.huge_value_breaks_the_server",
        BODY.format("test_oversized_body_is_refused_cleanly[authentication.login_by_email]"),
        "authentication.login_by_email", "errors.bad_input_never_breaks_the_server",
    ),
    FaultClass(
        "a value at the bound is refused", "passwords.sixty_four_are_too_many",
        PASSWORD.format("test_password_is_accepted_up_to_64_characters_and_never_truncated[at_registration]"),
        "authentication.register_by_email", "password.of_64_characters_is_accepted",
    ),
    # Credentials
    FaultClass(
        "the key is not asked for", "credentials.apikey_is_forgotten_by_authentication_check_email_availability",
        CREDENTIAL.format("authentication.check_email_availability-apikey-missing"),
        "authentication.check_email_availability", "credentials.key_is_required",
    ),
    FaultClass(
        "one of two credentials is not asked for",
        "credentials.apisecret_is_forgotten_by_account_get_password_hash_by_uid",
        CREDENTIAL.format("account.get_password_hash_by_uid-apisecret-missing"),
        "account.get_password_hash_by_uid", "credentials.secret_is_required",
    ),
    FaultClass(
        "a uid of no form is looked up", "boundary.uid_of_another_form_is_looked_up",
        REFUSAL.format("account.get_account_profile_by_uid-984 uid of another form"),
        "account.get_account_profile_by_uid", "984",
    ),
    # Account states
    FaultClass(
        "a token works twice", "verification.link_works_twice",
        MODEL.format("verification link used: open - 974"),
        "authentication.verify_email", "verification link, used: open",
    ),
    FaultClass(
        "any password is right", "login.any_password_is_right",
        MODEL.format("account verified: log in with a wrong password - 966"),
        "mfa.login_by_email", "account, verified: log in with a wrong password",
    ),
    FaultClass(
        "the unverified log in", "login.unverified_account_is_let_in",
        MODEL.format("account unverified: log in - 970"), "mfa.login_by_email", "account, unverified: log in",
    ),
    FaultClass(
        "everybody counts as verified", "registration.new_address_counts_as_verified",
        MODEL.format("address unverified: ask for verification - succeeds"),
        "authentication.resend_email_verification", "address, unverified: ask for verification",
    ),
    FaultClass(
        "logging out does nothing", "tokens.log_out_does_nothing",
        MODEL.format("access token ended: validate - 905"),
        "authentication.validate_access_token", "access token, ended: validate",
    ),
    FaultClass(
        "deleting does nothing", "deletion.account_stays_to_be_found",
        DELETION.format("test_management_deletes_an_account"),
        "account.get_account_profile_by_uid", "deletion.by_management_removes_the_account",
    ),
    FaultClass(
        "deleting keeps the address", "deletion.address_stays_taken",
        DELETION.format("test_deleted_email_can_register_again[True]"),
        "authentication.register_by_email", "deletion.address_may_register_again",
    ),
    FaultClass(
        "an update is lost", "profile.update_writes_nothing",
        MODEL.format("access token live: change the name - succeeds"),
        "authentication.update_profile", "FirstName is as the steps so far have left it",
    ),
    FaultClass(
        "two accounts share an address", "registration.taken_address_is_shared",
        MODEL.format("account unverified: register - 936"),
        "authentication.register_by_email", "account, unverified: register",
    ),
    FaultClass(
        "an address in use is called free", "registration.address_in_use_is_called_free",
        MODEL.format("address verified: see whether it is there - succeeds"),
        "authentication.check_email_availability",
        "whether the address is there is as the steps so far have left it",
    ),
    FaultClass(
        "a refusal tells whose account it is", "leaks.refused_login_names_the_account",
        ENUMERATION.format("test_refused_login_reveals_only_its_code[email]"),
        "mfa.login_by_email", "errors.have_one_envelope",
    ),
    FaultClass(
        "another code", "login.unknown_user_is_a_wrong_password",
        MODEL.format("account absent: log in - 938"), "mfa.login_by_email", "account, absent: log in",
    ),
)  # fmt: skip
