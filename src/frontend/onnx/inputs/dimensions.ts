/** Gives every dimension of the graph's inputs a number: the batch, dimensions bound by the user, fixed ones. */
import type { TensorValue } from "../../../ir/tensor-value.ts";
import type { TensorType } from "../../../ir/types.ts";
import { tensorType } from "../../../ir/types.ts";
import type { Diagnostic } from "../../../support/diagnostics.ts";
import { DiagnosticError, errorDiagnostic, fail } from "../../../support/diagnostics.ts";
import type { DeclaredInput, Dimension } from "./declared-inputs.ts";
import { declaredInputs, inputPlace, symbols } from "./declared-inputs.ts";
import { expressionNames, expressionValue } from "./dimension-expressions.ts";
import type { InputValues } from "./input-values.ts";
import { inputTensor } from "./input-values.ts";
import type { ValueInfoProto } from "../read/schema.ts";

/** What the user says about dimensions. Records are by the name of the dimension, or of the input. */
export interface DimensionChoices {
  readonly fileName: string;
  readonly batch?: number | undefined;
  readonly defaultBatch?: number | undefined;
  readonly dims?: Readonly<Record<string, number>> | undefined;
  readonly inputShapes?: Readonly<Record<string, readonly number[]>> | undefined;
  readonly inputValues?: InputValues | undefined;
}

/** An input of the function that is being made. */
export interface InputBinding {
  readonly name: string;
  readonly type: TensorType;
}

/** @property constants  inputs that the user has given a value: they are no inputs of the function */
export interface BoundInputs {
  readonly inputs: readonly InputBinding[];
  readonly constants: ReadonlyMap<string, TensorValue>;
  readonly batch: number;
  readonly hasSymbolicBatch: boolean;
  /** Names bound by the user, with their values, for errors that they may have caused. */
  readonly chosen: ReadonlyMap<string, number>;
  /** All symbolic dimensions with their values, by name. */
  readonly dimensions: ReadonlyMap<string, number>;
}

/**
 * Static types of the graph's inputs.
 *
 * The batch is the symbolic first dimension that all inputs share (scalars aside), whatever its name; failing that, the
 * fixed first extent they share; failing that, 1.
 *
 * @throws DiagnosticError `onnx-dim-unbound`, `onnx-dim-unknown`, `onnx-dim-invalid`, `onnx-input-value`,
 *   `onnx-batch-fixed`, `onnx-unsupported`
 */
export function bindInputs(protos: readonly ValueInfoProto[], choices: DimensionChoices): BoundInputs {
  const inputs = declaredInputs(protos, choices);
  checkChoices(inputs, choices);
  const constants = constantsOf(inputs, choices);
  const chosen = chosenDims(inputs, constants, choices);
  const open = inputs.filter(({ name }) => !constants.has(name));
  const shared = sharedFirst(open);
  const batch = typeof shared === "string" ? symbolicBatch(shared, chosen, choices) : fixedBatch(shared, open, choices);
  const bound = new Map(chosen);
  if (typeof shared === "string") for (const name of firstNames(open)) bound.set(name, batch);
  for (const name of symbols(inputs)) {
    const value = bound.has(name) ? undefined : expressionValue(name, bound);
    if (value !== undefined) bound.set(name, value);
  }
  checkAllBound(inputs, bound, choices);
  return {
    inputs: open.map(({ name, dims, element }) => ({ name, type: tensorType(extents(dims, bound), element) })),
    constants,
    batch,
    hasSymbolicBatch: typeof shared === "string",
    dimensions: bound,
    chosen: choices.batch === undefined || typeof shared !== "string" ? chosen : new Map([...chosen, [shared, batch]]),
  };
}

function extents(dims: readonly Dimension[], bound: ReadonlyMap<string, number>): readonly number[] {
  return dims.map((dim) => (typeof dim === "number" ? dim : (bound.get(dim) ?? 0)));
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

function symbolicBatch(name: string, chosen: ReadonlyMap<string, number>, choices: DimensionChoices): number {
  const { batch, defaultBatch = 1, fileName } = choices;
  const named = chosen.get(name);
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
      at: inputs.map((input) => inputPlace(input, fileName)),
      help: ["leave --batch out, or export the model with a symbolic first dimension"],
    });
  }
  return fixed;
}

function checkChoices(inputs: readonly DeclaredInput[], choices: DimensionChoices): void {
  const { batch, dims = {}, inputShapes = {}, inputValues = {}, fileName } = choices;
  const named = symbols(inputs);
  const known = [...new Set(named.flatMap((name) => [name, ...expressionNames(name)]))];
  const problems: Diagnostic[] = [];
  const given = batch === undefined ? Object.entries(dims) : [["batch", batch] as const, ...Object.entries(dims)];
  for (const [name, value] of given) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    const message = `${name} is ${value} but should be an integer ≥ 1`;
    problems.push(errorDiagnostic({ code: "onnx-dim-invalid", message, at: [fileName] }));
  }
  const places = inputs.map((input) => inputPlace(input, fileName));
  for (const name of Object.keys(dims).filter((key) => !known.includes(key))) {
    const message = `the model has no dimension '${name}'`;
    problems.push(errorDiagnostic({ code: "onnx-dim-unknown", message, at: places, notes: [bindableNote(known)] }));
  }
  const names = new Set(inputs.map(({ name }) => name));
  for (const name of [...Object.keys(inputShapes), ...Object.keys(inputValues)].filter((key) => !names.has(key))) {
    const notes = [`inputs of the model: ${[...names].join(", ")}`];
    const message = `the model has no input '${name}'`;
    problems.push(errorDiagnostic({ code: "onnx-input-value", message, at: [fileName], notes }));
  }
  if (problems.length > 0) throw new DiagnosticError(problems);
}

