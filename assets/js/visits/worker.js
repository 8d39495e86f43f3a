// Keeps the telephone's page and what it is drawn with. From the network while there is one, so it never grows old.
const SHELL = "chengnuo-visits";
const page = new URL(self.registration.scope).pathname;

async function install() {
  const shell = await caches.open(SHELL);
  const answer = await fetch(page, { cache: "reload" });
  if (!answer.ok || answer.redirected) throw new Error("not signed in");
  const text = await answer.clone().text();
  const parts = new Set([...text.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map(([, url]) => url));
  const css = [...parts].find((url) => url.endsWith("/app.css"));
  if (css) parts.add(css.replace(/app\.css$/, "inter.woff2"));
  await shell.put(page, answer);
  await shell.addAll([...parts]);
}

async function fresh(request, key) {
  try {
    const answer = await fetch(request);
    if (answer.status >= 500) throw new Error(answer.status);
    if (answer.ok && !answer.redirected && answer.type === "basic") (await caches.open(SHELL)).put(key, answer.clone());
    return answer;
  } catch (fault) {
    const kept = await caches.match(key, { cacheName: SHELL });
    if (kept) return kept;
    throw fault;
  }
}

self.addEventListener("install", (event) => event.waitUntil(install().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === page) event.respondWith(fresh(request, page));
  else if (url.pathname.startsWith("/static/")) event.respondWith(fresh(request, url.pathname));
});
