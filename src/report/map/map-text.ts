/** The result of `fastc map` as text: the loop nest with its tiles, accesses, energy, cycles, bounds and the certificate. */
import { formatTable } from "../table.ts";
import type { MapResult, MapStore } from "./map-result.ts";

/** The result as text. */
export function mapText(result: MapResult): string {
  const { problem, cost, utilization, stores, bounds } = result;
  const machine = result.kind === "architecture" ? result.architecture.name : `one core of ${result.design.name}`;
  const nest = result.kind === "architecture" ? nestLines(result) : templateLines(result);
  const [least, spent] = [bounds, cost];
  return [
    `${problem.name} on ${machine}`,
    "",
    ...nest,
    "",
    accessTable(stores),
    "",
    `energy ${microjoules(spent.energyPj)}: ${parts(spent.energyPjByLevel, microjoules)}`,
    `  never below ${microjoules(least.energyPj)}: ${parts(least.energyPjByLevel, microjoules)}`,
    `cycles ${wholeCount(spent.cycles)}: ${parts(spent.cyclesByLevel, wholeCount)}`,
    `  never below ${wholeCount(least.cycles)}: ${parts(least.cyclesByLevel, wholeCount)}`,
    `utilization ${(utilization * 100).toFixed(1)} %`,
    ...certificateLines(result),
    "",
  ].join("\n");
}

function certificateLines({ certificate }: MapResult): readonly string[] {
  if (certificate === undefined) return [];
  const { objective, achieved, bound, gap, proof, nodes, space } = certificate;
  return [
    "",
    `${objective} ${achieved.toPrecision(8)}, bound ${bound.toPrecision(8)}, gap ${(gap * 100).toFixed(2)} %`,
    `proof: ${proof}, ${count(nodes)} nodes`,
    `space: ${space}`,
  ];
}

function nestLines({ mapping, stores }: Extract<MapResult, { kind: "architecture" }>): readonly string[] {
  let depth = 0;
  return mapping.nest.map((item) => {
    const indent = "  ".repeat(depth + 1);
    switch (item.kind) {
      case "store":
        return `${indent}${storeText(
          stores.find(({ level, operand }) => level === item.level && operand === item.operand),
        )}`;
      case "temporal":
        depth++;
        return `${indent}for ${item.dim} by ${item.tile}`;
      case "spatial":
        depth++;
        return `${indent}spatial ${item.dim} × ${item.factor} (${item.level})`;
    }
  });
}

/** The template's tiles level by level; the spatial loops stand above the first level that each PE has for itself. */
function templateLines({ mapping, stores }: Extract<MapResult, { kind: "design" }>): readonly string[] {
  const lines: string[] = [];
  let depth = 1;
  const add = (text: string): void => void lines.push(`${"  ".repeat(depth)}${text}`);
  const { peRows, peColumns } = mapping.spatial;
  for (const { level, tile, order } of mapping.levels) {
    for (const loop of order) {
      add(`for ${loop} by ${tile[loop] ?? 1}`);
      depth++;
    }
    const held = stores.filter((store) => store.level === level);
    for (const store of held) add(storeText(store));
  }
  const spread = [
    ...Object.entries(peRows).map(([loop, factor]) => `${loop} × ${factor} (PE rows)`),
    ...Object.entries(peColumns).map(([loop, factor]) => `${loop} × ${factor} (PE columns)`),
  ];
  const groups = mapping.groupsPerPass > 1 ? `, ${mapping.groupsPerPass} groups a pass` : "";
  add(`${mapping.dataflow}${groups}${spread.length > 0 ? `; over the grid: ${spread.join(", ")}` : ""}`);
  return lines;
}

const storeText = (store: MapStore | undefined): string =>
  store === undefined
    ? ""
    : `${store.operand} in ${store.level}: ${count(store.tileWords)} words, ${count(store.tileBytes)} bytes`;

function accessTable(stores: readonly MapStore[]): string {
  const rows = stores.map(({ level, operand, reads, fills, updates }) => [
    level,
    operand,
    ...[reads, fills, updates].map(count),
  ]);
  return formatTable(
    [["words", "", "reads", "fills", "updates"], ...rows],
    ["left", "left", "right", "right", "right"],
  );
}

const count = (value: number): string => value.toLocaleString("en-US");
const wholeCount = (value: number): string => count(Math.ceil(value));
const microjoules = (pj: number): string => `${(pj / 1e6).toFixed(3)} µJ`;

const parts = (levels: Readonly<Record<string, number>>, text: (value: number) => string): string =>
  Object.entries(levels)
    .filter(([, value]) => value > 0)
    .map(([level, value]) => `${level} ${text(value)}`)
    .join(", ");
