"""Passkeys."""

from fido2.server import Fido2Server

from loginradius_harness.emulator.handlers import mfa_passkey, passkey
from loginradius_harness.emulator.services import passkeys as services
from loginradius_harness.emulator.state.mfa_factors import MfaFactors
from loginradius_harness.emulator.state.passkeys import PasskeyCeremonies
from loginradius_harness.faults.registry import Faults

faults = Faults("passkeys")

faults.replace_source(
    "registration_keeps_no_passkey",
    "passkeys.registration_creates_an_account",
    passkey.register_finish,
    "_keep(call, account, passkey)",
    "pass",
)
faults.replace_source(
    "login_opens_the_newest_account",
    "passkeys.login_answers_a_session",
    passkey.login_finish,
    '_log_in(call, passkeys.finish_request(call, "login"))',
    '_log_in(call, passkeys.finish_request(call, "login") and list(call.tenant.accounts.scan())[-1][1])',
)
faults.replace_source(
    "autofill_opens_the_newest_account",
    "passkeys.autofill_finds_the_account",
    passkey.login_autofill_finish,
    '_log_in(call, passkeys.finish_request(call, "autofill"))',
    '_log_in(call, passkeys.finish_request(call, "autofill") and list(call.tenant.accounts.scan())[-1][1])',
)
faults.replace_source(
    "added_one_is_not_kept",
    "passkeys.list_follows_changes",
    passkey.add_finish,
    "_keep(call, call.account, passkey)",
    "pass",
)
faults.replace_source(
    "list_hides_the_newest",
    "passkeys.list_follows_changes",
    passkey._list,
    "in account.passkeys]",
    "in account.passkeys[:-1]]",
)
faults.replace_source(
    "removal_removes_the_first",
    "passkeys.list_follows_changes",
    passkey._delete,
    "account.passkeys.remove(gone)",
    "account.passkeys.clear()",
)
faults.replace_source(
    "removed_one_stays",
    "passkeys.removed_passkey_is_refused",
    passkey._delete,
    """account.passkeys.remove(gone)
    call.tenant.passkeys.drop(gone.credential_id)""",
    "pass",
)
faults.replace_source(
    "reset_keeps_no_passkey",
    "passkeys.lost_one_is_replaced",
    passkey.reset_finish,
    "_keep(call, account, passkey)",
    "pass",
)
faults.replace_source(
    "reset_keeps_the_lost_one",
    "passkeys.reset_removes_the_lost_one",
    passkey.reset_finish,
    """for lost in account.passkeys:
        call.tenant.passkeys.drop(lost.credential_id)
    account.passkeys = []""",
    "pass",
)
faults.replace_source(
    "reset_token_works_twice",
    "passkeys.reset_token_is_single_use",
    passkey.reset_finish,
    "token.used = True",
    "pass",
)
faults.replace_source(
    "new_one_is_not_announced",
    "passkeys.changes_are_announced",
    passkey.add_finish,
    'call.tenant.messages.notice("addpasskey", call.account)',
    "pass",
)
faults.replace_source(
    "factor_is_not_kept",
    "passkeys.factor_is_enrolled_with_a_token",
    mfa_passkey.register_finish_by_token,
    "_enrol(call, call.account)",
    'passkeys.finish_creation(call, "enrolment", call.account)[1]',
)
faults.replace_source(
    "factor_of_a_login_is_not_kept",
    "passkeys.factor_is_enrolled_at_login",
    mfa_passkey.register_finish,
    "_enrol(call, waiting.account)",
    "pass",
)
faults.replace_source(
    "factor_completes_nothing",
    "passkeys.factor_completes_a_login",
    mfa_passkey.verify_finish,
    "return waiting.finish()",
    "raise ApiError(ErrorCode.PASSKEY_VERIFICATION_FAILED)",
)
faults.replace_source(
    "factor_is_never_removed",
    "passkeys.factor_is_removed",
    MfaFactors.remove,
    '"passkey": ("passkeys",)',
    '"passkey": ()',
)
faults.replace_source(
    "any_origin_is_right",
    "passkeys.foreign_origin_is_refused",
    services._server,
    "origin in allowed if allowed else verify_rp_id(settings.passkey_rp_id, origin)",
    "True",
)
faults.replace_source(
    "origin_is_compared_by_its_end",
    "passkeys.foreign_origin_is_refused",
    services._server,
    "verify_rp_id(settings.passkey_rp_id, origin)",
    "origin.endswith(settings.passkey_rp_id)",
)
faults.replace_source(
    "origin_is_compared_by_its_start",
    "passkeys.foreign_origin_is_refused",
    services._server,
    "verify_rp_id(settings.passkey_rp_id, origin)",
    'origin.startswith(f"https://{settings.passkey_rp_id}")',
)
faults.replace_source(
    "any_domain_is_right_at_login",
    "passkeys.foreign_domain_is_refused",
    Fido2Server.authenticate_complete,
    'not constant_time.bytes_eq(self.rp.id_hash or b"", auth_data.rp_id_hash)',
    "False",
)
faults.replace_source(
    "any_domain_is_right_at_registration",
    "passkeys.foreign_domain_is_refused",
    Fido2Server.register_complete,
    """if not constant_time.bytes_eq(
        self.rp.id_hash or b"", attestation_object.auth_data.rp_id_hash
    ):""",
    "if False:",
)
faults.replace_source(
    "challenge_stays_good",
    "passkeys.challenge_is_single_use",
    PasskeyCeremonies.take,
    "self._begun.remove(challenge)",
    "pass",
)
faults.replace_source(
    "any_challenge_is_right",
    "passkeys.challenge_is_the_tenants_own",
    PasskeyCeremonies.take,
    "self._begun.get(challenge)",
    'self._begun.get(challenge) or Ceremony(kind=kind, uid=None, identifier="", expires=self._clock.now() + 1)',
)
faults.replace_source(
    "challenge_never_expires",
    "passkeys.challenge_expires",
    PasskeyCeremonies.take,
    "if ceremony.expires <= self._clock.now()",
    "if False",
)
faults.replace_source(
    "challenge_serves_any_ceremony",
    "passkeys.challenge_keeps_its_purpose",
    PasskeyCeremonies.take,
    " or ceremony.kind != kind",
    "",
)
faults.replace_source(
    "challenge_is_short",
    "passkeys.challenge_is_unpredictable",
    PasskeyCeremonies.begin,
    "self._identifiers.salt(CHALLENGE_BYTES)",
    "self._identifiers.salt(8)",
)
faults.replace_source(
    "counter_may_stand_still",
    "passkeys.counter_must_grow",
    services.finish_request,
    "counter <= passkey.counter",
    "counter < passkey.counter",
)
faults.replace_source(
    "counter_is_not_compared",
    "passkeys.counter_must_grow",
    services.finish_request,
    "counter <= passkey.counter",
    "False",
)
faults.replace_source(
    "any_account_may_answer",
    "passkeys.other_users_passkey_is_refused",
    services._signer,
    "ceremony.uid not in {None, uid}",
    "False",
)
faults.replace_source(
    "user_handle_is_not_compared",
    "passkeys.user_handle_must_fit",
    services._signer,
    "handle != passkey.handle",
    "False",
)
faults.replace_source(
    "any_signature_is_right",
    "passkeys.forged_signature_is_refused",
    Fido2Server.authenticate_complete,
    'raise ValueError("Invalid signature.")',
    "return cred",
)
faults.replace_source(
    "user_verification_is_not_compared",
    "passkeys.user_verification_is_enforced",
    services._state,
    "call.settings.passkey_user_verification",
    "None",
)
faults.replace_source(
    "passkey_of_another_user_is_added",
    "passkeys.added_for_its_own_user_only",
    PasskeyCeremonies.take,
    " or uid not in {None, ceremony.uid}",
    "",
)
faults.replace_source(
    "factor_logs_in_alone",
    "passkeys.factor_is_no_login",
    services._usable,
    "else account.passkeys",
    "else account.all_passkeys()",
)
faults.replace_source(
    "password_adds_a_factor",
    "passkeys.password_alone_adds_no_factor",
    mfa_passkey._unenrolled,
    "if waiting.enrolled:",
    "if False:",
)
faults.replace_source(
    "password_adds_a_second_passkey",
    "passkeys.password_alone_adds_no_factor",
    mfa_passkey._unenrolled,
    "if waiting.enrolled:",
    'if waiting.enrolled and "passkey" not in waiting.enrolled:',
)
