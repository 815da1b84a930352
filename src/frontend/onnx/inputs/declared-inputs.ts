/** The graph's inputs and outputs as the model declares them: element types, fixed extents, names of the others. */
import type { ScalarName } from "../../../ir/types.ts";
import type { Diagnostic } from "../../../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic } from "../../../support/diagnostics.ts";
import { maxRank } from "./input-values.ts";
import { dataTypeName, scalarOfDataType } from "../read/data-types.ts";
import type { DimensionProto, TypeProto, ValueInfoProto } from "../read/schema.ts";

/** An extent: a number, or the name under which it can be bound. A nameless one is called by its place: `input.2`. */
export type Dimension = number | string;

/** @property isNameless  true where the model itself gives no name */
export interface DeclaredInput {
  readonly name: string;
  readonly dims: readonly Dimension[];
  readonly isNameless: readonly boolean[];
  readonly element: ScalarName;
}

/** Where an input is, with its dimensions, for errors. */
export function inputPlace({ name, dims }: DeclaredInput, fileName: string): string {
  return `input "${name}" ${dimsText(dims)} in ${fileName}`;
}

export function dimsText(dims: readonly Dimension[]): string {
  return `[${dims.join(", ")}]`;
}

/** Names that can be bound, in the order of the inputs. */
export function symbols(inputs: readonly DeclaredInput[]): readonly string[] {
  return [...new Set(inputs.flatMap(({ dims }) => dims.filter((dim) => typeof dim === "string")))];
}

/**
 * The declared inputs. One without a shape takes that of `inputShapes`.
 * @throws DiagnosticError `onnx-unsupported` for what is no tensor, `onnx-dim-unbound` for those without a shape
 */
export function declaredInputs(
  protos: readonly ValueInfoProto[],
  given: { readonly fileName: string; readonly inputShapes?: Readonly<Record<string, readonly number[]>> | undefined },
): readonly DeclaredInput[] {
  const { fileName, inputShapes = {} } = given;
  const problems: Diagnostic[] = [];
  const inputs = protos.flatMap((proto) => {
    const { name = "" } = proto;
    const input = declaredInput(proto, Object.hasOwn(inputShapes, name) ? inputShapes[name] : undefined);
    if (!("message" in input)) return [input];
    problems.push(errorDiagnostic({ ...input, at: [`input "${name}" in ${fileName}`] }));
    return [];
  });
  if (problems.length > 0) throw new DiagnosticError(problems);
  return inputs;
}

type Problem = Pick<Diagnostic, "code" | "message" | "help">;

function declaredInput(
  { name = "", type }: ValueInfoProto,
  givenShape: readonly number[] | undefined,
): DeclaredInput | Problem {
  const tensor = type?.tensorType;
  if (tensor === undefined) {
    const kind = typeKind(type);
    if (kind === undefined) return { code: "onnx-invalid-graph", message: `input '${name}' has no type` };
    return { code: "onnx-unsupported", message: `input '${name}' is ${kind}, not a tensor` };
  }
  const element = scalarOfDataType(tensor.elemType ?? 0);
  if (element === undefined) {
    const what = dataTypeName(tensor.elemType ?? 0);
    return { code: "onnx-unsupported", message: `input '${name}' has element type ${what}, which is not supported` };
  }
  if (tensor.shape === undefined) {
    if (givenShape !== undefined) return { name, dims: givenShape, isNameless: givenShape.map(() => false), element };
    const message = `input '${name}' has no shape, not even its rank is known`;
    return { code: "onnx-dim-unbound", message, help: [`give it one, as in --input ${name}:1x3x224x224`] };
  }
  const { dim } = tensor.shape;
  if (dim.length > maxRank) {
    const message = `input '${name}' has ${dim.length} dimensions, more than the ${maxRank} that are supported`;
    return { code: "onnx-unsupported", message };
  }
  return {
    name,
    dims: dim.map((one, axis) => dimensionOf(one, `${name}.${axis}`)),
    isNameless: dim.map((one) => (one.dimParam ?? "") === "" && extentOf(one) === undefined),
    element,
  };
}

/** What a type that is no tensor is; undefined when there is none. */
export function typeKind(type: TypeProto | undefined): string | undefined {
  if (type?.sequenceType !== undefined) return "a sequence";
  if (type?.mapType !== undefined) return "a map";
  if (type?.sparseTensorType !== undefined) return "a sparse tensor";
  if (type?.optionalType !== undefined) return "an optional";
  return undefined;
}

function dimensionOf(dim: DimensionProto, place: string): Dimension {
  const { dimParam = "" } = dim;
  return extentOf(dim) ?? (dimParam === "" ? place : dimParam);
}

/** Exporters of old wrote an unknown extent as -1. */
function extentOf({ dimValue }: DimensionProto): number | undefined {
  return dimValue !== undefined && dimValue >= 0 ? dimValue : undefined;
}

/** Shape of a declared graph output with symbolic extents as undefined; undefined when none is declared. */
export function declaredShape(output: ValueInfoProto): readonly (number | undefined)[] | undefined {
  return output.type?.tensorType?.shape?.dim.map(extentOf);
}

/** A declared shape for messages. */
export function declaredShapeText(shape: readonly (number | undefined)[]): string {
  return `[${shape.map((extent) => extent ?? "?").join(", ")}]`;
}
