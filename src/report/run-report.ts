/** What `fastc run` tells: the outputs of a model in a few numbers each. */
import type { TensorSummary } from "../ir/execution/tensor-summary.ts";
import { tensorSummary } from "../ir/execution/tensor-summary.ts";
import type { TensorValue } from "../ir/tensor-value.ts";
import { typeText } from "../ir/types.ts";
import type { TextStyle } from "./table.ts";
import { formatTable } from "./table.ts";
import type { InputSource } from "./verify-report.ts";

/** An output with its numbers. */
export interface RunOutput {
  readonly name: string;
  readonly value: TensorValue;
}

export interface RunResult {
  readonly model: { readonly name: string; readonly sha256: string };
  /** What ran, in words. */
  readonly execution: string;
  readonly inputs: readonly InputSource[];
  readonly outputs: readonly RunOutput[];
}

/** The report as text, with a final line break. */
export function runText({ model, execution, inputs, outputs }: RunResult, style: TextStyle): string {
  const inputRows = inputs.map(({ name, type, source }) => [name, typeText(type), source]);
  const head = ["output", "type", "mean", "std", "min", "max", "first"];
  return [
    style.bold(`${model.name}, ${execution}`),
    ...(inputRows.length === 0 ? [] : [formatTable(inputRows, ["left", "left", "left"]), ""]),
    formatTable([head, ...outputs.map(outputRow)], ["left", "left", "right", "right", "right", "right", "left"]),
    "",
  ].join("\n");
}

function outputRow({ name, value }: RunOutput): readonly string[] {
  const { elements, mean, deviation, min, max, first } = tensorSummary(value);
  const more = elements > first.length ? ", …" : "";
  return [
    name,
    typeText(value.type),
    ...[mean, deviation, min, max].map(figure),
    `${first.map(figure).join(", ")}${more}`,
  ];
}

/** Five significant digits; an integer as it is. */
function figure(value: number | undefined): string {
  if (value === undefined) return "";
  return Number.isSafeInteger(value) ? `${value}` : `${Number(value.toPrecision(5))}`;
}

/** The report for programs; numbers that are not finite are texts, because JSON has none. */
export function runJson({ model, execution, inputs, outputs }: RunResult): object {
  return {
    schemaVersion: 1,
    model,
    execution,
    inputs: inputs.map(({ name, type, source }) => ({ name, type: typeText(type), source })),
    outputs: outputs.map(({ name, value }) => ({
      name,
      type: typeText(value.type),
      ...summaryJson(tensorSummary(value)),
    })),
  };
}

function summaryJson({ elements, mean, deviation, min, max, first }: TensorSummary): object {
  const json = (value: number | undefined) => (value === undefined || Number.isFinite(value) ? value : `${value}`);
  return { elements, mean: json(mean), std: json(deviation), min: json(min), max: json(max), first: first.map(json) };
}
