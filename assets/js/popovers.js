let opener = null;

document.addEventListener("click", (event) => (opener = event.target.closest("[popovertarget]")), true);

function place(pop, button) {
  const at = button.getBoundingClientRect();
  const end = at.left + at.width / 2 > innerWidth / 2;
  pop.style.top = `${at.bottom + 4}px`;
  pop.style.left = end ? "auto" : `${Math.max(8, at.left)}px`;
  pop.style.right = end ? `${Math.max(8, document.documentElement.clientWidth - at.right)}px` : "auto";
}

document.addEventListener(
  "beforetoggle",
  (event) => {
    const pop = event.target;
    if (event.newState !== "open" || !pop.matches?.(".pop[popover]")) return;
    const button = opener?.getAttribute("popovertarget") === pop.id ? opener : document.querySelector(`[popovertarget="${pop.id}"]`);
    if (button) place(pop, button);
  },
  true,
);

addEventListener("scroll", () => document.querySelector(".pop:popover-open")?.hidePopover(), { passive: true });

document.addEventListener("click", (event) => {
  const open = event.target.closest("[data-dialog]");
  if (open) document.getElementById(open.dataset.dialog)?.showModal();
  if (event.target.closest("[data-close]") || event.target.matches("dialog")) event.target.closest("dialog")?.close();
});
