"use strict";
{
  const PAGE = 100; // rows of the list that are drawn at once
  const byId = (id) => document.getElementById(id);
  const form = document.querySelector(".filter");
  const search = byId("search");
  const outcome = byId("outcome");
  const found = byId("found");
  const list = byId("list");
  const more = byId("more");

  // Both blocks are parsed when they are first needed: opening the page costs nothing for them.
  const lazily = (read) => {
    let value;
    return () => (value ??= read());
  };
  const details = lazily(() => JSON.parse(byId("details").textContent));
  const verdicts = lazily(() => {
    const { functions, heads, messages, outcomes, rows } = JSON.parse(byId("verdict-data").textContent);
    return rows.map(([name, head, rest, result, seconds, message], index) => {
      const parameters = heads[head] + rest;
      const test = functions[name][0] + parameters;
      const title = functions[name][1] + (parameters && ` ${parameters}`);
      const text = `${test}\n${title}\n${messages[message]}`.toLowerCase();
      return { number: index + 1, test, title, outcome: outcomes[result], seconds, message: messages[message], text };
    });
  });
  const sections = lazily(() =>
    [...document.querySelectorAll("[data-outcome]")].map((element) => ({
      element,
      outcomes: element.dataset.outcome.split(" "),
      text: element.textContent.toLowerCase(),
    })),
  );

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children.filter((child) => child !== null && child !== ""));
    return element;
  };
  const badge = (name) => make("span", { className: `badge ${name}`, textContent: `${SIGNS[name]} ${name}` });
  const labelled = (label, text) => make("div", {}, make("p", { className: "label", textContent: label }), make("pre", { textContent: text }));
  const copyable = (command) => {
    const button = make("button", { type: "button", className: "copy", textContent: "Copy", hidden: !navigator.clipboard });
    return make("div", { className: "copyable" }, make("code", { textContent: command }), button);
  };

  // The results of an operation are one text, `✓17:2 - ✗4`: as markup, the cells would be the largest part of the page.
  const named = Object.fromEntries(Object.entries(SIGNS).map(([name, sign]) => [sign, name]));
  const drawCell = (text) => {
    const [, sign, number, tests = 1] = /^(\D)(\d+)(?::(\d+))?$/.exec(text) ?? [];
    if (!sign) return make("td", { className: "none" });
    const link = make("a", { href: `#v${number}`, ariaLabel: `${named[sign]}, ${tests}`, textContent: sign });
    return make("td", { className: named[sign] }, link);
  };
  for (const cells of document.querySelectorAll(".cells")) cells.replaceWith(...cells.textContent.split(" ").map(drawCell));

  const drawTimeline = (moments) =>
    make("ol", { className: "timeline" }, ...moments.map(([name, response, milliseconds, left, width, isStep, passed]) => {
      const bar = make("i");
      bar.style.left = `${left}%`;
      bar.style.width = `${width}%`;
      return make("li", { className: `${isStep ? "step" : "call"}${passed ? "" : " bad"}` },
        make("span", { className: "what", textContent: name }),
        make("span", { className: "response", textContent: response }),
        make("span", { className: "bar", ariaHidden: "true" }, bar),
        make("span", { className: "figure", textContent: `${milliseconds} ms` }));
    }));
  const drawCall = (call) => {
    const [name, request, sent, received, replay] = call.map((number) => details().texts[number]);
    return make("details", { className: "exchange" },
      make("summary", { textContent: name }),
      make("p", {}, make("code", { textContent: request })),
      sent && labelled("Sent", sent),
      received && labelled("Received", received),
      copyable(replay));
  };
  const drawDetail = (verdict) => {
    const detail = details().kept[verdict.number];
    const body = make("div", { className: "detail" });
    if (!detail) {
      body.append(make("p", { textContent: verdict.message || "Nothing else is known of it on this page; report.json holds all." }));
      return body;
    }
    const { requirement, grade, source } = detail;
    const known = [grade, source].filter(Boolean).join(", ");
    if (requirement) body.append(make("p", { textContent: `Requirement: ${requirement}${known && ` (${known})`}` }));
    if (detail.expected || detail.actual) {
      body.append(make("div", { className: "both" }, labelled("Expected", detail.expected ?? ""), labelled("Got", detail.actual ?? "")));
    }
    if (detail.message) body.append(make("pre", { className: "message", textContent: detail.message }));
    if (detail.timeline) body.append(drawTimeline(detail.timeline));
    if (detail.repeat) body.append(copyable(detail.repeat));
    if (detail.replay) body.append(copyable(detail.replay));
    body.append(...(detail.calls ?? []).map(drawCall));
    return body;
  };
  const drawRow = (verdict) => {
    const row = make("details", { className: "row" },
      make("summary", {},
        make("span", { className: "figure", textContent: `#${verdict.number}` }), " ", badge(verdict.outcome), " ",
        make("code", { textContent: verdict.test }), " ",
        make("span", { className: "quiet", textContent: `${verdict.seconds} s ${verdict.message}` })));
    row.addEventListener("toggle", () => {
      if (row.open && row.children.length === 1) row.append(make("p", { textContent: verdict.title }), drawDetail(verdict));
    });
    if (!byId(`v${verdict.number}`)) row.id = `v${verdict.number}`;
    return row;
  };

  let shown = [];
  const draw = () => {
    const from = list.children.length;
    list.append(...shown.slice(from, from + PAGE).map(drawRow));
    const left = shown.length - list.children.length;
    more.hidden = left <= 0;
    more.textContent = `Show ${Math.min(left, PAGE)} of ${left.toLocaleString("en")} more`;
  };
  const show = (chosen) => {
    shown = chosen;
    list.replaceChildren();
    draw();
  };

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (outcomes, text) => (!outcome.value || outcomes.includes(outcome.value)) && words.every((word) => text.includes(word));
    for (const { element, outcomes, text } of sections()) element.classList.toggle("filtered", !fits(outcomes, text));
    const chosen = verdicts().filter((verdict) => fits([verdict.outcome], verdict.text));
    show(chosen);
    found.textContent = words.length || outcome.value ? `${chosen.length.toLocaleString("en")} of ${verdicts().length.toLocaleString("en")} verdicts` : "";
  };
  const find = (text) => {
    search.value = text;
    filter();
    byId("verdicts").scrollIntoView();
  };

  // A link may lead to something that is filtered out, folded, or not drawn yet.
  const reveal = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const number = /^v(\d+)$/.exec(id)?.[1];
    let target = byId(id);
    if (target?.closest(".filtered")) {
      search.value = outcome.value = "";
      filter();
      target = byId(id);
    }
    if (!target && number && verdicts()[number - 1]) {
      search.value = outcome.value = "";
      filter();
      show([verdicts()[number - 1], ...verdicts().filter((verdict) => verdict.number > number)]);
      target = list.firstElementChild;
      target.classList.add("chosen");
    }
    if (!target) return;
    for (let around = target; around; around = around.parentElement) if (around.tagName === "DETAILS") around.open = true;
    target.scrollIntoView();
  };

  form.hidden = false;
  for (const element of document.querySelectorAll(".scripted")) element.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", filter);
  outcome.addEventListener("change", filter);
  more.addEventListener("click", draw);
  addEventListener("hashchange", reveal);
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      search.focus();
    }
  });
  document.addEventListener("click", async ({ target }) => {
    if (target.matches("[data-search]")) find(target.dataset.search);
    if (target.matches(".copy")) {
      await navigator.clipboard.writeText(target.previousElementSibling.textContent);
      target.textContent = "Copied";
    }
  });
  if (navigator.clipboard) for (const button of document.querySelectorAll(".copy")) button.hidden = false;
  new IntersectionObserver((entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    if (!list.children.length) show(verdicts());
  }).observe(byId("verdicts"));
  if (location.hash) reveal();
}
