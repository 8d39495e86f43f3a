import { isComposing } from "./typing.js";

const box = document.querySelector("[data-search]");
const list = document.getElementById("suggestions");

const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");

function show(open) {
  list.hidden = !open;
  box.setAttribute("aria-expanded", String(open));
  if (!open) choose(null);
}

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) box.setAttribute("aria-activedescendant", option.id);
  else box.removeAttribute("aria-activedescendant");
}

function move(step) {
  const all = options();
  if (!all.length) return;
  const at = all.indexOf(chosen()) + step;
  choose(at < 0 || at >= all.length ? null : all[at]);
}

// What is being composed is no word yet: the letters of an input method are asked for by nobody.
function ask(event) {
  if (isComposing(event)) return;
  if (box.value.trim()) htmx.trigger(box, "ask");
  else show(false);
}

if (box && list) {
  box.addEventListener("input", ask);
  box.addEventListener("compositionend", () => setTimeout(() => ask(new Event("input"))));
  box.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    if (event.key === "Escape") show(false);
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : options().indexOf(chosen()) < 0 ? options().length : -1);
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      location.assign(chosen().dataset.url);
    }
  });
  list.addEventListener("htmx:afterSwap", () => {
    choose(null);
    show(document.activeElement === box && Boolean(list.children.length));
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // The box keeps the focus.
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
  box.addEventListener("focus", () => list.children.length && box.value.trim() && show(true));
  box.addEventListener("blur", () => show(false));
}
