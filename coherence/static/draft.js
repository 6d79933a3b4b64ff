// Keeps a draft of the answers on this device, and repeats a failed send. Everything works without it.
"use strict";

(() => {
  const prefix = "coherence-draft-";
  const form = document.querySelector("form[data-draft]");
  const forget = document.querySelector("[data-forget]");

  const days = 30;

  const store = {
    all: () => { try { return Object.keys(localStorage).filter((name) => name.startsWith(prefix)); } catch { return []; } },
    kept: (name) => { try { return JSON.parse(localStorage.getItem(name)) || {}; } catch { return {}; } },
    read: (key) => store.kept(prefix + key).answers || {},
    write: (key, answers) => { try { localStorage.setItem(prefix + key, JSON.stringify({ at: Date.now(), answers })); } catch { /* full or forbidden */ } },
    erase: (name) => { try { localStorage.removeItem(name); } catch { /* forbidden */ } },
  };

  // Nobody's answers lie on a device for ever because they were never sent.
  for (const name of store.all()) if (!(Date.now() - store.kept(name).at < days * 86400e3)) store.erase(name);

  if (forget && forget.dataset.forget) store.erase(prefix + forget.dataset.forget);
  if (!form || !form.dataset.draft) return;

  const key = form.dataset.draft;
  const answers = () => {
    const found = {};
    for (const [name, value] of new FormData(form)) if (name !== "csrf_token" && value !== "") found[name] = value;
    return found;
  };

  // What an earlier visit left: shown where the page has no answer yet, hidden where it does not ask.
  const kept = store.read(key);
  const present = answers();
  for (const [name, value] of Object.entries(kept)) {
    if (name in present) continue;
    const fields = form.elements.namedItem(name);
    if (fields === null) {
      const hidden = document.createElement("input");
      Object.assign(hidden, { type: "hidden", name, value });
      form.append(hidden);
    } else if (fields instanceof RadioNodeList || fields instanceof HTMLTextAreaElement) {
      fields.value = value;
    }
  }
  const save = () => store.write(key, answers());
  form.addEventListener("change", save);
  form.addEventListener("input", save);
  form.addEventListener("submit", save);

  if (!("send" in form.dataset)) return;
  const trouble = form.querySelector("[data-trouble]");
  const send = form.querySelector("button:not([formaction])");
  const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

  form.addEventListener("submit", async (event) => {
    if (event.submitter && event.submitter !== send) return;
    event.preventDefault();
    send.disabled = true;
    for (let wait = 2; ; wait = Math.min(wait * 2, 60)) {
      try {
        const reply = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
        if (reply.status < 500) {
          if (reply.redirected) { location.replace(reply.url); return; }
          break; // the server has something to say about the answers: let it show its own page
        }
      } catch { /* no connection */ }
      trouble.hidden = false;
      await pause(wait);
    }
    send.disabled = false;
    form.submit();
  });
})();
