/** Runs one of ONNX's own test cases: import the model, run its reference on the recorded inputs, compare the outputs. */
import { interpretFunction } from "../../../ir/interpret.ts";
import { mainFunction } from "../../../ir/ops/builtin.ts";
import type { TensorValue } from "../../../ir/tensor-value.ts";
import { isFloat, typeText } from "../../../ir/types.ts";
import { memorySource } from "../../../support/byte-source.ts";
import { DiagnosticError, fail } from "../../../support/diagnostics.ts";
import type { ImportedModel } from "../import.ts";
import { importOnnx } from "../import.ts";
import { decodeModel, decodeTensor } from "../read/decode.ts";
import { readTensor, tensorProblem } from "../read/read-tensor.ts";
import type { GraphProto } from "../read/schema.ts";
import { exclusionOf } from "./exclusions.ts";
import type { Lowering } from "./lowering.ts";
import { loweringOf } from "./lowering.ts";

/** Recorded inputs and outputs: the bytes of `input_0.pb`, `input_1.pb`, ... of one `test_data_set_k`. */
export interface RecordedSet {
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}

/** A folder of `onnx/backend/test/data`. */
export interface ConformanceCase {
  readonly name: string;
  readonly model: Uint8Array;
  readonly sets: readonly RecordedSet[];
}

/**
 * What became of a case.
 *
 * @property bound     inputs that were made constants because something in the program depends on them
 * @property lowering  what the operators of the case became
 */
export type CaseOutcome =
  | { readonly kind: "passed"; readonly bound: readonly string[]; readonly lowering: Lowering }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "excluded"; readonly reason: string };

/** ONNX's tolerances for its backend tests, for floating-point outputs. */
const tolerance = { relative: 1e-3, absolute: 1e-7 } as const;

/** Runs a case; whatever goes wrong is its reason to fail. */
export function runCase(case_: ConformanceCase): CaseOutcome {
  const excluded = exclusionOf(case_.name);
  if (excluded !== undefined) return { kind: "excluded", reason: excluded };
  try {
    const bound = new Set<string>();
    let lowering: Lowering = new Map();
    for (const [number, set] of case_.sets.entries()) {
      const { problem, constants, ...outcome } = runSet(case_, set);
      if (problem !== undefined) {
        return { kind: "failed", reason: case_.sets.length === 1 ? problem : `data set ${number}: ${problem}` };
      }
      for (const name of constants) bound.add(name);
      ({ lowering } = outcome);
    }
    return case_.sets.length === 0
      ? { kind: "failed", reason: "there is no test_data_set" }
      : { kind: "passed", bound: [...bound], lowering };
  } catch (error) {
    return { kind: "failed", reason: reasonOf(error) };
  }
}

/** One line: the first diagnostic, or that of a crash. */
function reasonOf(error: unknown): string {
  if (!(error instanceof DiagnosticError)) return `crash: ${String(error)}`;
  const [first] = error.diagnostics;
  return `${first?.code ?? "error"}: ${first?.message ?? ""}`;
}

interface SetOutcome {
  readonly problem: string | undefined;
  readonly constants: readonly string[];
  readonly lowering: Lowering;
}

function runSet({ name, model }: ConformanceCase, set: RecordedSet): SetOutcome {
  const inputs = set.inputs.map((bytes, index) => recorded(bytes, `input_${index}.pb`));
  const outputs = set.outputs.map((bytes, index) => recorded(bytes, `output_${index}.pb`));
  const { graph } = decodeModel(memorySource(model), name);
  const named = namedInputs(graph, inputs);
  const { imported, constants } = importBinding(model, { name, named, dims: boundDims(graph, named) });
  const open = [...named].filter(([input]) => !constants.includes(input)).map(([, tensor]) => tensor);
  const results = interpretFunction(mainFunction(imported.module), open, imported.weights);
  return { problem: firstDifference(results, outputs), constants, lowering: loweringOf(graph, imported) };
}

