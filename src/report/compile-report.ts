/** What `fastc compile` tells a person: a summary, the regions that take longest, and where the time goes. */
import type { Evaluation, RegionEvaluation, Totals } from "../backend/evaluation.ts";
import { peakMacsPerCycle, peakTflops } from "../hardware/derived.ts";
import type { HardwareDesign } from "../hardware/design.ts";
import type { Alignment, TextStyle } from "./table.ts";
import { formatTable, keepEnd } from "./table.ts";
import { formatInteger, formatNumber, formatPercent, formatRatio, formatSi } from "./units.ts";

/** Regions that the report lists. */
const listedRegions = 10;
/** Characters of a region's name: what a line of about 110 leaves for it. */
const nameWidth = 34;
/** Characters of the bar of an op class that takes all the time. */
const barWidth = 24;

export interface CompileReportOptions {
  readonly design: HardwareDesign;
  /** Compiler options and settings, as the user would write them. */
  readonly options: string;
  readonly style: TextStyle;
}

/** The report as text, with a final line break. */
export function compileReport(evaluation: Evaluation, options: CompileReportOptions): string {
  const sections = [
    summarySection(evaluation, options),
    regionsSection(evaluation, options),
    opClassesSection(evaluation, options),
  ];
  return `${sections.join("\n\n")}\n`;
}

function summarySection(evaluation: Evaluation, { design, options, style }: CompileReportOptions): string {
  const { model, batch } = evaluation;
  const cores = design.cores === 1 ? "" : ` on each of ${design.cores} cores`;
  const title = `${model.name} on ${design.name} (${design.technologyNm} nm), batch ${batch}${cores}, ${options}`;
  const below =
    batch < design.nativeBatch ? [`  note: the batch is below the design's native batch of ${design.nativeBatch}`] : [];
  const head = ["", "steady", "cold", ""].map(style.dim);
  const columns: readonly Alignment[] = ["left", "right", "right", "left"];
  return [style.bold(title), ...below, formatTable([head, ...summaryRows(evaluation, design)], columns)].join("\n");
}

/** The figures of a model on a design: what, steady, cold (empty where there is one figure), and what it means. */
export function summaryRows(evaluation: Evaluation, design: HardwareDesign): readonly (readonly string[])[] {
  const { batch, totals, area, tdp, perfPerTdp } = evaluation;
  return [
    ...totalRows(totals, { batch, design }),
    ["area", `${formatNumber(area.totalMm2)} mm²`, "", "estimated"],
    ["TDP", `${formatNumber(tdp.totalWatts)} W`, "", "estimated, every unit at full activity"],
    ["Perf/TDP", `${formatNumber(perfPerTdp)} /s/W`, "", "samples per second and watt of TDP"],
  ];
}

interface TotalRowsOptions {
  readonly batch: number;
  readonly design: HardwareDesign;
}

/** Steady and cold figures side by side, each with what it means. */
function totalRows({ steady, cold }: Evaluation["totals"], { batch, design }: TotalRowsOptions): readonly string[][] {
  const row = (name: string, text: (totals: Totals) => string, meaning: string) => [
    name,
    text(steady),
    text(cold),
    meaning,
  ];
  const samples = batch * design.cores;
  return [
    row("latency", ({ latencySeconds }) => formatSi(latencySeconds, "s"), `one batch of ${batch}`),
    row("cycles", ({ cycles }) => formatInteger(cycles), `at ${design.clockGhz} GHz`),
    row(
      "throughput",
      ({ throughputPerSecond }) => `${formatNumber(throughputPerSecond)} /s`,
      "samples per second of the chip",
    ),
    row(
      "utilisation",
      ({ utilization }) => formatPercent(utilization),
      `of ${formatNumber(peakTflops(design))} TFLOP/s peak`,
    ),
    row(
      "DRAM traffic",
      ({ dramBytes }) => formatSi(dramBytes, "B"),
      samples === 1 ? "one sample" : `${samples} samples`,
    ),
    row(
      "  over compulsory",
      ({ dramBytes, compulsoryDramBytes }) => formatRatio(dramBytes / compulsoryDramBytes),
      `${formatSi(steady.compulsoryDramBytes, "B")}: inputs, outputs and weights, each once`,
    ),
    row(
      "energy",
      ({ energyJoules }) => formatSi(energyJoules, "J"),
      `estimated, ${formatSi(steady.energyJoules / samples, "J")} per sample`,
    ),
    row(
      "gap to the bound",
      ({ gap }) => formatPercent(gap),
      "cycles above the regions' lower bounds, same regions and residency",
    ),
  ];
}

function regionsSection({ regions, totals }: Evaluation, { design, style }: CompileReportOptions): string {
  const longest = regions.toSorted((a, b) => b.cycles - a.cycles || a.id - b.id).slice(0, listedRegions);
  const title = `The ${longest.length} regions that take longest, of ${regions.length} (steady)`;
  const head = ["#", "region", "kind", "engine", "cycles", "share", "bound by", "util", "DRAM", "gap"].map(style.dim);
  const row = (region: RegionEvaluation) => [
    `${region.id}`,
    keepEnd(region.name, nameWidth),
    region.kind,
    engineNames[region.engine],
    formatInteger(region.cycles),
    formatPercent(region.cycles / totals.steady.cycles),
    region.boundBy,
    formatPercent(region.macs / (region.cycles * peakMacsPerCycle(design))),
    formatSi(region.dramBytes, "B", 3),
    formatPercent(region.certificate.gap),
  ];
  const columns: readonly Alignment[] = [
    "right",
    "left",
    "left",
    "left",
    "right",
    "right",
    "left",
    "right",
    "right",
    "right",
  ];
  return [style.bold(title), formatTable([head, ...longest.map(row)], columns)].join("\n");
}

/** Engines as tables call them. */
export const engineNames: Readonly<Record<RegionEvaluation["engine"], string>> = {
  "systolic-array": "array",
  "vector-unit": "vector",
  dma: "dma",
};

function opClassesSection({ opClasses, totals }: Evaluation, { style }: CompileReportOptions): string {
  const head = ["class", "regions", "MACs", "of all", "cycles", "of all", ""].map(style.dim);
  const row = ({ kind, regions, macs, cycles, share }: Evaluation["opClasses"][number]) => [
    kind,
    `${regions}`,
    macs === 0 ? "" : formatSi(macs, ""),
    macs === 0 ? "" : formatPercent(macs / totals.steady.macs),
    formatInteger(cycles),
    formatPercent(share),
    "█".repeat(Math.round(share * barWidth)),
  ];
  const columns: readonly Alignment[] = ["left", "right", "right", "right", "right", "right", "left"];
  const sorted = opClasses.toSorted((a, b) => b.cycles - a.cycles);
  return [style.bold("Time by class of operation (steady)"), formatTable([head, ...sorted.map(row)], columns)].join(
    "\n",
  );
}
