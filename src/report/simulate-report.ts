/** What `fastc simulate` prints: totals beside the cost model's, the regions that take longest, and what they wait for. */
import type { SimulatedRegion, Simulation } from "../backend/simulate/simulation.ts";
import type { TextStyle } from "./table.ts";
import { formatTable, keepEnd } from "./table.ts";
import { formatInteger, formatPercent, formatSi } from "./units.ts";

const mostRegions = 10;
const nameWidth = 44;

/** The report as text, with a final line break. `only`: one region with everything about it. */
export function simulateReport(
  simulation: Simulation,
  { style, only }: { readonly style: TextStyle; readonly only?: number },
): string {
  const { model, design } = simulation;
  const title = `${model.name} on ${design.name} (${design.technologyNm} nm), batch ${model.batch}, simulated`;
  const region = simulation.regions.find(({ id }) => id === only);
  const parts = region === undefined ? wholeParts(simulation, style) : regionParts(region, style);
  return [style.bold(title), ...parts, ""].join("\n");
}

function wholeParts(simulation: Simulation, style: TextStyle): readonly string[] {
  const { totals, analyticCycles, regions } = simulation;
  const { steady, cold } = totals;
  const rows = [
    ["", "steady", "cold", ""],
    ["cycles", formatInteger(steady.cycles), formatInteger(cold.cycles), ""],
    [
      "  cost model",
      formatInteger(analyticCycles.steady),
      formatInteger(analyticCycles.cold),
      "what fastc compile prints",
    ],
    [
      "  simulated above it",
      formatPercent(steady.cycles / analyticCycles.steady - 1),
      formatPercent(cold.cycles / analyticCycles.cold - 1),
      "",
    ],
    ["latency", formatSi(steady.latencySeconds, "s"), formatSi(cold.latencySeconds, "s"), ""],
    ["throughput", formatSi(steady.throughputPerSecond, "/s"), formatSi(cold.throughputPerSecond, "/s"), ""],
    ["DRAM traffic", formatSi(steady.dramBytes, "B"), formatSi(cold.dramBytes, "B"), ""],
    ["global memory traffic", formatSi(steady.gmBytes, "B"), formatSi(cold.gmBytes, "B"), ""],
  ];
  const longest = [...regions].sort((a, b) => b.cycles - a.cycles || a.id - b.id).slice(0, mostRegions);
  return [
    formatTable(rows, ["left", "right", "right", "left"]),
    "",
    style.bold(`The ${longest.length} regions that take longest (steady)`),
    formatTable(
      [
        ["id", "region", "cycles", "of all", "model", "busiest", "", "array waits", "most for"],
        ...longest.map((region) => regionRow(region, steady.cycles)),
      ],
      ["right", "left", "right", "right", "right", "left", "right", "right", "left"],
    ),
    "",
    `${formatInteger(sum(regions, ({ events }) => events))} events; ${formatInteger(sum(regions, ({ foldedIterations }) => foldedIterations))} iterations folded`,
  ];
}

function sum(regions: readonly SimulatedRegion[], of: (region: SimulatedRegion) => number): number {
  return regions.reduce((total, region) => total + of(region), 0);
}

function regionRow(region: SimulatedRegion, all: number): readonly string[] {
  const { id, name, cycles, analyticCycles } = region;
  const [busiest, busy] = largest(region.busyCycles);
  const [cause, stall] = largest(region.stallCycles);
  const waits = Object.values(region.stallCycles).reduce((total, each) => total + each, 0);
  return [
    `${id}`,
    keepEnd(name, nameWidth),
    formatInteger(cycles),
    formatPercent(cycles / all),
    formatPercent(cycles / analyticCycles - 1),
    busiest,
    formatPercent(busy / cycles),
    formatPercent(waits / cycles),
    stall === 0 ? "" : cause,
  ];
}

function largest(figures: Readonly<Record<string, number>>): readonly [name: string, value: number] {
  return Object.entries(figures).reduce<readonly [string, number]>(
    (most, entry) => (entry[1] > most[1] ? entry : most),
    ["", 0],
  );
}

function regionParts(region: SimulatedRegion, style: TextStyle): readonly string[] {
  const { cycles } = region;
  const share = (figures: Readonly<Record<string, number>>): readonly (readonly string[])[] =>
    Object.entries(figures)
      .filter(([, value]) => value > 0)
      .map(([name, value]) => [name, formatInteger(value), formatPercent(value / cycles)]);
  return [
    formatTable(
      [
        ["region", `${region.id} ${region.name}`],
        ["engine", `${region.engine}, ${region.dataflow}`],
        ["cycles", `${formatInteger(cycles)} steady, ${formatInteger(region.coldCycles)} cold`],
        ["  cost model", `${formatInteger(region.analyticCycles)} steady`],
        ["DRAM traffic", `${formatSi(region.dramBytes, "B")} a core`],
        ["global memory traffic", `${formatSi(region.gmBytes, "B")} a core`],
      ],
      ["left", "left"],
    ),
    "",
    style.bold("Busy cycles"),
    formatTable(share(region.busyCycles), ["left", "right", "right"]),
    "",
    style.bold("The array waits for"),
    formatTable(share(region.stallCycles), ["left", "right", "right"]),
    "",
    style.bold("Buffers"),
    formatTable(
      [
        ["buffer", "slots", "bytes a slot", "most in use"],
        ...region.occupancy.map(({ buffer, slots, slotBytes, mostTiles }) => [
          buffer,
          `${slots}`,
          formatInteger(slotBytes),
          `${mostTiles}`,
        ]),
      ],
      ["left", "right", "right", "right"],
    ),
  ];
}
