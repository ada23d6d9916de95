"use strict";
{
  const control = `${document.body.dataset.base}/__emulator__/`;
  const notice = document.getElementById("notice");

  const tell = (text, wrong = false) => {
    notice.textContent = text;
    notice.className = wrong ? "wrong" : "";
    notice.setAttribute("role", wrong ? "alert" : "status");
    notice.hidden = !text;
  };

  const call = async (method, path, body) => {
    const answer = await fetch(`${control}${path}?apikey=${encodeURIComponent(document.body.dataset.apikey)}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const data = await answer.json();
    if (!answer.ok) throw new Error(data.error);
    return data;
  };

  const shown = new Map([...document.querySelectorAll("[data-live]")].map((part) => [part.id, part.innerHTML]));

  // Put what the server shows now in the place of what it showed, and keep what the reader had opened and focused.
  const refresh = async () => {
    const answer = await fetch(location.href);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const old of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(old.id);
      if (!next || next.innerHTML === shown.get(old.id)) continue;
      const open = [...old.querySelectorAll("details[open][id]")].map((details) => details.id);
      const focused = old.contains(document.activeElement) && document.activeElement.id;
      shown.set(old.id, next.innerHTML);
      old.replaceChildren(...next.childNodes);
      for (const id of open) document.getElementById(id)?.setAttribute("open", "");
      if (focused) document.getElementById(focused)?.focus();
    }
  };

  // `name=value` a line, the value as JSON or, failing that, as text.
  const pairs = (text) => Object.fromEntries(
    text.split("\n").filter((line) => line.trim()).map((line) => {
      const [name, ...value] = line.split("=");
      const said = value.join("=").trim();
      try {
        return [name.trim(), JSON.parse(said)];
      } catch {
        return [name.trim(), said];
      }
    }),
  );

  const parsed = (name, text) => {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new Error(`${name} is not JSON: ${error.message}`);
    }
  };

  const value = (field) => {
    if (field.type === "checkbox") return field.checked;
    if (field.type === "number") return field.valueAsNumber;
    return "json" in field.dataset ? parsed(field.name, field.value) : field.value;
  };

  const isChanged = (field) => field.type === "checkbox"
    ? field.checked !== field.defaultChecked
    : field.tagName === "SELECT"
      ? [...field.options].some((option) => option.selected !== option.defaultSelected)
      : field.value !== field.defaultValue;

  const body = async (form) => {
    const fields = [...form.elements].filter((field) => field.name);
    const file = fields.find((field) => field.type === "file");
    if (file) return parsed(file.files[0].name, await file.files[0].text());
    const lines = fields.find((field) => "pairs" in field.dataset);
    if (lines) return pairs(lines.value);
    const list = fields.filter((field) => field.name.endsWith("[]"));
    if (list.length) return { [list[0].name.slice(0, -2)]: list.filter((box) => box.checked).map((box) => box.value) };
    const wanted = fields.filter((field) =>
      "changes" in form.dataset ? isChanged(field) : "filled" in form.dataset ? field.value !== "" : true);
    return Object.fromEntries(wanted.map((field) => [field.name, value(field)]));
  };

  const submit = async (form) => {
    const [method, path] = form.dataset.call.split(" ");
    if (form.dataset.confirm && !confirm(form.dataset.confirm)) return;
    try {
      const data = await call(method, path, await body(form));
      if ("shows" in form.dataset) location.href = `${control}console/tenants?apikey=${data.apikey}`;
      else if ("leaves" in form.dataset) location.href = `${control}console/tenants`;
      else {
        await refresh();
        tell(form.dataset.done);
      }
    } catch (error) {
      tell(error.message, true);
    }
  };

  const copy = async (button) => {
    await navigator.clipboard.writeText(button.dataset.copy);
    tell("Copied");
    button.textContent = "Copied";
  };

  addEventListener("submit", (event) => {
    if (!event.target.dataset.call) return;
    event.preventDefault();
    submit(event.target);
  });
  addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.copy) copy(button);
    if (button && "clear" in button.dataset) for (const box of button.form.elements) box.checked = false;
  });
  addEventListener("keydown", (event) => {
    const search = document.getElementById("search");
    if (event.key !== "/" || !search || /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
    event.preventDefault();
    search.focus();
  });
  const live = document.querySelector("[data-every]");
  if (live) setInterval(() => document.hidden || refresh().catch(() => tell("The emulator does not answer", true)), live.dataset.every * 1000);
}
