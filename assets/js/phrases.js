import { isComposing } from "./typing.js";
import { say } from "./words.js";

const TALLEST = 360;
const pop = Object.assign(document.createElement("div"), { id: "phrases", className: "pop phrases", popover: "auto", role: "dialog" });
const been = new WeakSet();
let field = null;
let isLoaded = false;

const box = () => pop.querySelector("input");
const options = () => [...pop.querySelectorAll("[role=option]:not([hidden])")];
const chosen = () => pop.querySelector("[aria-selected=true]");

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) box().setAttribute("aria-activedescendant", option.id);
  else box().removeAttribute("aria-activedescendant");
}

function move(step) {
  const all = options();
  if (all.length) choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
}

function narrow() {
  const words = box().value.trim().toLowerCase();
  for (const one of pop.querySelectorAll("[role=option]")) one.hidden = !one.textContent.toLowerCase().includes(words);
  const all = options();
  pop.querySelector("[role=listbox]").hidden = !all.length;
  pop.querySelector(".empty").hidden = all.length > 0;
  choose(all[0]);
}

function begin() {
  if (!box()) return;
  box().value = "";
  narrow();
  // A finger has no use for a keyboard over half of the list.
  if (!matchMedia("(pointer: coarse)").matches) box().focus({ preventScroll: true });
}

async function load() {
  const answer = await fetch(`/me/phrases/pick/?at=${encodeURIComponent(location.pathname)}`).catch(() => null);
  isLoaded = Boolean(answer?.ok && !answer.redirected);
  if (isLoaded) pop.innerHTML = await answer.text();
  else pop.textContent = say("unreached");
  if (pop.matches(":popover-open")) begin();
}

function insert(option) {
  const text = option.querySelector("[data-text]").textContent;
  pop.hidePopover();
  if (!been.has(field)) field.selectionStart = field.selectionEnd = field.value.length;
  field.focus();
  // By the browser's own command, so that Ctrl+Z takes it back.
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// Where the cursor stands counts only in a field that somebody has been in; else the text goes to its end.
const note = (element) => element?.matches?.("textarea") && been.add(element);
note(document.activeElement);
document.addEventListener("focusin", ({ target }) => note(target));

document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest("[data-phrases]");
    if (!button) return;
    field = document.getElementById(button.dataset.phrases);
    const home = button.closest("dialog") ?? document.getElementById("main");
    pop.setAttribute("aria-label", button.textContent.trim());
    if (pop.parentElement !== home) home.append(pop);
  },
  true,
);

pop.addEventListener("beforetoggle", ({ newState }) => {
  if (newState !== "open") return;
  const lowest = innerHeight - Math.min(TALLEST, innerHeight - 16) - 8;
  pop.style.top = `${Math.max(8, Math.min(Number.parseFloat(pop.style.top), lowest))}px`;
});
pop.addEventListener("toggle", ({ newState }) => {
  if (newState !== "open") return;
  if (isLoaded) begin();
  else load();
});
pop.addEventListener("input", narrow);
pop.addEventListener("keydown", (event) => {
  if (isComposing(event)) return;
  if (event.key === "Escape") {
    event.preventDefault();
    pop.hidePopover();
    field.focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && event.target === box()) {
    event.preventDefault();
    if (chosen()) insert(chosen());
  }
});
pop.addEventListener("mousedown", (event) => event.target.closest("[role=option]") && event.preventDefault());
pop.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) insert(option);
});
