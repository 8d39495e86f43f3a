document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  // Without a secure address there is no clipboard: what is selected is one key away.
  await navigator.clipboard?.writeText(field.value);
  if (navigator.clipboard) button.lastChild.textContent = button.dataset.copied;
});
