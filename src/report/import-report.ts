/** What `fastc import --stats` tells: how much a model computes and holds, before any pass. */
import type { Alignment, TextStyle } from "./table.ts";
import { formatTable } from "./table.ts";
import { formatInteger, formatPercent, formatSi } from "./units.ts";

/** Counts of an imported model, as printed in JSON. */
export interface ImportSummary {
  readonly schemaVersion: 1;
  readonly model: { readonly name: string; readonly sha256: string };
  readonly batch: number;
  readonly hasSymbolicBatch: boolean;
  readonly macs: number;
  readonly macsPerSample: number;
  readonly depthwiseMacs: number;
  readonly weightElements: number;
  readonly weightBytes: number;
  readonly onnxNodes: number;
  readonly operations: number;
  readonly opHistogram: Readonly<Record<string, number>>;
}

/** The counts as text, with a final line break. */
export function importReport(summary: ImportSummary, style: TextStyle): string {
  const { model, batch, macs, depthwiseMacs } = summary;
  const exact = (value: number, unit: string) => `${formatInteger(value)}${unit} (${formatSi(value, unit.trim())})`;
  const facts = [
    ["batch", `${batch}, ${summary.hasSymbolicBatch ? "symbolic in the model" : "fixed by the model"}`],
    ["MACs per sample", exact(summary.macsPerSample, "")],
    ["MACs", exact(macs, "")],
    ...(depthwiseMacs === 0
      ? []
      : [["  depthwise", `${exact(depthwiseMacs, "")}, ${formatPercent(depthwiseMacs / macs)}`]]),
    ["weights", `${formatInteger(summary.weightElements)} elements`],
    ["  at 2 bytes each", exact(summary.weightBytes, " B")],
    ["ONNX nodes", formatInteger(summary.onnxNodes)],
    ["IR operations", formatInteger(summary.operations)],
  ];
  const columns: readonly Alignment[] = ["left", "right"];
  const histogram = Object.entries(summary.opHistogram).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return [
    style.bold(`${model.name}, as imported, before any pass`),
    formatTable(facts, ["left", "left"]),
    "",
    style.bold("ONNX operators"),
    formatTable(
      histogram.map(([name, count]) => [name, formatInteger(count)]),
      columns,
    ),
    "",
  ].join("\n");
}
