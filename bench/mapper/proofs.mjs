// How well the mapper's answers are proven: every region of every model of a folder on every shipped design. Prints the page and
// writes it to docs/mapper-proofs.md.
//
//   npm run build && npm run bench:proofs [-- MODELS]
//
// MODELS is a folder of ONNX models (no weights needed), by default ../shared/corpus/models.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writePage } from "../markdown-page.mjs";
import { corpus, decide, designNames, fastc, readDesign, SolverCache } from "./regions.mjs";

const [folder = corpus] = process.argv.slice(2);
const options = fastc.compilerPresets.fastc;
const designs = designNames.map((name) => ({ name, design: readDesign(name), cache: new SolverCache() }));

/**
 * @typedef {object} Row
 * @property {string} model
 * @property {string} name
 * @property {string} kind
 * @property {string} boundBy
 * @property {number} cycles
 * @property {number} gap
 * @property {string} proof
 * @property {number} nodes
 */
/** @type {Map<string, Row[]>} */
const rows = new Map(designNames.map((name) => [name, []]));
/** @type {string[]} */
const left = [];
let imported = 0;

/** @param {string} file */
function sourceOf(file) {
  const content = readFileSync(join(folder, file));
  try {
    return fastc.workloadSource(content, { fileName: file, dims: {} });
  } catch {
    return fastc.workloadSource(content, { fileName: file, dims: { seq: 128 } });
  }
}

for (const file of readdirSync(folder).filter((name) => name.endsWith(".onnx"))) {
  const model = file.slice(0, -".onnx".length);
  try {
    const source = sourceOf(file);
    imported += 1;
    for (const { name, design, cache } of designs) {
      const batch = source.hasSymbolicBatch ? design.nativeBatch : source.batch;
      const compiled = decide(source.forBatch(batch), design, { ...options, cache });
      if (fastc.isInfeasible(compiled)) left.push(`${model} on ${name} (${compiled.reason})`);
      else
        for (const { certificate, ...region } of compiled.evaluation.regions)
          rows.get(name)?.push({ model, ...region, ...certificate });
    }
  } catch (error) {
    left.push(`${model} (${error instanceof Error ? (error.message.split("\n")[0] ?? "") : "not imported"})`);
  }
  console.error(model);
}

/** @param {number} value */
const percent = (value) => `${(100 * value).toFixed(2)} %`;
/** @param {readonly Row[]} list */
const cyclesOf = (list) => list.reduce((total, { cycles }) => total + cycles, 0);
/** @param {number} cycles @param {number} gap */
const above = (cycles, gap) => cycles - cycles / (1 + gap);

const table = [...rows].map(([design, list]) => {
  const count = (/** @type {string} */ proof) => list.filter((row) => row.proof === proof).length;
  const share = (/** @type {(row: Row) => boolean} */ holds) => percent(cyclesOf(list.filter(holds)) / cyclesOf(list));
  const excess = list.reduce((sum, { cycles, gap }) => sum + above(cycles, gap), 0);
  const cells = [
    list.length,
    count("bound"),
    count("exhausted"),
    count("budget"),
    share(({ proof }) => proof !== "budget"),
    share(({ gap }) => gap <= 0.01),
    percent(excess / (cyclesOf(list) - excess)),
  ];
  return `| ${design} | ${cells.join(" | ")} |`;
});

/** Regions with gaps above 1 % by kind and what binds them, those with most time above their bounds first. */
const gaps = [...rows].flatMap(([design, list]) => {
  /** @type {Map<string, Row[]>} */
  const groups = new Map();
  for (const row of list.filter(({ gap }) => gap > 0.01)) {
    const key = `${row.kind} | ${row.boundBy}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups]
    .filter(([, some]) => cyclesOf(some) / cyclesOf(list) >= 0.002)
    .sort(([, a], [, b]) => cyclesOf(b) - cyclesOf(a))
    .map(([key, some]) => {
      const [worst] = some.toSorted((a, b) => above(b.cycles, b.gap) - above(a.cycles, a.gap));
      const example = worst === undefined ? "" : `${worst.model} \`${worst.name}\`, ${percent(worst.gap)}`;
      return `| ${design} | ${key} | ${some.length} | ${percent(cyclesOf(some) / cyclesOf(list))} | ${example} |`;
    });
});
const nodes = [...rows.values()].flat().reduce((most, row) => Math.max(most, row.nodes), 0);

const page = `# How well mappings are proven

Written by \`npm run bench:proofs\`: every region of ${imported} models on every shipped design, with \`--compiler fastc\`, at the design's
native batch, or at the model's own where it is fixed. What the words mean: [cost-model.md](cost-model.md), section 8. "By time" is the
share of the cycles of all regions. A proof is that of the search, which knows no residency; a gap is to the bound at the residency that was
chosen. Most mappings that were costed for one region: ${nodes}.

| design | regions | by bound | exhausted | budget | proven, by time | gap ≤ 1 %, by time | gap of all |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${table.join("\n")}

## Gaps above 1 %

Kinds of regions with such gaps that take at least 0.2 % of a design's time, with the region that has most time above its bound.

| design | kind | bound by | regions | share of time | most above its bound |
| --- | --- | --- | ---: | ---: | --- |
${gaps.join("\n")}

Where such gaps come from: regions of which some tensors stay on chip and others do not (the search's bounds are for all or none; in
between, the bound is the larger of what PEs and buses take and what DRAM takes, without the fill of the first tiles); regions
that keep the mapping made for DRAM because the staging space of the one that is best on chip is not free; and small element-wise and
data-movement regions, whose bound leaves out the fill of the first strip.

Left out: ${left.length === 0 ? "nothing" : left.join("; ")}.
`;
await writePage(new URL("../../docs/mapper-proofs.md", import.meta.url), page);
