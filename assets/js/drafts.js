import { say } from "./words.js";

const never = new Set(["csrfmiddlewaretoken", "once"]);

for (const form of document.querySelectorAll("form[data-draft]")) {
  const changed = new Set();
  const mark = form.querySelector("[data-draft-mark]");
  let timer = 0;

  async function save(keepalive = false) {
    clearTimeout(timer);
    if (!changed.size) return;
    const names = [...changed];
    const all = new FormData(form);
    const body = new URLSearchParams();
    for (const name of names) {
      const values = all.getAll(name).filter((value) => typeof value === "string");
      for (const value of values.length ? values : [""]) body.append(name, value);
    }
    changed.clear();
    try {
      const token = all.get("csrfmiddlewaretoken");
      const answer = await fetch(form.dataset.draft, { method: "POST", body, keepalive, headers: { "X-CSRFToken": token } });
      if (!answer.ok) throw new Error(answer.status);
      if (mark) mark.textContent = say("saved", new Date().toLocaleTimeString("en-GB"));
    } catch {
      names.forEach((name) => changed.add(name));
      if (mark) mark.textContent = say("unsaved");
      timer = setTimeout(save, 10000);
    }
  }

  function note(...names) {
    names.forEach((name) => changed.add(name));
    clearTimeout(timer);
    timer = setTimeout(save, 800);
  }

  // On the document: a field may stand outside the form that it belongs to.
  document.addEventListener("input", ({ target }) => {
    if (target.form !== form || !target.name || never.has(target.name)) return;
    if (!target.matches("[type=password], [type=file]")) note(target.name);
  });
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    const part = target.closest("[data-draft-names]");
    if (part?.dataset.draftForm === form.id && changed.size + timer) note(...part.dataset.draftNames.split(" "));
  });
  form.querySelector("[data-discard]")?.addEventListener("click", async () => {
    clearTimeout(timer);
    changed.clear();
    const headers = { "X-CSRFToken": new FormData(form).get("csrfmiddlewaretoken") };
    await fetch(form.dataset.draft, { method: "DELETE", headers }).catch(() => {});
    location.replace(location.pathname);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    changed.clear();
  });
  addEventListener("pagehide", () => save(true));
}
