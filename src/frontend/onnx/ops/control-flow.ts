/** Importers of control flow, where the way it goes is known: branches are chosen, loops are unrolled. */
import { concat, slice } from "../../../ir/ops/shape.ts";
import { tensorValue, zeros } from "../../../ir/tensor-value.ts";
import { tensorType } from "../../../ir/types.ts";
import { declaredShape } from "../inputs/declared-inputs.ts";
import type { Tensor } from "../module-builder.ts";
import { knownTensor } from "../module-builder.ts";
import type { NodeContext } from "../node-context.ts";
import type { OperatorTable } from "../operator.ts";
import { since } from "../operator.ts";
import { scalarOfDataType } from "../read/data-types.ts";
import type { GraphProto, ValueInfoProto } from "../read/schema.ts";
import { normalAxis } from "./axes.ts";

/** Loops of more iterations are refused: unrolled, they would fill the module with copies of their bodies. */
const iterationLimit = 1024;

/** The branch that a known condition takes stands in the place of the node. */
function importIf(node: NodeContext): readonly Tensor[] {
  const condition = node.known(0, "cond")?.data[0] ?? node.invalid("condition is missing");
  const [thenBranch, elseBranch] = [node.attributes.graph("then_branch"), node.attributes.graph("else_branch")];
  const branch = condition === 0 ? elseBranch : thenBranch;
  return node.inline(branch ?? node.invalid("a branch is missing"));
}

const truth = (value: boolean): Tensor => knownTensor(tensorValue([], "i1", [value ? 1 : 0]));

/** What the iterations of a loop make: the values carried from one to the next, and a list for each stacked output. */
interface Unrolled {
  readonly carried: readonly Tensor[];
  readonly stacks: readonly (readonly Tensor[])[];
}

/** Iterations go on while the trip count is not reached and the condition, which every one computes again, holds. */
function importLoop(node: NodeContext): readonly Tensor[] {
  const body = node.attributes.graph("body") ?? node.invalid("the body is missing");
  const trips = node.inputs[0] === undefined ? Infinity : (node.known(0, "M")?.data[0] ?? node.invalid("M is empty"));
  let condition =
    node.inputs[1] === undefined ? truth(true) : knownTensor(node.known(1, "cond") ?? node.invalid("cond is missing"));
  const count = Math.max(node.inputs.length - 2, 0);
  let carried: readonly Tensor[] = Array.from({ length: count }, (_unused, index) => node.input(index + 2));
  const stackCount = body.output.length - 1 - count;
  if (stackCount < 0)
    node.invalid(`the body has ${body.output.length} outputs but carries ${count} values and a condition`);
  const stacks: Tensor[][] = Array.from({ length: stackCount }, () => []);
  for (let trip = 0; trip < trips && isTrue(node, condition); trip++) {
    if (trip === iterationLimit) tooLong(node, trips);
    const iteration = knownTensor(tensorValue([], "i64", [trip]));
    const inputs = [iteration, condition, ...carried];
    const [next, ...rest] = node.inline(body, { inputs, iteration: String(trip) });
    condition = next ?? node.invalid("the body has no condition");
    carried = rest.slice(0, count);
    stacks.forEach((stack, index) =>
      stack.push(rest[count + index] ?? node.invalid("an output of the body is missing")),
    );
  }
  return results(node, body.output.slice(1), { carried, stacks }, []);
}

function isTrue(node: NodeContext, condition: Tensor): boolean {
  if (condition.kind !== "known")
    return node.unsupported("whether it goes on depends on data", "export the model with a fixed number of iterations");
  return condition.numbers.data[0] !== 0;
}

function tooLong(node: NodeContext, trips: number): never {
  return node.unsupported(
    `${Number.isFinite(trips) ? `${trips} iterations are` : "a loop without a known end is"} more than the ${iterationLimit} that are unrolled`,
  );
}

/** Values that are carried, then the stacked ones. `axes`: where the stack's dimension goes, 0 where nothing is said. */
function results(
  node: NodeContext,
  declared: readonly ValueInfoProto[],
  { carried, stacks }: Unrolled,
  axes: readonly number[],
): readonly Tensor[] {
  return [
    ...carried,
    ...stacks.map((stack, index) =>
      stacked(node, stack, { axis: axes[index] ?? 0, declared: declared[carried.length + index] }),
    ),
  ];
}

interface Stacking {
  readonly axis: number;
  /** The body's output, for its type when there was no iteration. */
  readonly declared: ValueInfoProto | undefined;
}

function stacked(node: NodeContext, stack: readonly Tensor[], { axis: given, declared }: Stacking): Tensor {
  const [first] = stack;
  if (first === undefined) return emptyStack(node, declared);
  if (stack.some(({ type }) => type !== first.type)) node.unsupported("an output has another shape in each iteration");
  const { shape } = first.type;
  const axis = normalAxis(node, given, shape.length + 1);
  const inputs = stack.map((tensor) => node.reshape(tensor, [...shape.slice(0, axis), 1, ...shape.slice(axis)]));
  return inputs.length === 1 && inputs[0] !== undefined ? inputs[0] : node.emit(concat, { inputs }, { axis });
}

function emptyStack(node: NodeContext, declared: ValueInfoProto | undefined): Tensor {
  const shape = declared === undefined ? undefined : declaredShape(declared);
  const element = scalarOfDataType(declared?.type?.tensorType?.elemType ?? 0);
  const known = shape?.flatMap((extent) => (extent === undefined ? [] : [extent]));
  if (element === undefined || known?.length !== shape?.length || known === undefined)
    return node.unsupported("an output of a loop without iterations has no declared shape");
  return knownTensor(zeros(tensorType([0, ...known], element)));
}

