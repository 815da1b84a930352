/** Inputs that the user binds to constants: where a shape depends on them, the model has no static shapes otherwise. */
import { shapeText } from "../../ir/broadcast.ts";
import type { TensorValue } from "../../ir/tensor-value.ts";
import type { Diagnostic } from "../../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic } from "../../support/diagnostics.ts";
import { declaredShape, declaredShapeText } from "./dimensions.ts";
import type { KnownTensor } from "./module-builder.ts";
import { knownTensor } from "./module-builder.ts";
import { dataTypeName, onnxTypeName, scalarOfDataType } from "./read/data-types.ts";
import type { ValueInfoProto } from "./read/schema.ts";

/** Values of inputs by name. */
export type InputValues = Readonly<Record<string, TensorValue>>;

/**
 * The bound inputs as tensors of the graph.
 *
 * @throws DiagnosticError `onnx-input-value` when the model has no such input or it has another type
 */
export function boundValues(
  inputs: readonly ValueInfoProto[],
  values: InputValues,
  fileName: string,
): ReadonlyMap<string, KnownTensor> {
  const problems = Object.entries(values).flatMap(([name, value]) => problemsOf(inputs, { name, value, fileName }));
  if (problems.length > 0) throw new DiagnosticError(problems);
  return new Map(Object.entries(values).map(([name, value]) => [name, knownTensor(value)]));
}

function problemsOf(
  inputs: readonly ValueInfoProto[],
  { name, value, fileName }: { readonly name: string; readonly value: TensorValue; readonly fileName: string },
): readonly Diagnostic[] {
  const declared = inputs.find((input) => input.name === name);
  if (declared === undefined) {
    const notes = [`inputs: ${inputs.map((input) => input.name ?? "").join(", ")}`];
    return [
      errorDiagnostic({ code: "onnx-input-value", message: `the model has no input '${name}'`, at: [fileName], notes }),
    ];
  }
  const at = [`input "${name}" in ${fileName}`];
  const { element, shape } = value.type;
  const elemType = declared.type?.tensorType?.elemType ?? 0;
  if (scalarOfDataType(elemType) !== element.name) {
    const message = `input '${name}' is declared as ${dataTypeName(elemType)} but its value is ${onnxTypeName(element.name)}`;
    return [errorDiagnostic({ code: "onnx-input-value", message, at })];
  }
  const want = declaredShape(declared);
  const fits =
    want === undefined ||
    (want.length === shape.length && want.every((extent, dim) => extent === undefined || extent === shape[dim]));
  if (fits) return [];
  const message = `input '${name}' is declared as ${declaredShapeText(want)} but its value is ${shapeText(shape)}`;
  return [errorDiagnostic({ code: "onnx-input-value", message, at })];
}
