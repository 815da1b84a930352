/** `fastc hw --compare`: designs side by side, each figure with its ratio to the first design's. */
import type { Static } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";
import type { HardwareDesign } from "../hardware/design.ts";
import type { Datasheet } from "./datasheet.ts";
import { datasheetOf } from "./datasheet.ts";
import type { TextStyle } from "./table.ts";
import { formatTable, plainStyle } from "./table.ts";
import { formatInteger, formatNumber, formatRatio } from "./units.ts";

const figure = Type.Object(
  {
    name: Type.String(),
    unit: Type.String(),
    values: Type.Array(Type.Number(), { description: "of each design, in order; 0 where it has no such part" }),
    ratios: Type.Array(Type.Union([Type.Number(), Type.Null()]), {
      description: "to the first design's value; null where that is 0",
    }),
  },
  { additionalProperties: false },
);

/** Sections of the comparison, in order; each lists figures of the datasheets. */
const sections = ["totals", "machine", "memory", "bandwidth", "area", "tdp", "energy"] as const;
type Section = (typeof sections)[number];

const section = (description: string) => Type.Array(figure, { description });

/** JSON schema of what `fastc hw --compare --format json` prints, version 1. */
export const datasheetComparisonSchema = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    designs: Type.Array(
      Type.Object(
        { name: Type.String(), technologyNm: Type.Integer(), clockGhz: Type.Number(), cores: Type.Integer() },
        { additionalProperties: false },
      ),
      { minItems: 2, description: "in the order of values and ratios; ratios are to the first" },
    ),
    totals: section("on-chip memory, area, TDP and peak operations per joule of TDP"),
    machine: section("peaks and counts"),
    memory: section("on-chip memory by level"),
    bandwidth: section("peak bandwidth by level"),
    area: section("parts of the area"),
    tdp: section("parts of the TDP"),
    energy: section("energy per event"),
  },
  {
    additionalProperties: false,
    title: "fastc datasheet comparison",
    description: "designs side by side, with ratios to the first",
  },
);

/** Designs side by side, as printed in JSON. */
export type DatasheetComparison = Static<typeof datasheetComparisonSchema>;
type Figure = DatasheetComparison["totals"][number];

/** Compares two designs or more. */
export function compareDatasheets(designs: readonly HardwareDesign[]): DatasheetComparison {
  const sheets = designs.map(datasheetOf);
  const lines = (part: Exclude<Section, "totals">): Figure[] =>
    (sheets[0]?.[part] ?? []).map(({ name }, index) => {
      // Operations of bf16 designs are FLOPs, of int8 ones are not: where both stand side by side, both units do.
      const units = new Set(sheets.map((sheet) => sheet[part][index]?.unit ?? ""));
      return figureOf(
        name,
        [...units].join(" or "),
        sheets.map((sheet) => sheet[part][index]?.value ?? 0),
      );
    });
  return {
    schemaVersion: 1,
    designs: sheets.map(({ design }) => design),
    totals: totalsOf(sheets),
    machine: lines("machine"),
    memory: lines("memory"),
    bandwidth: lines("bandwidth"),
    area: lines("area"),
    tdp: lines("tdp"),
    energy: lines("energy"),
  };
}

function totalsOf(sheets: readonly Datasheet[]): Figure[] {
  const all = (name: string, unit: string, value: (sheet: Datasheet) => number) =>
    figureOf(name, unit, sheets.map(value));
  return [
    all("peak ÷ TDP", "TOP/s/W", ({ peakTflops, tdpWatts }) => peakTflops / tdpWatts),
    all("area", "mm²", ({ areaMm2 }) => areaMm2),
    all("TDP", "W", ({ tdpWatts }) => tdpWatts),
    all("on-chip memory", "KiB", ({ onChipBytes }) => onChipBytes / 1024),
  ];
}

function figureOf(name: string, unit: string, values: number[]): Figure {
  const [first = 0] = values;
  return { name, unit, values, ratios: values.map((value) => (first === 0 ? null : value / first)) };
}

const titles: Readonly<Record<Section, string>> = {
  totals: "totals",
  machine: "peak",
  memory: "on-chip memory",
  bandwidth: "peak bandwidth, whole chip",
  area: "area",
  tdp: "TDP, every unit busy",
  energy: "energy per event",
};

/** The comparison as text, with a final line break. Parts that no design has are left out. */
export function comparisonText(comparison: DatasheetComparison, style: TextStyle = plainStyle): string {
  const rows = sections.flatMap((key) => [
    [style.bold(titles[key])],
    ...comparison[key].filter(({ values }) => values.some((value) => value !== 0)).map(figureCells),
  ]);
  const heads = comparison.designs.map(({ name, technologyNm }) => `${name}, ${technologyNm} nm`);
  const [first = "", ...others] = heads;
  const heading = ["", first, ...others.flatMap((head) => [head, ""]), ""];
  const numbers = heading.slice(1, -1).map(() => "right" as const);
  return `${formatTable([heading, ...rows], ["left", ...numbers, "left"])}\n`;
}

function figureCells({ name, unit, values, ratios }: Figure): readonly string[] {
  const cells = values.flatMap((value, index) => {
    const ratio = ratios[index];
    const text = Number.isInteger(value) ? formatInteger(value) : formatNumber(value);
    if (index === 0) return [text];
    return [text, ratio === null || ratio === undefined ? "" : formatRatio(ratio)];
  });
  return [`  ${name}`, ...cells, unit];
}
