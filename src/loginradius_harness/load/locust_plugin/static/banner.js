// Shows the result of the run above locust's own page, colours the results in its tables, and unfolds its start form.
const banner = document.createElement("div");
banner.id = "load-banner";
banner.setAttribute("role", "status");
document.body.prepend(banner);

function item(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

async function refresh() {
  const response = await fetch("./load/status");
  const status = response.ok ? await response.json() : { result: "", items: [] };
  banner.dataset.result = status.result;
  banner.replaceChildren(...(status.result ? [item("strong", status.result)] : []));
  banner.append(...status.items.map((text) => item("span", text)));
}

function colour() {
  for (const cell of document.querySelectorAll("td")) {
    cell.classList.toggle("load-pass", cell.textContent === "PASS");
    cell.classList.toggle("load-fail", cell.textContent === "FAIL");
  }
}

// Profile, rate, duration and accounts are in a part of the form that locust folds; the known targets are offered.
let prepared;
async function prepareForm() {
  const fold = [...document.querySelectorAll("[aria-expanded]")].find((each) => each.textContent === "Custom parameters");
  const host = document.querySelector("input[name=host]");
  if (!fold || !host || prepared === host) return;
  prepared = host;
  if (fold.getAttribute("aria-expanded") === "false") fold.click();
  const names = document.createElement("datalist");
  names.id = "load-targets";
  host.after(names);
  host.setAttribute("list", names.id);
  const response = await fetch("./load/targets");
  if (response.ok) names.append(...(await response.json()).map((name) => new Option(name)));
}

function changed() {
  colour();
  prepareForm();
}

new MutationObserver(changed).observe(document.getElementById("root"), { childList: true, subtree: true, characterData: true });
refresh();
changed();
setInterval(() => refresh().catch(() => {}), 1000);
