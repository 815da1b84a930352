// Bundles the command line, with the packages that it needs, into dist/program/, which bin/fastc.js runs: npm run build
//
// To find, read and link some 600 modules one by one takes longer than most commands run. Each command stays a file of
// its own that is loaded when it is called. Source maps lead stack traces back to src/ (FASTC_DEBUG=1).
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "dist", "program");

/**
 * The folder of the package that a module belongs to; undefined for modules of fastc.
 * @param {string} module path of a file
 */
function packageFolder(module) {
  const marker = `${sep}node_modules${sep}`;
  const start = module.lastIndexOf(marker);
  if (start < 0) return undefined;
  const [first = "", second = ""] = module.slice(start + marker.length).split(sep);
  return module.slice(0, start + marker.length) + (first.startsWith("@") ? join(first, second) : first);
}

/**
 * What a package asks to be passed on with copies of it: its licence, and its notice where it has one.
 * @param {string} path folder of the package
 */
function licenceText(path) {
  const { name, version, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
  const files = readdirSync(path).filter((file) => /^(licen[cs]e|copying|notice)\b/i.test(file));
  if (files.length === 0) throw new Error(`${name} has no licence file: it cannot be bundled`);
  const texts = files.sort().map((file) => readFileSync(join(path, file), "utf8").trim());
  return `${name} ${version} (${license})\n\n${texts.join("\n\n")}\n`;
}

const bundle = await rolldown({
  input: { main: join(root, "src", "cli", "main.ts") },
  platform: "node",
  external: ["onnxruntime-node"],
  onLog(level, log) {
    if (level === "warn") throw new Error(log.message);
  },
});
const { output } = await bundle.write({
  dir: folder,
  entryFileNames: "[name].js",
  chunkFileNames: "[name]-[hash].js",
  sourcemap: true,
  sourcemapExcludeSources: true,
  comments: { legal: true, annotation: false, jsdoc: false },
  // Spares a check at each use of a name of the top level that it has its value by now.
  topLevelVar: true,
});
await bundle.close();

const modules = output.flatMap((file) => (file.type === "chunk" ? Object.keys(file.modules) : []));
const packages = new Set(modules.flatMap((module) => packageFolder(module) ?? []));
const header = "The files of this folder contain parts of the following packages.\n";
const licences = [...packages].sort().map(licenceText);
writeFileSync(join(folder, "LICENSES.txt"), [header, ...licences].join(`\n${"-".repeat(80)}\n\n`));
