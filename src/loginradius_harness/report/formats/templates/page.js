"use strict";
{
  const rows = [...document.querySelectorAll("[data-outcome]")].map((element) => ({
    element,
    outcomes: element.dataset.outcome.split(" "),
    text: element.textContent.toLowerCase(),
  }));
  const form = document.querySelector(".filter");
  const search = document.getElementById("search");
  const outcome = document.getElementById("outcome");
  const found = document.getElementById("found");

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { element, outcomes, text } of rows) {
      const fits = (!outcome.value || outcomes.includes(outcome.value)) && words.every((word) => text.includes(word));
      element.classList.toggle("filtered", !fits);
      count += fits;
    }
    found.textContent = words.length || outcome.value ? `${count} of ${rows.length} rows` : "";
  };

  // A link may lead to something that is filtered away or folded up.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest(".filtered")) {
      search.value = outcome.value = "";
      filter();
    }
    for (const inner of target.querySelectorAll(":scope > th > details")) inner.open = true;
    if (target.tagName === "DETAILS") target.open = true;
    target.scrollIntoView();
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", filter);
  outcome.addEventListener("change", filter);
  addEventListener("hashchange", reveal);
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      search.focus();
    }
  });
  if (navigator.clipboard) {
    for (const button of document.querySelectorAll(".copy")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(button.previousElementSibling.textContent);
        button.textContent = "Copied";
      });
    }
  }
  if (location.hash) reveal();
}
