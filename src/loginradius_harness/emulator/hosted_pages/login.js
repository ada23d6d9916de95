import { call, finish, onSubmit } from "./hosted_pages.js";

const kindOf = (user) => user.includes("@") ? "email" : /^\+?[\d ()-]+$/.test(user) ? "phone" : "username";

onSubmit("login", async (endpoint, { user, password }) => {
  finish(await call(endpoint, { body: { [kindOf(user)]: user, password } }), "You are logged in.");
});
