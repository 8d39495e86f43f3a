import { isComposing } from "./typing.js";

document.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Enter" && isComposing(event) && event.target.matches?.("input")) event.preventDefault();
  },
  true,
);

const buttons = (form) => [...form.elements].filter((element) => element.matches("button:not([type=button])"));

document.addEventListener("submit", (event) => {
  const form = event.target;
  const method = event.submitter?.getAttribute("formmethod") ?? form.method;
  if (method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  // What opens beside the page may be asked for again.
  if (form.matches("[hx-post], [target=_blank]")) return;
  form.dataset.sent = "1";
  // After this event, so that the pressed button's own value still travels with the form.
  setTimeout(() => buttons(form).forEach((button) => (button.disabled = true)));
});

addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of buttons(form)) button.disabled = false;
  }
});

document.addEventListener("click", (event) => {
  const fill = event.target.closest("[data-fill]");
  if (!fill) return;
  const field = document.getElementById(fill.dataset.fill);
  if (!field) return;
  if (field.matches("[type=radio], [type=checkbox]")) field.checked = true;
  else field.value = fill.dataset.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.focus();
});
