/* Puts the Allyship Coach on a page: <script src="https://coach.example.org/widget.js" async></script> */
"use strict";
(() => {
  const home = new URL(document.currentScript.src).origin;
  const open = document.createElement("button");
  const frame = document.createElement("iframe");
  // Set property by property, which a page's content security policy allows.
  const style = (element, rules) => Object.assign(element.style, rules);

  open.type = "button";
  open.textContent = "Allyship Coach";
  open.setAttribute("aria-expanded", "false");
  style(open, {
    position: "fixed", insetInlineEnd: "1rem", insetBlockEnd: "1rem", zIndex: "2147483000", minHeight: "48px", padding: ".6rem 1.3rem",
    border: "2px solid #fff", borderRadius: "1.6rem", background: "#0b6355", color: "#fff", font: "600 1rem/1.2 system-ui, sans-serif", cursor: "pointer",
  });
  frame.title = "Allyship Coach";
  frame.hidden = true;
  frame.allow = "clipboard-write";
  style(frame, {
    position: "fixed", insetInlineEnd: "1rem", insetBlockEnd: "5rem", zIndex: "2147483000", width: "min(26rem, calc(100vw - 2rem))",
    height: "min(44rem, calc(100vh - 6rem))", border: "1px solid #545f59", borderRadius: "1rem", background: "Canvas", colorScheme: "light dark",
  });

  function show(shown) {
    // The chat is fetched when it is first opened, and stays as it was left.
    if (shown && !frame.src) frame.src = `${home}/`;
    frame.hidden = !shown;
    style(frame, { display: shown ? "block" : "none" });
    open.setAttribute("aria-expanded", String(shown));
    (shown ? frame : open).focus();
  }

  open.addEventListener("click", () => show(frame.hidden));
  addEventListener("keydown", (event) => event.key === "Escape" && !frame.hidden && show(false));
  // Escape pressed inside the frame.
  addEventListener("message", (event) => {
    if (event.origin === home && event.source === frame.contentWindow && event.data === "allyship-coach:close") show(false);
  });

  const place = () => document.body.append(open, frame);
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place);
})();
