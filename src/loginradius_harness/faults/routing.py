"""Finding the operation of a request."""

from typing import Any

from loginradius_harness.emulator.http import asgi
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.server.app import RequestCycle
from loginradius_harness.faults.registry import Faults

Json = Any

faults = Faults("routing")

ALIAS = "match.operation.path.format_map(match.path_values).lower() != self._path.lower()"

faults.replace_source(
    "query_names_must_have_their_case",
    "wire.names_match_in_any_case",
    asgi.parameters,
    "return {name.lower(): value for name, _, value in pairs if name}",
    "return {name: value for name, _, value in pairs if name}",
)
faults.replace_source(
    "paths_must_be_in_lower_case",
    "wire.names_match_in_any_case",
    RequestCycle._handle,
    "if match is None:",
    'if match is None or "/Auth/" in self._path or "/AUTH/" in self._path:',
)
faults.replace_source(
    "older_paths_are_gone",
    "wire.aliases_answer_alike",
    RequestCycle._handle,
    "if match is None:",
    f"if match is None or {ALIAS}:",
)
faults.replace_source(
    "older_paths_need_no_secret",
    "wire.aliases_answer_alike",
    RequestCycle._authenticate,
    'if "apisecret" in needs:',
    'if "apisecret" in needs and call.operation.path.format_map(call.path).lower() == self._path.lower():',
)
faults.replace_source(
    "header_overrides_the_method",
    "wire.verb_swap_opens_nothing",
    RequestCycle.__init__,
    'token_form.read_headers(dict(scope["headers"]))',
    """token_form.read_headers(dict(scope["headers"]))
    self._method = self._headers.get(b"x-http-method-override", self._method.encode()).decode()""",
)
faults.replace_source(
    "parameter_overrides_the_method",
    "wire.verb_swap_opens_nothing",
    RequestCycle.__init__,
    'token_form.read_body(asgi.parameters(scope["query_string"]))',
    """token_form.read_body(asgi.parameters(scope["query_string"]))
    self._method = self._parameters.get("_method", self._method).upper()""",
)
faults.replace_source(
    "ping_is_always_of_a_smart_login",
    "wire.siblings_are_told_apart",
    RequestCycle._owner,
    "return next((flow for flow in flows if flow is not None), None)",
    'return next(("smart_login" for flow in flows if flow is not None), None)',
)


@faults.alter_response(
    "verification_answers_availability", "wire.siblings_are_told_apart", "authentication.verify_email"
)
def _availability(_data: Json, _call: RequestContext) -> Json:
    return {"IsExist": True}


@faults.alter_response(
    "availability_answers_verification", "wire.siblings_are_told_apart", "authentication.check_email_availability"
)
def _verification(_data: Json, _call: RequestContext) -> Json:
    return {"IsPosted": True}


@faults.alter_response(
    "lookup_by_phone_answers_a_list", "wire.siblings_are_told_apart", "account.get_account_profile_by_phone"
)
def _list(data: Json, _call: RequestContext) -> Json:
    return {"Data": [data]}


faults.replace_source(
    "user_name_is_read_as_address",
    "wire.siblings_are_told_apart",
    RequestCycle._handle,
    "match = contracts.resolve(self._method, self._path, self._parameters, body, self._owner)",
    """named = {("email" if name == "username" else name): value for name, value in self._parameters.items()}
    match = contracts.resolve(self._method, self._path, named, body, self._owner)""",
)
