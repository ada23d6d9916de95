"""Lifetime of access and refresh tokens, and values that must not pass for one."""

from typing import Any

from loginradius_harness.emulator.core import jwt
from loginradius_harness.emulator.core.ids import Identifiers
from loginradius_harness.emulator.handlers import account_session, authentication_token, session, social
from loginradius_harness.emulator.http import auth
from loginradius_harness.emulator.http.auth import SCOPED
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.sessions import Sessions
from loginradius_harness.emulator.state.single_use_tokens import SingleUseTokens
from loginradius_harness.emulator.state.social_provider import SocialProvider
from loginradius_harness.faults.registry import Faults
from loginradius_harness.faults.source_patch import SourcePatch

Json = Any

faults = Faults("tokens")


@faults.alter_response(
    "validation_tells_another_expiry", "tokens.live_one_validates", "authentication.validate_access_token"
)
def _another_expiry(data: Json, _call: RequestContext) -> Json:
    return {**data, "expires_in": "2099-01-01T00:00:00.0000000Z"}


faults.replace_source(
    "lives_twice_as_long",
    "tokens.lives_as_long_as_configured",
    Sessions.open,
    "expires=now + life, began",
    "expires=now + 2 * life, began",
)
faults.replace_source(
    "lives_half_as_long",
    "tokens.lives_as_long_as_configured",
    Sessions.open,
    "expires=now + life, began",
    "expires=now + life / 2, began",
)
faults.replace_source(
    "expired_one_is_accepted",
    "tokens.expired_one_is_refused",
    Sessions.find,
    "raise ApiError(ErrorCode.ACCESS_TOKEN_EXPIRED)",
    "pass",
)
faults.replace_source(
    "unknown_one_is_accepted",
    "tokens.unknown_one_is_refused",
    Sessions.find,
    "self.peek(token)",
    "self.peek(token) or next((live for _, live in self._by_id.scan()), None)",
)
faults.replace_source(
    "log_out_does_nothing",
    "tokens.invalidated_one_is_refused",
    authentication_token.invalidate_access_token,
    "call.tenant.sessions.end(call.session.id, call.account, refresh_too=refresh_too)",
    "pass",
)


def still_opens(name: str, violates: str, *operations: str) -> None:
    """Accept a token on some operations after it was invalidated."""

    @faults.patch(name, violates)
    def _limited(patch: SourcePatch) -> None:
        end = "call.tenant.sessions.end(call.session.id, call.account, refresh_too=refresh_too)"
        patch.replace_source(authentication_token.invalidate_access_token, end, 'call.session.scope = "logged out"')
        patch.replace_entry(SCOPED, "logged out", frozenset(operations))


still_opens(
    "logged_out_one_still_writes",
    "tokens.invalidated_one_is_dead_everywhere",
    "authentication.update_profile",
    "custom_object.list_by_token",
)
still_opens(
    "logged_out_one_lives_on_legacy_paths",
    "tokens.invalidation_reaches_legacy_paths",
    "social.validate_access_token",
    "social_data.get_user_profile",
)
faults.replace_source(
    "legacy_log_out_does_nothing",
    "tokens.invalidation_reaches_legacy_paths",
    social.invalidate,
    "call.tenant.sessions.end(call.session.id, call.account, refresh_too=prevent)",
    "pass",
)
faults.replace_source(
    "legacy_validation_knows_social_ones_only",
    "tokens.legacy_validation_knows_every_token",
    social.validate,
    "return {",
    'if call.session.provider == "Email":\n        raise ApiError(ErrorCode.ACCESS_TOKEN_INVALID)\n    return {',
)
faults.replace_source(
    "log_out_never_ends_refresh",
    "tokens.invalidation_can_end_refresh",
    authentication_token.invalidate_access_token,
    'call.query.get("preventRefresh", False)',
    "False",
)


@faults.alter_response(
    "information_names_no_provider", "tokens.info_names_provider", "authentication.get_access_token_info"
)
def _no_provider(data: Json, _call: RequestContext) -> Json:
    return {**data, "provider": "unknown"}


@faults.alter_response(
    "refresh_answers_the_used_one", "tokens.refresh_gives_a_new_pair", "account.refresh_access_token_by_refresh_token"
)
def _used_one(data: Json, call: RequestContext) -> Json:
    return {**data, "refresh_token": call.query["refresh_Token"]}


