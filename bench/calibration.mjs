// How well area and TDP fit published chips, and how stable rankings are: prints docs/calibration.md and writes it.
//
//   npm run build && npm run bench:calibration
import { readFileSync, readdirSync } from "node:fs";
import { writePage } from "./markdown-page.mjs";

/** @type {(path: string) => URL} */
const at = (path) => new URL(path, import.meta.url);
/** @type {typeof import("../src/report/calibration-report.ts")} */
const { calibrationReport } = await import(at("../dist/report/calibration-report.js").href);
/** @type {typeof import("../src/search/sample-designs.ts")} */
const { sampleDesigns } = await import(at("../dist/search/sample-designs.js").href);
/** @type {typeof import("../src/index.ts")} */
const { parseDesign, parseSpace } = await import(at("../dist/index.js").href);

/** @param {string} folder */
const designsIn = (folder) =>
  readdirSync(at(folder))
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => parseDesign(readFileSync(at(folder + file), "utf8"), file));

const presets = designsIn("../designs/");
const all = new Map([...presets, ...designsIn("calibration/")].map((design) => [design.name, design]));
/** @param {string} name */
const design = (name) => {
  const found = all.get(name);
  if (found === undefined) throw new Error(`no design is called ${name}`);
  return found;
};
const space = parseSpace(readFileSync(at("../spaces/fast.json"), "utf8"), "fast.json");
const sample = sampleDesigns(space, { count: 200, seed: 1, limit: design("tpu-v3-7nm") });

const page = calibrationReport({ design, presets, sample });
await writePage(at("../docs/calibration.md"), page);
