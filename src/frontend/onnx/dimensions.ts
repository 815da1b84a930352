/** Gives every dimension of the graph's inputs a number: the batch, named dimensions bound by the user, fixed ones. */
import type { TensorType } from "../../ir/types.ts";
import { tensorType } from "../../ir/types.ts";
import type { Diagnostic } from "../../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic, fail } from "../../support/diagnostics.ts";
import { dataTypeName, scalarOfDataType } from "./read/data-types.ts";
import type { DimensionProto, ValueInfoProto } from "./read/schema.ts";

/** What the user says about dimensions. */
export interface DimensionChoices {
  readonly fileName: string;
  readonly batch?: number | undefined;
  readonly defaultBatch?: number | undefined;
  readonly dims?: Readonly<Record<string, number>> | undefined;
}

/** An input of the function that is being made. */
export interface InputBinding {
  readonly name: string;
  readonly type: TensorType;
}

export interface BoundInputs {
  readonly inputs: readonly InputBinding[];
  readonly batch: number;
  readonly hasSymbolicBatch: boolean;
}

/** An extent: a number, or the name under which it can be bound. A nameless one is called by its place: `input.2`. */
type Dimension = number | string;

interface DeclaredInput {
  readonly name: string;
  readonly dims: readonly Dimension[];
  /** True where the model itself gives no name. */
  readonly isNameless: readonly boolean[];
  readonly declared: ValueInfoProto;
}

/**
 * Static types of the graph's inputs.
 *
 * The batch is the symbolic first dimension that all inputs share (scalars aside), whatever its name; failing that, the
 * fixed first extent they share; failing that, 1.
 *
 * @throws DiagnosticError `onnx-dim-unbound`, `onnx-dim-unknown`, `onnx-dim-invalid`, `onnx-batch-fixed`, `onnx-unsupported`
 */
export function bindInputs(inputs: readonly ValueInfoProto[], choices: DimensionChoices): BoundInputs {
  const declared = inputs.map((input) => declaredInput(input, choices.fileName));
  checkChoices(declared, choices);
  const shared = sharedFirst(declared);
  const batch = typeof shared === "string" ? symbolicBatch(shared, choices) : fixedBatch(shared, declared, choices);
  const bound = new Map(Object.entries(choices.dims ?? {}));
  if (typeof shared === "string") for (const name of firstNames(declared)) bound.set(name, batch);
  checkAllBound(declared, bound, choices.fileName);
  return {
    inputs: declared.map(({ name, dims, declared: { type } }) => {
      const shape = dims.map((dim) => (typeof dim === "number" ? dim : (bound.get(dim) ?? 0)));
      const element = scalarOfDataType(type?.tensorType?.elemType ?? 0) ?? "f32";
      return { name, type: tensorType(shape, element) };
    }),
    batch,
    hasSymbolicBatch: typeof shared === "string",
  };
}

function declaredInput(declared: ValueInfoProto, fileName: string): DeclaredInput {
  const { name = "", type } = declared;
  const at = [`input "${name}" in ${fileName}`];
  const tensor = type?.tensorType;
  if (tensor === undefined) fail({ code: "onnx-unsupported", message: `input '${name}' is not a tensor`, at });
  if (scalarOfDataType(tensor.elemType ?? 0) === undefined) {
    const element = dataTypeName(tensor.elemType ?? 0);
    fail({
      code: "onnx-unsupported",
      message: `input '${name}' has element type ${element}, which is not supported`,
      at,
    });
  }
  if (tensor.shape === undefined) {
    const help = ["export the model with a shape for each input; single dimensions may be symbolic"];
    fail({ code: "onnx-dim-unbound", message: `input '${name}' has no shape, not even its rank is known`, at, help });
  }
  const { dim } = tensor.shape;
  return {
    name,
    dims: dim.map((one, axis) => dimensionOf(one, `${name}.${axis}`)),
    isNameless: dim.map((one) => (one.dimParam ?? "") === "" && extentOf(one) === undefined),
    declared,
  };
}

function dimensionOf(dim: DimensionProto, place: string): Dimension {
  const { dimParam = "" } = dim;
  return extentOf(dim) ?? (dimParam === "" ? place : dimParam);
}

/** Exporters of old wrote an unknown extent as -1. */
function extentOf({ dimValue }: DimensionProto): number | undefined {
  return dimValue !== undefined && dimValue >= 0 ? dimValue : undefined;
}

function firstNames(inputs: readonly DeclaredInput[]): readonly string[] {
  return inputs.flatMap(({ dims: [first] }) => (typeof first === "string" ? [first] : []));
}

