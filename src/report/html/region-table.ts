/** The table of all regions; the page's script sorts and filters it. */
import { engineNames } from "../compile-report.ts";
import { formatInteger, formatNumber, formatPercent, formatSi } from "../units.ts";
import { differenceText } from "./agreement.ts";
import type { Html } from "./html.ts";
import { markup } from "./html.ts";
import type { RegionFacts } from "./region-facts.ts";
import { regionLink, simulatedDifference, totalSeconds } from "./region-facts.ts";

interface Column {
  readonly title: string;
  readonly meaning: string;
  readonly text: (facts: RegionFacts) => string;
  /** What numbers are sorted by; columns of words are sorted by their text. */
  readonly value?: (facts: RegionFacts) => number;
}

/** A row for each region, in schedule order. */
export function regionTable(facts: readonly RegionFacts[]): Html {
  const columns = columnsOf(facts);
  const head = columns.map(
    ({ title, meaning, value }, at) =>
      markup`<th scope="col" class="${value === undefined ? "word" : "number"}">
        <button data-column="${at}" title="${meaning}">${title}</button>
      </th>`,
  );
  return markup`<table id="regions">
    <thead>
      <tr>
        ${head}
      </tr>
    </thead>
    <tbody>
      ${facts.map((entry) => row(entry, columns))}
    </tbody>
  </table>`;
}

function row(facts: RegionFacts, columns: readonly Column[]): Html {
  const { id } = facts.region;
  const cells = columns.map(({ text, value }, at) => {
    const shown =
      at === nameColumn
        ? markup`<a href="${regionLink(facts)}" title="${text(facts)}"><bdi>${text(facts)}</bdi></a>`
        : markup`${text(facts)}`;
    // JSON has no infinity; a number that sorts behind all others does.
    return value === undefined
      ? markup`<td class="word">${shown}</td>`
      : markup`<td class="number" data-value="${Math.min(value(facts), Number.MAX_VALUE)}">${shown}</td>`;
  });
  return markup`<tr id="region-${id}" data-region="${id}">
    ${cells}
  </tr>`;
}

const nameColumn = 1;

function columnsOf(facts: readonly RegionFacts[]): readonly Column[] {
  const total = totalSeconds(facts, "steady");
  return [
    {
      title: "#",
      meaning: "place in the schedule",
      text: ({ region }) => `${region.id}`,
      value: ({ region }) => region.id,
    },
    { title: "region", meaning: "the ONNX node whose loops the others follow", text: ({ region }) => region.name },
    { title: "class", meaning: "class of operations", text: ({ region }) => region.kind },
    { title: "engine", meaning: "what runs it", text: ({ region }) => engineNames[region.engine] },
    number("cycles", "steady", ({ region }) => region.cycles, formatInteger),
    number("share", "of the steady run", ({ runs }) => runs.steady.seconds / total, formatPercent),
    ...(facts.some(({ simulated }) => simulated !== undefined) ? simulatedColumns : []),
    { title: "bound by", meaning: "the busiest resource", text: ({ region }) => region.boundBy },
    number("util", "achieved MACs ÷ peak MACs in the same time", ({ utilization }) => utilization, formatPercent),
    number(
      "DRAM",
      "bytes to and from DRAM, steady, all cores",
      ({ region }) => region.dramBytes,
      (bytes) => formatSi(bytes, "B", 3),
    ),
    number(
      "op/byte",
      "operational intensity: operations per byte of DRAM traffic, steady",
      ({ runs }) => runs.steady.intensity,
      intensityText,
    ),
    number(
      "energy",
      "steady, all cores",
      ({ region }) => region.energyJoules,
      (joules) => formatSi(joules, "J", 3),
    ),
    number("bound", "lower bound, cycles", ({ region }) => region.certificate.lowerBoundCycles, formatInteger),
    number("gap", "cycles ÷ lower bound − 1", ({ region }) => region.certificate.gap, formatPercent),
  ];
}

function number(
  title: string,
  meaning: string,
  value: (facts: RegionFacts) => number,
  format: (value: number) => string,
): Column {
  return { title, meaning, value, text: (facts) => format(value(facts)) };
}

const simulatedColumns: readonly Column[] = [
  number("simulated", "cycles by the simulator, steady", ({ simulated }) => simulated?.cycles ?? NaN, formatInteger),
  number("vs model", "simulated cycles ÷ cycles − 1", (facts) => simulatedDifference(facts) ?? NaN, differenceText),
];

/** Operations per byte; a sign where nothing moves. */
export function intensityText(intensity: number): string {
  return intensity === Infinity ? "∞" : formatNumber(intensity, 3);
}
