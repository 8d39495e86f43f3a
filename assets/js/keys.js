import { isComposing, isText } from "./typing.js";

let goes = 0;

const visible = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

function target(key) {
  const all = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  return all.find((element) => visible(element) || visible(element.closest("label") ?? element)) ?? all[0];
}

function press(key) {
  const found = target(key);
  found?.click();
  return Boolean(found);
}

const fixed = {
  "/": () => document.querySelector("[data-search]")?.select(),
  "?": () => document.getElementById("keys")?.showModal(),
  g: () => (goes = Date.now()),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || isComposing(event)) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest?.("form") ?? document.querySelector("form:has([data-main])");
    if (form) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-main]"));
    }
    return;
  }
  if (event.ctrlKey || event.metaKey) return;
  if (event.altKey) {
    const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
    if (digit && press(digit)) event.preventDefault();
    return;
  }
  if (isText(event.target) || document.querySelector("dialog[open]")) return;
  if (Date.now() - goes < 1500) {
    goes = 0;
    const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    if (link) {
      event.preventDefault();
      link.click();
      return;
    }
  }
  if (fixed[event.key]) {
    event.preventDefault();
    fixed[event.key]();
  } else if (event.key.length === 1 && event.key !== " " && press(event.key)) {
    event.preventDefault();
  }
});