/** First dimension that all inputs share; undefined when they do not. Nameless ones in all inputs count as one. */
function sharedFirst(inputs: readonly DeclaredInput[]): Dimension | undefined {
  const ranked = inputs.filter(({ dims }) => dims.length > 0);
  const [first, ...rest] = ranked.map(({ dims }) => dims[0]);
  if (rest.every((dim) => dim === first)) return first;
  return ranked.every(({ isNameless }) => isNameless[0] === true) ? first : undefined;
}

function symbolicBatch(name: string, choices: DimensionChoices): number {
  const { batch, defaultBatch = 1, dims = {}, fileName } = choices;
  const named = dims[name];
  if (batch !== undefined && named !== undefined && batch !== named) {
    fail({
      code: "onnx-dim-invalid",
      message: `batch is given as ${batch} and, under its name '${name}', as ${named}`,
      at: [fileName],
      help: ["give the batch once, with --batch"],
    });
  }
  return batch ?? named ?? defaultBatch;
}

function fixedBatch(shared: number | undefined, inputs: readonly DeclaredInput[], choices: DimensionChoices): number {
  const fixed = shared ?? 1;
  const { batch = fixed, fileName } = choices;
  if (batch !== fixed) {
    const why =
      shared === undefined ? "its inputs do not share their first dimension" : `its batch is fixed at ${fixed}`;
    fail({
      code: "onnx-batch-fixed",
      message: `batch ${batch} is asked for but the model has no other than ${fixed}: ${why}`,
      at: inputs.map(({ name, dims }) => `input "${name}" ${dimsText(dims)} in ${fileName}`),
      help: ["leave --batch out, or export the model with a symbolic first dimension"],
    });
  }
  return fixed;
}

function dimsText(dims: readonly Dimension[]): string {
  return `[${dims.join(", ")}]`;
}

/** Names that can be bound, in the order of the inputs. */
function symbols(inputs: readonly DeclaredInput[]): readonly string[] {
  return [...new Set(inputs.flatMap(({ dims }) => dims.filter((dim) => typeof dim === "string")))];
}

function checkChoices(inputs: readonly DeclaredInput[], choices: DimensionChoices): void {
  const { batch, dims = {}, fileName } = choices;
  const known = symbols(inputs);
  const problems: Diagnostic[] = [];
  const given = batch === undefined ? Object.entries(dims) : [["batch", batch] as const, ...Object.entries(dims)];
  for (const [name, value] of given) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    const message = `${name} is ${value} but should be an integer ≥ 1`;
    problems.push(errorDiagnostic({ code: "onnx-dim-invalid", message, at: [fileName] }));
  }
  for (const name of Object.keys(dims).filter((key) => !known.includes(key))) {
    problems.push(
      errorDiagnostic({
        code: "onnx-dim-unknown",
        message: `the model has no dimension '${name}'`,
        at: inputs.map((input) => `input "${input.name}" ${dimsText(input.dims)} in ${fileName}`),
        notes: [bindableNote(known)],
      }),
    );
  }
  if (problems.length > 0) throw new DiagnosticError(problems);
}

function bindableNote(known: readonly string[]): string {
  return known.length === 0 ? "all its dimensions are fixed" : `dimensions that can be bound: ${known.join(", ")}`;
}

function checkAllBound(inputs: readonly DeclaredInput[], bound: ReadonlyMap<string, number>, fileName: string): void {
  const known = symbols(inputs);
  const problems = known
    .filter((name) => !bound.has(name))
    .map((name) => {
      const users = inputs.filter(({ dims }) => dims.includes(name));
      return errorDiagnostic({
        code: "onnx-dim-unbound",
        message: `dimension '${name}' has no value`,
        at: users.map((input) => `input "${input.name}" ${dimsText(input.dims)} in ${fileName}`),
        notes: [bindableNote(known)],
        help: [`give it a value with --dim ${name}=VALUE`],
      });
    });
  if (problems.length > 0) throw new DiagnosticError(problems);
}

/** Shape of a declared graph output with symbolic extents as undefined; undefined when none is declared. */
export function declaredShape(output: ValueInfoProto): readonly (number | undefined)[] | undefined {
  return output.type?.tensorType?.shape?.dim.map(extentOf);
}

/** A declared shape for messages. */
export function declaredShapeText(shape: readonly (number | undefined)[]): string {
  return `[${shape.map((extent) => extent ?? "?").join(", ")}]`;
}
