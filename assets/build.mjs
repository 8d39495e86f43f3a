import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { context } from "esbuild";

const out = "chengnuo/static/build";
const fonts = "chengnuo/kit/documents/fonts";
const noto = "node_modules/@expo-google-fonts/noto-sans-sc";
const inter = "node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";

async function sprite() {
  const names = (await readFile("assets/icons.txt", "utf8")).split(/\s+/).filter(Boolean);
  const symbols = names.map(async (name) => {
    const svg = await readFile(`node_modules/@tabler/icons/icons/outline/${name}.svg`, "utf8");
    const paths = svg.match(/<(?:path|circle|rect|line|polyline)\b[^>]*>/g).filter((path) => !path.includes('fill="none"'));
    return `<symbol id="${name}" viewBox="0 0 24 24">${paths.join("")}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${(await Promise.all(symbols)).join("\n")}</svg>\n`;
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await copyFile(inter, `${out}/inter.woff2`);
await copyFile("assets/favicon.svg", `${out}/favicon.svg`);
await copyFile("assets/visits.webmanifest", `${out}/visits.webmanifest`);
// For printed forms alone: no browser gets them.
await rm(fonts, { recursive: true, force: true });
await mkdir(fonts, { recursive: true });
for (const weight of ["400Regular", "700Bold"]) {
  await copyFile(`${noto}/${weight}/NotoSansSC_${weight}.ttf`, `${fonts}/NotoSansSC_${weight}.ttf`);
}
await copyFile(`${noto}/LICENSE_FONT`, `${fonts}/LICENSE`);
await writeFile(`${out}/sprite.svg`, await sprite());

const build = await context({
  entryPoints: [
    { in: "assets/js/app.js", out: "app" },
    { in: "assets/js/charts.js", out: "charts" },
    { in: "assets/js/visits/survey.js", out: "visits" },
    { in: "assets/js/visits/phone.js", out: "visits-phone" },
    { in: "assets/js/visits/worker.js", out: "visits-worker" },
    { in: "assets/css/app.css", out: "app" },
  ],
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome120", "firefox125", "safari17.4"],
  external: ["*.woff2"],
  logLevel: "info",
});
if (process.argv.includes("--watch")) {
  await build.watch();
} else {
  await build.rebuild();
  await build.dispose();
}
