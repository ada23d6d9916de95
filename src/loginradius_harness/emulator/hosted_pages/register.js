import { call, finish, onSubmit } from "./hosted_pages.js";

onSubmit("register", async (endpoint, { email, password, first, last, captcha }) => {
  const names = { ...(first && { FirstName: first }), ...(last && { LastName: last }) };
  const body = { Email: [{ Type: "Primary", Value: email }], Password: password, ...names, "g-recaptcha-response": captcha };
  const answer = await call(endpoint, { body });
  finish(answer.Data, "You are registered. If the tenant verifies addresses, follow the link in your mail.");
});
