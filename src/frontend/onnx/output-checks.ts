/** Compares what was imported with what the file declares about it, and refuses what cannot be counted. */
import type { Operation } from "../../ir/core.ts";
import { tensorTypeOf } from "../../ir/define-op.ts";
import { functionBody } from "../../ir/ops/builtin.ts";
import { elementCount, typeText } from "../../ir/types.ts";
import type { Diagnostic } from "../../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic, fail } from "../../support/diagnostics.ts";
import { declaredShape, declaredShapeText } from "./inputs/declared-inputs.ts";
import type { Tensor } from "./module-builder.ts";
import { dataTypeName, onnxTypeName, scalarOfDataType } from "./read/data-types.ts";
import type { GraphProto, ValueInfoProto } from "./read/schema.ts";

/**
 * Warnings for outputs of another shape than declared, which exporters get wrong.
 * @throws DiagnosticError when an output has another element type than declared
 */
export function checkOutputs(graph: GraphProto, outputs: readonly Tensor[], fileName: string): readonly Diagnostic[] {
  const errors: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  outputs.forEach((tensor, index) => {
    const declared = graph.output[index] ?? {};
    const at = [`output "${declared.name ?? ""}" in ${fileName}`];
    const elementProblem = elementMismatch(declared, tensor);
    if (elementProblem !== undefined)
      errors.push(errorDiagnostic({ code: "onnx-invalid-graph", message: elementProblem, at }));
    const shapeProblem = shapeMismatch(declared, tensor);
    if (shapeProblem !== undefined)
      warnings.push({ severity: "warning", code: "onnx-output-shape", message: shapeProblem, at });
  });
  if (errors.length > 0) throw new DiagnosticError(errors);
  return warnings;
}

/** Errors for intermediate values of another element type than the file declares. */
export function valueInfoProblems(
  { valueInfo }: GraphProto,
  tensors: readonly { readonly name: string; readonly tensor: Tensor }[],
  fileName: string,
): readonly Diagnostic[] {
  const made = new Map(tensors.map(({ name, tensor }) => [name, tensor]));
  return valueInfo.flatMap((declared) => {
    const tensor = made.get(declared.name ?? "");
    const problem = tensor === undefined ? undefined : elementMismatch(declared, tensor);
    if (problem === undefined) return [];
    const at = [`value "${declared.name ?? ""}" in ${fileName}`];
    return [errorDiagnostic({ code: "onnx-invalid-graph", message: problem, at })];
  });
}

function elementMismatch(declared: ValueInfoProto, tensor: Tensor): string | undefined {
  const elemType = declared.type?.tensorType?.elemType ?? 0;
  if (elemType === 0 || scalarOfDataType(elemType) === tensor.type.element.name) return undefined;
  return `it is declared as ${dataTypeName(elemType)} but is ${onnxTypeName(tensor.type.element.name)}`;
}

function shapeMismatch(declared: ValueInfoProto, tensor: Tensor): string | undefined {
  const want = declaredShape(declared);
  const { shape } = tensor.type;
  if (want === undefined) return undefined;
  const fits =
    want.length === shape.length && want.every((extent, dim) => extent === undefined || extent === shape[dim]);
  return fits ? undefined : `output is declared as ${declaredShapeText(want)} but is [${shape.join(", ")}]`;
}

/** Counts are exact up to here; what is beyond would be costed wrongly without a word. */
const largestCount = Number.MAX_SAFE_INTEGER;

/** @throws DiagnosticError `model-too-large` when a tensor's bytes or the multiply-accumulates leave the exact integers */
export function refuseUncountable(fn: Operation, macs: number, fileName: string): void {
  const help = ["give a smaller --batch or smaller dimensions"];
  for (const op of functionBody(fn).operations()) {
    const large = op.results.find((result) => elementCount(tensorTypeOf(result).shape) > largestCount / 8);
    if (large === undefined) continue;
    const message = `${typeText(large.type)} has more bytes than can be counted exactly, 2^53`;
    fail({ code: "model-too-large", message, at: [fileName], help });
  }
  if (macs <= largestCount) return;
  const message = `the model has ${macs.toPrecision(3)} multiply-accumulates, more than can be counted exactly, 2^53`;
  fail({ code: "model-too-large", message, at: [fileName], help });
}
