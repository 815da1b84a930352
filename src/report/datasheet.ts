/** `fastc hw`: what a design is before any model runs on it, each figure with what it rests on. */
import type { Static } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";
import type { AreaParts } from "../hardware/area.ts";
import { areaOf } from "../hardware/area.ts";
import {
  busWidths,
  dramBandwidthGBps,
  lanesPerPe,
  levelBandwidthsGBps,
  levelBytes,
  onChipBytes,
  peakMacsPerCycle,
  peakTflops,
  pesPerCore,
  ridgePointFlopPerByte,
} from "../hardware/derived.ts";
import type { HardwareDesign } from "../hardware/design.ts";
import { energyPerEvent } from "../hardware/energy.ts";
import type { TdpParts } from "../hardware/tdp.ts";
import { tdpOf } from "../hardware/tdp.ts";
import type { Basis, Source } from "./datasheet-sources.ts";
import { areaSources, bases, dramSources, energySources, tdpSources } from "./datasheet-sources.ts";
import type { TextStyle } from "./table.ts";
import { formatTable, plainStyle } from "./table.ts";
import { formatInteger, formatNumber, formatPercent } from "./units.ts";

const line = Type.Object(
  {
    name: Type.String(),
    value: Type.Number(),
    unit: Type.String(),
    basis: Type.Unsafe<Basis>({ type: "string", enum: [...bases] }),
    source: Type.String(),
  },
  { additionalProperties: false },
);

/** JSON schema of what `fastc hw --format json` prints, version 1. */
export const datasheetSchema = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    design: Type.Object(
      { name: Type.String(), technologyNm: Type.Integer(), clockGhz: Type.Number(), cores: Type.Integer() },
      { additionalProperties: false },
    ),
    peakTflops: Type.Number({ description: "one MAC counts as two operations" }),
    ridgePointFlopPerByte: Type.Number({ description: "peak operations per byte of peak DRAM bandwidth" }),
    onChipBytes: Type.Number({ description: "L1, L2 and global memory of all cores" }),
    dramGBps: Type.Number({ description: "peak of the chip, 10⁹ bytes/s" }),
    areaMm2: Type.Number(),
    tdpWatts: Type.Number(),
    machine: Type.Array(line, { description: "peaks and counts" }),
    memory: Type.Array(line, {
      description: "on-chip memory of the chip by level, KiB; the levels sum to onChipBytes",
    }),
    bandwidth: Type.Array(line, { description: "peak of the chip by level, reads and writes together, GB/s" }),
    area: Type.Array(line, { description: "parts of the area, mm²; they sum to areaMm2" }),
    tdp: Type.Array(line, { description: "parts of the TDP, W; they sum to tdpWatts" }),
    energy: Type.Array(line, { description: "energy per event" }),
  },
  { additionalProperties: false, title: "fastc datasheet", description: "what a design is, with sources" },
);

/** The datasheet of a design, as printed in JSON. */
export type Datasheet = Static<typeof datasheetSchema>;
type Line = Datasheet["machine"][number];

/** The datasheet of a design. */
export function datasheetOf(design: HardwareDesign): Datasheet {
  const area = areaOf(design);
  const tdp = tdpOf(design);
  const { name, technologyNm, clockGhz, cores } = design;
  return {
    schemaVersion: 1,
    design: { name, technologyNm, clockGhz, cores },
    peakTflops: peakTflops(design),
    ridgePointFlopPerByte: ridgePointFlopPerByte(design),
    onChipBytes: onChipBytes(design),
    dramGBps: dramBandwidthGBps(design),
    areaMm2: area.totalMm2,
    tdpWatts: tdp.totalWatts,
    machine: machineLines(design),
    memory: memoryLines(design),
    bandwidth: bandwidthLines(design),
    area: areaLines(design, area.parts),
    tdp: tdpLines(design, tdp.parts),
    energy: energyLines(design),
  };
}

function areaLines(design: HardwareDesign, parts: AreaParts): Line[] {
  const dram = { label: "DRAM PHY and controller", ...dramSources[design.dram.kind].area };
  return linesOf({ ...areaSources, dramInterface: dram }, parts, "mm²");
}

function tdpLines(design: HardwareDesign, parts: TdpParts): Line[] {
  const dram = { label: "DRAM and PHY", ...dramSources[design.dram.kind].energy };
  return linesOf({ ...tdpSources, dram }, parts, "W");
}

/** A line for each part, in the order of the parts. */
function linesOf<K extends string>(
  sources: Readonly<Record<K, Source & { readonly label: string }>>,
  parts: Readonly<Record<K, number>>,
  unit: string,
): Line[] {
  // The parts have exactly the keys of the sources.
  return (Object.keys(parts) as K[]).map((part) => {
    const { label, basis, source } = sources[part];
    return { name: label, value: parts[part], unit, basis, source };
  });
}

function machineLines(design: HardwareDesign): Line[] {
  const { clockGhz, cores, systolicArray, peGrid } = design;
  const operation = design.datatypes.operand === "bf16" ? "FLOP" : "OP";
  const pes = pesPerCore(design);
  const macs = formatInteger(peakMacsPerCycle(design));
  const array = `${systolicArray.rows} × ${systolicArray.columns} MACs`;
  return [
    computed("peak", peakTflops(design), `T${operation}/s`, `${macs} MACs × 2 × ${clockGhz} GHz`),
    computed("PEs", cores * pes, "", `${cores} × ${peGrid.rows} × ${peGrid.columns}, each ${array}`),
    computed("vector lanes", cores * pes * lanesPerPe(design), "", "PEs × array columns × vectorMultiplier"),
    computed("ridge point", ridgePointFlopPerByte(design), `${operation}/byte`, "peak ÷ DRAM bandwidth"),
  ];
}

