import { done, onSubmit } from "./hosted_pages.js";
import { create } from "./passkey.js";

const form = document.getElementById("reset-passkey");
onSubmit("reset-passkey", async (endpoint, query) => {
  await create(endpoint, form.dataset.finish, query);
  done("Your passkey is created.");
});
