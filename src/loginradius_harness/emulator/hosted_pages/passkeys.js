import { finish, onSubmit } from "./hosted_pages.js";
import { create, use } from "./passkey.js";

const finishing = (id) => document.getElementById(id).dataset.finish;

onSubmit("register", async (endpoint, { email }) => {
  const profile = { Email: [{ Type: "Primary", Value: email }] };
  const answer = await create(endpoint, finishing("register"), { identifier: email }, profile);
  finish(answer.Data, "You are registered. If the tenant verifies addresses, follow the link in your mail.");
});

onSubmit("autofill", async (endpoint) => {
  finish(await use(endpoint, finishing("autofill")), "You are logged in.");
});
