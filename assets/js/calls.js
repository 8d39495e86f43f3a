// The hotline's form: which part of the reply shows, and moves between fields without a mouse.
import { isComposing } from "./typing.js";

const show = (root = document) => {
  for (const choice of root.querySelectorAll("[data-shows]")) {
    const part = document.getElementById(choice.dataset.shows);
    if (part) part.hidden = !choice.checked;
  }
};

document.addEventListener("change", (event) => {
  const picks = event.target.dataset?.picks;
  const other = picks && document.getElementById(picks);
  if (other && !other.checked) {
    other.checked = true;
    other.dispatchEvent(new Event("change", { bubbles: true }));
  }
  show();
});

document.addEventListener("keydown", (event) => {
  const next = event.target.dataset?.next;
  if (event.key !== "Enter" || !next || event.ctrlKey || event.metaKey || isComposing(event)) return;
  event.preventDefault();
  document.getElementById(next)?.focus();
});

show();