function recorded(bytes: Uint8Array, file: string): TensorValue {
  const stored = decodeTensor(bytes, file);
  const problem = tensorProblem(stored);
  if (problem !== undefined) fail({ code: "onnx-invalid-tensor", message: problem, at: [file] });
  return readTensor(stored);
}

/** Recorded inputs by name: they stand in the order of the graph's inputs that are not initializers. */
function namedInputs(graph: GraphProto, inputs: readonly TensorValue[]): ReadonlyMap<string, TensorValue> {
  const stored = new Set(graph.initializer.map(({ name }) => name));
  const names = graph.input.filter(({ name }) => !stored.has(name)).map(({ name = "" }) => name);
  return new Map(names.flatMap((name, index) => (inputs[index] === undefined ? [] : [[name, inputs[index]] as const])));
}

/** Symbolic dimensions bound to the extents that the recorded inputs have. */
function boundDims(graph: GraphProto, inputs: ReadonlyMap<string, TensorValue>): Readonly<Record<string, number>> {
  const dims: Record<string, number> = {};
  for (const { name = "", type } of graph.input) {
    const shape = inputs.get(name)?.type.shape;
    type?.tensorType?.shape?.dim.forEach(({ dimParam = "", dimValue }, axis) => {
      const extent = shape?.[axis];
      if (dimValue !== undefined || extent === undefined) return;
      dims[dimParam === "" ? `${name}.${axis}` : dimParam] = extent;
    });
  }
  return dims;
}

interface Importing {
  readonly name: string;
  readonly named: ReadonlyMap<string, TensorValue>;
  readonly dims: Readonly<Record<string, number>>;
}

/** Sets of inputs tried as constants for one case; test cases have few inputs. */
const bindingLimit = 256;

/**
 * Imports with as few inputs bound to constants as it takes: none, or the first smallest set of them with which nothing
 * that must be known before the program runs is unknown.
 */
function importBinding(
  model: Uint8Array,
  { name, named, dims }: Importing,
): { readonly imported: ImportedModel; readonly constants: readonly string[] } {
  let unbound: unknown;
  for (const constants of subsets([...named.keys()]).slice(0, bindingLimit)) {
    const inputValues = Object.fromEntries([...named].filter(([input]) => constants.includes(input)));
    try {
      return { imported: importOnnx(model, { fileName: name, dims, inputValues }), constants };
    } catch (error) {
      if (constants.length === 0) unbound = error;
      if (!(error instanceof DiagnosticError)) throw error;
      if (!error.diagnostics.some(({ code }) => code === "onnx-value-unknown")) throw error;
    }
  }
  throw unbound;
}

/** All subsets, the smaller ones first. */
function subsets(names: readonly string[]): readonly (readonly string[])[] {
  let all: readonly (readonly string[])[] = [[]];
  for (const name of names.slice(0, 10)) all = [...all, ...all.map((set) => [...set, name])];
  return all.toSorted((a, b) => a.length - b.length);
}

function firstDifference(have: readonly TensorValue[], want: readonly TensorValue[]): string | undefined {
  if (have.length < want.length) return `${have.length} outputs instead of ${want.length}`;
  for (const [index, expected] of want.entries()) {
    const problem = difference(have[index], expected);
    if (problem !== undefined) return `output ${index}: ${problem}`;
  }
  return undefined;
}

function difference(have: TensorValue | undefined, want: TensorValue): string | undefined {
  if (have?.type !== want.type) {
    return `${have === undefined ? "nothing" : typeText(have.type)} instead of ${typeText(want.type)}`;
  }
  const isExact = !isFloat(want.type.element);
  const at = have.data.findIndex((value, element) => differs(value, want.data[element] ?? NaN, isExact));
  return at === -1 ? undefined : `element ${at} is ${have.data[at]} instead of ${want.data[at]}`;
}

function differs(have: number, want: number, isExact: boolean): boolean {
  if (have === want || (Number.isNaN(have) && Number.isNaN(want))) return false;
  return isExact || !(Math.abs(have - want) <= tolerance.absolute + tolerance.relative * Math.abs(want));
}
