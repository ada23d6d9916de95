// What a browser does for a client: open the authorization URL, log in on the hosted page, and come back.

const { HUB, API_KEY, EMAIL, PASSWORD } = process.env;

const locationOf = async (url) => {
  const answer = await fetch(url, { redirect: "manual" });
  const location = answer.headers.get("location");
  if (!location) throw new Error(`${answer.status} without a redirect: ${await answer.text()}`);
  return new URL(location);
};

const comeBack = async (url) => {
  const page = await locationOf(url);
  const answer = await fetch(`${HUB}/identity/v2/auth/login?apikey=${API_KEY}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
  });
  const { access_token: token } = await answer.json();
  const back = new URL(page.searchParams.get("return_url"), page);
  back.searchParams.set("token", token);
  return back;
};

export const logIn = async (url) => locationOf(await comeBack(url));

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&#34;": '"', "&#39;": "'" };
const text = (value) => value.replace(/&[#\w]+;/g, (entity) => ENTITIES[entity]);

// Return the fields of the form that the page after the log-in posts.
export const logInToPage = async (url) => {
  const page = await (await fetch(await comeBack(url))).text();
  const inputs = page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g);
  return Object.fromEntries([...inputs].map(([, name, value]) => [name, text(value)]));
};
