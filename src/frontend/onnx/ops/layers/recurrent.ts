/**
 * Importers of recurrent layers, which become one matrix product of all steps' inputs, and for every step one product of
 * the state with the weights that all steps share, and element-wise ops. No op of the module knows of time.
 */
import type { Tensor } from "../../module-builder.ts";
import type { NodeContext } from "../../node-context.ts";
import { sameShape } from "../../node-context.ts";
import type { OperatorTable } from "../../operator.ts";
import { since } from "../../operator.ts";
import type { Composer } from "../composer.ts";
import { composer } from "../composer.ts";
import type { Activation } from "./recurrent-activations.ts";
import { readActivations } from "./recurrent-activations.ts";
import type { Cell, CellParts } from "./recurrent-cells.ts";
import { gruCell, lstmCell, plainCell } from "./recurrent-cells.ts";

/** A kind of layer. */
interface Layer {
  readonly gates: number;
  readonly activations: readonly string[];
  /** Names of the states, of which the first is also the output. */
  readonly states: readonly ("initial_h" | "initial_c")[];
  readonly cell: (parts: CellParts, node: NodeContext) => Cell;
}

const layers = {
  RNN: { gates: 1, activations: ["Tanh"], states: ["initial_h"], cell: plainCell },
  GRU: { gates: 3, activations: ["Sigmoid", "Tanh"], states: ["initial_h"], cell: gruCell },
  LSTM: { gates: 4, activations: ["Sigmoid", "Tanh", "Tanh"], states: ["initial_h", "initial_c"], cell: lstmCell },
} as const satisfies Readonly<Record<string, Layer>>;

/** Longer sequences are refused: every step has ops of its own. */
const stepLimit = 4096;

/** What all directions share. */
interface Sequence {
  readonly node: NodeContext;
  readonly compose: Composer;
  readonly layer: Layer;
  readonly steps: number;
  readonly batch: number;
  readonly hidden: number;
  /** Dimension of the input that is time: 1 with the batch first, else 0. */
  readonly time: 0 | 1;
  readonly directions: number;
}

const directionNames = { forward: [false], reverse: [true], bidirectional: [false, true] } as const;

function sequenceOf(node: NodeContext, layer: Layer): Sequence & { readonly reversals: readonly boolean[] } {
  const [x, weights, recurrent] = [node.input(0).type.shape, node.input(1).type.shape, node.input(2).type.shape];
  const { attributes } = node;
  attributes.ignore("output_sequence");
  const given = attributes.string("direction") ?? "forward";
  const isKnown = (name: string): name is keyof typeof directionNames => Object.hasOwn(directionNames, name);
  const reversals = isKnown(given) ? directionNames[given] : node.invalid(`direction '${given}' is not known`);
  const time = attributes.flag("layout") ? 1 : 0;
  const [hidden = 0, steps = 0, batch = 0] = [recurrent[2], x[time], x[1 - time]];
  const { gates } = layer;
  const fits =
    sameShape(weights, [reversals.length, gates * hidden, x[2] ?? 0]) &&
    sameShape(recurrent, [reversals.length, gates * hidden, hidden]) &&
    (attributes.int("hidden_size") ?? hidden) === hidden;
  if (x.length !== 3 || !fits) {
    const shapes = [x, weights, recurrent].map((shape) => `[${shape.join(", ")}]`).join(", ");
    node.invalid(`X, W and R of shapes ${shapes} do not fit ${reversals.length} directions and ${gates} gates`);
  }
  if (steps > stepLimit) node.unsupported(`a sequence of ${steps} steps is not supported`, "bind it to a shorter one");
  const directions = reversals.length;
  return { node, compose: composer(node), layer, steps, batch, hidden, time, directions, reversals };
}

/** One direction's share of an input whose first dimension is directions, without that dimension. */
function share({ compose }: Sequence, tensor: Tensor, direction: number): Tensor {
  const part = compose.slice(tensor, 0, [direction, direction + 1]);
  return compose.reshape(part, tensor.type.shape.slice(1));
}

/** A state before the first step, `[batch, hidden]`; zeros where it is left out. */
function initialState(sequence: Sequence, index: number, direction: number): Tensor {
  const { node, compose, batch, hidden, directions, time } = sequence;
  const given = node.inputs[index];
  const zero = node.scalarLike(node.input(0), 0);
  if (given === undefined) return compose.broadcast(zero, [batch, hidden]);
  const shape = time === 1 ? [batch, directions, hidden] : [directions, batch, hidden];
  if (!sameShape(given.type.shape, shape))
    node.invalid(`an initial state has shape [${given.type.shape.join(", ")}] but should have [${shape.join(", ")}]`);
  return compose.reshape(compose.slice(given, time, [direction, direction + 1]), [batch, hidden]);
}

