/** What `fastc search` tells at its end: the best design, and what it is worth against every baseline. */
import type { Baseline } from "../search/baselines.ts";
import { geometricMean } from "../search/objective.ts";
import type { FeasibleTrial } from "../search/study.ts";
import type { Alignment, TextStyle } from "./table.ts";
import { formatTable } from "./table.ts";
import { formatInteger, formatNumber, formatRatio } from "./units.ts";

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

function designSection(
  { trial, parameters, areaMm2, tdpWatts, workloads }: FeasibleTrial,
  { style }: SearchReportOptions,
): string {
  const facts = [
    ...Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === "number" ? formatInteger(value) : value,
    ]),
    ["area", `${formatNumber(areaMm2)} mm² (estimated)`],
    ["TDP", `${formatNumber(tdpWatts)} W (estimated)`],
    ...workloads.map(({ model, perfPerTdp }) => [`Perf/TDP, ${model}`, `${formatNumber(perfPerTdp)} /s/W`]),
  ];
  return [style.bold(`Best design: trial ${trial}`), formatTable(facts, ["left", "left"])].join("\n");
}

function ratiosSection(best: FeasibleTrial, { baselines, headline, compiler, style }: SearchReportOptions): string {
  const models = best.workloads.map(({ model }) => model);
  const head = ["baseline", "node", "compiler", ...(models.length > 1 ? models : []), "Perf/TDP ratio", ""].map(
    style.dim,
  );
  const row = (baseline: Baseline): readonly string[] => {
    const ratios = best.workloads.map(({ perfPerTdp }, index) => perfPerTdp / (baseline.perfPerTdp[index] ?? NaN));
    const remark =
      baseline === headline
        ? "headline"
        : baseline.design === headline.design && baseline.compiler === compiler
          ? "same compiler: what the hardware alone is worth"
          : "";
    const { design } = baseline;
    return [
      design.name,
      `${design.technologyNm} nm`,
      baseline.compiler,
      ...(models.length > 1 ? ratios.map(formatRatio) : []),
      formatRatio(geometricMean(ratios)),
      remark,
    ];
  };
  const columns: readonly Alignment[] = [
    "left",
    "right",
    "left",
    ...(models.length > 1 ? models.map(() => "right" as const) : []),
    "right",
    "left",
  ];
  const title =
    models.length > 1
      ? `Perf/TDP against the baselines: ${models.length} models and their geometric mean`
      : "Perf/TDP against the baselines";
  return [style.bold(title), formatTable([head, ...baselines.map(row)], columns)].join("\n");
}
