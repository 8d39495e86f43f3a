import { isComposing, isText } from "./typing.js";

const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
const current = () => document.querySelector("[data-row].is-key");

function choose(row, focus = true) {
  current()?.classList.remove("is-key");
  row.classList.add("is-key");
  if (!focus) return;
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  const at = all.indexOf(current());
  const next = at < 0 ? all[0] : all[Math.min(Math.max(at + by, 0), all.length - 1)];
  if (next) choose(next);
}

const acts = {
  j: () => step(1),
  k: () => step(-1),
  Enter: (row) => (row?.querySelector("[data-do]") ?? row?.querySelector("a[href]:not(.tag)"))?.click(),
  u: (row) => row?.querySelector("[data-urge]")?.click(),
  x: (row) => row?.querySelector("[data-pick]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isComposing(event) || isText(event.target) || !acts[event.key] || !rows().length) return;
  if (document.querySelector("dialog[open]")) return;
  const onRow = event.target === document.body || event.target.id === "main" || event.target.matches("[data-row]");
  if (event.key === "Enter" && !onRow) return;
  event.preventDefault();
  acts[event.key](current());
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (row && row !== current()) choose(row, false);
});

function count() {
  const picks = [...document.querySelectorAll("[data-pick]")];
  const picked = picks.filter((pick) => pick.checked);
  for (const pick of picks) pick.closest("[data-row]")?.classList.toggle("is-picked", pick.checked);
  for (const place of document.querySelectorAll("[data-picked-count]")) place.textContent = picked.length;
  for (const part of document.querySelectorAll("[data-when-picked]")) part.hidden = !picked.length;
  for (const all of document.querySelectorAll("[data-pick-all]")) {
    all.checked = picked.length > 0 && picked.length === picks.length;
    all.indeterminate = picked.length > 0 && picked.length < picks.length;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick-all]")) {
    for (const pick of document.querySelectorAll("[data-pick]")) pick.checked = event.target.checked;
  }
  if (event.target.matches("[data-pick-all], [data-pick]")) count();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-pick-none]")) return;
  for (const pick of document.querySelectorAll("[data-pick]")) pick.checked = false;
  count();
});

document.addEventListener("htmx:afterSwap", count);
count();
