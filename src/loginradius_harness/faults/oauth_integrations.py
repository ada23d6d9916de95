"""Apps of OAuth that management makes."""

from loginradius_harness.emulator.core.oauth_client import OAuthClient
from loginradius_harness.emulator.handlers import oauth_integration
from loginradius_harness.emulator.services.federation import apps, grants, oauth_integrations
from loginradius_harness.emulator.services.federation.server import Server
from loginradius_harness.faults.registry import Faults

faults = Faults("oauth_integrations")

for name, rule, function, old, new in (
    ("change_is_not_kept", "integrations_follow_changes", oauth_integration.update, "_replace(call, changed)", "pass"),
    ("removed_one_stays", "integrations_follow_changes", oauth_integration.delete, "if one.id != gone.id", ""),
    ("lives_are_forgotten", "integrations_follow_changes", oauth_integrations.written,
     "client.managed_or(0, *path)", "0"),
    ("made_one_is_no_app", "integration_logs_users_in", apps.app_of, "name in made or ", ""),
    ("addresses_are_stored_only", "integration_logs_users_in", OAuthClient.check_redirect_uri,
     'redirect_uri in self.metadata.get("redirect_uris", ())', 'redirect_uri.startswith("https://")'),
    ("removed_one_logs_in", "removed_integration_is_refused", oauth_integration.delete,
     "_put(call, [one for one in call.settings.oauth_integrations if one.id != gone.id])", "pass"),
    ("old_secret_proves_it", "rotated_secret_replaces_the_old", oauth_integration.rotate_credentials,
     "_replace(call, replace(known, client=client))", "pass"),
    ("grant_types_are_stored_only", "grant_types_decide", OAuthClient.check_grant_type,
     'grant_type in self.metadata.get("grant_types", GRANTS)', "True"),
    ("lives_are_stored_only", "lives_decide", OAuthClient.managed_or, "return found or otherwise", "return otherwise"),
    ("scopes_are_stored_only", "scopes_decide", OAuthClient.get_allowed_scope, "if name in self.scopes", ""),
    ("challenge_may_be_left_out", "pkce_decides", grants.Challenge.validate_code_challenge,
     ' or client.managed_or(False, "EnablePKCE")', ""),
    ("way_of_proof_is_stored_only", "way_of_proof_decides", OAuthClient.check_endpoint_auth_method,
     "bool(method == registered)", "True"),
    ("any_client_will_do", "client_is_of_its_app_alone", Server.query_client,
     "own if own.client_id == client_id else None", "client_of(self.call, client_id) or own"),
    ("public_one_gets_a_secret", "way_of_proof_decides", oauth_integration.rotate_credentials,
     "if not known.client.client_secret", "if False"),
):  # fmt: skip
    faults.replace_source(name, f"oauth_integrations.{rule}", function, old, new)

faults.replace_source(
    "secret_is_shown_after_a_change",
    "administration.secrets_are_not_shown",
    oauth_integration.update,
    "return shown(changed)",
    "return {**shown(changed), **secret_of(changed.client)}",
)
