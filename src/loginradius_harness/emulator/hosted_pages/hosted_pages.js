// What the scripts of hosted pages share: calling the API, and showing how it went.

const { apikey, base, returnUrl } = document.body.dataset;
const notice = document.getElementById("notice");
const content = document.getElementById("content");

const tell = (text, wrong = false) => {
  notice.textContent = text;
  notice.className = wrong ? "wrong" : "";
  notice.setAttribute("role", wrong ? "alert" : "status");
  notice.hidden = false;
};

/** Call `METHOD /path` of the API; throw an Error with `code` where it refuses. */
export const call = async (endpoint, { query = {}, body, headers = {} } = {}) => {
  const [method, path] = endpoint.split(" ");
  const answer = await fetch(`${base}${path}?${new URLSearchParams({ apikey, ...query })}`, {
    method,
    headers: { ...(body && { "Content-Type": "application/json" }), ...headers },
    body: body && JSON.stringify(body),
  });
  const data = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(`${data.Description || data.Message} (${data.ErrorCode})`), { code: data.ErrorCode, data });
  return data;
};

/** Say that the page has done its work. */
export const done = (text) => {
  content.replaceChildren();
  tell(text);
};

/** Say so and, with the session of a log-in, lead back to the application or show the access token. */
export const finish = (session, text) => {
  done(text);
  const token = session?.access_token;
  if (!token) return;
  if (returnUrl) {
    const target = new URL(returnUrl, location.href);
    target.searchParams.set("token", token);
    location.assign(target);
    return;
  }
  const code = document.createElement("code");
  code.id = "access-token";
  code.textContent = token;
  content.append("Access token: ", code);
};

/** Run `action(endpoint, fields)` when a form is submitted; an Error of it is shown. */
export const onSubmit = (id, action) => {
  const form = document.getElementById(id);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await action(form.dataset.endpoint, Object.fromEntries(new FormData(form)));
    } catch (error) {
      tell(error.message, true);
    }
  });
};
