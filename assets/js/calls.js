// The hotline's form: one choice that brings another along, the case that a call is tied to, the way from field to field.
import { isComposing } from "./typing.js";

const row = document.getElementById("about-row");

function tie() {
  if (!row) return;
  const tied = document.querySelector("[name=about]:checked");
  row.hidden = !tied;
  row.querySelector(".tag").textContent = tied?.dataset.tie ?? "";
  row.querySelector(".clip").textContent = tied?.dataset.matter ?? "";
}

function pick(id) {
  const other = id && document.getElementById(id);
  if (!other || other.checked) return;
  other.checked = true;
  other.dispatchEvent(new Event("input", { bubbles: true }));
  other.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("change", ({ target }) => {
  pick(target.dataset?.picks);
  if (target.name !== "about") return;
  for (const other of document.querySelectorAll("[name=about]:checked")) if (other !== target) other.checked = false;
  tie();
});

document.addEventListener("click", (event) => {
  // A key may press a choice that is the set one already: that is no change, but it is meant.
  if (event.target.matches("[type=radio][data-picks]")) pick(event.target.dataset.picks);
  if (!event.target.closest("[data-untie]")) return;
  document.querySelector("[name=about]:checked")?.click();
  document.getElementById("id_content")?.focus();
});

// Another number is another caller: who was found for the old one must not travel with the new one.
document.getElementById("id_caller")?.addEventListener("input", () => document.querySelector("[name=who]")?.remove());

document.addEventListener("keydown", (event) => {
  const next = event.target.dataset?.next;
  if (event.key !== "Enter" || !next || event.ctrlKey || event.metaKey || isComposing(event)) return;
  event.preventDefault();
  document.getElementById(next)?.focus();
});

// An answer that was asked for before a case was tied, or untied, must not take that back.
let tiedBefore = null;
document.addEventListener("htmx:beforeSwap", () => {
  const choices = [...document.querySelectorAll("[name=about]")];
  tiedBefore = choices.length ? (choices.find((one) => one.checked)?.value ?? "") : null;
});
document.addEventListener("htmx:afterSwap", () => {
  if (tiedBefore !== null) for (const one of document.querySelectorAll("[name=about]")) one.checked = one.value === tiedBefore;
  tie();
});
tie();
