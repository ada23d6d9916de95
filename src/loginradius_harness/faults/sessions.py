"""Sessions: list, end, limit."""

from typing import Any

from loginradius_harness.emulator.handlers import authentication_password, social
from loginradius_harness.emulator.http import auth
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import password_policy
from loginradius_harness.emulator.services.password_reset import reset_password
from loginradius_harness.emulator.state.sessions import Sessions
from loginradius_harness.faults.registry import Faults

Json = Any

faults = Faults("sessions")

faults.replace_source(
    "list_lacks_the_newest",
    "sessions.login_appears_in_list",
    Sessions.of,
    "in account.sessions)",
    "in account.sessions[:-1])",
)
faults.replace_source(
    "list_by_account_is_empty",
    "sessions.login_appears_in_list",
    social.sessions_by_account_id,
    "return _listed(",
    'return {"data": [], "nextcursor": 0} or _listed(',
)
faults.replace_source(
    "list_holds_expired_ones",
    "sessions.ended_one_leaves_the_list",
    Sessions.of,
    " and session.expires > now",
    "",
)
faults.replace_source(
    "list_shows_everybodys",
    "sessions.list_shows_one_account",
    Sessions.of,
    "found = (self._by_id.get(name) for name in account.sessions)",
    "found = [session for _, session in self._by_id.scan()]",
)


@faults.alter_response(
    "list_hides_the_client", "sessions.list_tells_the_client",
    "social.get_active_session", "social.get_active_session_by_account_id", "social.get_active_session_by_profile_id",
)  # fmt: skip
def _hides_the_client(data: Json, _call: RequestContext) -> Json:
    return {**data, "data": [{**row, "Ip": "127.0.0.1", "Browser": None} for row in data["data"]]}


faults.replace_source(
    "log_out_ends_all",
    "sessions.end_alone",
    Sessions.end,
    "self._by_id.remove(name)",
    "for other in list(account.sessions) if account else [name]:\n        self._by_id.remove(other)",
)
faults.replace_source(
    "login_answers_the_token_before",
    "sessions.login_makes_a_new_token",
    Sessions.open,
    "now = self._clock.now()",
    """now = self._clock.now()
    if account.sessions and (before := self._by_id.get(account.sessions[-1])) and before.expires > now:
        return before""",
)
faults.replace_source(
    "others_outlive_a_change",
    "sessions.force_logout_ends_others_on_change",
    authentication_password.change_password,
    "end_other_sessions(call, account, keep=call.session.id)",
    "pass",
)
faults.replace_source(
    "change_ends_the_calling_one",
    "sessions.change_keeps_the_calling_session",
    authentication_password.change_password,
    "end_other_sessions(call, account, keep=call.session.id)",
    "tenant.sessions.end_all(account)",
)
faults.replace_source(
    "all_outlive_a_reset",
    "sessions.force_logout_ends_all_on_reset",
    reset_password,
    "end_other_sessions(call, account)",
    "pass",
)
faults.replace_source(
    "refresh_outlives_a_reset",
    "sessions.force_logout_ends_all_on_reset",
    Sessions.end_all,
    "self.end(name, account, refresh_too=True)",
    "pass",
)
faults.replace_source(
    "number_is_not_limited",
    "sessions.are_limited_by_number",
    Sessions._make_room,
    "raise ApiError(ErrorCode.SESSION_LIMIT_EXCEEDED)",
    "pass",
)
faults.replace_source(
    "one_more_than_the_limit",
    "sessions.are_limited_by_number",
    Sessions._make_room,
    "len(account.sessions) >= settings.session_limit:",
    "len(account.sessions) > settings.session_limit:",
)
faults.replace_source(
    "outlive_a_block",
    "sessions.end_when_account_is_blocked",
    auth.check_access_token,
    "if not account.active:",
    "if not account.active and account.lock:",
)
faults.replace_source(
    "end_without_force_logout",
    "sessions.survive_change_without_force_logout",
    password_policy.end_other_sessions,
    "if call.settings.force_logout:",
    "if True:",
)
