/* Makes the page quicker to use. Everything works without it; it keeps nothing but a draft, in this tab. */
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const status = byId("status");

  function make(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  const button = (text, press) => make("button", { type: "button", className: "plain", textContent: text, onclick: press });

  function announce(text) {
    if (status) status.textContent = text;
  }

  /* Citations: a small pop-over with what the source says, on hover, focus or tap. */

  const pop = make("div", { className: "pop", id: "pop", popover: "manual" });
  // It is put beside its link, which may be inside the log, and must not be read out as a reply.
  pop.setAttribute("aria-live", "off");
  let cited = null;
  let timer = 0;
  let tapped = false;

  const sourceOf = (link) => byId(link.hash.slice(1));

  function openPop(link) {
    clearTimeout(timer);
    const source = sourceOf(link);
    if (cited === link || !source || !pop.showPopover) return;
    closePop();
    cited = link;
    const used = (link.dataset.facts ?? "").split(" ");
    pop.replaceChildren(...source.cloneNode(true).children);
    for (const fact of pop.querySelectorAll("[data-fact]")) if (!used.includes(fact.dataset.fact)) fact.remove();
    pop.querySelector(".authority").remove();
    link.after(pop);
    link.setAttribute("aria-describedby", "pop");
    pop.showPopover();
    place();
  }

  function place() {
    const page = document.documentElement;
    const link = cited.getBoundingClientRect();
    const left = Math.max(12, Math.min(link.left, page.clientWidth - pop.offsetWidth - 12));
    const below = link.bottom + pop.offsetHeight + 8 < page.clientHeight || link.top < pop.offsetHeight + 8;
    pop.style.position = "absolute";
    pop.style.left = `${left + scrollX}px`;
    pop.style.top = `${scrollY + (below ? link.bottom + 4 : link.top - pop.offsetHeight - 4)}px`;
  }

  function closePop() {
    clearTimeout(timer);
    cited?.removeAttribute("aria-describedby");
    cited = null;
    pop.remove();
  }

  addEventListener("resize", () => cited && place());

  const citeIn = (event) => event.target.closest?.(".cite");

  document.addEventListener("pointerover", (event) => {
    const link = citeIn(event);
    if (event.pointerType === "touch") return;
    clearTimeout(timer);
    if (link) timer = setTimeout(openPop, 120, link);
    else if (cited && !pop.contains(event.target) && document.activeElement !== cited) timer = setTimeout(closePop, 300);
  });
  document.addEventListener("pointerdown", (event) => {
    const link = citeIn(event);
    tapped = event.pointerType === "touch" && link && link !== cited;
    if (!link && !pop.contains(event.target)) closePop();
  });
  document.addEventListener("focusin", (event) => {
    const link = citeIn(event);
    if (link) openPop(link);
    else if (!pop.contains(event.target)) closePop();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    if (cited) {
      if (pop.contains(document.activeElement)) cited.focus();
      closePop();
    } else if (parent !== window) parent.postMessage("allyship-coach:close", "*");
  });

  // Links within the page add nothing to the history, so that leaving it quickly leaves nothing behind.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && byId(link.hash.slice(1));
    if (!target || !byId("ask")) return;
    event.preventDefault();
    if (citeIn(event) && tapped) return openPop(link);
    target.closest("details")?.setAttribute("open", "");
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  });

  /* Take it along: copy, save, print. */

  const plain = (element) => element.textContent.replace(/\s+/g, " ").trim();

  function citation(link) {
    const work = sourceOf(link).querySelector(".work").cloneNode(true);
    const address = work.querySelector("a")?.href;
    work.querySelector(".evidence").remove();
    return `[${plain(link)}] ${plain(work)}${address ? ` ${address}` : ""}`;
  }

  function words(item) {
    const copy = item.cloneNode(true);
    for (const extra of copy.querySelectorAll("button, .pop, .cite, b")) extra.remove();
    return [plain(copy), ...[...item.querySelectorAll(".cite")].map(citation)].join("\n");
  }

  // The text may be a promise: browsers want the clipboard asked for within the press itself.
  async function copy(pressed, text) {
    const blob = Promise.resolve(text).then((words) => new Blob([words], { type: "text/plain" }));
    try {
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
      announce("Copied, with its sources.");
      pressed.textContent = "Copied";
    } catch {
      announce("Could not be copied.");
      pressed.textContent = "Not copied";
    }
    setTimeout(() => {
      pressed.textContent = "Copy";
      announce("");
    }, 2500);
  }

  async function markdown(keep) {
    const response = await fetch(keep.action, { method: "POST", body: new URLSearchParams(new FormData(keep)) });
    if (!response.ok) throw new Error(String(response.status));
    return { text: await response.text(), name: response.headers.get("Content-Disposition").split('"')[1] };
  }

  async function save(event) {
    event.preventDefault();
    const pressed = event.submitter;
    try {
      const { text, name } = await markdown(event.target);
      const address = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
      make("a", { href: address, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    } catch {
      pressed.textContent = "Not saved; try again";
      announce("Could not be saved; try again.");
    }
  }

  function print(exchange) {
    exchange?.classList.add("printed");
    document.documentElement.classList.toggle("only-one", Boolean(exchange));
    window.print();
    document.documentElement.classList.remove("only-one");
    exchange?.classList.remove("printed");
  }

  // Closed lists of sources are printed too.
  addEventListener("beforeprint", () => {
    for (const closed of document.querySelectorAll(".sources:not([open])")) closed.open = closed.dataset.closed = true;
  });
  addEventListener("afterprint", () => {
    for (const opened of document.querySelectorAll("[data-closed]")) opened.open = delete opened.dataset.closed && false;
  });

  function equip(keep) {
    keep.setAttribute("aria-live", "off");
    keep.addEventListener("submit", save);
    const exchange = keep.closest(".exchange");
    const tools = [button("Print", () => print(exchange))];
    if (navigator.clipboard) tools.unshift(button("Copy", (event) => copy(event.target, markdown(keep).then((got) => got.text))));
    keep.querySelector("button").before(...tools);
  }

  /* Tell the editors: a suggestion with names softened, made here and sent only if its writer takes it. */

  // What often starts a sentence, or is written with a capital, and names nobody.
  const NOT_NAMES = new Set(
    ("i i'm i've i'd i'll a an the my our your his her their its this that these those there here it it's he he's she she's they they're we we're " +
      "you who what when where why how which whose can could should would will shall may might must do does did don't is isn't are am was were has have had " +
      "if and but or so because as at in on for from to with without by about after before during since then than not no yes any some every each all one two " +
      "today yesterday tomorrow monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december " +
      "hr dei ceo cfo cto vp erg ally allyship sponsor sponsors mentor mentors coach advocate challenger hi hello dear please thanks thank sorry help also maybe just " +
      "someone somebody everyone everybody nobody people colleague colleagues manager boss team last next new english zoom teams slack black white asian muslim jewish christian lgbtq ok").split(" "),
  );

  function soften(text) {
    return text
      .replace(/[\w.+-]+@[\w-]+\.[\w.]+/g, "[email]")
      .replace(/\bhttps?:\/\/\S+/g, "[link]")
      .replace(/(?<!\w)[+(]?\d[\d ()/.-]{5,}\d/g, "[number]")
      .replace(/(?<!\[)\p{Lu}[\p{L}\p{M}]+(?:[’'-]\p{L}+)*/gu, (word) => {
        const [name, ending] = /^(.*?)([’']s)?$/s.exec(word).slice(1);
        const known = NOT_NAMES.has(word.toLowerCase().replace("’", "'")) || NOT_NAMES.has(name.toLowerCase());
        return known || /^\p{Lu}{2,}$/u.test(name) ? word : `[name]${ending ?? ""}`;
      })
      .replace(/\[name\](?: \[name\])+/g, "[name]");
  }

  function suggestSofter(letter) {
    const box = letter.querySelector("textarea");
    if (!box) return;
    const offer = make("div", { className: "soft", hidden: true });
    const shown = make("blockquote", { dir: "auto" });
    const take = button("Use this instead", () => {
      box.value = soften(box.value);
      look();
      box.focus();
    });
    function look() {
      shown.textContent = soften(box.value);
      offer.hidden = shown.textContent === box.value;
    }
    offer.append(make("p", { textContent: "A suggestion, made on this device: names taken out." }), shown, take);
    box.after(offer);
    box.addEventListener("input", look);
    look();
  }

  async function sendLetter(event) {
    event.preventDefault();
    const letter = event.target;
    try {
      const { reply } = await post(letter.action, new FormData(letter), 0);
      const answer = reply.querySelector(".letter");
      letter.replaceWith(answer);
      if (answer.matches("form")) readyLetter(answer);
      // The button that was pressed is gone; the keyboard goes on from here.
      (answer.querySelector("textarea") ?? Object.assign(answer, { tabIndex: -1 })).focus({ preventScroll: true });
    } catch {
      letter.querySelector(".trouble")?.remove();
      letter.append(make("p", { className: "trouble", role: "alert", textContent: LOST }));
    }
  }

  function readyLetter(letter) {
    letter.addEventListener("submit", sendLetter);
    suggestSofter(letter);
  }

  /* The conversation. */

  const LOST = "The connection was lost. What you typed is still here.";
  const PAUSES = [1000, 2000, 4000];
  const PATIENCE = 90_000;
  // What can be saved at once, and stands in a form beside all else.
  const MOST_SAID = 30;
  const ROOM_FOR_SAID = 24 * 1024;
  const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  // The new part of the page for a form's fields. A server that is just starting again is given some seconds.
  async function post(action, fields, turn, pauses = []) {
    const request = { method: "POST", headers: { "X-Coach-Fragment": String(turn) }, body: new URLSearchParams(fields) };
    for (const pause of [...pauses, 0]) {
      try {
        const response = await fetch(action, { ...request, signal: AbortSignal.timeout(PATIENCE) });
        if (response.status !== 503 || !pause) {
          const page = new DOMParser().parseFromString(await response.text(), "text/html");
          return { reply: page.querySelector("[data-state]"), code: response.status };
        }
      } catch (error) {
        if (!pause || !navigator.onLine) throw error;
      }
      await sleep(pause);
    }
  }

  function decorate(exchange) {
    if (navigator.clipboard) {
      for (const item of exchange.querySelectorAll(".what-to-say > ul > li")) {
        const press = button("Copy", (event) => copy(event.target, words(item)));
        press.setAttribute("aria-live", "off");
        item.prepend(press);
      }
    }
    for (const keep of exchange.querySelectorAll(".keep")) equip(keep);
    for (const letter of exchange.querySelectorAll("form.letter")) readyLetter(letter);
    for (const countries of exchange.querySelectorAll(".countries")) countries.addEventListener("submit", chooseCountry);
    return exchange;
  }

  async function chooseCountry(event) {
    event.preventDefault();
    const { target, submitter } = event;
    const fields = new FormData(target, submitter);
    try {
      const { reply } = await post(target.action, fields, target.dataset.turn, PAUSES);
      const exchange = decorate(reply.querySelector(".exchange"));
      target.closest(".exchange").replaceWith(exchange);
      byId("country").value = submitter.value;
      // The tools read the choice from the token; that of an earlier reply knows nothing of the later ones.
      if (!exchange.nextElementSibling) byId("state").value = reply.dataset.state;
      exchange.querySelector(`[name=country][value=${submitter.value}]`).focus({ preventScroll: true });
    } catch {
      announce("The connection was lost. All numbers are still shown.");
    }
  }

  function leave(event) {
    event.preventDefault();
    document.documentElement.hidden = true;
    draft.keep("");
    const { href } = event.target;
    try {
      top.location.replace(href);
    } catch {
      location.replace(href);
    }
  }

  // A tab may be forbidden to keep anything; then there are no drafts.
  const draft = {
    name: "allyship-coach-draft",
    keep(text) {
      try {
        if (text) sessionStorage.setItem(this.name, text);
        else sessionStorage.removeItem(this.name);
      } catch {}
    },
    get kept() {
      try {
        return sessionStorage.getItem(this.name) ?? "";
      } catch {
        return "";
      }
    },
  };

  // Without script a one-line input sends on Enter; with it there is room for several lines.
  function upgrade(input) {
    const area = make("textarea", { rows: 1 });
    for (const { name, value } of input.attributes) {
      if (!["type", "value"].includes(name)) area.setAttribute(name, value);
    }
    area.value = input.value || draft.kept;
    const focused = document.activeElement === input;
    input.replaceWith(area);
    if (focused) area.focus({ preventScroll: true });
    return area;
  }

  function converse(form) {
    const log = byId("log");
    const state = byId("state");
    const trouble = byId("trouble");
    const keepAll = byId("keep");
    const box = upgrade(byId("message"));
    const retry = make("button", { className: "plain", textContent: "Try again", hidden: true });
    // What was asked appears at once; it is read out with its reply, not before.
    const pending = make("div", { className: "pending", hidden: true });
    pending.setAttribute("aria-hidden", "true");
    log.after(pending);
    trouble.after(retry);

    function tell(text, { again = false } = {}) {
      trouble.textContent = text;
      if (!again && document.activeElement === retry) box.focus({ preventScroll: true });
      retry.hidden = !again;
      for (const [name, value] of [["aria-invalid", "true"], ["aria-describedby", "trouble"]]) {
        if (text) box.setAttribute(name, value);
        else box.removeAttribute(name);
      }
    }

    function wait(message) {
      form.setAttribute("aria-busy", "true");
      tell("");
      draft.keep([message, box.value].filter(Boolean).join("\n"));
      if (!message.trim()) return;
      const said = make("span", { className: "said", dir: "auto", textContent: message });
      pending.replaceChildren(make("div", { className: "asked" }, said), make("p", { className: "waiting", textContent: "Looking" }));
      pending.hidden = false;
      begin();
      pending.scrollIntoView({ block: "start" });
    }

    function stopWaiting() {
      form.removeAttribute("aria-busy");
      pending.hidden = true;
      pending.replaceChildren();
    }

    // What could not be sent stands in the box again, before whatever was typed since.
    function giveBack(message) {
      box.value = [message, box.value].filter(Boolean).join("\n");
      draft.keep(box.value);
    }

    async function ask(message, typed) {
      if (form.getAttribute("aria-busy")) return;
      if (typed) box.value = "";
      wait(message);
      const fields = { message, state: state.value, country: byId("country").value };
      try {
        const { reply, code } = await post(form.action, fields, log.children.length, PAUSES);
        stopWaiting();
        if (!reply) throw new Error(String(code));
        state.value = reply.dataset.state;
        const exchange = reply.querySelector(".exchange");
        if (exchange) return show(exchange, message);
        tell(reply.dataset.trouble, { again: code === 503 });
        giveBack(message);
      } catch {
        stopWaiting();
        tell(LOST, { again: true });
        giveBack(message);
      }
    }

    function show(exchange, message) {
      draft.keep(box.value);
      log.append(decorate(exchange));
      keepAll.hidden = false;
      keepAll.append(make("input", { type: "hidden", name: "said", value: message }));
      while (isFull()) keepAll.querySelector("[name=said]").remove();
      exchange.scrollIntoView({ block: "start" });
    }

    function isFull() {
      const said = new FormData(keepAll).getAll("said");
      return said.length > MOST_SAID || said.map(encodeURIComponent).join("&said=").length > ROOM_FOR_SAID;
    }

    // A tool, and the chat after it, hand on what was asked.
    function handOn() {
      for (const old of form.querySelectorAll("[name=said]")) old.remove();
      for (const said of keepAll.querySelectorAll("[name=said]")) form.append(said.cloneNode());
    }

    // The first message takes the place of the welcome; the heading stays for those who listen to the page.
    function begin() {
      const welcome = document.querySelector(".welcome");
      if (!welcome) return;
      const greetings = [...document.querySelectorAll(".welcome p, .openings")];
      if (greetings.some((greeting) => greeting.contains(document.activeElement))) box.focus({ preventScroll: true });
      for (const greeting of greetings) greeting.remove();
      welcome.className = "sr";
      byId("afresh").hidden = false;
      // The conversation stands in this tab only.
      const library = document.querySelector(".ways a[href$=library]");
      library.target = "_blank";
      library.setAttribute("aria-describedby", "new-tab");
    }

    form.addEventListener("submit", (event) => {
      // A button with an address of its own leads to another page.
      if (event.submitter?.hasAttribute("formaction")) return handOn();
      event.preventDefault();
      const suggested = event.submitter?.name === "suggestion";
      ask(suggested ? event.submitter.value : box.value, !suggested);
    });
    box.addEventListener("input", () => draft.keep(box.value));
    box.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowUp" && !box.value) {
        box.value = [...log.querySelectorAll(".said")].at(-1)?.textContent ?? "";
        event.preventDefault();
      }
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      form.requestSubmit();
    });
    // In a frame the cursor goes to the box when the frame is entered.
    if (parent !== window) document.hasFocus() ? box.focus() : addEventListener("focus", () => box.focus(), { once: true });
    equip(keepAll);
    for (const exchange of log.children) decorate(exchange);
  }

  /* The library. */

  function lookForSection() {
    const gone = byId("gone");
    if (gone) gone.hidden = location.hash.length < 2 || Boolean(byId(location.hash.slice(1)));
  }
  addEventListener("hashchange", lookForSection);
  lookForSection();

  // On the page of a plan too, which may point to people.
  document.addEventListener("click", (event) => event.target.closest("[data-leave]") && leave(event));

  const form = byId("ask");
  if (form && byId("log")) converse(form);
  else decorate(document);
})();
