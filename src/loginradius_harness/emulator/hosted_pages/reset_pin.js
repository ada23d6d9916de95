import { call, done, onSubmit } from "./hosted_pages.js";

onSubmit("reset-pin", async (endpoint, { token, pin }) => {
  await call(endpoint, { body: { ResetToken: token, PIN: pin } });
  done("Your PIN is set.");
});