function bindableNote(known: readonly string[]): string {
  return known.length === 0 ? "all its dimensions are fixed" : `dimensions that can be bound: ${known.join(", ")}`;
}

function constantsOf(
  inputs: readonly DeclaredInput[],
  { inputValues = {}, fileName }: DimensionChoices,
): ReadonlyMap<string, TensorValue> {
  const constants = new Map<string, TensorValue>();
  const problems: Diagnostic[] = [];
  for (const input of inputs) {
    const value = Object.hasOwn(inputValues, input.name) ? inputValues[input.name] : undefined;
    if (value === undefined) continue;
    const tensor = inputTensor(value, input.element);
    if ("problem" in tensor) {
      const message = `the value given to input '${input.name}' does not fit: ${tensor.problem}`;
      problems.push(errorDiagnostic({ code: "onnx-input-value", message, at: [inputPlace(input, fileName)] }));
    } else constants.set(input.name, tensor);
  }
  if (problems.length > 0) throw new DiagnosticError(problems);
  return constants;
}

/** A name's value and the option that gave it. */
interface Choice {
  readonly value: number;
  readonly by: string;
}

/** Names bound by `--dim`, and by the shapes and values of inputs, which must agree with each other and the model. */
function chosenDims(
  inputs: readonly DeclaredInput[],
  constants: ReadonlyMap<string, TensorValue>,
  { dims = {}, inputShapes = {}, fileName }: DimensionChoices,
): ReadonlyMap<string, number> {
  const choices = new Map<string, Choice>(
    Object.entries(dims).map(([name, value]) => [name, { value, by: `--dim ${name}=${value}` }]),
  );
  const problems: Diagnostic[] = [];
  const apply = (input: DeclaredInput, shape: readonly number[], by: string): void => {
    const problem = shapeProblem(input, { shape, by, choices });
    if (problem === undefined) return;
    problems.push(errorDiagnostic({ code: "onnx-dim-invalid", message: problem, at: [inputPlace(input, fileName)] }));
  };
  for (const input of inputs) {
    const { name } = input;
    const shape = Object.hasOwn(inputShapes, name) ? inputShapes[name] : undefined;
    if (shape !== undefined) apply(input, shape, `--input ${name}:${shape.join("x")}`);
    const value = constants.get(name);
    if (value !== undefined) apply(input, value.type.shape, `the value of --input-value ${name}`);
  }
  if (problems.length > 0) throw new DiagnosticError(problems);
  return new Map([...choices].map(([name, { value }]) => [name, value]));
}

interface GivenShape {
  readonly shape: readonly number[];
  readonly by: string;
  /** Grows by the names that the shape binds. */
  readonly choices: Map<string, Choice>;
}

function shapeProblem({ name, dims }: DeclaredInput, { shape, by, choices }: GivenShape): string | undefined {
  if (shape.length !== dims.length) {
    return `${by} has ${shape.length} dimensions but input '${name}' has ${dims.length}`;
  }
  for (const [axis, dim] of dims.entries()) {
    const extent = shape[axis] ?? 0;
    const other = typeof dim === "number" ? { value: dim, by: "the model" } : choices.get(dim);
    if (other !== undefined && other.value !== extent) {
      const which = typeof dim === "number" ? `dimension ${axis} of input '${name}'` : `dimension '${dim}'`;
      return `${which} is ${extent} by ${by} but ${other.value} by ${other.by}`;
    }
    if (typeof dim === "string") choices.set(dim, { value: extent, by });
  }
  return undefined;
}

function checkAllBound(
  inputs: readonly DeclaredInput[],
  bound: ReadonlyMap<string, number>,
  { fileName }: DimensionChoices,
): void {
  const known = symbols(inputs);
  const problems = known
    .filter((name) => !bound.has(name))
    .map((name) =>
      errorDiagnostic({
        code: "onnx-dim-unbound",
        message: `dimension '${name}' has no value`,
        at: inputs.filter(({ dims }) => dims.includes(name)).map((input) => inputPlace(input, fileName)),
        notes: [bindableNote(known)],
        help: [`give it a value with --dim ${quoted(name)}=VALUE`],
      }),
    );
  if (problems.length > 0) throw new DiagnosticError(problems);
}

/** A name as it is typed in a shell. */
function quoted(name: string): string {
  return /^[\w.+:-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