/** Which samples of the batch still run at a step, `[batch, 1]`; undefined where all do. */
function runningAt({ node, compose, batch }: Sequence, step: number): Tensor | undefined {
  const lengths = node.inputs[4];
  if (lengths === undefined) return undefined;
  const running = compose.greater(compose.reshape(lengths, [batch, 1]), step);
  const isAll = running.kind === "known" && running.numbers.data.every((item) => item !== 0);
  return isAll ? undefined : running;
}

/** The inputs of all steps times the weights, plus the bias: `[batch and time, gates · hidden]`. */
function inputProducts(sequence: Sequence, direction: number, bias: Tensor | undefined): Tensor {
  const { node, compose, layer, hidden } = sequence;
  const input = node.input(0);
  const [first = 0, second = 0, width = 0] = input.type.shape;
  const rows = compose.reshape(input, [first * second, width]);
  const product = compose.matmul(rows, share(sequence, node.input(1), direction), { transpose_rhs: true });
  const sum = bias === undefined ? product : compose.add(product, bias);
  return compose.reshape(sum, [first, second, layer.gates * hidden]);
}

/** What one direction gives: the output of each step, in the order of time, and the last states. */
interface DirectionResult {
  readonly outputs: readonly Tensor[];
  readonly last: readonly Tensor[];
}

function runDirection(
  sequence: Sequence,
  direction: number,
  { isReversed, activations }: { readonly isReversed: boolean; readonly activations: readonly Activation[] },
): DirectionResult {
  const { node, compose, layer, steps, batch, hidden, time } = sequence;
  const width = layer.gates * hidden;
  const biases = node.inputs[3] === undefined ? undefined : share(sequence, node.inputs[3], direction);
  const cell = layer.cell(
    {
      compose,
      hidden,
      activations,
      recurrent: share(sequence, node.input(2), direction),
      inputBias: biases && compose.slice(biases, 0, [0, width]),
      recurrentBias: biases && compose.slice(biases, 0, [width, 2 * width]),
      peepholes: node.inputs[7] === undefined ? undefined : share(sequence, node.inputs[7], direction),
    },
    node,
  );
  const products = inputProducts(sequence, direction, cell.bias);
  const outputs: Tensor[] = [];
  let states: readonly Tensor[] = layer.states.map((_name, at) => initialState(sequence, 5 + at, direction));
  for (let count = 0; count < steps; count++) {
    const step = isReversed ? steps - 1 - count : count;
    const input = compose.reshape(compose.slice(products, time, [step, step + 1]), [batch, width]);
    const next = cell.step(input, states);
    const running = runningAt(sequence, step);
    states = running === undefined ? next : next.map((state, at) => compose.where(running, state, states[at]!));
    const [output] = next;
    outputs[step] = running === undefined ? output! : compose.where(running, output!, node.scalarLike(output!, 0));
  }
  return { outputs, last: states };
}

/** All outputs `[time, directions, batch, hidden]`, or `[batch, time, directions, hidden]` with the batch first. */
function allOutputs(sequence: Sequence, results: readonly DirectionResult[]): Tensor {
  const { compose, time, batch, hidden, steps, directions } = sequence;
  if (steps === 0) return sequence.node.unsupported("a sequence without steps is not supported");
  const parts = Array.from({ length: steps }, (_unused, step) =>
    results.map(({ outputs }) => compose.reshape(outputs[step]!, time === 1 ? [batch, 1, hidden] : [1, batch, hidden])),
  ).flat();
  const together = compose.concat(parts, time);
  const shape = time === 1 ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden];
  return compose.reshape(together, shape);
}

function importRecurrent(layer: Layer) {
  return (node: NodeContext): readonly Tensor[] => {
    const sequence = sequenceOf(node, layer);
    const { compose, reversals, time, batch, hidden } = sequence;
    const activations = readActivations(node, layer.activations, reversals.length);
    const results = reversals.map((isReversed, direction) =>
      runDirection(sequence, direction, { isReversed, activations: activations[direction] ?? [] }),
    );
    const lastStates = layer.states.map((_name, at) => {
      const shape = time === 1 ? [batch, 1, hidden] : [1, batch, hidden];
      return compose.concat(
        results.map(({ last }) => compose.reshape(last[at]!, shape)),
        time,
      );
    });
    return [allOutputs(sequence, results), ...lastStates];
  };
}

export const recurrentOperators: OperatorTable = {
  RNN: [since(1, [3, 6], importRecurrent(layers.RNN))],
  GRU: [since(1, [3, 6], importRecurrent(layers.GRU))],
  LSTM: [since(1, [3, 8], importRecurrent(layers.LSTM))],
};
