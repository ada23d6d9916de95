// The life of a log-in by openid-client: discovery, code with PKCE, userinfo, refresh, revocation, devices, machines.

import * as oidc from "openid-client";
import { logIn } from "./browser.mjs";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI } = process.env;
const insecure = { execute: [oidc.allowInsecureRequests] };
const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, undefined, insecure);

const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
const expectedState = oidc.randomState();
const expectedNonce = oidc.randomNonce();
const request = oidc.buildAuthorizationUrl(config, {
  redirect_uri: REDIRECT_URI,
  scope: "openid email",
  code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: "S256",
  state: expectedState,
  nonce: expectedNonce,
});
const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
const tokens = await oidc.authorizationCodeGrant(config, await logIn(request), checks);
const { sub } = tokens.claims();
const user = await oidc.fetchUserInfo(config, tokens.access_token, sub);
const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token);
const before = await oidc.tokenIntrospection(config, refreshed.access_token);
await oidc.tokenRevocation(config, refreshed.refresh_token);
const after = await oidc.tokenIntrospection(config, refreshed.access_token);
const device = await oidc.initiateDeviceAuthorization(config, { scope: "openid" });

console.log(JSON.stringify({
  sub, email: user.email, refreshed: refreshed.claims().sub, active: [before.active, after.active],
  device: Boolean(device.user_code), end: oidc.buildEndSessionUrl(config, { id_token_hint: tokens.id_token }).pathname,
}));
