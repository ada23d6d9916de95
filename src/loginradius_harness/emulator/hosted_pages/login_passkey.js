import { finish, onSubmit } from "./hosted_pages.js";
import { use } from "./passkey.js";

const form = document.getElementById("login-passkey");
onSubmit("login-passkey", async (endpoint, { identifier }) => {
  finish(await use(endpoint, form.dataset.finish, { identifier }), "You are logged in.");
});
