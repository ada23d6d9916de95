// A log-in and the beginning of a log-out by node-saml.

import { SAML } from "@node-saml/node-saml";
import { logInToPage } from "./browser.mjs";

const { ISSUER, ENTRY_POINT, LOGOUT_URL, CERTIFICATE, CALLBACK, KEY } = process.env;
const saml = new SAML({
  issuer: ISSUER,
  audience: ISSUER,
  callbackUrl: CALLBACK,
  entryPoint: ENTRY_POINT,
  logoutUrl: LOGOUT_URL,
  idpCert: CERTIFICATE,
  privateKey: KEY,
  signatureAlgorithm: "sha256",
  wantAssertionsSigned: true,
  wantAuthnResponseSigned: true,
  validateInResponseTo: "always",
});

// of a state with a blank, node-saml signs another text than it sends
const fields = await logInToPage(await saml.getAuthorizeUrlAsync("/cart", "", {}));
const { profile } = await saml.validatePostResponseAsync(fields);
const forged = { SAMLResponse: Buffer.from(
  Buffer.from(fields.SAMLResponse, "base64").toString().replace(profile.nameID, "somebody"),
).toString("base64") };
const refused = await saml.validatePostResponseAsync(forged).then(() => false, () => true);
const ending = await fetch(await saml.getLogoutUrlAsync(profile, "bye", {}), { redirect: "manual" });
const answer = new URL(ending.headers.get("location"));
const { loggedOut } = await saml.validateRedirectAsync(Object.fromEntries(answer.searchParams), answer.search.slice(1));

console.log(JSON.stringify({
  nameID: profile.nameID, plan: profile.plan, state: fields.RelayState, refused, loggedOut,
}));