function memoryLines(design: HardwareDesign): Line[] {
  const { cores, globalMemoryMiB, l1, l2 } = design;
  const bytes = levelBytes(design);
  const l2Formula =
    l2.config === "disabled"
      ? "disabled"
      : `L1 × ${l2.inputMultiplier}, ${l2.weightMultiplier}, ${l2.outputMultiplier}, ${l2.config}`;
  const l1Formula = `${l1.inputKiB} + ${l1.weightKiB} + ${l1.outputKiB} KiB a PE, ${l1.config}`;
  return [
    computed("global memory", bytes.globalMemory / 1024, "KiB", `${cores} × ${globalMemoryMiB} MiB`),
    computed("L2", bytes.l2 / 1024, "KiB", l2Formula),
    computed("L1", bytes.l1 / 1024, "KiB", l1Formula),
  ];
}

function bandwidthLines(design: HardwareDesign): Line[] {
  const { dram, overrides } = design;
  const gbps = levelBandwidthsGBps(design);
  const { inputBytesPerCycle, weightBytesPerCycle, outputBytesPerCycle } = busWidths(design);
  const channels = `${dram.channels} × ${dram.kind}`;
  const widths = `${inputBytesPerCycle} in, ${weightBytesPerCycle} weight, ${outputBytesPerCycle} out`;
  const given = overrides.globalMemoryBytesPerCycle;
  const busesGiven = ["inputBusBytesPerCycle", "weightBusBytesPerCycle", "outputBusBytesPerCycle"].some(
    (field) => field in overrides,
  );
  return [
    {
      ...computed("DRAM", gbps.dram, "GB/s", channels),
      ...(dram.bandwidthGBpsPerChannel === undefined
        ? { basis: "published", source: `${channels}, docs/hardware.md` }
        : { basis: "given", source: `${channels} of ${dram.bandwidthGBpsPerChannel} GB/s` }),
    },
    {
      ...computed("global memory", gbps.globalMemory, "GB/s", "sum of the buses it feeds"),
      ...(given === undefined ? {} : { basis: "given", source: `${given} bytes/cycle a core` }),
    },
    computed("L2", gbps.l2, "GB/s", "sum of the buses it feeds"),
    { ...computed("buses", gbps.buses, "GB/s", `${widths} bytes/cycle`), ...(busesGiven ? { basis: "given" } : {}) },
    computed("L1 to arrays", gbps.l1, "GB/s", "array edges: rows in, columns weight and out"),
  ];
}

function computed(name: string, value: number, unit: string, source: string): Line {
  return { name, value, unit, basis: "computed", source };
}

function energyLines(design: HardwareDesign): Line[] {
  const energy = energyPerEvent(design);
  const { compute, sram, wire } = energySources;
  return [
    { name: "MAC", value: energy.macPj, unit: "pJ", ...compute },
    { name: "vector operation", value: energy.vectorOpPj, unit: "pJ", ...compute },
    { name: "array edge", value: energy.arrayEdgePjPerByte, unit: "pJ/byte", ...compute },
    { name: "L1", value: energy.l1PjPerByte, unit: "pJ/byte", ...sram },
    { name: "L2", value: energy.l2PjPerByte, unit: "pJ/byte", ...sram },
    { name: "global memory", value: energy.gmPjPerByte, unit: "pJ/byte", ...sram },
    { name: "bus", value: energy.busPjPerByte, unit: "pJ/byte", ...wire },
    { name: "DRAM", value: energy.dramPjPerByte, unit: "pJ/byte", ...dramSources[design.dram.kind].energy },
    { name: "idle chip", value: energy.idleWatts, unit: "W", ...compute },
  ];
}

/** The datasheet as text, with a final line break. Parts that the design does not have (0) are left out. */
export function datasheetText(sheet: Datasheet, style: TextStyle = plainStyle): string {
  const { name, technologyNm, clockGhz, cores } = sheet.design;
  const plural = cores === 1 ? "1 core" : `${cores} cores`;
  const total = (title: string, value: number, unit: string) => style.bold(`${title}: ${formatNumber(value)} ${unit}`);
  return [
    style.bold(`${name}: ${technologyNm} nm, ${clockGhz} GHz, ${plural}`),
    linesTable(sheet.machine),
    "",
    total("on-chip memory", sheet.onChipBytes / 1024, "KiB"),
    linesTable(sheet.memory, sheet.onChipBytes / 1024),
    "",
    style.bold("peak bandwidth, whole chip"),
    linesTable(sheet.bandwidth),
    "",
    total("area", sheet.areaMm2, "mm²"),
    linesTable(sheet.area, sheet.areaMm2),
    "",
    total("TDP, every unit busy", sheet.tdpWatts, "W"),
    linesTable(sheet.tdp, sheet.tdpWatts),
    "",
    style.bold("energy per event"),
    linesTable(sheet.energy),
    "",
  ].join("\n");
}

function linesTable(lines: readonly Line[], total?: number): string {
  const rows = lines
    .filter(({ value }) => value !== 0)
    .map(({ name, value, unit, basis, source }) => [
      name,
      Number.isInteger(value) ? formatInteger(value) : formatNumber(value),
      unit,
      ...(total === undefined ? [] : [formatPercent(value / total)]),
      `${basis}: ${source}`,
    ]);
  const share = total === undefined ? [] : (["right"] as const);
  return formatTable(rows, ["left", "right", "left", ...share, "left"]);
}
