// Shows the result of the run above locust's own page, and colours the results in its tables.
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

new MutationObserver(colour).observe(document.getElementById("root"), { childList: true, subtree: true, characterData: true });
refresh();
setInterval(() => refresh().catch(() => {}), 1000);
