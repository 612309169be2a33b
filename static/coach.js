/* Sends the form without a reload. The page works without this file; it keeps nothing. */
"use strict";
(() => {
  const form = document.getElementById("ask");
  const log = document.getElementById("log");
  const state = document.getElementById("state");
  const status = document.getElementById("status");
  const trouble = document.getElementById("trouble");
  const box = upgrade(document.getElementById("message"));
  const LOST = "The connection was lost. What you typed is still here: ask again when you are back online.";
  let turns = log.children.length;

  // Without script a one-line input sends on Enter; with it there is room for several lines.
  function upgrade(input) {
    const area = document.createElement("textarea");
    for (const { name, value } of input.attributes) {
      if (!["type", "value"].includes(name)) area.setAttribute(name, value);
    }
    area.rows = 1;
    area.value = input.value;
    const focused = document.activeElement === input;
    input.replaceWith(area);
    if (focused) area.focus({ preventScroll: true });
    return area;
  }

  function tell(text) {
    trouble.textContent = text;
    for (const [name, value] of [["aria-invalid", "true"], ["aria-describedby", "trouble"]]) {
      if (text) box.setAttribute(name, value);
      else box.removeAttribute(name);
    }
  }

  async function ask(message) {
    if (form.classList.contains("busy")) return;
    form.classList.add("busy");
    status.textContent = "Looking…";
    tell("");
    try {
      const response = await fetch(form.action, {
        method: "POST",
        headers: { "X-Coach-Fragment": String(turns) },
        body: new URLSearchParams({ message, state: state.value }),
      });
      show(await response.text(), message, response.status);
    } catch {
      tell(LOST);
    } finally {
      form.classList.remove("busy");
      status.textContent = "";
    }
  }

  function show(html, message, code) {
    const reply = new DOMParser().parseFromString(html, "text/html").querySelector("[data-state]");
    if (!reply) return tell(`The server sent no answer (${code}). What you typed is still here.`);
    state.value = reply.dataset.state;
    tell(reply.dataset.trouble);
    const exchange = reply.firstElementChild;
    if (!exchange) return;
    if (box.value.trim() === message.trim()) box.value = "";
    begin();
    log.append(exchange);
    turns += 1;
    exchange.scrollIntoView({ block: "start" });
  }

  // The first answer takes the place of the welcome; the heading stays for those who listen to the page.
  function begin() {
    document.querySelector(".welcome h1")?.classList.add("quiet");
    const greetings = [...document.querySelectorAll(".welcome p, .starters")];
    if (greetings.some((greeting) => greeting.contains(document.activeElement))) box.focus({ preventScroll: true });
    for (const greeting of greetings) greeting.remove();
    document.querySelector(".welcome")?.classList.remove("welcome");
  }

  form.addEventListener("submit", (event) => {
    // A button with an address of its own leads to another page.
    if (event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    ask(event.submitter?.name === "suggestion" ? event.submitter.value : box.value);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  // A citation points into a closed list of sources: open it first.
  log.addEventListener("click", (event) => {
    const target = event.target.closest(".cite") && document.querySelector(event.target.closest(".cite").hash);
    if (target) target.closest("details").open = true;
  });
})();
