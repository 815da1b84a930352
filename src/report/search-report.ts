/** What `fastc search` tells at its end: the best design, and what it is worth against every baseline. */
import type { Baseline } from "../search/baselines.ts";
import { geometricMean } from "../search/objective.ts";
import type { FeasibleTrial } from "../search/study.ts";
import { present } from "../support/bug.ts";
import type { Alignment, TextStyle } from "./table.ts";
import { formatTable } from "./table.ts";
import { formatInteger, formatNumber, formatRatio, formatSi } from "./units.ts";

export interface SearchReportOptions {
  readonly baselines: readonly Baseline[];
  /** The baseline that the objective's ratios are taken to. */
  readonly headline: Baseline;
  /** The compiler of the trials, where it is one of the named ones. */
  readonly compiler: string;
  readonly style: TextStyle;
}

/** The best design and its ratios as text, with a final line break. */
export function searchReport(best: FeasibleTrial, options: SearchReportOptions): string {
  return `${[designSection(best, options), ratiosSection(best, options)].join("\n\n")}\n`;
}

function designSection(best: FeasibleTrial, { style }: SearchReportOptions): string {
  const { trial, parameters, areaMm2, tdpWatts } = best;
  const fields = Object.entries(parameters).map(([name, value]) => [
    name,
    typeof value === "number" ? formatInteger(value) : value,
  ]);
  const figures = [
    ["area", `${formatNumber(areaMm2)} mm² (estimated)`],
    ["TDP", `${formatNumber(tdpWatts)} W (estimated)`],
  ];
  const head = ["", "latency of a batch", "throughput", "Perf/TDP"].map(style.dim);
  const models = best.workloads.map(({ model, latencySeconds, perfPerTdp }) => [
    model,
    formatSi(latencySeconds, "s"),
    `${formatNumber(perfPerTdp * tdpWatts)} /s`,
    `${formatNumber(perfPerTdp)} /s/W`,
  ]);
  return [
    style.bold(`Best design: trial ${trial}`),
    formatTable([...fields, ...figures], ["left", "left"]),
    "",
    formatTable([head, ...models], ["left", "right", "right", "right"]),
  ].join("\n");
}

function ratiosSection(best: FeasibleTrial, options: SearchReportOptions): string {
  const { baselines, style } = options;
  const models = best.workloads.length > 1 ? best.workloads.map(({ model }) => model) : [];
  const head = ["baseline", "node", "compiler", "speed", "TDP", ...models, "Perf/TDP", ""].map(style.dim);
  const row = (baseline: Baseline): readonly string[] => {
    const ratios = best.workloads.map(
      ({ perfPerTdp }, index) => perfPerTdp / present(baseline.perfPerTdp[index], "a figure"),
    );
    const [perfPerTdp, tdp] = [geometricMean(ratios), best.tdpWatts / baseline.tdpWatts];
    return [
      baseline.design.name,
      `${baseline.design.technologyNm} nm`,
      baseline.compiler,
      formatRatio(perfPerTdp * tdp),
      formatRatio(tdp),
      ...models.map((_model, index) => formatRatio(ratios[index] ?? 0)),
      formatRatio(perfPerTdp),
      remarkOn(baseline, options),
    ];
  };
  const numbers: readonly Alignment[] = ["right", "right", ...models.map((): Alignment => "right"), "right"];
  const mean = models.length > 0 ? ", geometric mean over the models" : "";
  return [
    style.bold(`Relative to the baselines${mean}`),
    formatTable([head, ...baselines.map(row)], ["left", "right", "left", ...numbers, "left"]),
  ].join("\n");
}

function remarkOn(baseline: Baseline, { headline, compiler }: SearchReportOptions): string {
  if (baseline === headline) return "headline";
  const isSameCompiler = baseline.design === headline.design && baseline.compiler === compiler;
  return isSameCompiler ? "same compiler: what the hardware alone is worth" : "";
}
