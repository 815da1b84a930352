// Our best mappings beside those of AccelForge and Timeloop, on their machine under their accounting: prints docs/peers.md and writes
// it. Their figures lie beside the checkout, in ../shared/reference/peers (or $FASTC_SHARED).
//
//   npm run build && npm run bench:peers
import { readFileSync, readdirSync } from "node:fs";
import { writePage } from "./markdown-page.mjs";

/** @type {(path: string) => URL} */
const at = (path) => new URL(path, import.meta.url);
const shared = process.env["FASTC_SHARED"] ?? at("../../shared").pathname;
/** @type {typeof import("../src/backend/nest/mapper/map-nest.ts")} */
const { mapNest } = await import(at("../dist/backend/nest/mapper/map-nest.js").href);
/** @type {typeof import("../src/backend/nest/nest-problem.ts")} */
const { nestProblem, nestProblemSchema } = await import(at("../dist/backend/nest/nest-problem.js").href);
/** @type {typeof import("../src/backend/nest/nest-architecture.ts")} */
const { nestArchitectureSchema } = await import(at("../dist/backend/nest/nest-architecture.js").href);
/** @type {typeof import("../src/support/read-json.ts")} */
const { readJson } = await import(at("../dist/support/read-json.js").href);

/**
 * @typedef {import("../src/backend/nest/mapper/map-nest.ts").NestSearch} NestSearch
 * @typedef {{ problem: string, metric: string, imperfect: boolean, gb_kib?: number, energy_pJ: number, cycles: number, t_pmap_cpu?: number, t_join_cpu?: number, t_total_cpu?: number }} AccelForgeRow
 * @typedef {{ id: string, time: string[][], summary: { Cycles: string, Energy: string } }} TimeloopRun
 */

/** @param {string} start */
function problemOf(start) {
  const fileName = readdirSync(at("../problems/")).find((name) => name.startsWith(start)) ?? start;
  const text = readFileSync(at(`../problems/${fileName}`), "utf8");
  return nestProblem(readJson({ fileName, text, schema: nestProblemSchema, code: "problem-invalid" }));
}

/**
 * @param {number} kib
 * @param {boolean} drainReads
 */
function machineOf(kib, drainReads) {
  const fileName = `peers-32x32-${kib}k.json`;
  const text = readFileSync(at(`../architectures/${fileName}`), "utf8");
  const read = readJson({ fileName, text, schema: nestArchitectureSchema, code: "architecture-invalid" });
  return { ...read, accounting: { ...read.accounting, drainReads } };
}

const nodes = 50_000_000;

/**
 * One answer of ours, with its CPU seconds.
 * @param {string} start
 * @param {ReturnType<typeof machineOf>} machine
 * @param {Omit<NestSearch, "nodes">} search
 */
function ours(start, machine, search) {
  const before = process.cpuUsage();
  const { cost, certificate } = mapNest(problemOf(start), machine, { ...search, nodes });
  const { user, system } = process.cpuUsage(before);
  return { cost, certificate, seconds: (user + system) / 1e6 };
}

/** @type {(value: number) => string} */
const figure = (value) => value.toPrecision(6);
/** @type {(value: number) => string} */
const seconds = (value) => (value < 0.01 ? "< 0.01" : value.toPrecision(2));
/** @type {(energyPj: number, cycles: number) => string} */
const pair = (energyPj, cycles) => `${(energyPj / 1e6).toFixed(2)} µJ, ${Math.ceil(cycles).toLocaleString("en-US")}`;

/** @type {Readonly<Record<string, NestSearch["objective"]>>} */
const objectives = { ENERGY: "energy", LATENCY: "latency", ENERGY_DELAY_PRODUCT: "edp" };

