import { call, finish, onSubmit } from "./hosted_pages.js";

onSubmit("reset", async (endpoint, { resettoken, password }) => {
  finish((await call(endpoint, { body: { resettoken, password } })).Data, "Your password is set.");
});
