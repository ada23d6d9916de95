// Ceremonies of WebAuthn: the options come from the API, the device's answer goes back to it.

import { call } from "./hosted_pages.js";

// Passkeys of an emulator belong to the domain localhost, which an address is not.
if (document.querySelector("[data-rp-id=localhost]") && location.hostname === "127.0.0.1") location.hostname = "localhost";

/** Create a passkey, for a new account with its `profile`; return the API's answer. */
export const create = async (begin, finish, query, profile = {}) => {
  const { RegisterBeginCredential: options } = await call(begin, { query });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey);
  const credential = await navigator.credentials.create({ publicKey });
  return call(finish, { query, body: { ...profile, PasskeyCredential: credential.toJSON() } });
};

/** Answer a challenge with a passkey; return the API's answer. */
export const use = async (begin, finish, query) => {
  const { LoginBeginCredential: options } = await call(begin, { query });
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey);
  const credential = await navigator.credentials.get({ publicKey });
  return call(finish, { body: { PasskeyCredential: credential.toJSON() } });
};