faults.replace_source(
    "refresh_token_works_twice",
    "tokens.refresh_token_is_single_use",
    Sessions.rotate,
    "refresh.used = True",
    "pass",
)
faults.replace_source(
    "replay_is_forgiven",
    "tokens.replayed_refresh_ends_the_family",
    Sessions.find_refresh,
    "self._end_family(refresh.family)",
    "pass",
)
faults.replace_source(
    "refresh_ends_old_access_token",
    "tokens.refresh_leaves_old_access_token",
    Sessions.rotate,
    "refresh.used = True",
    "refresh.used = True\n    self.end(refresh.access, account, refresh_too=False)",
)
faults.replace_source(
    "refresh_token_never_expires",
    "tokens.refresh_token_expires",
    Sessions.find_refresh,
    " or refresh.expires <= self._clock.now()",
    "",
)
faults.replace_source(
    "rotation_starts_life_anew",
    "tokens.rotation_does_not_extend_refresh",
    Sessions._issue_refresh,
    "after.expires if after else ",
    "",
)
faults.replace_source(
    "unknown_refresh_token_is_accepted",
    "tokens.unknown_refresh_token_is_refused",
    Sessions.find_refresh,
    "self._refresh.get(token)",
    "self._refresh.get(token) or next((known for _, known in self._refresh.scan() if not known.used), None)",
)
faults.replace_source(
    "revocation_does_nothing",
    "tokens.revoked_refresh_token_is_refused",
    account_session.revoke_refresh_token,
    "call.tenant.sessions.revoke(refresh.token, call.tenant.managed_account(refresh.uid))",
    "pass",
)
faults.replace_source(
    "revocation_ends_access_token_too",
    "tokens.revocation_spares_access_token",
    account_session.revoke_refresh_token,
    "call.tenant.sessions.revoke(refresh.token,",
    "call.tenant.sessions.end(refresh.access, None, refresh_too=True)\n    call.tenant.sessions.revoke(refresh.token,",
)
faults.replace_source(
    "revocation_of_all_spares_the_first",
    "tokens.revocation_of_all_ends_every_one",
    Sessions.revoke_all,
    "in account.refresh_tokens if",
    "in account.refresh_tokens[1:] if",
)
faults.replace_source(
    "impersonation_answers_a_dead_one",
    "tokens.server_may_impersonate",
    account_session.get_access_token_by_uid,
    "call.settings, provider=",
    "call.settings, seconds=0, provider=",
)
faults.replace_source(
    "impersonation_counts_as_login",
    "tokens.impersonation_counts_no_login",
    account_session.get_access_token_by_uid,
    "require_usable_account(account)",
    "require_usable_account(account)\n    account.logins += 1",
)
faults.replace_source(
    "request_token_works_twice",
    "tokens.request_token_is_exchanged_once",
    social.exchange,
    'tokens.redeem("request"',
    'tokens.find("request"',
)
faults.replace_source(
    "request_token_never_expires",
    "tokens.request_token_expires",
    SingleUseTokens.find,
    "if token.expires <= self._clock.now():",
    'if token.expires <= self._clock.now() and kind != "request":',
)
faults.replace_source(
    "sliding_adds_to_the_rest",
    "tokens.sliding_restarts_its_life",
    session.slide_access_token,
    "call.now + life",
    "session.expires + life",
)
faults.replace_source(
    "legacy_refresh_ignores_its_length",
    "tokens.legacy_refresh_lengthens_life",
    social.refresh_access_token,
    'call.query.get("expiresIn", 0)',
    "0",
)
faults.replace_source(
    "values_begin_alike",
    "tokens.values_cannot_be_guessed",
    Identifiers.guid,
    "raw = self.hex()",
    'raw = "5eed" * 4 + self.hex(16)',
)
faults.replace_source(
    "refresh_token_opens_calls",
    "tokens.refresh_token_opens_nothing_else",
    auth.check_access_token,
    "session = call.tenant.sessions.find(given)",
    """refresh = call.tenant.sessions._refresh.get(given)
    lent = call.tenant.sessions._by_id.get(refresh.access) if refresh else None
    session = lent or call.tenant.sessions.find(given)""",
)
faults.replace_source(
    "access_token_refreshes",
    "tokens.access_token_refreshes_nothing",
    Sessions.find_refresh,
    "refresh = self._refresh.get(token)",
    """live = self.peek(token)
    refresh = self._refresh.get(live.refresh if live and live.refresh else token)""",
)
faults.replace_source(
    "one_time_token_opens_calls",
    "tokens.one_time_tokens_open_nothing_else",
    auth.check_access_token,
    "session = call.tenant.sessions.find(given)",
    """token, tenant = call.tenant.single_use_tokens._by_value.get(given), call.tenant
    if token is not None and token.uid and "-" not in given:
        given = tenant.sessions.open(tenant.holder(token), tenant.settings).token
    session = tenant.sessions.find(given)""",
)
faults.replace_source(
    "unsigned_jwt_is_read",
    "tokens.unsigned_jwt_is_refused",
    jwt.read,
    "if not isinstance(head, dict)",
    """if isinstance(head, dict) and (str(head.get("alg")).lower() == "none" or not signature):
        return body
    if not isinstance(head, dict)""",
)
faults.replace_source(
    "signature_of_jwt_is_not_looked_at",
    "tokens.edited_jwt_is_refused",
    jwt.read,
    "key.verifies(signed.encode(), proof)",
    "len(proof) > 8",
)
faults.replace_source(
    "algorithm_of_jwt_is_its_own_choice",
    "tokens.jwt_of_other_algorithm_is_refused",
    jwt.read,
    "if not isinstance(head, dict)",
    """if isinstance(head, dict) and head.get("alg") not in (key.header["alg"], "none"):
        return body
    if not isinstance(head, dict)""",
)
faults.replace_source(
    "jwt_brings_its_key",
    "tokens.jwt_brings_no_key",
    jwt.read,
    "if not isinstance(head, dict)",
    """if isinstance(head, dict) and ({"jwk", "jku", "x5u"} & set(head) or head.get("kid") != key.header.get("kid")):
        return body
    if not isinstance(head, dict)""",
)
faults.replace_source(
    "times_of_jwt_are_not_looked_at",
    "tokens.jwt_outside_its_time_is_refused",
    jwt.is_current,
    "return all",
    "return True or all",
)
faults.replace_source(
    "issuer_of_jwt_is_not_looked_at",
    "tokens.jwt_for_others_is_refused",
    SocialProvider.open_jwt,
    '"iss": provider, ',
    "",
)
faults.replace_source(
    "audience_of_jwt_is_not_looked_at",
    "tokens.jwt_for_others_is_refused",
    SocialProvider.open_jwt,
    ', "aud": self._tenant.key',
    "",
)