/** @param {AccelForgeRow} row */
function accelForgeLine(row) {
  const objective = objectives[row.metric] ?? "edp";
  const start = row.problem.slice(0, 2);
  const kib = row.gb_kib ?? 512;
  const machine = machineOf(kib, true);
  const factors = row.imperfect ? "ragged" : "perfect";
  const own = ours(start, machine, { objective, factors, tiles: "per-tensor" });
  const ragged = row.imperfect ? own : ours(start, machine, { objective, factors: "ragged", tiles: "per-tensor" });
  const theirs = { energy: row.energy_pJ, latency: row.cycles, edp: row.energy_pJ * row.cycles }[objective];
  const cpu = (row.t_pmap_cpu ?? row.t_total_cpu ?? 0) + (row.t_join_cpu ?? 0);
  const cells = [
    `${start}${row.imperfect ? ", imperfect" : ""}`,
    String(kib),
    objective,
    pair(row.energy_pJ, row.cycles),
    pair(own.cost.energyPj, own.cost.cycles),
    (own.certificate.achieved / theirs).toFixed(4),
    `${seconds(cpu)} / ${seconds(own.seconds)}`,
    own.certificate.proof,
    pair(ragged.cost.energyPj, ragged.cost.cycles),
    (ragged.certificate.achieved / theirs).toFixed(4),
    `${seconds(ragged.seconds)}, ${ragged.certificate.proof}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** @param {TimeloopRun} run */
function timeloopLine({ id, time, summary }) {
  const factors = id.endsWith("ruby") ? "ragged" : "perfect";
  const own = ours(id.slice(0, 2), machineOf(512, false), { objective: "edp", factors, tiles: "per-level" });
  const [energyPj, cycles] = [Number.parseFloat(summary.Energy) * 1e6, Number(summary.Cycles)];
  const cells = [
    id,
    pair(energyPj, cycles),
    pair(own.cost.energyPj, own.cost.cycles),
    figure(own.certificate.achieved / (energyPj * cycles)),
    `${time[0]?.[1] ?? ""} / ${seconds(own.seconds)}`,
    own.certificate.proof,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** @param {string} name */
const peerFile = (name) =>
  /** @type {unknown} */ (JSON.parse(readFileSync(`${shared}/reference/peers/${name}`, "utf8")));
// Layouts of the files, described in their README.
const accelForge = /** @type {Record<"simple_arch_results" | "small_gb_results", AccelForgeRow[]>} */ (
  peerFile("accelforge_cases.json")
);
const timeloop = /** @type {{ mapper_runs: TimeloopRun[] }} */ (peerFile("timeloop_cases.json"));

const rows = [...accelForge.simple_arch_results, ...accelForge.small_gb_results].toSorted(
  (a, b) => a.problem.localeCompare(b.problem) || (b.gb_kib ?? 512) - (a.gb_kib ?? 512),
);
const page = `# Other mappers on their own machine

Made by \`npm run build && npm run bench:peers\`, which maps everything again (up to ${nodes.toLocaleString("en-US")} nodes each). Theirs was measured once: AccelForge
1.0.467 and Timeloop 4cf6d4c, CPU seconds of one thread on a machine of two cores like the one that ours are of.

The machine is \`architectures/peers-32x32-*k.json\`: DRAM at 200 pJ and 32 words per cycle, one single-buffered global buffer of 512, 64 or
16 KiB at 6 pJ and 64 words per cycle, 32 × 32 PEs with one weight each. The problems p1 to p8 are in \`problems/\`. \`fastc map\`
prints any of these answers with its loop nest.

## AccelForge

Energy, cycles of the best mapping for each objective, and ours ÷ theirs of that objective. _Perfect_: the same space as theirs, one
tile for each operand, tiles divide (rows "imperfect": ragged tiles on both sides). _Ragged_: the last tile of a loop may be smaller.
Handing outputs up reads the buffer, as AccelForge counts. \`exhausted\`: nothing of the space is better, \`bound\`: nothing at all is,
\`budget\`: better ones may exist.

| problem | KiB | objective | theirs | ours, perfect | ratio | CPU s, theirs / ours | proof | ours, ragged | ratio | CPU s, proof |
| --- | ---: | --- | --- | --- | ---: | --- | --- | --- | ---: | --- |
${rows.map(accelForgeLine).join("\n")}

AccelForge's imperfect rows count fractional trips of inner loops: 83 columns in tiles of 29 are 2.86 trips there, and 3 here, in cycles
and in loads. Where a ratio of an "imperfect" row is above 1, its mapping counted in whole trips is not better than ours: p8 at 16
KiB for the energy-delay product is 309.74 µJ and 89,340 cycles then. A test holds it.

## Timeloop

Its mapper's best (energy-delay product, 512 KiB) by search (\`lin\`, \`rand\`: linear or random pruned with a victory condition of 500,
\`rand5k\`: 5,000; \`ruby\`: imperfect factors). One tile for all operands; reading the buffer to hand outputs up is not charged, as Timeloop counts.

| run | theirs | ours | ratio | CPU s, theirs / ours | proof |
| --- | --- | --- | ---: | --- | --- |
${timeloop.mapper_runs.map(timeloopLine).join("\n")}

## Spaces

- per-level: one tile for all operands, one loop a dimension above the buffer, every order.
- per-tensor: one tile for each operand, the stores in every order, one loop a dimension above each.
- perfect: tiles divide the tile above, spatial factors divide the tile.
- ragged: every size of tiles of loops of up to 48 steps, of longer ones the smallest of each number of tiles and of spatial units, also in
  whole inner tiles; the array filled as far as it goes.
`;
await writePage(at("../docs/peers.md"), page);
