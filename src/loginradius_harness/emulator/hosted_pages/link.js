import { call, finish, onSubmit } from "./hosted_pages.js";

const form = document.getElementById("link");
onSubmit("link", async (endpoint, query) => {
  const answer = await call(endpoint, { query });
  finish(answer.Data ?? answer, form.dataset.done);
});
if ("atOnce" in form.dataset) form.requestSubmit();
