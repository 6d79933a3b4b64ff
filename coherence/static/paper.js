// Types a paper sheet with the keyboard alone: a digit marks a box and goes on. Everything works without it.
// Nothing is kept: no draft, no address, no entry in the browser's history.
"use strict";

(() => {
  const sheet = () => document.querySelector("form[data-typing]");
  if (!sheet()) return;

  let typed = sheet().querySelector("[data-key]:not([data-key='-']):checked") !== null;
  let oneOfTen = null; // a rating where 1 was typed, which a 0 may make 10

  const stops = () => [...sheet().querySelectorAll("#code, .row, [data-stop]")];
  const stopOf = (element) => element.closest(".row") || element;
  const placeIn = (stop) => stop.querySelector(":checked, textarea") || stop.querySelector("input") || stop;

  const go = (from, step) => {
    const all = stops();
    const next = all[all.indexOf(stopOf(from)) + step];
    oneOfTen = null;
    if (!next) return;
    placeIn(next).focus({ preventScroll: true });
    next.scrollIntoView({ block: "center" });
  };

  const mark = (row, key) => {
    const box = row.querySelector(`[data-key="${key}"]`);
    if (!box) return;
    box.checked = typed = true;
    box.focus({ preventScroll: true });
    if (key !== "1" || !row.querySelector('[data-key="10"]')) return go(row, 1);
    oneOfTen = row;
  };

  const digit = (row, key) => {
    if (row !== oneOfTen) return mark(row, key);
    if (key === "0") return mark(row, "10");
    go(row, 1);
    const next = document.activeElement.closest(".row");
    if (next && document.activeElement.type === "radio") mark(next, key);
  };

  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (!sheet().contains(at) || event.ctrlKey || event.altKey || event.metaKey) return;
    const choosing = at.type === "radio";
    const writing = at.matches("textarea");
    const pressing = at.matches("a, button");
    const key = event.key;
    if (writing || (event.repeat && key === "Enter")) return;
    if (choosing && /^[0-9-]$/.test(key)) digit(at.closest(".row"), key);
    else if ((key === "Enter" && !pressing) || key === "ArrowDown") go(at, 1);
    else if (key === "ArrowUp" || (key === "Backspace" && at.id !== "code")) go(at, -1);
    else return;
    event.preventDefault();
  });

  const show = (page, reply) => {
    document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
    document.title = page.title;
    typed = !reply.redirected;
    history.replaceState(null, "", sheet().getAttribute("action"));
    const first = sheet().querySelector("[autofocus]");
    scrollTo(0, 0);
    first.focus();
  };

  document.addEventListener("input", () => { typed = true; });

  document.addEventListener("submit", async (event) => {
    const form = sheet();
    if (event.target !== form) return;
    event.preventDefault();
    const button = form.querySelector("button[data-stop]");
    if (button.disabled) return;
    const tell = (trouble) => {
      for (const note of form.querySelectorAll("[data-trouble]")) note.hidden = note.dataset.trouble !== trouble;
    };
    const to = event.submitter && event.submitter.formAction ? event.submitter.formAction : form.action;
    const body = new URLSearchParams(new FormData(form, event.submitter));
    tell("");
    button.disabled = true;
    try {
      const reply = await fetch(to, { method: "POST", body, cache: "no-store" });
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      if (page.querySelector("form[data-typing]")) return show(page, reply);
      tell(reply.redirected ? "out" : "away");
    } catch {
      tell("away");
    }
    button.disabled = false;
  });

  // Half a sheet is not lost by a slip of the hand, and the browser's way back brings up none.
  addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
