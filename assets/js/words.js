const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

export const say = (key, figure = "") => (words[key] ?? "%s").replace("%s", figure);
