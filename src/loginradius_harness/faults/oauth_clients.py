"""Clients of OAuth and OpenID Connect that management makes."""

from loginradius_harness.emulator.core.oauth_client import OAuthClient
from loginradius_harness.emulator.handlers import oauth_client
from loginradius_harness.emulator.services.federation import authorization, endpoints, grants, managed_clients
from loginradius_harness.faults.registry import Faults

faults = Faults("oauth_clients")

for name, rule, function, old, new in (
    ("change_is_not_kept", "clients_follow_changes", oauth_client.update, "_replace(call, client)", "pass"),
    ("others_members_are_forgotten", "clients_follow_changes", managed_clients.written, "{**client.managed, ", "{"),
    ("removed_client_stays", "clients_follow_changes", oauth_client.delete,
     "if client.client_id != gone.client_id", ""),
    ("made_client_is_not_kept", "client_logs_users_in", oauth_client.create, "_put(call, [*clients, client])", "pass"),
    ("addresses_are_stored_only", "client_logs_users_in", OAuthClient.check_redirect_uri,
     'redirect_uri in self.metadata.get("redirect_uris", ())', 'redirect_uri.startswith("https://")'),
    ("grant_types_are_stored_only", "grant_types_decide", OAuthClient.check_grant_type,
     'grant_type in self.metadata.get("grant_types", GRANTS)', "True"),
    ("exchange_ignores_grant_types", "grant_types_decide", grants.ExchangeGrant.validate_token_request,
     "if not self.request.client.check_grant_type(self.GRANT_TYPE)", "if False"),
    ("removed_client_keeps_its_tokens", "removed_client_is_refused", oauth_client.delete,
     ("_put(call, [client for client in call.settings.oauth_clients if client.client_id != gone.client_id])\n"
      "    call.tenant.federation.end_client(gone.client_id)"), "pass"),
    ("old_secret_proves_the_client", "reset_secret_replaces_the_old", oauth_client.reset_secret,
     "_replace(call, client)", "pass"),
    ("way_of_proof_is_stored_only", "way_of_proof_decides", OAuthClient.check_endpoint_auth_method,
     "bool(method == registered)", "True"),
    ("any_audience_will_do", "audiences_decide", OAuthClient.machine_scope,
     "return None", "return asked"),
    ("scopes_of_an_audience_are_not_kept_to", "audiences_decide", OAuthClient.machine_scope,
     "if name in allowed", ""),
    ("lives_are_stored_only", "lives_decide", OAuthClient.managed_or, "return found or otherwise", "return otherwise"),
    ("characters_are_stored_only", "characters_decide", endpoints.DeviceAuthorization.generate_user_code,
     "CHARACTER_SETS.get(characters, CONSONANTS)", "CONSONANTS"),
    ("name_is_given_twice", "unknown_client_is_refused", oauth_client.create, " or name.lower() in taken", ""),
    ("added_provider_is_not_offered", "connections_are_the_providers", oauth_client.list_connections_metadata,
     '"jwt": settings.custom_jwt_providers', '"jwt": []'),
    ("refresh_token_is_never_forgiven", "repeated_refresh_is_forgiven", grants.RefreshGrant.revoke_old_credential,
     'self.client.managed_or(0, "RefreshTokenRotation", "ReuseInterval")', "0"),
    ("mapping_is_stored_only", "id_token_has_written_claims", grants.IdToken.generate_user_info,
     "{**further, **user_claims", "{**user_claims"),
    ("mapping_writes_the_issuer", "mapping_writes_no_protocol_claim", grants.IdToken.generate_user_info,
     "if claim not in PROTOCOL_CLAIMS", ""),
    ("audiences_of_id_tokens_are_stored_only", "id_token_has_written_claims", grants._audience,
     "if others else", "if False else"),
    ("login_of_another_client_will_do", "own_log_in_is_demanded", authorization._must_log_in_again,
     "not cookie and", "False and"),
):  # fmt: skip
    faults.replace_source(name, f"oauth_clients.{rule}", function, old, new)

faults.replace_source(
    "secret_is_shown_after_a_change",
    "administration.secrets_are_not_shown",
    oauth_client.update,
    "return shown(client)",
    "return {**shown(client), **secret_of(client)}",
)
