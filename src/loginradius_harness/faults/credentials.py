"""API key, secret and access token, each on its own."""

from loginradius_harness.emulator.http import asgi, auth
from loginradius_harness.emulator.server.app import RequestCycle
from loginradius_harness.faults.registry import Faults
from loginradius_harness.faults.source_patch import SourcePatch

faults = Faults("credentials")

faults.replace_source(
    "missing_key_is_forgiven",
    "credentials.key_is_required",
    auth.find_tenant,
    "raise ApiError(ErrorCode.API_KEY_MISSING)",
    "pass",
)
faults.replace_source(
    "unknown_key_opens_default_tenant",
    "credentials.malformed_key_is_refused",
    auth.find_tenant,
    "raise ApiError(ErrorCode.API_KEY_INVALID)",
    "return registry.default",
)
faults.replace_source(
    "disabled_key_works_on",
    "credentials.disabled_key_is_refused",
    auth.check_caller,
    "raise ApiError(ErrorCode.API_KEY_NOT_ALLOWED)",
    "pass",
)
faults.replace_source(
    "missing_secret_is_forgiven",
    "credentials.secret_is_required",
    auth.check_secret,
    'raise ApiError(ErrorCode.API_SECRET_MISSING if mode == "off" else ErrorCode.SIGNATURE_OR_API_SECRET_MISSING)',
    "return",
)
faults.replace_source(
    "malformed_secret_is_accepted",
    "credentials.bad_secret_is_refused",
    auth.check_secret,
    "raise ApiError(ErrorCode.API_SECRET_INVALID)",
    "return",
)
faults.replace_source(
    "unknown_secret_is_accepted",
    "credentials.bad_secret_is_refused",
    auth.check_secret,
    "raise ApiError(ErrorCode.API_SECRET_MISMATCH)",
    "pass",
)
faults.replace_source(
    "access_token_stands_in_for_secret",
    "credentials.access_token_does_not_replace_secret",
    auth.check_secret,
    "if given is None:",
    'if given is None and credential(call, "access_token"):\n        return\n    if given is None:',
)
faults.replace_source(
    "missing_token_is_accepted",
    "credentials.token_is_required",
    auth.check_access_token,
    "raise ApiError(ErrorCode.ACCESS_TOKEN_MISSING)",
    'given = next((live.token for _, live in call.tenant.sessions._by_id.scan()), "nobody")',
)
faults.replace_source(
    "key_is_a_token",
    "credentials.key_is_no_token",
    auth.check_access_token,
    "session = call.tenant.sessions.find(given)",
    """known = [live.token for _, live in call.tenant.sessions._by_id.scan()]
    session = call.tenant.sessions.find(known[-1] if known and given == call.tenant.key else given)""",
)
faults.replace_source(
    "secret_in_query_is_not_read",
    "credentials.key_and_secret_travel_in_query_or_header",
    auth.credential,
    "in place.query:",
    'in () if name == "apisecret" else place.query:',
)
faults.replace_source(
    "key_in_header_is_not_read",
    "credentials.key_and_secret_travel_in_query_or_header",
    auth.credential,
    "call.headers.get(place.header)",
    'None if name == "apikey" else call.headers.get(place.header)',
)
faults.replace_source(
    "token_in_body_is_not_read",
    "credentials.token_travels_in_three_places",
    auth.credential,
    "isinstance(inside, str) and inside",
    "False",
)
faults.replace_source(
    "token_in_query_is_not_read",
    "credentials.token_travels_in_three_places",
    auth.credential,
    "in place.query:",
    'in () if name == "access_token" else place.query:',
)
faults.replace_source(
    "query_wins_over_header",
    "credentials.header_wins",
    auth.credential,
    "header = call",
    "header = None if any(map(call.parameters.get, place.query)) else call",
)
faults.replace_source(
    "short_names_are_not_read",
    "credentials.legacy_names_are_read",
    auth._places,
    "known.query,",
    "known.query[:1],",
)
faults.replace_source(
    "exchange_needs_a_key",
    "credentials.request_token_needs_secret_only",
    auth.find_tenant,
    '"apikey" in call.operation.auth:',
    '"apikey" in call.operation.auth or call.operation.id == "social.exchange_access_token":',
)
faults.replace_source(
    "charset_of_net_client_is_not_understood",
    "credentials.every_client_is_understood",
    asgi.content_type,
    '.partition(";")[0]',
    "",
)
faults.replace_source(
    "scheme_in_lower_case_is_not_understood",
    "credentials.token_travels_in_three_places",
    auth._of_header,
    "named.lower() == scheme",
    'named == "BEARER"',
)
faults.replace_source(
    "blocked_address_may_ask",
    "credentials.refused_caller_address",
    auth.check_caller,
    "raise ApiError(ErrorCode.IP_ADDRESS_NOT_ALLOWED)",
    "pass",
)


def forgets(what: str, operation: str) -> None:
    """Let one operation not require a credential that similar operations require."""
    rules = {"apisecret": "credentials.secret_is_required", "apikey": "credentials.key_is_required"}

    @faults.patch(f"{what}_is_forgotten_by_{operation.replace('.', '_')}", rules[what])
    def forget(patch: SourcePatch) -> None:
        other = f' and call.operation.id != "{operation}":'
        if what == "apikey":
            patch.replace_source(auth.find_tenant, "in call.operation.auth:", f"in call.operation.auth{other}")
        else:
            patch.replace_source(RequestCycle._authenticate, '"apisecret" in needs:', f'"apisecret" in needs{other}')


forgets("apisecret", "account.delete_account_by_uid")
forgets("apisecret", "role.list_roles")
forgets("apisecret", "webhook.create_subscription")
forgets("apisecret", "account.get_password_hash_by_uid")
forgets("apikey", "configuration.get_configurations")
forgets("apikey", "authentication.check_email_availability")