/** The scanned inputs, each with its axis and direction. */
interface Scanned {
  readonly body: GraphProto;
  readonly states: readonly Tensor[];
  readonly scans: readonly Tensor[];
  readonly axes: readonly number[];
  readonly isReversed: readonly boolean[];
}

/** One iteration for each slice of the scanned inputs; values are carried, the other outputs stacked. */
function unrollScan(node: NodeContext, { body, states, scans, axes, isReversed }: Scanned, prefix: string): Unrolled {
  const lengths = new Set(scans.map(({ type }, index) => type.shape[axes[index] ?? 0] ?? 0));
  const [length] = lengths;
  if (length === undefined || lengths.size !== 1)
    return node.invalid(`scanned inputs have lengths ${[...lengths].join(", ")}`);
  if (length > iterationLimit) tooLong(node, length);
  const stackCount = body.output.length - states.length;
  if (stackCount < 0) node.invalid(`the body has ${body.output.length} outputs but carries ${states.length} values`);
  const stacks: Tensor[][] = Array.from({ length: stackCount }, () => []);
  let carried = states;
  for (let step = 0; step < length; step++) {
    const slices = scans.map((scan, index) =>
      sliceAt(node, scan, { axis: axes[index] ?? 0, at: isReversed[index] === true ? length - 1 - step : step }),
    );
    const outputs = node.inline(body, { inputs: [...carried, ...slices], iteration: `${prefix}${step}` });
    carried = outputs.slice(0, states.length);
    stacks.forEach((stack, index) =>
      stack.push(outputs[states.length + index] ?? node.invalid("an output is missing")),
    );
  }
  return { carried, stacks };
}

/** One slice of a tensor, without the dimension. */
function sliceAt(
  node: NodeContext,
  input: Tensor,
  { axis, at }: { readonly axis: number; readonly at: number },
): Tensor {
  const { shape } = input.type;
  const cut = node.emit(
    slice,
    { input },
    {
      starts: shape.map((_extent, dim) => (dim === axis ? at : 0)),
      sizes: shape.map((extent, dim) => (dim === axis ? 1 : extent)),
      steps: shape.map(() => 1),
    },
  );
  return node.reshape(cut, [...shape.slice(0, axis), ...shape.slice(axis + 1)]);
}

function importScan(node: NodeContext): readonly Tensor[] {
  const { attributes } = node;
  const body = attributes.graph("body") ?? node.invalid("the body is missing");
  const scanCount = attributes.int("num_scan_inputs") ?? node.invalid("num_scan_inputs is missing");
  const stateCount = node.inputs.length - scanCount;
  if (!(scanCount >= 1 && stateCount >= 0))
    node.invalid(`${scanCount} of ${node.inputs.length} inputs are to be scanned`);
  const tensors = node.inputs.map((_input, index) => node.input(index));
  const scans = tensors.slice(stateCount);
  const given = attributes.ints("scan_input_axes") ?? [];
  const axes = scans.map(({ type }, index) => normalAxis(node, given[index] ?? 0, type.shape.length));
  const directions = attributes.ints("scan_input_directions") ?? [];
  const isReversed = scans.map((_scan, index) => directions[index] === 1);
  const outputAxes = attributes.ints("scan_output_axes") ?? [];
  const outputDirections = attributes.ints("scan_output_directions") ?? [];
  const unrolled = unrollScan(node, { body, states: tensors.slice(0, stateCount), scans, axes, isReversed }, "");
  const stacks = unrolled.stacks.map((stack, index) => (outputDirections[index] === 1 ? stack.toReversed() : stack));
  return results(node, body.output, { ...unrolled, stacks }, outputAxes);
}

/** Operator set 8: everything has a batch dimension in front, and the sequence is the second. */
function importBatchedScan(node: NodeContext): readonly Tensor[] {
  const { attributes } = node;
  const body = attributes.graph("body") ?? node.invalid("the body is missing");
  const scanCount = attributes.int("num_scan_inputs") ?? node.invalid("num_scan_inputs is missing");
  const directions = attributes.ints("directions") ?? [];
  if (node.inputs[0] !== undefined) node.unsupported("sequence lengths are not supported");
  const tensors = node.inputs.slice(1).map((_input, index) => node.input(index + 1));
  const stateCount = tensors.length - scanCount;
  if (!(scanCount >= 1 && stateCount >= 0)) node.invalid(`${scanCount} of ${tensors.length} inputs are to be scanned`);
  const batch = tensors[0]?.type.shape[0] ?? node.invalid("an input has no batch dimension");
  if (batch > iterationLimit) tooLong(node, batch);
  const samples = Array.from({ length: batch }, (_unused, at) => {
    const own = tensors.map((tensor) => sliceAt(node, tensor, { axis: 0, at }));
    const [states, scans] = [own.slice(0, stateCount), own.slice(stateCount)];
    const isReversed = scans.map((_scan, index) => directions[index] === 1);
    const unrolled = unrollScan(node, { body, states, scans, axes: scans.map(() => 0), isReversed }, `${at}.`);
    return results(node, body.output, unrolled, []);
  });
  return body.output.map((declared, index) =>
    stacked(
      node,
      samples.map((outputs) => outputs[index] ?? node.invalid("an output is missing")),
      { axis: 0, declared },
    ),
  );
}

export const controlFlowOperators: OperatorTable = {
  If: [since(1, [1, 1], importIf)],
  Loop: [since(1, [0, Infinity], importLoop)],
  Scan: [since(8, [0, Infinity], importBatchedScan), since(9, [1, Infinity], importScan)],
};
