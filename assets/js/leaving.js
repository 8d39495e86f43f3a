// A sign-out clears what pages kept on this device. Somebody who has something there that was never sent is asked.
import { say } from "./words.js";

async function waiting() {
  const known = (await indexedDB.databases?.()) ?? [];
  if (!known.some(({ name }) => name === "chengnuo-visits")) return 0;
  return new Promise((resolve) => {
    const request = indexedDB.open("chengnuo-visits");
    request.onerror = () => resolve(0);
    request.onsuccess = () => {
      const db = request.result;
      if (!db.objectStoreNames.contains("queue")) return resolve(0);
      const count = db.transaction("queue").objectStore("queue").count();
      count.onsuccess = () => resolve(count.result);
      count.onerror = () => resolve(0);
      return db.close();
    };
  });
}

for (const form of document.querySelectorAll('form[action$="/sign-out/"]')) {
  form.addEventListener("submit", async (event) => {
    if (form.dataset.asked) return;
    event.preventDefault();
    const count = await waiting().catch(() => 0);
    if (count && !confirm(say("unsent", count))) return;
    form.dataset.asked = "1";
    form.requestSubmit();
  });
}
