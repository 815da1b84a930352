/**
 * Simulated against analytic cycles: compiles models for all designs that come with fastc, simulates the schedules, and writes
 * `docs/simulation-agreement.md`. Models are the arguments, or those in `models/`.
 *
 *     npm run build && node bench/simulation.mjs ../shared/corpus/models/*.onnx
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** @type {typeof import("../src/index.ts")} */
const fastc = await import(new URL("../dist/index.js", import.meta.url).href);
const { compileModel, compilerPresets, parseDesign, simulateProgram } = fastc;

const root = fileURLToPath(new URL("..", import.meta.url));
const named = process.argv.slice(2);
const shipped = readdirSync(join(root, "models")).filter((file) => file.endsWith(".onnx"));
const models = named.length > 0 ? named : shipped.map((file) => join(root, "models", file));
const designs = readdirSync(join(root, "designs"))
  .filter((file) => file.endsWith(".json"))
  .map((file) => parseDesign(readFileSync(join(root, "designs", file), "utf8"), file));

/** @type {ReturnType<typeof compared>[]} */
const runs = [];
/** @type {string[]} */
const missing = [];
for (const design of designs) {
  for (const path of models) {
    const name = basename(path, ".onnx");
    try {
      runs.push(compared(path, name, design));
    } catch (error) {
      missing.push(`${name} on ${design.name}: ${String(error).split("\n")[0]}`);
    }
    process.stderr.write(`${design.name} ${name}\n`);
  }
}
writeFileSync(join(root, "docs", "simulation-agreement.md"), page());

/**
 * One model on one design: totals, and regions that take at least 1 % of the time by either count.
 *
 * @param {string} path
 * @param {string} name
 * @param {import("../src/index.ts").HardwareDesign} design
 */
function compared(path, name, design) {
  const { schedule } = compileModel(readFileSync(path), design, { fileName: path, compile: compilerPresets.fastc });
  const { model, program, evaluation } = schedule;
  const identity = { name: model.name, sha256: model.sha256, batch: model.batch };
  const { regions, totals, analyticCycles } = simulateProgram({ model: identity, design, program, evaluation });
  const large = regions.filter(
    (region) => region.analyticCycles >= 0.01 * analyticCycles.steady || region.cycles >= 0.01 * totals.steady.cycles,
  );
  const rows = large.map((region) => {
    const waits = Object.entries(region.stallCycles).sort((a, b) => b[1] - a[1])[0] ?? ["", 0];
    const difference = region.cycles / region.analyticCycles - 1;
    const share = region.analyticCycles / analyticCycles.steady;
    return {
      design: design.name,
      model: name,
      region: `${region.id} ${region.name}`,
      ...region,
      difference,
      share,
      waits,
    };
  });
  const difference = totals.steady.cycles / analyticCycles.steady - 1;
  return { design: design.name, model: name, difference, rows };
}

/** @param {number} value */
function percent(value) {
  return `${value > 0 ? "+" : ""}${(100 * value).toFixed(1)} %`;
}

function page() {
  /** @type {(value: { readonly difference: number }) => number} */
  const far = (value) => Math.abs(value.difference);
  const perDesign = designs.map(({ name }) => {
    const own = runs.filter((run) => run.design === name);
    const worst = [...own].sort((a, b) => far(b) - far(a))[0];
    const rows = own.flatMap((run) => run.rows);
    const outside = own.filter((run) => far(run) > 0.02).length;
    const outsideRows = rows.filter((row) => far(row) > 0.05).length;
    const cell = worst === undefined ? "" : `${worst.model} ${percent(worst.difference)}`;
    return `| ${name} | ${own.length} | ${outside} | ${cell} | ${rows.length} | ${outsideRows} |`;
  });
  const seen = new Set();
  const worst = runs
    .flatMap((run) => run.rows)
    .sort((a, b) => far(b) - far(a))
    .filter((row) => {
      const key = `${row.design} ${row.cycles} ${row.analyticCycles}`;
      return !seen.has(key) && seen.add(key);
    })
    .slice(0, 10)
    .map((row) => {
      const [cause, cycles] = row.waits;
      const cells = [
        row.design,
        row.model,
        row.region,
        row.dataflow,
        percent(row.share),
        row.analyticCycles,
        row.cycles,
      ];
      return `| ${[...cells, percent(row.difference), `${cause} ${Math.round((100 * cycles) / row.cycles)} %`].join(" | ")} |`;
    });
  return `# Simulated against analytic cycles

Written by \`bench/simulation.mjs\` from ${models.length} models (${models.map((path) => basename(path, ".onnx")).join(", ")}) at each
design's native batch, steady. [simulation.md](simulation.md) describes the simulator, [cost-model.md](cost-model.md) the analytic model. DRAM
traffic of the two is equal in every region. Aim: 2 % for a model, 5 % for a region with at least 1 % of its model's time.

| design | models | over 2 % | worst model | regions ≥ 1 % | over 5 % |
| --- | ---: | ---: | --- | ---: | ---: |
${perDesign.join("\n")}

## The ten regions that are furthest apart

Equal regions of a design are listed once. Waits: what the array waits for most, of the region's cycles.

| design | model | region | dataflow | of all | analytic | simulated | | waits |
| --- | --- | --- | --- | ---: | ---: | ---: | ---: | --- |
${worst.join("\n")}

## What is behind it

- **Uneven tiles.** Where an input bus and the array are both almost always busy and L1 holds only two tiles, a small tile behind a large
  one lets one of them wait: the sum of the larger ones is more than the larger of the sums.
- **Sums that come back.** Where the reduction is outermost and few output tiles are inside, a sum is needed again before its way out of
  the array (R + C − 2 cycles), over the bus and back is over.
- **The first sweep.** Where output channels are outside of positions, all input comes through DRAM in the first of many sweeps.
- Regions that are several times slower in the simulator than by the cost model are errors of one of the two.
- **Less than the cost model says**: it counts what overlaps with nothing (first tiles, array fill) as if nothing of it did.
${missing.length === 0 ? "" : `\n## Not compared\n\n${missing.map((line) => `- ${line}`).join("\n")}\n`}`;
}
