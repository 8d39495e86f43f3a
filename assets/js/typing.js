const pressed = new Set(["checkbox", "radio", "button", "submit", "reset", "file"]);

export const isComposing = (event) => event.isComposing || event.keyCode === 229;

export const isText = (element) =>
  element instanceof HTMLElement &&
  (element.isContentEditable ||
    element.matches("textarea, select") ||
    (element.matches("input") && !pressed.has(element.type)));
