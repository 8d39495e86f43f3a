// What scrolls sideways must be reachable by keyboard; what fits must not be one more stop on the way.
function mark() {
  for (const box of document.querySelectorAll(".table-wrap, .tabs")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

addEventListener("resize", mark);
document.addEventListener("htmx:afterSwap", mark);
mark();
