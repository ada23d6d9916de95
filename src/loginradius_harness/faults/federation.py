"""OAuth and OpenID Connect. The functions are patched where Authlib calls them."""

import json
from base64 import urlsafe_b64decode
from typing import Any

from loginradius_harness.emulator.core.oauth_client import OAuthClient
from loginradius_harness.emulator.services.federation import (
    apps,
    authorization,
    endpoints,
    grants,
    signing,
    tokens,
    userinfo,
)
from loginradius_harness.emulator.services.federation import server as servers
from loginradius_harness.emulator.services.federation.claims import user_claims
from loginradius_harness.emulator.state import federation as state
from loginradius_harness.faults.registry import Faults

faults = Faults("federation")

for name, rule, function, old, new in (
    ("code_is_lost", "login_leads_back_with_a_code", grants.CodeGrant.query_authorization_code,
     "if found is None or grant is None", "if True"),
    ("id_token_has_another_issuer", "id_token_names_the_user", grants.IdToken.get_client_claims,
     "self.server.app.issuer", 'self.server.app.issuer + "x"'),
    ("id_token_has_another_audience", "id_token_names_the_user", grants.IdToken.get_client_claims,
     "**_audience(client)", '"aud": "somebody"'),
    ("id_token_is_stillborn", "id_token_names_the_user", grants.IdToken.get_client_claims,
     "now + seconds", "now - 1"),
    ("metadata_names_another_issuer", "metadata_agrees_with_endpoints", apps.App.discovery,
     "**self.metadata(),", '**self.metadata(), "issuer": self.origin,'),
    ("userinfo_names_another_subject", "userinfo_tells_of_the_user", user_claims,
     '"sub": account.uid', '"sub": account.id'),
    ("userinfo_tells_too_much", "userinfo_tells_of_the_user", user_claims,
     'if "email" in scopes', "if True"),
    ("expired_token_reads_userinfo", "userinfo_refuses_other_tokens", userinfo.answer,
     "or found.is_revoked()", ""),
    ("hub_session_survives_logout", "logout_ends_the_hub_session", state.Federation.end_hub_session,
     "self.hub_sessions.remove(name)", "pass"),
    ("refresh_forgets_the_scope", "refresh_gives_new_tokens", grants.RefreshGrant.authenticate_refresh_token,
     "return found", 'found.token.scope = "profile"; return found'),
    ("refresh_gives_the_old_token", "refresh_gives_new_tokens", servers.Server.issue_tokens,
     "refresh.id", "next(t.id for _, t in self.federation.tokens.scan() if t.kind == 'refresh_token')"),
    ("introspection_knows_nothing", "introspection_tells_of_live_tokens", endpoints.Introspection.check_permission,
     "token.check_client(client)", "False"),
    ("revoked_token_lives_on", "revoked_token_is_not_active", endpoints.Revocation.revoke_token,
     "token.token.ends = self.server.call.now", "pass"),
    ("device_need_not_wait", "device_waits_for_its_user", grants.DeviceGrant.create_token_response,
     "self.server.federation.devices.remove(self.request.credential.device.code)", "pass"),
    ("pushed_parameters_are_ignored", "pushed_request_is_used", authorization._take_pushed,
     "given.update(pushed.parameters)", "given.update({**pushed.parameters, 'state': ''})"),
    ("foreign_pushed_request_is_used", "pushed_request_is_used", authorization._take_pushed,
     'or pushed.client_id != given.get("client_id")', ""),
    ("removed_client_stays", "client_manages_itself", endpoints.Configuration.delete_client,
     "self.server.federation.clients.remove(client.client_id)", "pass"),
    ("update_changes_nothing", "client_manages_itself", endpoints.Configuration.update_client,
     "client.metadata = metadata", "pass"),
    ("machine_token_has_no_audience", "machine_gets_a_token", signing.token_claims,
     "grant.audience or grant.client_id", "grant.client_id"),
    ("any_secret_will_do", "client_proves_itself", OAuthClient.check_client_secret,
     "return hmac.compare_digest(client_secret.encode(), self.client_secret.encode())", "return True"),
    ("code_is_replayed", "code_works_once", grants.CodeGrant.delete_authorization_code,
     "authorization_code.code.used = True", "pass"),
    ("replayed_code_ends_nothing", "code_works_once", grants.CodeGrant.query_authorization_code,
     "federation.revoke(grant.id)", "pass"),
    ("code_never_expires", "code_expires", grants.CodeGrant.query_authorization_code,
     "found.expires <= self.server.call.now or grant.revoked", "grant.revoked"),
    ("code_serves_any_client", "code_is_bound_to_its_client", grants.CodeGrant.query_authorization_code,
     "or grant.client_id != client.client_id", ""),
    ("code_serves_any_address", "code_is_bound_to_its_client", grants.CodeInUse.get_redirect_uri,
     "return self.code.redirect_uri", 'return ""'),
    ("verifier_is_not_compared", "verifier_must_fit", grants.CodeInUse.__init__,
     "self.code_challenge = code.challenge", "self.code_challenge = None"),
    ("plain_challenge_is_taken", "pkce_is_not_downgraded", grants.Challenge.validate_code_challenge,
     "CodeChallenge.validate_code_challenge(self, grant, redirect_uri)", "pass"),
    ("challenge_needs_no_method", "pkce_is_not_downgraded", grants.Challenge.validate_code_challenge,
     'and not given.get("code_challenge_method")', "and False"),
    ("public_client_needs_no_challenge", "pkce_is_not_downgraded", grants.Challenge.validate_code_challenge,
     'if needed and not given.get("code_challenge")', "if False"),
    ("redirect_uri_matches_by_prefix", "redirect_uri_matches_exactly", OAuthClient.check_redirect_uri,
     'redirect_uri in self.metadata.get("redirect_uris", ())',
     'any(redirect_uri.startswith(known) for known in self.metadata.get("redirect_uris", ()))'),
    ("redirect_uri_matches_in_any_case", "redirect_uri_matches_exactly", OAuthClient.check_redirect_uri,
     'redirect_uri in self.metadata.get("redirect_uris", ())',
     'redirect_uri.lower() in self.metadata.get("redirect_uris", ())'),
    ("state_is_trimmed", "state_is_returned", servers._parameters,
     "return {**call.parameters,", 'return {**call.parameters, "state": call.parameters.get("state", "")[:8],'),
    ("nonce_is_lost", "nonce_is_in_the_id_token", grants.CodeInUse.get_nonce,
     "return self.grant.nonce", "return None"),
    ("answer_names_no_issuer", "answer_names_the_issuer", servers.Issuer.get_issuer,
     "return self._issuer", "return ''"),
    ("refresh_token_is_replayed", "refresh_token_works_once", grants.RefreshGrant.revoke_old_credential,
     "if token.ends is None:", "if False:"),
    ("replayed_refresh_ends_nothing", "refresh_token_works_once", grants.RefreshGrant.authenticate_refresh_token,
     "self.server.federation.revoke(found.grant.id)", "pass"),
    ("token_serves_every_app", "token_serves_its_app_only", tokens.find_token,
     "or grant.issuer != issuer", ""),
    ("token_serves_every_client", "token_serves_its_app_only", tokens.IssuedToken.check_client,
     "self.grant.client_id == client.client_id", "True"),
    ("refresh_token_reads_userinfo", "token_serves_its_app_only", userinfo.answer,
     'or found.token.kind != "access_token"', ""),
):  # fmt: skip
    faults.replace_source(name, f"federation.{rule}", function, old, new)


def _unverified(token: str) -> dict[str, Any] | None:
    """Return the claims of a token, whoever signed it."""
    try:
        return dict(json.loads(urlsafe_b64decode(token.split(".")[1] + "==")))
    except ValueError:
        return None


faults.replace_source(
    "signature_does_not_matter",
    "federation.forged_token_is_refused",
    signing.read,
    "return None",
    "return unverified(token)",
    unverified=_unverified,
)
