// A log-in of a single-page application by oidc-client-ts: a client without a secret.

import { InMemoryWebStorage, OidcClient, WebStorageStateStore } from "oidc-client-ts";
import { logIn } from "./browser.mjs";

const { ISSUER, CLIENT_ID, REDIRECT_URI } = process.env;
const client = new OidcClient({
  authority: ISSUER,
  client_id: CLIENT_ID,
  redirect_uri: REDIRECT_URI,
  scope: "openid email",
  loadUserInfo: true,
  stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
});
const request = await client.createSigninRequest({ state: "kept" });
const answer = await client.processSigninResponse((await logIn(request.url)).href);
const { profile, userState, access_token: token } = answer;
console.log(JSON.stringify({ sub: profile.sub, email: profile.email, state: userState, token: Boolean(token) }));
