import { call, done, onSubmit } from "./hosted_pages.js";

onSubmit("forgot", async (endpoint, { email, captcha }) => {
  await call(endpoint, { body: { email, "g-recaptcha-response": captcha } });
  done("A mail is on its way. Follow its link to set a new password.");
});
