// The survey's page: the pad writes its strokes into the form, and of the ways to sign only the chosen one is seen.
import { pad, strokes } from "./pad.js";

for (const place of document.querySelectorAll("[data-pad]")) {
  const field = document.getElementById(place.dataset.pad);
  const made = pad(place.querySelector("canvas"), () => {
    field.value = JSON.stringify(strokes(made.toData()));
  });
  place.querySelector("[data-pad-clear]").addEventListener("click", () => {
    made.clear();
    field.value = "";
  });
}

const parts = document.querySelectorAll("[data-for]");
function show() {
  const chosen = document.querySelector("[name=outcome]:checked")?.value;
  for (const part of parts) part.hidden = !part.dataset.for.split(" ").includes(chosen);
}
if (parts.length) {
  document.addEventListener("change", ({ target }) => target.name === "outcome" && show());
  show();
}
